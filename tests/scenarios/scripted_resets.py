"""A stand-in for the core of resets: jobs take steps when the test says so, and survive restarts."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sync.errors import Busy, NeedsReconnect, Rejected, SyncError
from sync.model import Side
from sync.reset import Choice, Failure, Job, Named, Preview, Progress, Result, Stopped, Undoable, UndoPreview
from tests.scenarios.busy import NOON

TOTAL = 4
NOTHING = {Side.GOOGLE: 0, Side.ODOO: 0}


@dataclasses.dataclass
class Written:
    """One job in the books."""

    job: Job
    choice: Choice | None
    reason: str = ""
    done: int = 0
    state: str = "working"
    undo_of: int = 0


@dataclasses.dataclass
class Books:
    """What a database would hold, and how fast jobs go: each step takes one of `steps`."""

    jobs: dict[int, Written] = dataclasses.field(default_factory=dict)
    steps: asyncio.Semaphore = dataclasses.field(default_factory=lambda: asyncio.Semaphore(0))
    failures: list[Failure] = dataclasses.field(default_factory=list)
    trouble: SyncError | None = None
    previews: int = 0
    news: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait until the books say so."""
        async with asyncio.timeout(10):
            while not reached():
                self.news.clear()
                await self.news.wait()

    def let_go(self, steps: int = 100) -> None:
        """Let jobs take so many steps."""
        for _ in range(steps):
            self.steps.release()

    def resets(self, *_: Any, **__: Any) -> Resets:
        """Make the stand-in of one process."""
        return Resets(self)


class Resets:
    """Does nothing to any calendar."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.books.steps = asyncio.Semaphore(0)
        self.ending = False

    def end(self) -> None:
        """Let jobs stop where they are."""
        self.ending = True
        self.books.let_go()

    async def preview(self, account_id: int, choice: Choice) -> Preview:
        """Tell some numbers that go with the choice."""
        self.books.previews += 1
        if self.books.trouble:
            raise self.books.trouble
        deleted = {side: 2 if side in choice.sides else 0 for side in Side}
        examples = {side: [Named("Secret plan", NOON)] if number else [] for side, number in deleted.items()}
        return Preview(choice, deleted, examples, NOTHING, {"guest": 1}, 1, ["bob@example.com"], 5, NOTHING)

    async def start(self, account_id: int, choice: Choice, *, by: str, reason: str = "") -> int:
        """Write a reset down."""
        self._refuse_second(account_id)
        return self._written("reset", account_id, by, choice=choice, reason=reason)

    async def work(self, job_id: int, tell: Any) -> Result:
        """Take steps while there are any to take."""
        written = self.books.jobs[job_id]
        while written.state == "working" and written.done < TOTAL:
            await self.books.steps.acquire()
            if self.ending:
                raise Stopped
            if written.state == "working":
                written.done += 1
                self.books.news.set()
                await tell(Progress(written.done, TOTAL, 0))
        if written.state == "working":
            written.state = "done"
        return self._result(written)

    async def cancel(self, account_id: int) -> bool:
        """Cancel what is under way."""
        under_way = [one for one in self._working() if one.job.account_id == account_id]
        for one in under_way:
            one.state = "cancelled"
            self.books.let_go(1)
        return bool(under_way)

    async def undoable(self, account_id: int) -> list[Undoable]:
        """List resets that are over and not undone."""
        undone = {one.undo_of for one in self.books.jobs.values()}
        return [
            Undoable(one.job.id, NOON, "reset", one.choice, self._result(one).removed, one.job.by, [], NOON)
            for one in reversed(self.books.jobs.values())
            if one.job.kind == "reset"
            and one.state != "working"
            and one.job.id not in undone
            and one.job.account_id == account_id
        ]

    async def undo_preview(self, account_id: int, undo_id: int) -> UndoPreview:
        """Tell that all comes back."""
        for one in await self.undoable(account_id):
            if one.id == undo_id:
                return UndoPreview(one, one.removed, 0, [], "")
        raise Rejected("nothing_to_undo")

    async def undo(self, account_id: int, undo_id: int, *, by: str) -> int:
        """Write an undo down."""
        self._refuse_second(account_id)
        await self.undo_preview(account_id, undo_id)
        return self._written("undo", account_id, by, undo_of=undo_id)

    async def is_busy(self, account_id: int) -> bool:
        """Say whether a job of the account is under way."""
        return any(one.job.account_id == account_id for one in self._working())

    async def unfinished(self) -> list[Job]:
        """List what is under way."""
        return [one.job for one in self._working()]

    async def set_place(self, job_id: int, place: str) -> None:
        """Note where a job is shown."""
        written = self.books.jobs[job_id]
        written.job = dataclasses.replace(written.job, place=place)

    async def sweep(self) -> None:
        """Nothing is kept."""

    def _working(self) -> list[Written]:
        return [one for one in self.books.jobs.values() if one.state == "working"]

    def _refuse_second(self, account_id: int) -> None:
        if self.books.trouble:
            raise self.books.trouble
        if any(one.job.account_id == account_id for one in self._working()):
            raise Busy("resetting")

    def _written(self, kind: str, account_id: int, by: str, **more: Any) -> int:
        job_id = len(self.books.jobs) + 1
        choice = more.pop("choice", None)
        self.books.jobs[job_id] = Written(Job(job_id, account_id, kind, by, NOON), choice, **more)
        self.books.news.set()
        return job_id

    def _result(self, one: Written) -> Result:
        sides = one.choice.sides if one.choice else frozenset[Side]()
        removed = {side: one.done // max(len(sides), 1) if side in sides else 0 for side in Side}
        undo = one.job.kind == "undo"
        return Result(
            one.job.id,
            one.job.kind,
            one.choice,
            "cancelled" if one.state == "cancelled" else "done",
            NOTHING if undo else removed,
            {Side.GOOGLE: one.done, Side.ODOO: 0} if undo else NOTHING,
            self.books.failures,
            None if undo else NOON + timedelta(days=14),
        )


DEAD = NeedsReconnect("grant_dead")
