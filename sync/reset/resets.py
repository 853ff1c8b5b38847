"""Resets and their undoing, as the bot calls them: preview, start, work until done, cancel, undo, sweep."""

from __future__ import annotations

import asyncio

import structlog

from sync.base import Hasher
from sync.clock import Clock
from sync.errors import Busy, CursorExpired, NeedsReconnect, RetryLater, SyncError
from sync.google.side import GoogleSide
from sync.ledger import Ledger
from sync.model import Side
from sync.odoo.side import OdooSide
from sync.reset import ending, scope
from sync.reset.choice import Choice
from sync.reset.removing import Remover
from sync.reset.report import Job, Result, Undoable, UndoPreview
from sync.reset.restoring import Restorer
from sync.reset.scope import Preview
from sync.reset.starting import write_down
from sync.reset.survey import Survey, survey
from sync.reset.sweep import sweep
from sync.reset.undos import Undos
from sync.reset.work import PAUSES, Acts, Tell, Worker
from sync.run import RESETTING, Runner
from sync.store import Store, accounts, cursors, jobs, removals
from sync.store.jobs import UNDER_WAY, UNDO, WORKING
from sync.store.removals import OPEN


class Resets:
    """All that an account's owner, or an administrator, can reset and undo."""

    def __init__(
        self,
        store: Store,
        google: GoogleSide,
        clock: Clock,
        runner: Runner,
        hasher: Hasher,
    ) -> None:
        self._store, self._google, self._clock = store, google, clock
        self._runner, self._hasher = runner, hasher
        self._woken: dict[int, asyncio.Event] = {}
        self._ending = False

    async def preview(self, account_id: int, choice: Choice) -> Preview:
        """Return what a reset would do now; nothing is written.

        Raises:
            Busy: a job of the account is under way. SyncError: a side cannot be asked now.
        """
        async with self._runner.alone(account_id):
            found = await self._look(await self._ledger(account_id))
        now = self._clock.now()
        return scope.preview(choice, found.cases, found.asleep, found.parked, now, found.trouble)

    async def start(self, account_id: int, choice: Choice, *, by: str, reason: str = "") -> int:
        """Look at both sides, write down what is to be done, and return the job for `work`.

        `by` is the Slack user id of who confirmed it, `reason` an administrator's. What people do from here
        on is theirs: it counts as new, however long the job takes.

        Raises:
            NeedsReconnect: Google is to lose events, but the grant is dead. Busy: a job is under way.
            SyncError: a side cannot be asked now.
        """
        async with self._runner.alone(account_id):
            ledger = await self._ledger(account_id)
            found = await self._look(ledger)
            if found.trouble and Side.GOOGLE in choice.sides:
                raise NeedsReconnect(found.trouble)
            await self._runner.identity.confirm(ledger.account, deleting=bool(choice.sides))
            return await write_down(ledger, await self._odoo(ledger), found, choice, by=by, reason=reason)

    async def work(self, job_id: int, tell: Tell) -> Result:
        """Work on a job until it is done or cancelled, telling its progress after each item.

        A side that cannot answer now is waited for. Of a job at its end, the result is returned at once.

        Raises:
            ValueError: there is no such job.
            Stopped: the process ends (see `end`); the job is gone on with when it is worked on again.
        """
        job = await self._job(job_id)
        async with self._runner.alone(job.account_id):
            job = await self._job(job_id)
            ledger = await self._ledger(job.account_id, job)
            if job.state in UNDER_WAY:
                with ledger.named_in_logs(), structlog.contextvars.bound_contextvars(job=job_id):
                    await self._work(job, ledger, tell)
                job = await self._job(job_id)
            async with self._store.read() as tx:
                return await ending.result(tx, job, ledger)

    def end(self) -> None:
        """Let all jobs stop after the items they are at, since the process ends."""
        self._ending = True
        for woken in self._woken.values():
            woken.set()

    async def cancel(self, account_id: int) -> bool:
        """Let the account's job stop after the items it is at; false when there is none under way."""
        async with self._store.write() as tx:
            working = [job.id for job in await jobs.under_way(tx, account_id) if job.state == WORKING]
            asked = await jobs.cancel(tx, account_id)
        for job_id in working:
            self._woken.setdefault(job_id, asyncio.Event()).set()
        return asked

    async def undoable(self, account_id: int) -> list[Undoable]:
        """Return what can be undone, newest first."""
        ledger = await self._ledger(account_id)
        return await Undos(ledger, self._runner.sides.shared).undoable()

    async def undo_preview(self, account_id: int, undo_id: int) -> UndoPreview:
        """Return what an undo would give back now.

        Raises:
            Rejected: it cannot be undone any more (`nothing_to_undo`). SyncError: Odoo cannot be asked now.
        """
        ledger = await self._ledger(account_id)
        return await Undos(ledger, await self._odoo(ledger)).preview(undo_id)

    async def undo(self, account_id: int, undo_id: int, *, by: str) -> int:
        """Write down that a set of removals is to be given back, and return the job for `work`.

        Raises:
            Rejected: it cannot be undone any more (`nothing_to_undo`). Busy: a job is under way.
            NeedsReconnect: the grant is dead, and there is something to give back in Google.
        """
        async with self._runner.alone(account_id):
            ledger = await self._ledger(account_id)
            await self._refuse_busy(account_id)
            await self._runner.identity.require(ledger.account)
            return await Undos(ledger, self._runner.sides.shared).write_down(undo_id, by=by)

    async def is_busy(self, account_id: int) -> bool:
        """Say whether a reset or an undo of the account is under way."""
        return await self._runner.is_busy(account_id)

    async def unfinished(self) -> list[Job]:
        """Return the jobs that are not at their end, to be gone on with at start-up."""
        async with self._store.read() as tx:
            return await jobs.under_way(tx)

    async def set_place(self, job_id: int, place: str) -> None:
        """Keep the bot's own note with a job, such as where its progress is shown."""
        async with self._store.write() as tx:
            await jobs.update(tx, job_id, place=place)

    async def sweep(self) -> None:
        """Let go of what can be undone no longer: copies are erased, archived rows of Odoo deleted."""
        await sweep(self._store, self._runner.sides, self._clock)

    # --- how

    async def _look(self, ledger: Ledger) -> Survey:
        await self._refuse_busy(ledger.account.id)
        return await survey(ledger, await self._runner.preparer(ledger.account))

    async def _refuse_busy(self, account_id: int) -> None:
        if await self.is_busy(account_id):
            raise Busy(RESETTING)

    async def _job(self, job_id: int) -> Job:
        async with self._store.read() as tx:
            job = await jobs.get(tx, job_id)
        if job is None:
            raise ValueError(f"no job {job_id}")
        return job

    async def _ledger(self, account_id: int, job: Job | None = None) -> Ledger:
        async with self._store.read() as tx:
            account = await accounts.get(tx, account_id)
        if account is None:
            raise ValueError(f"no account {account_id}")
        source, measures = self._runner.sides.shared.source, self._runner.measures
        ledger = Ledger(self._store, self._clock, account, source, measures)
        if job and job.run:
            ledger.run = job.run
        return ledger

    async def _work(self, job: Job, ledger: Ledger, tell: Tell) -> None:
        undo, woken = job.kind == UNDO, self._woken.setdefault(job.id, asyncio.Event())
        async with self._store.read() as tx:
            roster = (await self._store.roster.read(tx)).including(ledger.account)
            mine = await (removals.of_undo if undo else removals.of_job)(tx, job.id)
        todo = [one for one in mine if one.state in OPEN]
        if any(one.side is Side.GOOGLE for one in todo):
            await self._learn_defaults(ledger.account.id, woken)
        odoo = await self._odoo_at_last(ledger, woken)
        await odoo.know(roster, ())
        acts: Acts = self._restorer(job, ledger, odoo) if undo else Remover(self._google, odoo, ledger)
        done, failed = len(mine) - len(todo), sum(bool(one.code) for one in mine if one not in todo)
        worker = Worker(
            self._store, self._clock, job.id, acts, tell, job.total, woken, self._is_ending, done, failed
        )
        try:
            whole = await worker.run(todo)
        finally:
            self._woken.pop(job.id, None)
        end = ending.end_undo if undo else ending.end_reset
        await end(job, ledger, whole=whole)

    def _is_ending(self) -> bool:
        return self._ending

    async def _odoo(self, ledger: Ledger) -> OdooSide:
        return await self._runner.sides.of(ledger.account)

    async def _odoo_at_last(self, ledger: Ledger, woken: asyncio.Event) -> OdooSide:
        """Return the account's side of Odoo, which is waited for like everything a job needs."""
        while not woken.is_set():
            try:
                return await self._odoo(ledger)
            except RetryLater as error:
                await self._clock.wait(woken, error.after or PAUSES[0])
            except SyncError:
                break  # the items will meet it, too
        return self._runner.sides.shared

    def _restorer(self, job: Job, ledger: Ledger, odoo: OdooSide) -> Restorer:
        same = job.google_sub in (None, ledger.account.google_sub)
        return Restorer(self._google, odoo, ledger, self._hasher, same)

    async def _learn_defaults(self, account_id: int, woken: asyncio.Event) -> None:
        """Learn the calendar's default reminders, without which its events read as if they had none."""
        async with self._store.read() as tx:
            cursor = await cursors.google(tx, account_id)
        token = cursor.token if cursor else None
        while not self._google.knows_defaults(account_id) and not woken.is_set():
            try:
                await self._google.pull(account_id, token)
            except CursorExpired:
                token = None
            except RetryLater as error:
                await self._clock.wait(woken, error.after or PAUSES[0])
            except SyncError:
                return  # the items will meet it, too
