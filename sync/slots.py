"""How many runs go on at once, and who must not be kept waiting by whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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
        held = [self._first, self._all] if first else [self._all]
        for number, slot in enumerate(held):
            try:
                await slot.acquire()
            except BaseException:
                for one in held[:number]:
                    one.release()
                raise
        made_room = False

        def make_room() -> None:
            nonlocal made_room
            if self._long < LONG_IN_FLIGHT:
                made_room, self._long = True, self._long + 1
                for one in held:
                    one.release()

        later = asyncio.get_running_loop().call_later(LONG, make_room)
        try:
            yield
        finally:
            later.cancel()
            if made_room:
                self._long -= 1
            else:
                for one in held:
                    one.release()
