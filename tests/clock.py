"""A clock for tests: it is moved by hand, and waiting for it takes no real time."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from sync.clock import Clock
from tests.doubles.clock import DoubleClock


class TestClock(Clock):
    """Works like the doubles' clocks, so that it agrees with them."""

    __test__ = False

    def __init__(self) -> None:
        self._clock = DoubleClock()
        self._moved = asyncio.Event()
        self._awaited = asyncio.Event()
        self._began = asyncio.Event()
        self._waiting: set[object] = set()
        self._events: list[asyncio.Event] = []

    def now(self) -> datetime:
        """Return real time plus what was advanced; when stopped, only the latter moves it."""
        return self._clock.now()

    def stop(self, moment: datetime) -> None:
        """Stand still at `moment` (aware) until moved by hand."""
        self._clock.set(moment, frozen=True)

    def monotonic(self) -> float:
        """Return seconds that pass as `now` does."""
        return self.now().timestamp()

    def advance(self, **amount: float) -> None:
        """Move on by the keywords of `timedelta` and let everybody who waits look again."""
        self._clock.advance(**amount)
        self._waiting.clear()
        self._events.clear()
        self._awaited.clear()
        self._moved.set()
        self._moved = asyncio.Event()

    async def awaited(self) -> None:
        """Return when somebody waits for time to pass.

        Raises:
            TimeoutError: nobody does within 10 real seconds.
        """
        async with asyncio.timeout(10):
            await self._awaited.wait()

    async def awaited_by(self, event: asyncio.Event) -> None:
        """Return when somebody waits for time to pass or for this event, which has not come yet."""
        while event.is_set() or not any(one is event for one in self._events):
            self._began.clear()
            await self._began.wait()

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait until `event` is set or the clock was advanced past the time; real time does not count."""
        until = self.now() + timedelta(seconds=seconds)
        while not event.is_set() and self.now() < until:
            waiting = [asyncio.ensure_future(event.wait()), asyncio.ensure_future(self._moved.wait())]
            me = object()
            self._waiting.add(me)
            self._events.append(event)
            self._awaited.set()
            self._began.set()
            try:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            finally:
                self._waiting.discard(me)
                if event in self._events:
                    self._events.remove(event)
                if not self._waiting:
                    self._awaited.clear()
                for one in waiting:
                    one.cancel()
        return event.is_set()
