"""One run of one account: pull, compare, plan, guard, apply, record, move the cursors. Nowhere else."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import structlog

from sync.apply import Applier
from sync.base import Hasher
from sync.clock import Clock
from sync.errors import Busy, Misconfigured, NeedsReconnect, RetryLater, SyncError, WritesPaused
from sync.google.side import GoogleSide
from sync.holding import ASK, HELD_BACK, divided, hold
from sync.ledger import Ledger
from sync.measures import Measures
from sync.meetings import Meetings
from sync.odoo.identity import Identity
from sync.odoo.own import OwnSides
from sync.plan import BOOK_KEEPING, Action, Park, Removal
from sync.preparing import Prepared, Preparer
from sync.seen import State
from sync.store import Store, accounts, cursors, jobs, left_alone, parked, runs
from sync.store.accounts import Account, AccountState

log = structlog.get_logger()

FIRST_BACKOFF = timedelta(seconds=30)
LONGEST_BACKOFF = timedelta(minutes=30)
NAMED = 20
"""How many events a preview looks at only to learn what they are called."""
PAUSED, RESETTING = "paused", "resetting"


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a run came to: "ok" or the code of what stopped it, and how often each reason was acted on.

    `run` names it in the history, `is_new` says that the run before did not end with this code.
    """

    code: str
    counts: Mapping[str, int]
    error: SyncError | None = None
    run: str = ""
    is_new: bool = True


class Runner:
    """Runs accounts, one run at a time for each of them."""

    def __init__(
        self,
        store: Store,
        google: GoogleSide,
        sides: OwnSides,
        clock: Clock,
        hasher: Hasher,
        interval: timedelta,
        identity: Identity,
    ) -> None:
        self._store, self._google, self._clock = store, google, clock
        self.sides, self.identity = sides, identity
        self._preparer = Preparer(store, google, sides.shared, clock, hasher, identity)
        self.interval = interval
        """Time from one quiet run of an account to the next; the timer stretches it to keep the quotas."""
        self._locks: dict[int, asyncio.Lock] = {}
        self._meetings = Meetings()
        self.measures = Measures()
        """What all runs did, for graphs."""

    async def run(self, account_id: int) -> Outcome:
        """Run an account once and record how it went; trouble is an outcome, never raised.

        While the account is being reset nothing is done, and nothing is waited for.
        """
        if await self.is_busy(account_id):
            return Outcome(RESETTING, {})
        async with self.alone(account_id):
            # Asked again: a reset may have begun while another run of the account was waited for.
            if await self.is_busy(account_id):
                return Outcome(RESETTING, {})
            started = self._clock.now()
            async with self._store.read() as tx:
                account = await accounts.get(tx, account_id)
            if account is None or account.state is not AccountState.CONNECTED:
                return Outcome("not_connected", {})
            if account.paused_at:
                return Outcome(PAUSED, {})
            ledger = Ledger(self._store, self._clock, account, self._source, self.measures)
            with ledger.named_in_logs():
                outcome = await self._outcome(ledger)
                await self._record(account, started, outcome)
            is_new = outcome.code != (account.trouble or "ok")
            return dataclasses.replace(outcome, run=ledger.run, is_new=is_new)

    async def _outcome(self, ledger: Ledger) -> Outcome:
        begun = self._clock.monotonic()
        try:
            await self._run_with_own(ledger)
        except SyncError as error:
            outcome = Outcome(error.code, ledger.counts, error)
        except Exception as error:
            log.exception("run_broke")
            outcome = Outcome("broken", ledger.counts, RetryLater("broken", type(error).__name__))
        else:
            outcome = Outcome("ok", ledger.counts)
        self.measures.ran(outcome.code, self._clock.monotonic() - begun)
        return outcome

    async def preview(self, account_id: int) -> list[Action]:
        """Return what a run would do now, and write nothing to either calendar.

        Deletions that would wait for the person's word come last, as set aside.

        Raises:
            SyncError: a run could not do anything now, for the same reason.
        """
        async with self.alone(account_id):
            if await self.is_busy(account_id):
                raise Busy(RESETTING)
            async with self._store.read() as tx:
                account = await accounts.get(tx, account_id)
            if account is None or account.state not in accounts.GRANTED:
                raise NeedsReconnect("not_connected")
            ledger = Ledger(self._store, self._clock, account, self._source)
            with ledger.named_in_logs():
                preparer = await self.preparer(account)
                prepared = await preparer.prepare(ledger, restores=False)
                doable, held = await self._divided(prepared, account)
                waiting = [Park(one.remains_of[0], one.case, HELD_BACK) for one in held]
                return await self._with_names([*doable, *waiting], account_id)

    @asynccontextmanager
    async def alone(self, account_id: int) -> AsyncIterator[None]:
        """Let no run of the account go on meanwhile."""
        async with self._locks.setdefault(account_id, asyncio.Lock()):
            yield

    async def is_busy(self, account_id: int) -> bool:
        """Say whether a reset or an undo of the account is under way."""
        async with self._store.read() as tx:
            return bool(await jobs.under_way(tx, account_id))

    async def is_first(self, account_id: int) -> bool:
        """Say whether a run would be an account's first, which may take long."""
        async with self._store.read() as tx:
            return await cursors.google(tx, account_id) is None

    async def preparer(self, account: Account) -> Preparer:
        """Return what looks at both sides for an account.

        Raises:
            SyncError: Odoo cannot be asked now.
        """
        return dataclasses.replace(self._preparer, odoo=await self.sides.of(account))

    @property
    def _source(self) -> str:
        return self.sides.shared.source

    async def _run_with_own(self, ledger: Ledger) -> None:
        """Run with the person's own key if there is one; should it end meanwhile, go on without it."""
        preparer = await self.preparer(ledger.account)
        try:
            await self._run(ledger, preparer)
        except Misconfigured:
            if not preparer.odoo.own or not await self.sides.is_lost(ledger.account):
                raise
            await self._run(ledger, self._preparer)

    async def _run(self, ledger: Ledger, preparer: Preparer) -> None:
        account = ledger.account
        await preparer.take_google(ledger)
        prepared = await preparer.prepare(ledger)
        doable, held = await self._divided(prepared, account)
        applier = Applier(self._google, preparer.odoo, prepared.rules, ledger, self._meetings)
        await applier.apply(doable)
        await hold(held, prepared.waiting, ledger)
        dealt_with = prepared.looked_at - ledger.parked
        async with self._store.write() as tx:
            for one in prepared.waiting:
                if (one.side, one.item) in dealt_with:
                    await parked.release(tx, account.id, one.side, one.item)
            await cursors.clear_marks(tx, prepared.marks.values())
            await cursors.set_google(tx, account.id, prepared.cursor)
            await left_alone.drop(tx, account.id, prepared.over)
            if account.deletions != ASK:
                await accounts.update(tx, account.id, deletions=ASK)

    async def _divided(self, prepared: Prepared, account: Account) -> tuple[list[Action], list[Removal]]:
        """Return what is to be carried out now, and the deletions that wait for the person's word."""
        return await divided(
            prepared.actions, prepared.cases, prepared.waiting, prepared.linked, account, self._google
        )

    async def _with_names(self, actions: list[Action], account_id: int) -> list[Action]:
        """Look at some Google events of which the plan knows nothing but the id, so that they can be named.

        A plan needs no look at what it deletes from Google; each costs a request here.
        """
        named, left = list(actions), NAMED
        for place, action in enumerate(actions):
            case = action.case
            unknown = not (case.google.label or case.odoo.label or case.odoo.event)
            if unknown and case.google.state is State.UNCHANGED and left:
                google = await self._google.fetch(account_id, case.google_id)
                case = dataclasses.replace(case, google=google)
                named[place], left = dataclasses.replace(action, case=case), left - 1
        return named

    async def _record(self, account: Account, started: datetime, outcome: Outcome) -> None:
        now = self._clock.now()
        changes: dict[str, object] = {"trouble": None, "failures": 0, "next_run_at": now + self.interval}
        match outcome.error:
            case None:
                changes["synced_at"] = now
            case NeedsReconnect():
                changes |= {"state": AccountState.RECONNECT, "trouble": outcome.code, "next_run_at": None}
            case _:
                asked = outcome.error.after if isinstance(outcome.error, RetryLater) else None
                if isinstance(outcome.error, WritesPaused):
                    asked = None  # what goes to Odoo does not wait for the end of Google's pause
                pause = min(FIRST_BACKOFF * 2 ** min(account.failures, 10), LONGEST_BACKOFF)
                if asked is not None:
                    pause = max(pause, timedelta(seconds=asked))
                changes |= {
                    "trouble": outcome.code,
                    "failures": account.failures + 1,
                    "next_run_at": now + pause,
                }
        async with self._store.write() as tx:
            await accounts.record(tx, account.id, **changes)
            told = {name: n for name, n in outcome.counts.items() if name not in BOOK_KEEPING}
            await runs.add(tx, account.id, runs.Run(started, now, outcome.code, told))
