"""The matrix itself: its rows and columns, which of its cells make sense, and how a column is played."""

from __future__ import annotations

import contextlib
import dataclasses
import traceback
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from unittest import mock

import pytest

from sync.model import Side
from tests.fire.act import Act
from tests.fire.acts import Answering, Creating, Deleting, Editing, EditingSeries, SyncingFirst
from tests.fire.checks import Ears, assert_all_is_well, settle
from tests.fire.jobs import Job, Resetting, Undoing
from tests.fire.troubles import TROUBLES, Outage, Trouble
from tests.world import PEOPLE, World, make_world

ACTS: tuple[type[Act], ...] = (
    Creating, Editing, Deleting, EditingSeries, Answering, Resetting, Undoing, SyncingFirst,
)  # fmt: skip
COLUMNS: dict[str, Callable[[], Act]] = {
    f"{kind.name} in {side.title()}": partial(kind, side) for kind in ACTS for side in Side
}
ROWS: dict[str, Trouble] = {f"{one.side.title()}: {one.name}": one for one in TROUBLES}
PLACES = (1, 2, 4, 8)
"""At which calls a trouble strikes."""


@dataclasses.dataclass(frozen=True)
class Strike:
    """When a trouble begins and ends: at the `at`-th call (from 1), for that one alone or until the run ends.

    With `again`, a second run meets it as well.
    """

    at: int
    alone: bool = False
    again: bool = False


WHOLE = Strike(1, again=True)


def cells(row: str) -> list[str]:
    """Return the columns in which a trouble can be met."""
    needs = ROWS[row].needs
    return [name for name, act in COLUMNS.items() if not needs or needs in act().asks]


class Column:
    """Plays one act against every trouble, in one world; after a failure in a fresh one."""

    def __init__(self, name: str, folder: Path, places: Sequence[int] = PLACES) -> None:
        self.name, self.places = name, places
        self.failures: dict[str, str] = {}
        """What went wrong, by row."""
        self._folder, self._worlds = folder, 0

    async def play(self, rows: Sequence[str]) -> dict[str, int]:
        """Play these rows as far as they make sense; returns in how many games each trouble was met."""
        todo, met = [row for row in rows if self.name in cells(row)], dict[str, int]()
        while todo:
            async with self.world() as (world, act):
                while todo:
                    row = todo.pop(0)
                    try:
                        met[row] = await self._cell(world, act, ROWS[row])
                        assert met[row], "it was never met"
                    except Exception:
                        self.failures[row] = traceback.format_exc()
                        break
                    if act.wears_out:
                        break
        return met

    @asynccontextmanager
    async def world(self) -> AsyncIterator[tuple[World, Act]]:
        """Make a world in which the act can begin."""
        self._worlds += 1
        folder, act = self._folder / str(self._worlds), COLUMNS[self.name]()
        folder.mkdir()
        # Who is new in one world must not be expected in the next.
        with mock.patch.dict(PEOPLE):
            async with make_world(folder) as world:
                world.stop_clocks()
                async with world.run():
                    await act.prepare(world)
                    yield world, act

    async def _cell(self, world: World, act: Act, trouble: Trouble) -> int:
        met = 0
        await act.ready(world)
        for alone in (True, False) if trouble.lasting else (True,):
            for at in self.places:
                if not await self._game(world, act, trouble, Strike(at, alone)):
                    break
                met += 1
        return met + (trouble.lasting and await self._game(world, act, trouble, WHOLE))

    async def _game(self, world: World, act: Act, trouble: Trouble, strike: Strike) -> bool:
        """Play one game; says whether the trouble was met."""
        wanted = await act.begin(world)
        world.google.mails.clear()
        world.advance(minutes=1)
        ears = Ears(world)
        outage = Outage(world, trouble, act.people[0], pytest.MonkeyPatch())
        if isinstance(act, Job):
            act.over = outage.pass_off
        try:
            outage.begin(skip=strike.at - 1, times=1 if strike.alone else None)
            await act.carry_out(world)
            if strike.again:
                world.advance(minutes=5)
                await act.carry_out(world)
            wanted = act.meanwhile(world, wanted)
            world.google.mails.clear()
        finally:
            await outage.end()
        with explained(strike):
            await act.finish(world)
            await settle(world, act.people)
            await assert_all_is_well(world, wanted, ears)
        return outage.met


@contextlib.contextmanager
def explained(strike: Strike) -> Iterator[None]:
    """Let a failure say in which game it was."""
    try:
        yield
    except Exception as error:
        error.add_note(str(strike))
        raise
