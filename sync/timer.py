"""When which account runs: one poll of Odoo for all, a turn for each that is due, and calls in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from sync.clock import Clock
from sync.errors import RetryLater, SyncError
from sync.odoo.feed import Feed
from sync.run import Outcome, Runner
from sync.store import Store, accounts, history

RUNS_IN_FLIGHT = 16
PATIENCE = 8.0
SWEEP = timedelta(days=1)
DAILY_REQUESTS = 800_000
"""Of the million requests a day from which Google bills a project, with room left for writes."""

log = structlog.get_logger()

AfterRun = Callable[[int, Outcome], Awaitable[None]]
AfterPoll = Callable[[SyncError | None], Awaitable[None]]


class Timer:
    """Polls Odoo each `odoo_interval` and runs each account each `sync_interval`, or at once when called.

    Once a day it lets old history go. `after_run` is told of every outcome, `after_poll` whether Odoo could
    be asked.
    """

    def __init__(
        self,
        store: Store,
        feed: Feed,
        runner: Runner,
        clock: Clock,
        sync_interval: timedelta,
        odoo_interval: timedelta,
        after_run: AfterRun,
        after_poll: AfterPoll,
    ) -> None:
        self._store, self._feed, self._runner, self._clock = store, feed, runner, clock
        self._sync_interval, self._odoo_interval = sync_interval, odoo_interval
        self._after_run, self._after_poll = after_run, after_poll
        self._called = asyncio.Event()
        self._wanted: set[int] = set()
        self._running: dict[int, asyncio.Task[Outcome]] = {}
        self._polling = asyncio.Lock()
        self._gate = asyncio.Semaphore(RUNS_IN_FLIGHT)
        self.odoo_trouble: SyncError | None = None
        """What the last poll of Odoo met, None when it went well."""

    async def serve(self) -> None:
        """Keep going until cancelled; runs under way then get some seconds to end by themselves."""
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
                await self._start_due()
                pause = (next_poll - self._clock.now()).total_seconds()
                await self._clock.wait(self._called, max(pause, 0))
        finally:
            await self._wind_down()

    async def _wind_down(self) -> None:
        if self._running:
            _, late = await asyncio.wait(self._running.values(), timeout=PATIENCE)
            for task in late:  # their intents tell the next start what may have happened
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def call(self, account_id: int) -> None:
        """Let an account run at once."""
        self._wanted.add(account_id)
        self._called.set()

    async def run_now(self, account_id: int) -> Outcome:
        """Run an account now and return the outcome; a run under way is waited for first."""
        while running := self._running.get(account_id):
            await asyncio.wait([running])
        return await asyncio.shield(self._start(account_id))

    async def poll(self) -> None:
        """Ask Odoo for changes: in turn, and before a sync on demand, so that it misses none."""
        self.odoo_trouble = None
        try:
            async with self._polling:
                self._wanted |= await self._feed.poll()
        except SyncError as error:
            self.odoo_trouble = error
            log.warning("odoo_poll_failed", code=error.code, detail=error.detail)
        except Exception as error:
            self.odoo_trouble = RetryLater("broken", type(error).__name__)
            log.exception("odoo_poll_broke")
        await self._tell(self._after_poll(self.odoo_trouble))

    async def _sweep(self) -> None:
        """Let go of what is kept for two weeks only; should it not work now, there is tomorrow."""
        try:
            async with self._store.write() as tx:
                await history.purge(tx, self._clock.now())
        except Exception:
            log.exception("sweep_broke")

    async def _start_due(self) -> None:
        # A run may end while the database is asked: then what it says of that account is out of date.
        busy = set(self._running)
        async with self._store.read() as tx:
            number = await accounts.count(tx)
            due = set(await accounts.due(tx, self._clock.now()))
            failing = set(await accounts.failing(tx))
        # Every account costs a request an interval; many accounts stretch it to stay within a day's worth.
        fair = timedelta(days=1) * number / DAILY_REQUESTS
        self._runner.interval = max(self._sync_interval, fair)
        wanted = self._wanted - (failing - due)
        starting = ((due - busy) | wanted) - self._running.keys()
        self._wanted &= self._running.keys()  # called while they ran: again when they are done
        for account_id in starting:
            self._start(account_id)

    def _start(self, account_id: int) -> asyncio.Task[Outcome]:
        task = asyncio.create_task(self._run(account_id), name=f"run {account_id}")
        self._running[account_id] = task

        def done(_: object) -> None:
            self._running.pop(account_id, None)
            if account_id in self._wanted:
                self._called.set()

        task.add_done_callback(done)
        return task

    async def _run(self, account_id: int) -> Outcome:
        async with self._gate:
            with structlog.contextvars.bound_contextvars(account=account_id):
                outcome = await self._runner.run(account_id)
                if outcome.code != "ok" or outcome.counts:
                    log.info("run", outcome=outcome.code, counts=dict(outcome.counts))
                await self._tell(self._after_run(account_id, outcome))
                return outcome

    async def _tell(self, telling: Awaitable[None]) -> None:
        try:
            await telling
        except Exception:
            log.exception("telling_failed")  # what was done is done, whether or not anybody heard of it
