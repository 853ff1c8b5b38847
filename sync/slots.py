"""How many runs go on at once, and who must not be kept waiting by whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

RUNS_IN_FLIGHT = 16
FIRST_IN_FLIGHT = 8
"""First syncs among them: when a whole company connects in one day, what others edit still gets through."""
LONG = 60.0
"""Seconds after which a run makes room for another: it waits for Google's quota, not for us."""
LONG_IN_FLIGHT = 32
"""How many do: each keeps what it has read of both calendars in memory."""


class Slots:
    """Lets so many runs go on at once."""

    def __init__(self) -> None:
        self._all, self._first = asyncio.Semaphore(RUNS_IN_FLIGHT), asyncio.Semaphore(FIRST_IN_FLIGHT)
        self._long = 0

    @asynccontextmanager
    async def taken(self, *, first: bool = False) -> AsyncIterator[None]:
        """Wait for a slot and hold it during the block; `first` says that this is an account's first sync."""
        with ExitStack() as held:
            for slot in (self._first, self._all) if first else (self._all,):
                await slot.acquire()
                held.callback(slot.release)

            def make_room() -> None:
                if self._long < LONG_IN_FLIGHT:
                    held.close()
                    self._long += 1
                    held.callback(self._no_longer)

            later = asyncio.get_running_loop().call_later(LONG, make_room)
            try:
                yield
            finally:
                later.cancel()

    def _no_longer(self) -> None:
        self._long -= 1
