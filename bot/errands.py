"""What is being done for people just now, so that a stop does not cut it off."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Iterator
from typing import Any

import structlog

PATIENCE = 3.0
"""Seconds that a stop waits for what is under way."""

log = structlog.get_logger()


class Errands:
    """The tasks under way: answers to Slack, and what goes on by itself after somebody has connected."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, errand: Coroutine[Any, Any, None]) -> None:
        """Do something beside whatever asked for it."""
        task = asyncio.create_task(_logged(errand))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @contextlib.contextmanager
    def under_way(self) -> Iterator[None]:
        """Count the current task among them meanwhile."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 (nothing asynchronous runs outside of a task)
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    async def settled(self) -> None:
        """Return when nothing is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def finish(self) -> None:
        """Wait until all is done, and cancel what takes too long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self.settled()
        late = set(self._tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def _logged(errand: Coroutine[Any, Any, None]) -> None:
    try:
        await errand
    except Exception:
        log.exception("errand_broke")
