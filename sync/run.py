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
from sync.cases import build_cases
from sync.clock import Clock
from sync.decide import plan, restore
from sync.errors import CursorExpired, NeedsReconnect, RetryLater, SyncError
from sync.google import codec as google_codec
from sync.google.side import GooglePull, GoogleSide
from sync.guard import held_back
from sync.ledger import Ledger
from sync.meetings import Meetings
from sync.merge import Rules
from sync.model import Side
from sync.odoo.identity import Identity
from sync.odoo.side import OdooSide
from sync.plan import BOOK_KEEPING, Action, Case, Park, Removal
from sync.recover import recover
from sync.seen import State
from sync.sight import look
from sync.store import Store, accounts, cursors, links, parked, runs
from sync.store.accounts import Account, AccountState
from sync.store.cursors import GoogleCursor
from sync.store.parked import Parked

log = structlog.get_logger()

FIRST_BACKOFF = timedelta(seconds=30)
LONGEST_BACKOFF = timedelta(minutes=30)
WHOLE_AGAIN = timedelta(days=1)
HELD_BACK = "held_back"
PAUSED = "paused"
ASK, DELETE, RESTORE = "ask", "delete", "restore"
"""What to do with deletions in suspicious numbers: the person's answer, back to "ask" once carried out."""
NAMED = 20
"""How many events a preview looks at only to learn what they are called."""


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


@dataclasses.dataclass(frozen=True)
class _Prepared:
    """A run that has looked and planned, but written nothing; `cursor` is where the listing then stands."""

    rules: Rules
    cases: list[Case]
    actions: list[Action]
    marks: Mapping[int, int]
    waiting: list[Parked]
    due: list[Parked]
    linked: int
    looked_at: set[tuple[Side, str]]
    cursor: GoogleCursor


class Runner:
    """Runs accounts, one run at a time for each of them."""

    def __init__(
        self,
        store: Store,
        google: GoogleSide,
        odoo: OdooSide,
        clock: Clock,
        hasher: Hasher,
        interval: timedelta,
        identity: Identity,
    ) -> None:
        self._store, self._google, self._odoo, self._identity = store, google, odoo, identity
        self._clock, self._hasher = clock, hasher
        self.interval = interval
        """Time from one quiet run of an account to the next; the timer stretches it to keep the quotas."""
        self._locks: dict[int, asyncio.Lock] = {}
        self._meetings = Meetings()

    async def run(self, account_id: int) -> Outcome:
        """Run an account once and record how it went; trouble is an outcome, never raised."""
        async with self._locks.setdefault(account_id, asyncio.Lock()):
            started = self._clock.now()
            async with self._store.read() as tx:
                account = await accounts.get(tx, account_id)
            if account is None or account.state is not AccountState.CONNECTED:
                return Outcome("not_connected", {})
            if account.paused_at:
                return Outcome(PAUSED, {})
            ledger = Ledger(self._store, self._clock, account, self._odoo.source)
            try:
                await self._run(ledger)
            except SyncError as error:
                outcome = Outcome(error.code, ledger.counts, error)
            except Exception as error:
                log.exception("run_broke")
                outcome = Outcome("broken", ledger.counts, RetryLater("broken", type(error).__name__))
            else:
                outcome = Outcome("ok", ledger.counts)
            await self._record(account, started, outcome)
            is_new = outcome.code != (account.trouble or "ok")
            return dataclasses.replace(outcome, run=ledger.run, is_new=is_new)

    async def preview(self, account_id: int) -> list[Action]:
        """Return what a run would do now, and write nothing to either calendar.

        Deletions that would wait for the person's word come last, as set aside.

        Raises:
            SyncError: a run could not do anything now, for the same reason.
        """
        async with self._locks.setdefault(account_id, asyncio.Lock()):
            async with self._store.read() as tx:
                account = await accounts.get(tx, account_id)
            if account is None or account.state is not AccountState.CONNECTED:
                raise NeedsReconnect("not_connected")
            prepared = await self._prepare(Ledger(self._store, self._clock, account, self._odoo.source))
            doable, held = await self._divided(prepared, account)
            waiting = [Park(one.remains_of[0], one.case, HELD_BACK) for one in held]
            return await self._with_names([*doable, *waiting], account_id)

    @asynccontextmanager
    async def alone(self, account_id: int) -> AsyncIterator[None]:
        """Let no run of the account go on meanwhile."""
        async with self._locks.setdefault(account_id, asyncio.Lock()):
            yield

    async def _prepare(self, ledger: Ledger) -> _Prepared:
        """Pull both sides and plan."""
        account = ledger.account
        await self._identity.require(account)
        projection = await self._odoo.projection()
        rules = Rules(
            google_codec.project,
            projection,
            projection.veils,
            google_codec.project_reminder,
            self._hasher,
        )
        async with self._store.read() as tx:
            cursor = await cursors.google(tx, account.id)
            marks = await cursors.marks(tx, account.id)
            waiting = await parked.of_account(tx, account.id)
            linked = await links.count_current(tx, account.id, self._google.window()[0])
        pull = await self._pull(account, cursor)
        # After the pull: only a listing tells the calendar's default reminders.
        recovered = await recover(self._google, self._odoo, ledger)
        due = [one for one in waiting if self._is_due(one, account)]
        sight = await look(self._google, self._odoo, ledger, pull, recovered, marks, due)
        cases = await build_cases(sight, ledger)
        actions = plan(cases, rules)
        if actions:
            deleting = any(isinstance(one, Removal) for one in actions)
            await self._identity.confirm(account, deleting=deleting)
        listed_at = self._clock.now() if pull.full or cursor is None else cursor.listed_at
        after = GoogleCursor(pull.token, self._google.fingerprint, listed_at)
        return _Prepared(rules, cases, actions, marks, waiting, due, linked, sight.looked_at, after)

    async def _run(self, ledger: Ledger) -> None:
        account, prepared = ledger.account, await self._prepare(ledger)
        doable, held = await self._divided(prepared, account)
        applier = Applier(self._google, self._odoo, prepared.rules, ledger, self._meetings)
        await applier.apply(doable)
        await self._hold(held, prepared.waiting, ledger)
        dealt_with = prepared.looked_at - ledger.parked
        async with self._store.write() as tx:
            for one in prepared.waiting:
                if (one.side, one.item) in dealt_with:
                    await parked.release(tx, account.id, one.side, one.item)
            await cursors.clear_marks(tx, prepared.marks.values())
            await cursors.set_google(tx, account.id, prepared.cursor)
            if account.deletions != ASK:
                await accounts.update(tx, account.id, deletions=ASK)

    async def _divided(self, prepared: _Prepared, account: Account) -> tuple[list[Action], list[Removal]]:
        """Return what is to be carried out now, and the deletions that wait for the person's word."""
        held = self._held(prepared, account)
        waits = {id(one) for one in held}
        doable = [one for one in prepared.actions if id(one) not in waits]
        if account.deletions == RESTORE:
            doable = [await self._restored(one, account, prepared.due) for one in doable]
        return doable, held

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

    async def _pull(self, account: Account, cursor: GoogleCursor | None) -> GooglePull:
        """List what is new; all of the window at first, when Google wants it, and once a day.

        The daily pass takes in what the window has come to cover, and mends what was missed.
        """
        fresh = (
            cursor is not None
            and cursor.fingerprint == self._google.fingerprint
            and self._clock.now() - cursor.listed_at < WHOLE_AGAIN
        )
        try:
            return await self._google.pull(account.id, cursor.token if cursor and fresh else None)
        except CursorExpired:
            return await self._google.pull(account.id, None)

    def _is_due(self, one: Parked, account: Account) -> bool:
        if one.reason == HELD_BACK:
            return account.deletions != ASK
        return one.retry_at <= self._clock.now()

    def _held(self, prepared: _Prepared, account: Account) -> list[Removal]:
        if account.deletions != ASK:
            return []
        asking = {one.side.other for one in prepared.waiting if one.reason == HELD_BACK}
        return held_back(prepared.actions, prepared.cases, prepared.linked, asking)

    async def _hold(self, held: list[Removal], waiting: list[Parked], ledger: Ledger) -> None:
        """Park deletions until the person has answered; nobody is asked about the same one twice."""
        asked = {(one.side, one.item) for one in waiting if one.reason == HELD_BACK}
        for deletion in held:
            item = deletion.remains_of
            if item in asked:
                ledger.parked.add(item)
            else:
                await ledger.park(deletion.case, item[0], HELD_BACK)
                ledger.counts[HELD_BACK] += 1

    async def _restored(self, action: Action, account: Account, due: list[Parked]) -> Action:
        """Turn a deletion that the person was asked about, and does not want, into its opposite."""
        asked = {(one.side, one.item) for one in due if one.reason == HELD_BACK}
        case = action.case
        items = {(Side.GOOGLE, case.google_id), (Side.ODOO, str(case.odoo_id))}
        if not isinstance(action, Removal) or not items & asked:
            return action
        if action.side is Side.GOOGLE and case.google.state is State.UNCHANGED:
            seen = await self._google.fetch(account.id, case.google_id)
            action = dataclasses.replace(action, case=dataclasses.replace(case, google=seen))
        return restore(action)

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
