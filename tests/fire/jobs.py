"""The columns that are jobs: a reset of either side, and its undo, with pauses that pass at once."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from datetime import datetime

from bot.views.job import MADE_ANEW
from sync.clock import Clock
from sync.errors import SyncError
from sync.model import Side
from sync.reset import Choice, Existing, Next, Result
from tests.fire.act import Act, Wanted
from tests.scenarios.calendars import DAY, HOUR
from tests.scenarios.resetting import Told, my_id, resets
from tests.shown import in_google, in_odoo
from tests.world import World

PAUSES = 3
"""How many times a job waits until the trouble ends by itself: it waits for as long as it has to."""


class Hurried(Clock):
    """The world's clock, moved on by whoever waits for it."""

    def __init__(self, world: World, passed: Callable[[], None]) -> None:
        self._world, self._passed, self._waits = world, passed, 0

    def now(self) -> datetime:
        """Return the world's time."""
        return self._world.clock.now()

    def monotonic(self) -> float:
        """Return seconds that pass as `now` does."""
        return self._world.clock.monotonic()

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Let whole seconds pass for everybody: the rest of a pause may be too little to move a clock."""
        self._waits += 1
        if self._waits == PAUSES:
            self._passed()
        self._world.advance(seconds=math.ceil(seconds))
        return event.is_set()


class Job(Act):
    """Something that goes on until its end, whatever happens meanwhile; `over` ends the trouble."""

    wears_out = True
    over: Callable[[], None]
    result: Result | None = None

    @property
    def asks(self) -> frozenset[str]:
        """The kinds of calls that it makes; it lists all, not what is new."""
        google = {"google write", "google change"}
        return frozenset(google if self.side is Side.GOOGLE else {"odoo write"})

    def furnish(self, world: World) -> None:
        google, start = world.in_google("alice"), self.start(world)
        google.create("Single", start=start, end=start + HOUR)
        rule = ["RRULE:FREQ=DAILY;COUNT=3"]
        series = google.create("Series", start=start, end=start + HOUR, recurrence=rule)
        moved = google.instances(series["id"])[1]
        google.patch(moved["id"], start=start + DAY + HOUR, end=start + DAY + 2 * HOUR)

    async def begin(self, world: World) -> Wanted:
        """Return what alice has: after all it is to be the same."""
        self.n, self.result = self.n + 1, None
        before = in_google(world, "alice")
        assert in_odoo(world, "alice") == before
        return {"alice": before}

    async def carry_out(self, world: World) -> None:
        """Do it; what could not be begun is begun later."""
        if self.result is None:
            clock = Hurried(world, self.over)
            held, resets(world)._clock = resets(world)._clock, clock
            try:
                self.result = await resets(world).work(await self.written_down(world), Told())
            except SyncError:
                return  # alice is told that nothing was done
            finally:
                resets(world)._clock = held

    async def finish(self, world: World) -> None:
        """Begin what could not be begun, and what was given up for want of a grant."""
        if self.result is None or self._failed(self.result):
            world.advance(minutes=2)
            self.result = None
            await self.carry_out(world)
        assert self.result is not None
        assert not self._failed(self.result)

    @staticmethod
    def _failed(result: Result) -> list[str]:
        return [one.code for one in result.failures if one.code != MADE_ANEW]

    async def written_down(self, world: World) -> int:
        """Write the job down and return its number."""
        raise NotImplementedError


class Resetting(Job):
    """One side is emptied, and what the other has is made there anew."""

    name = "reset"

    async def written_down(self, world: World) -> int:
        existing = Existing.GOOGLE if self.side is Side.GOOGLE else Existing.ODOO
        return await resets(world).start(await my_id(world), Choice(existing, Next.ALL), by="U1")


class Undoing(Job):
    """One side was emptied, and is given back."""

    name = "undo"

    async def begin(self, world: World) -> Wanted:
        """Empty the side, which goes well."""
        wanted = await super().begin(world)
        existing = Existing.GOOGLE if self.side is Side.GOOGLE else Existing.ODOO
        job = await resets(world).start(await my_id(world), Choice(existing, Next.NEW), by="U1")
        result = await resets(world).work(job, Told())
        assert not result.failures
        return wanted

    async def written_down(self, world: World) -> int:
        newest, *_ = await resets(world).undoable(await my_id(world))
        return await resets(world).undo(await my_id(world), newest.id, by="U1")
