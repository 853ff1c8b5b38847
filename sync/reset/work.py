"""Works through the items of a job: several at a time, waiting where a side cannot answer, until the end."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import structlog

from sync.clock import Clock
from sync.errors import (
    Busy,
    DatabaseTrouble,
    Misconfigured,
    NeedsHuman,
    NeedsReconnect,
    RetryLater,
    SyncError,
)
from sync.ledger import OF_THE_ITEM
from sync.model import Side
from sync.reset.report import Progress
from sync.store import Store, jobs, removals
from sync.store.jobs import CANCELLING
from sync.store.removals import Removed

IN_FLIGHT = 8
ATTEMPTS = 3
UNANSWERED = 3
"""Failures in a row after which it is not the items' fault: everything waits a little."""
PAUSES = (5.0, 30.0, 120.0, 300.0)
"""Seconds between one pass and the next, where nobody said how long to wait."""

log = structlog.get_logger()

Tell = Callable[[Progress], Awaitable[None]]


class Stopped(Exception):
    """A job stopped between two items since the process ends; the next one goes on with it."""


class Acts(Protocol):
    """What is done with an item."""

    async def carry_out(self, one: Removed) -> None:
        """Do it; errors are those of `sync.errors`."""

    async def give_up(self, one: Removed, code: str) -> bool:
        """Record that it could not be done; false when a look shows that it was done all the same."""


@dataclasses.dataclass
class Worker:
    """Deals with every item of a job, or stops between two when the job is cancelled.

    An item that fails three times is given up with its reason; a side that cannot answer is waited for. Both
    sides of one event are dealt with one after the other.
    """

    store: Store
    clock: Clock
    job_id: int
    acts: Acts
    tell: Tell
    total: int
    woken: asyncio.Event
    """Set when the job is cancelled or the process ends, so that a pause ends."""
    is_ending: Callable[[], bool]
    done: int = 0
    failed: int = 0
    _unanswered: int = 0
    _wait: float | None = None
    _dead: dict[Side, str] = dataclasses.field(default_factory=dict)

    async def run(self, items: Sequence[Removed]) -> bool:
        """Work until nothing is left; false when the job was cancelled first."""
        left, passes = _by_event(items), 0
        while left:
            before = self.done
            left = await self._pass(left)
            if await self._is_cancelled():
                return not left
            if left:
                passes = 0 if self.done > before else passes + 1
                pause = self._wait if self._wait is not None else PAUSES[min(passes, len(PAUSES) - 1)]
                await self.clock.wait(self.woken, pause)
        return True

    async def _pass(self, events: list[list[Removed]]) -> list[list[Removed]]:
        """Try every event once; return what is left of those that have to wait."""
        self._unanswered, self._wait = 0, None
        queue, left = list(reversed(events)), list[list[Removed]]()

        async def work() -> None:
            while queue:
                event = queue.pop()
                if self._must_wait or self.is_ending() or await self._is_cancelled():
                    left.append(event)
                elif rest := await self._event(event):
                    left.append(rest)

        # None is left behind: what the others have sent must be recorded.
        ends = await asyncio.gather(*(work() for _ in range(IN_FLIGHT)), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return left

    @property
    def _must_wait(self) -> bool:
        return self._wait is not None or self._unanswered >= UNANSWERED

    async def _event(self, event: list[Removed]) -> list[Removed]:
        """Deal with one event on its sides; return what has to wait."""
        for place, one in enumerate(event):
            again = await self._item(one)
            if again:
                return [again, *event[place + 1 :]]
        return []

    async def _item(self, one: Removed) -> Removed | None:
        """Deal with one item; return it as it stands if it has to wait."""
        while True:
            code = self._dead.get(one.side)
            if code:
                await self._given_up(one, code)
                return None
            try:
                await self.acts.carry_out(one)
            except DatabaseTrouble:
                raise  # nobody could note what became of it: the job goes on when it can be
            except RetryLater as error:
                self._unanswered += 1
                if error.code not in OF_THE_ITEM:
                    self._wait = max(self._wait or 0.0, error.after or PAUSES[0])
                    return await self._fresh(one)
                if one.attempts + 1 < ATTEMPTS:
                    return await self._struck(one)
                await self._given_up(one, error.code)
                return None
            except (NeedsReconnect, NeedsHuman, Misconfigured, Busy) as error:
                self._dead[one.side] = error.code
            except Exception as error:
                code = error.code if isinstance(error, SyncError) else "broken"
                if code == "broken":
                    log.exception("removal_broke", job=self.job_id)
                if one.attempts + 1 >= ATTEMPTS:
                    await self._given_up(one, code)
                    return None
                one = await self._struck(one)
            else:
                self._unanswered = 0
                await self._told()
                return None

    async def _struck(self, one: Removed) -> Removed:
        async with self.store.write() as tx:
            await removals.update(tx, [one.id], attempts=one.attempts + 1)
        return await self._fresh(one)

    async def _fresh(self, one: Removed) -> Removed:
        """Return an item as it is recorded: a call that failed may have had its effect."""
        async with self.store.read() as tx:
            return await removals.get(tx, one.id) or one

    async def _given_up(self, one: Removed, code: str) -> None:
        self.failed += await self.acts.give_up(one, code)
        await self._told()

    async def _told(self) -> None:
        self.done += 1
        try:
            await self.tell(Progress(self.done, self.total, self.failed))
        except Exception:
            log.exception("telling_failed")  # what was done is done, whether or not anybody heard of it

    async def _is_cancelled(self) -> bool:
        if self.is_ending():
            raise Stopped
        async with self.store.read() as tx:
            job = await jobs.get(tx, self.job_id)
        return job is None or job.state == CANCELLING


def _by_event(items: Sequence[Removed]) -> list[list[Removed]]:
    events: dict[tuple[str, int], list[Removed]] = {}
    for one in items:
        events.setdefault(one.pair, []).append(one)
    return list(events.values())
