"""Threads of libraries that block: calls end before the pool does, but for those that hang."""

from __future__ import annotations

import asyncio
import threading

import pytest

from sync import threads
from sync.threads import Threads


async def test_closing_waits_for_a_call_under_way() -> None:
    pool, begun, go = Threads(2, "test"), threading.Event(), threading.Event()

    def call() -> str:
        begun.set()
        go.wait(5)
        return "answer"

    called = asyncio.create_task(pool.run(call))
    await asyncio.to_thread(begun.wait, 5)
    closing = asyncio.create_task(pool.close())
    await asyncio.sleep(0)
    assert not closing.done()
    go.set()
    await closing
    assert await called == "answer"


async def test_a_call_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: a Google that did not answer held up the end of the process for half a minute."""
    monkeypatch.setattr(threads, "PATIENCE", 0.01)
    pool, begun, go = Threads(1, "test"), threading.Event(), threading.Event()

    def call() -> None:
        begun.set()
        go.wait(5)

    called, never = asyncio.create_task(pool.run(call)), asyncio.create_task(pool.run(call))
    await asyncio.to_thread(begun.wait, 5)
    called.cancel()
    await pool.close()
    assert not go.is_set()
    go.set()
    for task in (called, never):  # what had no thread yet never gets one
        with pytest.raises(asyncio.CancelledError):
            await task
