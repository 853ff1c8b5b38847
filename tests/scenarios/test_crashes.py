"""The process dies at every single remote call of a busy run, before or after the call had its effect."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from bot.app import Calsync
from sync.store import Store
from tests.conftest import Worlds
from tests.scenarios.busy import assert_settled, get_busy
from tests.world import World, make_world

pytestmark = pytest.mark.on_real_odoo

SHARES = 4
When = Literal["before", "after"]


class Crash(BaseException):
    """The process is gone: nothing in it may run any more."""


class Doom:
    """Lets a process die at its `at`-th remote call; what else it does after that fails, too."""

    def __init__(self, calsync: Calsync, at: int, when: When, patch: pytest.MonkeyPatch) -> None:
        self.calls, self.dead = 0, False
        self._at, self._when = at, when
        google = calsync.google._transport
        patch.setattr(google, "_send", self._doomed(google._send))
        patch.setattr(calsync.odoo, "_send", self._doomed_soon(calsync.odoo._send))
        write = calsync.store.write

        @contextlib.asynccontextmanager
        async def doomed_write() -> AsyncIterator[Any]:
            async with write() as tx:
                yield tx
                if self.dead:
                    raise Crash

        patch.setattr(calsync.store, "write", doomed_write)

    def _doomed(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def doomed(*args: Any) -> Any:
            self._before()
            answer = call(*args)
            self._after()
            return answer

        return doomed

    def _doomed_soon(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def doomed(*args: Any) -> Any:
            self._before()
            answer = await call(*args)
            self._after()
            return answer

        return doomed

    def _before(self) -> None:
        self.calls += 1
        if self.dead:
            raise Crash
        self.dead = self.calls == self._at
        if self.dead and self._when == "before":
            raise Crash

    def _after(self) -> None:
        if self.dead:
            raise Crash


async def busy_world(world: World, at: int, when: When, patch: pytest.MonkeyPatch) -> bool:
    """Let a busy run die at a call, restart, and assert that all settles; says whether it did die."""
    async with world.run():
        await world.connect("alice")
        await world.sync("alice")
        await get_busy(world)
        doom = Doom(world.running, at, when, patch)
        with contextlib.suppress(Crash):
            await world.sync("alice")
        patch.undo()
    async with world.run():
        await assert_settled(world)
    return doom.dead


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "share", [0, *(pytest.param(one, marks=pytest.mark.long) for one in range(1, SHARES))]
)
async def test_no_crash_loses_or_doubles_anything(
    share: int, when: When, worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    died, at = True, share + 1
    while died:
        folder = tmp_path / str(at)
        folder.mkdir()
        async with worlds(folder) as world:
            died = await busy_world(world, at, when, monkeypatch)
        at += SHARES
    assert at > 20, "the busy run made fewer remote calls than it has things to do"


@pytest.mark.on_real_odoo(False)
@pytest.mark.parametrize("when", [pytest.param("before", marks=pytest.mark.long), "after"])
async def test_over_json2_neither(when: When, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    died, at = True, 2
    while died:
        folder = tmp_path / str(at)
        folder.mkdir()
        async with make_world(folder, odoo_version=19) as world:
            died = await busy_world(world, at, when, monkeypatch)
        at += 6


@pytest.mark.on_real_odoo(False)
async def test_a_cancelled_write_frees_the_writer(tmp_path: Path) -> None:
    async with make_world(tmp_path) as world, world.run() as calsync:
        store: Store = calsync.store
        with contextlib.suppress(Crash):
            async with store.write():
                raise Crash
        async with store.write():
            pass
