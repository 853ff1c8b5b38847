"""A clock for tests: it stands still until moved, and waiting for it takes no real time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sync.clock import Clock


class TestClock(Clock):
    """Starts at the real moment, so that the doubles' clocks agree with it, and moves by `advance`."""

    __test__ = False

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        """Return real time plus what was advanced."""
        return datetime.now(UTC) + self._ahead

    def advance(self, **amount: float) -> None:
        """Move on by the keywords of `timedelta` and let everybody who waits look again."""
        self._ahead += timedelta(**amount)
        self._moved.set()
        self._moved = asyncio.Event()

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait until `event` is set or the clock was advanced past the time; real time does not count."""
        until = self.now() + timedelta(seconds=seconds)
        while not event.is_set() and self.now() < until:
            waiting = [asyncio.ensure_future(event.wait()), asyncio.ensure_future(self._moved.wait())]
            try:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in waiting:
                    one.cancel()
        return event.is_set()
