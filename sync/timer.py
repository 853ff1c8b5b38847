"""When which account runs: one poll of Odoo for all, a turn for each that is due, and calls in between."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog

from sync.clock import Clock
from sync.errors import DatabaseTrouble, RetryLater, SyncError
from sync.google.side import GoogleSide
from sync.odoo.feed import Feed
from sync.preparing import WHOLE_AGAIN
from sync.quiet import Sieve
from sync.run import Outcome, Runner
from sync.store import Store, accounts, alerts, departed, history, switches

RUNS_IN_FLIGHT = 16
LOT = 32
"""Accounts that are looked at together; a sync on demand waits for the others of its lot."""
PATIENCE = 5.0
"""Seconds that runs under way get at the end of the process."""
SWEEP = timedelta(days=1)
DAILY_REQUESTS = 800_000
"""Of the million requests a day from which Google bills a project, with room left for writes."""

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
        self._polling = asyncio.Lock()
        self._sieve = Sieve(store, google, clock, asyncio.Semaphore(RUNS_IN_FLIGHT), WHOLE_AGAIN)
        self.odoo_trouble: SyncError | None = None
        """What the last poll of Odoo met, None when it went well."""

    async def serve(self) -> None:
        """Keep going until cancelled; runs under way go on until `end`."""
        self._ending = False
        next_poll = next_sweep = self._clock.now()
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
                pause = (next_poll - self._clock.now()).total_seconds()
                await self._clock.wait(self._called, max(pause, 0))
        finally:
            self._ending = True

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
            log.warning("odoo_poll_failed", code=error.code, detail=error.detail)
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
        called = self._wanted - (resting - set(due)) - self._running.keys()
        self._wanted &= self._running.keys()  # called while they ran: again when they are done
        for account_id in called:
            self._start(account_id)
        waiting = [one for one in due if one not in busy and one not in self._running]
        for start in range(0, len(waiting), LOT):
            lot = waiting[start : start + LOT]
            self._keep(lot, asyncio.create_task(self._sift(lot), name=f"sift {lot[0]}"))

    def _start(self, account_id: int) -> asyncio.Task[Outcome]:
        task = asyncio.create_task(self._run(account_id), name=f"run {account_id}")
        self._keep([account_id], task)
        return task

    def _keep(self, account_ids: Sequence[int], task: asyncio.Task[Any]) -> None:
        """Remember what the timer is doing with accounts, until it is done."""
        self._running.update(dict.fromkeys(account_ids, task))

        def done(_: object) -> None:
            mine = [one for one in account_ids if self._running.get(one) is task]
            for account_id in mine:
                del self._running[account_id]
            if self._wanted.intersection(mine):
                self._called.set()

        task.add_done_callback(done)

    async def _sift(self, lot: Sequence[int]) -> None:
        """Look for news of accounts whose turn it is, and let those run that need it."""

        def start(account_id: int) -> None:
            if not self._ending:
                self._start(account_id)

        try:
            quiet = await self._sieve.sift(lot, self._runner.interval, start)
        except DatabaseTrouble as error:  # their turn comes again
            log.warning("nothing_noted", code=error.code, detail=error.detail)
            return
        for account_id in quiet:
            await self._tell(self._after_run(account_id, Outcome("ok", {})))

    async def _run(self, account_id: int) -> Outcome:
        async with self._sieve.gate:
            with structlog.contextvars.bound_contextvars(account=account_id):
                try:
                    if stopped := await self.stopped():
                        self._wanted.add(account_id)  # it runs when the others do
                        return Outcome(stopped, {})
                    outcome = await self._runner.run(account_id)
                except DatabaseTrouble as error:
                    self._wanted.add(account_id)
                    outcome = Outcome(error.code, {}, error)
                if outcome.code != "ok" or outcome.counts:
                    log.info("run", outcome=outcome.code, counts=dict(outcome.counts))
                await self._tell(self._after_run(account_id, outcome))
                return outcome

    async def _tell(self, telling: Awaitable[None]) -> None:
        try:
            await telling
        except Exception:
            log.exception("telling_failed")  # what was done is done, whether or not anybody heard of it
