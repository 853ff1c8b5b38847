"""A world on an event loop of its own, for tests that are not asynchronous themselves."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import note

from sync import apply, looking
from sync.run import Outcome
from sync.store import intents, parked
from tests.properties import acts
from tests.scenarios.test_crashes import Crash, Doom, When
from tests.world import World, make_world

T = TypeVar("T")
CLEAR_TEXT = re.compile(rb"zqmark\d|Lunch|word word")


class Stage:
    """One world with alice, or these `people`, connected; `close` takes it down.

    Time stands still but for `pace` seconds before everything that is done; of a run's calls `at_once` are
    under way at a time: with one, their order is the same each time.
    """

    def __init__(
        self,
        folder: Path,
        odoo_version: int,
        *,
        pace: int = 0,
        at_once: int = 1,
        people: Sequence[str] = (acts.NAME,),
    ) -> None:
        self._folder, self._pace, self.people = folder, pace, tuple(people)
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr(apply, "IN_FLIGHT", at_once)
        self._patch.setattr(looking, "LOOKS_IN_FLIGHT", at_once)
        self._loop = asyncio.Runner()
        self._worlds, self._running = contextlib.AsyncExitStack(), contextlib.AsyncExitStack()
        made = make_world(folder, odoo_version=odoo_version)
        self.world: World = self.do(self._worlds.enter_async_context(made))
        self.world.stop_clocks()
        self.start()
        for name in self.people:
            self.do(self.world.connect(name))
            self.do(self.world.sync(name))

    def do(self, what: Coroutine[Any, Any, T]) -> T:
        """Run something to its end."""
        return self._loop.run(what)

    def start(self) -> None:
        """Start calsync."""
        self.do(self._running.enter_async_context(self.world.run()))

    def stop(self) -> None:
        """Stop calsync."""
        self.do(self._running.aclose())

    def close(self) -> None:
        """Take everything down."""
        try:
            self.stop()
            self.do(self._worlds.aclose())
        finally:
            self._loop.close()
            self._patch.undo()

    # --- runs

    def sync(self, runs: int = 1, *, names: Sequence[str] = (acts.NAME,)) -> bool:
        """Let runs of each of these people begin at once and say whether all is done after the last one."""

        self.world.advance(seconds=self._pace)

        async def together() -> list[Outcome]:
            return await asyncio.gather(*(self.world.sync(name) for _ in range(runs) for name in names))

        outcomes = self.do(together())
        for name, outcome in zip([*names] * runs, outcomes, strict=True):
            note(f"run of {name}: {outcome.code} {dict(outcome.counts)}")
        well = all(outcome.code == "ok" for outcome in outcomes[-len(names) :])
        return well and all(self.do(self._nothing_left(name)) for name in names)

    def crash(self, at: int, when: When, *, names: Sequence[str] = (acts.NAME,)) -> bool:
        """Let calsync die at its `at`-th remote call and start again; says whether all was done before."""
        with pytest.MonkeyPatch.context() as patch:
            doom = Doom(self.world.running, at, when, patch)
            try:
                clean = self.sync(names=names)
            except Crash:
                note("crash")
                clean = False
        if doom.dead:
            self.stop()
            self.start()
        return clean and not doom.dead

    def forget_access_token(self, name: str = acts.NAME) -> None:
        """Drop the access token at hand."""
        self.world.running.grants.forget(self.do(self.world.account(name)).id)

    def answer(self, button: str, reply: str) -> None:
        """Press a button of calsync's question about many deletions and wait for the reply."""

        async def press() -> None:
            alice = self.world.in_slack(acts.NAME)
            alice.reload()  # takes older replies off the screen
            await alice.see("wait for your word")
            await alice.click(button)
            await alice.see(reply)

        self.do(press())

    # --- what must always hold

    async def _nothing_left(self, name: str) -> bool:
        calsync = self.world.running
        account = await self.world.account(name)
        async with calsync.store.read() as tx:
            open_intents = await intents.open_intents(tx, account.id)
            waiting = await parked.of_account(tx, account.id)
        if waiting:
            note(f"parked: {[(one.side.value, one.item, one.reason) for one in waiting]}")
        return not open_intents and not waiting and calsync.timer.odoo_trouble is None

    def assert_quiet(self) -> None:
        """Assert that a further run has nothing to do, and that nothing leaked or was mailed meanwhile."""
        world = self.world
        world.google.log.clear()
        world.odoo.log.clear()
        for name in self.people:
            assert self.sync(names=[name]), f"something of {name} is left to do"
        writes = [*world.google.log.writes(), *world.odoo.log.writes()]
        assert not writes, f"a quiet run writes: {writes}"
        self.assert_discreet()

    def assert_discreet(self) -> None:
        """Assert that nobody was mailed, and that no text of a calendar lies in calsync's files."""
        assert not self.world.google.mails
        assert not self.world.odoo.mails
        for file in self._folder.glob("calsync.db*"):
            assert not CLEAR_TEXT.search(file.read_bytes()), f"calendar text in {file.name}"

    def by_hand(self, act: Callable[..., None], *args: Any, **more: Any) -> None:
        """Let alice do something; the mails she causes herself are hers."""
        self.world.advance(seconds=self._pace)
        note(f"{act.__name__} {[str(one)[:150] for one in args]}")
        act(self.world, *args, **more)
        self.world.odoo.mails.clear()
        self.world.google.mails.clear()
