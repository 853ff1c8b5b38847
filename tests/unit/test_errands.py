"""A stop waits for what is being done for people, and cancels what takes too long."""

from __future__ import annotations

import asyncio

import pytest

from bot import errands
from bot.errands import Errands


async def test_a_stop_waits_for_what_is_under_way() -> None:
    running, go, done = Errands(), asyncio.Event(), list[str]()

    async def listener() -> None:
        with running.under_way():
            await go.wait()
            done.append("listener")

    async def errand() -> None:
        await go.wait()
        done.append("errand")

    task = asyncio.create_task(listener())
    running.start(errand())
    await asyncio.sleep(0)
    finishing = asyncio.create_task(running.finish())
    await asyncio.sleep(0)
    assert not finishing.done()
    go.set()
    await finishing
    await task
    assert sorted(done) == ["errand", "listener"]
    await running.finish()  # nothing is left to wait for


async def test_what_takes_too_long_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands, "PATIENCE", 0.01)
    running, cancelled = Errands(), list[bool]()

    async def errand() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(True)

    running.start(errand())
    await asyncio.sleep(0)
    await running.finish()
    assert cancelled == [True]
