"""Threads for a library that blocks; what hangs in one of them does not hold up the end of the process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

import structlog

PATIENCE = 1.0
"""Seconds that closing waits for calls under way; their callers have given them up before."""

log = structlog.get_logger()

_T = TypeVar("_T")


class Threads:
    """At most `number` calls at a time; others wait. `name` stands in the log."""

    def __init__(self, number: int, name: str) -> None:
        self._name = name
        self._pool = ThreadPoolExecutor(number, thread_name_prefix=name)
        self._under_way: set[Future[Any]] = set()

    async def run(self, work: Callable[..., _T], *args: Any) -> _T:
        """Let a thread do `work`. When the caller is cancelled, what has begun goes on unheard."""
        future = self._pool.submit(work, *args)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return await asyncio.wrap_future(future)

    async def close(self) -> None:
        """Let calls under way end, and leave behind what takes too long: a thread cannot be stopped.

        What a call left behind does still counts as unknown, and the next run asks what became of it.
        """
        self._pool.shutdown(wait=False, cancel_futures=True)
        left = (await asyncio.to_thread(wait, set(self._under_way), PATIENCE)).not_done
        if left:
            log.warning("calls_left_behind", of=self._name, number=len(left))
        else:
            await asyncio.to_thread(self._pool.shutdown)
