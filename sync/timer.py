"""When which account runs: one poll of Odoo for all, a turn for each that is due, and calls in between."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from sync.clock import Clock
from sync.errors import DatabaseTrouble, RetryLater, SyncError
from sync.google.side import GoogleSide
from sync.odoo.feed import Feed
from sync.preparing import WHOLE_AGAIN
from sync.quiet import Sieve
from sync.run import Outcome, Runner
from sync.slots import Slots
from sync.store import Store, accounts, alerts, departed, history, switches

LOT = 32
"""Accounts that are looked at together; a sync on demand waits for the others of its lot."""
LOTS_IN_FLIGHT = 2
"""Lots that are looked at at once; accounts of the others wait, cost nothing and may be called out."""
PATIENCE = 5.0
"""Seconds that runs under way get at the end of the process."""
SWEEP = timedelta(days=1)
STUCK = timedelta(minutes=10)
"""Without a turn for so long beyond its pause, the timer hangs somewhere."""
DAILY_REQUESTS = 800_000
"""Of the million requests a day from which Google bills a project, with room left for writes."""

RUN = "run "
"""How the names of runs' tasks begin."""
UNINSTALLED = f"all_{switches.UNINSTALLED}"

log = structlog.get_logger()

Sweep = Callable[[], Awaitable[None]]
AfterRun = Callable[[int, Outcome], Awaitable[None]]
AfterPoll = Callable[[SyncError | None], Awaitable[None]]


class Timer:
    """Polls Odoo each `odoo_interval` and runs each account each `sync_interval`, or at once when called.

    Once a day it lets old things go, and calls each of `sweeps`. While a switch stops all accounts
    (`sync.store.switches`) none is run, and what was called for waits. `after_run` is told of every outcome,
    `after_poll` whether Odoo could be asked.
    """

    def __init__(
        self,
        store: Store,
        google: GoogleSide,
        feed: Feed,
        runner: Runner,
        clock: Clock,
        sync_interval: timedelta,
        odoo_interval: timedelta,
        sweeps: Sequence[Sweep],
        after_run: AfterRun,
        after_poll: AfterPoll,
    ) -> None:
        self._store, self._feed, self._runner, self._clock = store, feed, runner, clock
        self._sync_interval, self._odoo_interval = sync_interval, odoo_interval
        self._sweeps, self._after_run, self._after_poll = sweeps, after_run, after_poll
        self._called = asyncio.Event()
        self._wanted: set[int] = set()
        self._running: dict[int, asyncio.Task[Any]] = {}
        self._ending = False
        self._turned_at: datetime | None = None
        self._polling = asyncio.Lock()
        self._slots, self._lots = Slots(), asyncio.Semaphore(LOTS_IN_FLIGHT)
        self._queued: dict[int, set[int]] = {}
        self._sieve = Sieve(store, google, clock, self._slots, WHOLE_AGAIN)
        self.odoo_trouble: SyncError | None = None
        """What the last poll of Odoo met, None when it went well."""

    async def serve(self) -> None:
        """Keep going until cancelled; runs under way go on until `end`."""
        self._ending = False
        next_poll = next_sweep = self._turned_at = self._clock.now()
        try:
            while True:
                if self._clock.now() >= next_sweep:
                    await self._sweep()
                    next_sweep = self._clock.now() + SWEEP
                if self._clock.now() >= next_poll:
                    await self.poll()
                    next_poll = self._clock.now() + self._odoo_interval
                self._called.clear()
                try:
                    await self._start_due()
                except DatabaseTrouble as error:
                    log.warning("nothing_started", code=error.code, detail=error.detail)
                self._turned_at = self._clock.now()
                pause = (next_poll - self._clock.now()).total_seconds()
                await self._clock.wait(self._called, max(pause, 0))
        finally:
            self._ending, self._turned_at = True, None

    @property
    def is_stuck(self) -> bool:
        """Whether it serves, but has not had a turn for far too long."""
        if self._turned_at is None:
            return False
        return self._clock.now() - self._turned_at > self._odoo_interval + STUCK

    async def end(self) -> None:
        """Let runs under way end, those too that people asked for, and cut off what takes too long."""
        self._ending = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while self._running:
                    await asyncio.wait(self._running.values())
        late = set(self._running.values())
        for task in late:  # their intents tell the next start what may have happened
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def call(self, account_id: int) -> None:
        """Let an account run at once."""
        self._wanted.add(account_id)
        self._called.set()

    def is_running(self, account_id: int) -> bool:
        """Say whether a run of an account is under way."""
        return account_id in self._running

    def is_busy(self) -> bool:
        """Say whether any run is under way; to look for news of quiet accounts is none."""
        return any(task.get_name().startswith(RUN) for task in self._running.values())

    def wake(self) -> None:
        """Look at once which accounts are due."""
        self._called.set()

    async def stopped(self) -> str | None:
        """Return the code of what keeps all accounts from running now, or None."""
        if self._store.trouble:
            return self._store.trouble.code
        async with self._store.read() as tx:
            name = await switches.stopping(tx)
        return f"all_{name}" if name else None

    async def run_now(self, account_id: int) -> Outcome:
        """Run an account now and return the outcome; a run under way is waited for first."""
        self._call_out(account_id)
        while running := self._running.get(account_id):
            await asyncio.wait([running])
        return await asyncio.shield(self._start(account_id))

    async def poll(self) -> None:
        """Ask Odoo for changes: in turn, and before a sync on demand, so that it misses none."""
        self.odoo_trouble = None
        try:
            if self._store.trouble or await self.stopped() == UNINSTALLED:
                return
            async with self._polling:
                self._wanted |= await self._feed.poll()
        except DatabaseTrouble as error:
            log.warning("nothing_noted", code=error.code, detail=error.detail)
            return
        except SyncError as error:
            self.odoo_trouble = error
            # What is wrong with the set-up may name somebody's login; `calsync doctor` tells it.
            detail = error.detail if isinstance(error, RetryLater) else ""
            log.warning("odoo_poll_failed", code=error.code, detail=detail)
        except Exception as error:
            self.odoo_trouble = RetryLater("broken", type(error).__name__)
            log.exception("odoo_poll_broke")
        await self._tell(self._after_poll(self.odoo_trouble))

    async def _sweep(self) -> None:
        """Let go of what is kept for some weeks only; should it not work now, there is tomorrow."""
        try:
            async with self._store.write() as tx:
                now = self._clock.now()
                await history.purge(tx, now)
                await alerts.purge(tx, now)
                if await departed.purge(tx, now):
                    log.info("all_deleted")
        except Exception:
            log.exception("sweep_broke")
        for sweep in self._sweeps:
            try:
                await sweep()
            except Exception:
                log.exception("sweep_broke")

    async def _start_due(self) -> None:
        # A run may end while the database is asked: then what it says of that account is out of date.
        busy = set(self._running)
        if self._store.trouble:  # who keeps an eye on it wakes us
            return
        async with self._store.read() as tx:
            if await switches.stopping(tx):
                return
            number = await accounts.count(tx)
            due = await accounts.due(tx, self._clock.now())
            resting = set(await accounts.resting(tx))
        # Every account costs a request an interval; many accounts stretch it to stay within a day's worth.
        fair = timedelta(days=1) * number / DAILY_REQUESTS
        self._runner.interval = max(self._sync_interval, fair)
        for account_id in self._wanted & self._queued.keys():
            self._call_out(account_id)
        called = self._wanted - (resting - set(due)) - self._running.keys()
        self._wanted &= self._running.keys()  # called while they ran: again when they are done
        for account_id in called:
            self._start(account_id)
        waiting = [one for one in due if one not in busy and one not in self._running]
        for start in range(0, len(waiting), LOT):
            lot = set(waiting[start : start + LOT])
            self._queued.update(dict.fromkeys(lot, lot))
            self._keep(sorted(lot), asyncio.create_task(self._sift(lot), name=f"sift {waiting[start]}"))

    def _call_out(self, account_id: int) -> None:
        """Take an account out of a lot of which none has been looked at yet, so that it need not wait."""
        if lot := self._queued.pop(account_id, None):
            lot.discard(account_id)
            del self._running[account_id]

    def _start(self, account_id: int) -> asyncio.Task[Outcome]:
        task = asyncio.create_task(self._run(account_id), name=f"{RUN}{account_id}")
        self._keep([account_id], task)
        return task

    def _keep(self, account_ids: Sequence[int], task: asyncio.Task[Any]) -> None:
        """Remember what the timer is doing with accounts, until it is done."""
        self._running.update(dict.fromkeys(account_ids, task))

        def done(_: object) -> None:
            mine = [one for one in account_ids if self._running.get(one) is task]
            for account_id in mine:
                del self._running[account_id]
                self._queued.pop(account_id, None)
            if self._wanted.intersection(mine):
                self._called.set()

        task.add_done_callback(done)

    async def _sift(self, waiting: set[int]) -> None:
        """Look for news of accounts whose turn it is, and let those run that need it."""
        async with self._lots:
            lot = sorted(waiting)
            for account_id in lot:
                del self._queued[account_id]
            if lot and not self._ending:
                await self._look_at(lot)

    async def _look_at(self, lot: Sequence[int]) -> None:

        def start(account_id: int) -> None:
            if not self._ending:
                self._start(account_id)

        try:
            quiet = await self._sieve.sift(lot, self._runner.interval, start)
        except DatabaseTrouble as error:  # their turn comes again
            log.warning("nothing_noted", code=error.code, detail=error.detail)
            return
        self._runner.measures.quiet += len(quiet)
        for account_id in quiet:
            await self._tell(self._after_run(account_id, Outcome("ok", {})))

    async def _run(self, account_id: int) -> Outcome:
        with structlog.contextvars.bound_contextvars(account=account_id):
            try:
                async with self._slots.taken(first=await self._runner.is_first(account_id)):
                    if stopped := await self.stopped():
                        self._wanted.add(account_id)  # it runs when the others do
                        return Outcome(stopped, {})
                    outcome = await self._runner.run(account_id)
            except DatabaseTrouble as error:
                self._wanted.add(account_id)
                outcome = Outcome(error.code, {}, error)
            with structlog.contextvars.bound_contextvars(run=outcome.run):
                if outcome.code != "ok" or outcome.counts:
                    log.info("run", outcome=outcome.code, counts=dict(outcome.counts))
                await self._tell(self._after_run(account_id, outcome))
            return outcome

    async def _tell(self, telling: Awaitable[None]) -> None:
        try:
            await telling
        except Exception:
            log.exception("telling_failed")  # what was done is done, whether or not anybody heard of it
