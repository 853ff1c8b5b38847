"""First syncs and long runs leave room for everybody else's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from sync import slots
from sync.slots import FIRST_IN_FLIGHT, RUNS_IN_FLIGHT, Slots


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as made:
        yield made


async def is_free(of: Slots, *, first: bool = False) -> bool:
    """Say whether a run could begin at once."""

    async def run() -> None:
        async with of.taken(first=first):
            pass

    running = asyncio.create_task(run())
    for _ in range(3):
        await asyncio.sleep(0)
    running.cancel()
    return running.done() and not running.cancelled()


async def test_so_many_first_syncs_at_once_leave_room_for_others(stack: AsyncExitStack) -> None:
    """Regression: sixteen people who connected at once kept everybody else's edits waiting for minutes."""
    made = Slots()
    for _ in range(FIRST_IN_FLIGHT):
        await stack.enter_async_context(made.taken(first=True))
    assert not await is_free(made, first=True)
    for _ in range(RUNS_IN_FLIGHT - FIRST_IN_FLIGHT):
        assert await is_free(made)
        await stack.enter_async_context(made.taken())
    assert not await is_free(made)
    await stack.aclose()
    assert await is_free(made)
    assert await is_free(made, first=True)


async def test_who_gives_up_waiting_holds_nothing(stack: AsyncExitStack) -> None:
    made = Slots()
    for _ in range(RUNS_IN_FLIGHT):
        await stack.enter_async_context(made.taken())
    for _ in range(FIRST_IN_FLIGHT):
        assert not await is_free(made, first=True)
    await stack.aclose()
    assert await is_free(made, first=True)


async def test_a_long_run_makes_room_but_not_too_many_do(
    stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "LONG", 0.0)
    monkeypatch.setattr(slots, "LONG_IN_FLIGHT", 2)
    made = Slots()
    for _ in range(2):
        await stack.enter_async_context(made.taken(first=True))
        await asyncio.sleep(0)
    monkeypatch.setattr(slots, "LONG", 3600.0)
    for _ in range(RUNS_IN_FLIGHT):
        assert await is_free(made)
        await stack.enter_async_context(made.taken())
    assert not await is_free(made)
    await stack.aclose()
    async with AsyncExitStack() as again:
        for _ in range(RUNS_IN_FLIGHT):
            await again.enter_async_context(made.taken())
        assert not await is_free(made)
