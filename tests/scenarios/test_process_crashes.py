"""`calsync run` as a real process is killed again and again in a busy hour, at ever later remote calls."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.faults import Fault, FaultPlan
from tests.doubles.log import Entry
from tests.scenarios import busy_hour
from tests.scenarios.busy import make_in_odoo
from tests.scenarios.calendars import settle
from tests.scenarios.lives import Life, mother
from tests.scenarios.pressing import choose, look, opened
from tests.shown import Shown, in_google, in_odoo
from tests.world import World, make_world

BOBS = 12
WITHIN = 150.0
"""Seconds after which a life is stuck, on however busy a machine."""


class Doom(FaultPlan):
    """Kills a process when its `at`-th call from now on arrives at either server.

    Each second time that call has its effect all the same, though nobody hears of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.kills, self.reached = 0, list[str]()
        self._pid, self._left = 0, 0

    def arm(self, pid: int, at: int) -> None:
        self._pid, self._left = pid, at

    def take(self, operation: str, detail: dict[str, Any], *, write: bool = False) -> Fault | None:
        """Count a call; the one that is due is the last."""
        self._left -= 1
        if self._left or not self._pid:
            return super().take(operation, detail, write=write)
        os.kill(self._pid, signal.SIGKILL)
        self._pid = 0
        self.kills += 1
        self.reached.append(operation)
        return Fault(drop="before") if self.kills % 2 else None


async def prepared(world: World) -> None:
    """Let both people be connected and all that the hour changes be on both sides."""
    for name in ("alice", "bob"):
        await world.connect(name)
        await world.in_slack(name).see("The first sync is done")
    busy_hour.furnish(world)
    for number in range(BOBS):
        make_in_odoo(world, "bob", f"bob's {number}")
    for name in ("alice", "bob"):
        await world.in_slack(name).command("/calsync resync")
        await world.in_slack(name).see("Synced")
    bob = await opened(world, "bob")
    await choose(bob, "Delete from both", "Synchronize all existing events")
    await look(bob)


async def let_busy(world: World, doom: Doom, pid: int, at: int) -> None:
    """Let bob reset his calendars, and alice change everything on both sides; then the end is counted."""
    held = doom.add(operation="calendar.events.delete", hold=asyncio.Event())
    await world.in_slack("bob").click("Reset Now")
    async with asyncio.timeout(WITHIN):  # before it is written down, a restart ends it: bob would ask again
        await held.struck.wait()
    doom.arm(pid, at)
    busy_hour.hour(world)
    assert held.hold
    held.hold.set()


def is_over(world: World, expected: list[Shown]) -> bool:
    return in_google(world, "alice") == in_odoo(world, "alice") == expected and not (
        world.google_events("bob") or world.odoo_events("bob")
    )


async def live(world: World, one: Life, expected: list[Shown]) -> bool:
    """Wait until all is as it shall be, or the process is dead; say whether it lives."""
    dead = asyncio.create_task(one.ended.wait())
    news = [asyncio.create_task(_noticed(world, one)) for one in (world.google.log, world.odoo.log)]
    try:
        async with asyncio.timeout(WITHIN):
            while not dead.done() and not is_over(world, expected):
                done, _ = await asyncio.wait([dead, *news], return_when=asyncio.FIRST_COMPLETED)
                news = [
                    asyncio.create_task(_noticed(world, log)) if task in done else task
                    for task, log in zip(news, (world.google.log, world.odoo.log), strict=True)
                ]
    finally:
        for task in (dead, *news):
            task.cancel()
        await asyncio.gather(dead, *news, return_exceptions=True)
    return not one.ended.is_set()


async def _noticed(world: World, log: Any) -> list[Entry]:
    return list(await log.wait_for("*", len(log.entries) + 1, within=WITHIN))


async def undisturbed(folder: Path) -> list[Shown]:
    """Return what alice sees after the hour if nothing happens to calsync."""
    database = f"sqlite+aiosqlite:///{folder / 'undisturbed.db'}"
    async with make_world(folder, database_url=database) as world, world.run():
        await world.connect("alice")
        busy_hour.furnish(world)
        await settle(world)
        busy_hour.hour(world)
        return await settle(world)


def lives(first: int, step: int, number: int | None) -> Iterator[int]:
    """Return after how many remote calls each life of the process ends: ever later, so that it gets on."""
    ends = itertools.count(first, step)
    return itertools.islice(ends, number) if number else ends


@pytest.mark.parametrize(
    ("first", "step", "number"),
    [
        pytest.param(9, 21, 2, id="short"),
        *(pytest.param(first, 4, None, id=f"{first}+4n", marks=pytest.mark.long) for first in (5, 6, 7, 8)),
        *(pytest.param(first, 9, None, id=f"{first}+9n", marks=pytest.mark.long) for first in (11, 14, 17)),
    ],
)
async def test_killed_again_and_again_in_a_busy_hour_nothing_is_lost_or_doubled(
    tmp_path: Path, first: int, step: int, number: int | None, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = await undisturbed(tmp_path)
    doom, ends = Doom(), lives(first, step, number)
    async with make_world(tmp_path, sync_interval=10, odoo_interval=5) as world, mother() as born:
        world.google.faults = world.odoo.faults = doom
        async with born.life(world, tmp_path) as one:
            await prepared(world)
            await let_busy(world, doom, one.pid, next(ends))
            alive = await live(world, one, expected)
        for end in ends:
            if alive:
                break
            async with born.life(world, tmp_path) as one:
                doom.arm(one.pid, end)
                alive = await live(world, one, expected)
        async with born.life(world, tmp_path) as one:
            doom.arm(0, 0)
            assert await live(world, one, expected)
            await world.in_slack("bob").see("*Reset done.*")
            assert "Traceback" not in one.log
        assert is_over(world, expected)
        assert doom.kills >= (number or 4)
        assert not world.google.mails
        assert not world.odoo.mails
    with capsys.disabled():
        sys.stdout.write(f"\nkilled {doom.kills} times, at {', '.join(doom.reached)}\n")
