"""The book-keeping of one account's run: intents, links and parked items, each written at once."""

from __future__ import annotations

import dataclasses
import json
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager

import structlog

from sync import values
from sync.base import read_start, start_key
from sync.clock import Clock
from sync.errors import RetryLater, WritesPaused
from sync.match import google_id, token_message
from sync.measures import Measures
from sync.merge import Conflict
from sync.model import Override, Side, Start
from sync.odoo.side import Owner
from sync.plan import Case, Link
from sync.seen import Seen
from sync.store import Store, history, intents, jobs, links, parked, removals
from sync.store.accounts import Account
from sync.store.history import Entry
from sync.store.intents import KEEP, Intent
from sync.store.removals import Removed, State

TOKEN_PURPOSE = "odoo access token"  # noqa: S105 (names a key, is none)
REMOVED = "removed event"
"""What copies of removed events are encrypted for, besides their owner."""
STRIKES = 3

OF_THE_ITEM = frozenset({"google_trouble", "google_unreadable", "odoo_trouble", "odoo_unreadable"})
"""Failures that one odd item can cause by itself; after several of them the whole run gives way too."""


@dataclasses.dataclass
class Ledger:
    """What this run did so far.

    `source` names the Odoo database, `run` this run; `counts` says how often each reason was acted on,
    `parked` which items were set aside. `measures` are those of the whole process.
    """

    store: Store
    clock: Clock
    account: Account
    source: str
    measures: Measures = dataclasses.field(default_factory=Measures)
    counts: Counter[str] = dataclasses.field(default_factory=Counter)
    strikes: int = 0
    parked: set[tuple[Side, str]] = dataclasses.field(default_factory=set)
    run: str = dataclasses.field(default_factory=lambda: uuid.uuid4().hex[:12])

    @property
    def owner(self) -> Owner:
        """Return the person in Odoo's terms."""
        return Owner(self.account.odoo_uid, self.account.odoo_partner_id)

    def named_in_logs(self) -> AbstractContextManager[None]:
        """Let every line that is logged meanwhile name the account and the run, as the history does."""
        return structlog.contextvars.bound_contextvars(account=self.account.id, run=self.run)

    def strike(self, error: RetryLater) -> None:
        """Count a failure of one item; that Google takes no writes for now is none.

        Raises:
            RetryLater: the same, when it is no fault of an item, or when there are too many.
        """
        if isinstance(error, WritesPaused):
            return
        self.strikes += 1
        if error.code not in OF_THE_ITEM or self.strikes >= STRIKES:
            raise error

    def google_id(self, odoo_id: int, generation: int) -> str:
        """Return the id under which an Odoo event of this account is made in Google."""
        return google_id(self.source, self.account.odoo_uid, odoo_id, generation)

    def access_tokens(self, uid: str, generation: int, start: Start | None = None) -> list[str]:
        """Return the access tokens an Odoo event made from a Google event may carry, one a vault key.

        `uid` is Google's iCalUID, which all guests' copies share; of a series, each row has its own `start`.
        """
        message = token_message(self.source, uid, generation, start_key(start) if start else "")
        return self.store.vault.derived_tokens(TOKEN_PURPOSE, message)

    def is_from_google(self, token: str) -> bool:
        """Say whether a row with this access token was made from somebody's Google event."""
        return self.store.vault.has_derived(TOKEN_PURPOSE, token)

    async def intend(self, planned: Sequence[Intent]) -> list[Intent]:
        """Record what is about to be sent."""
        async with self.store.write() as tx:
            return await intents.intend(tx, self.account.id, self.clock.now(), planned)

    async def settle(
        self, results: Iterable[tuple[Intent, Link | None]], entries: Sequence[Entry] = ()
    ) -> list[int]:
        """Strike out intents, with the links that came of them, and return the ids of these."""
        known = list(results)
        async with self.store.write() as tx:
            made = await links.add(tx, self.account.id, [link for _, link in known if link])
            await intents.settle(tx, [intent.id for intent, _ in known])
            await history.add(tx, self.account.id, entries)
        return made

    async def keep(self, google_key: str, kept: Mapping[Start, Override]) -> None:
        """Record what occurrences of a series in Google have to be after a write that may cost them that."""
        text = json.dumps({start_key(start): values.dump_override(one) for start, one in kept.items()})
        held = self.store.vault.encrypt(self.account.owner, "kept", text)
        await self.intend([Intent(0, Side.GOOGLE, KEEP, google_key, 0, 0, {}, {}, kept=held)])

    def kept(self, intent: Intent) -> dict[Start, Override]:
        """Return what `keep` recorded."""
        text = self.store.vault.decrypt(self.account.owner, "kept", intent.kept or "")
        return {read_start(key): values.load_override(one) for key, one in json.loads(text).items()}

    async def put(self, link: Link, entries: Sequence[Entry] = (), *, kept: bool = False) -> Link:
        """Store a link and return it with its id; `kept` says that nothing is left to be restored."""
        async with self.store.write() as tx:
            await history.add(tx, self.account.id, entries)
            if kept:
                await intents.settle_kept(tx, self.account.id, link.google_id)
            return dataclasses.replace(link, id=await links.put(tx, self.account.id, link))

    async def stands_for_another(self, google_key: str, odoo_id: int) -> bool:
        """Say whether a link joins the Google event with another row than this one."""
        async with self.store.read() as tx:
            held = await links.of_account(tx, self.account.id, google_ids=[google_key])
        return any(link.odoo_id != odoo_id for link in held)

    async def end(
        self,
        link: Link | None,
        intent: Intent | None = None,
        entries: Sequence[Entry] = (),
        removal: Removed | None = None,
    ) -> None:
        """End a link, if there is one, together with the intent that did it; a removal can be undone."""
        async with self.store.write() as tx:
            await history.add(tx, self.account.id, entries)
            if removal:
                job_id = await jobs.of_run(
                    tx, self.account.id, self.run, self.account.google_sub, self.clock.now()
                )
                await removals.add(tx, [dataclasses.replace(removal, job_id=job_id)])
            if link:
                await links.end(tx, link.id)
            if intent:
                await intents.settle(tx, [intent.id])

    async def park(self, case: Case, side: Side, reason: str) -> None:
        """Set an item aside, named for its owner; a side that has no record yet is named by the other's."""
        if not (case.google_id if side is Side.GOOGLE else case.odoo_id):
            side = side.other
        item = case.google_id if side is Side.GOOGLE else str(case.odoo_id)
        here, there = (case.google, case.odoo) if side is Side.GOOGLE else (case.odoo, case.google)
        label = self.store.vault.encrypt(self.account.owner, "parked", here.label or there.label)
        async with self.store.write() as tx:
            await parked.put(tx, self.account.id, side, item, reason, label, self.clock.now())
        self.parked.add((side, item))
        self.counts["parked"] += 1

    def removal(self, side: Side, case: Case, rows: Sequence[int]) -> Removed:
        """Return what is kept of an event that was taken off a side, so that it can be given back.

        `rows` are those of Odoo that were archived; of Google's event a copy is kept, if it was read.
        """
        seen = case.shown_on(side)
        return Removed(
            0,
            0,
            side,
            case.google_id,
            case.odoo_id,
            State.REMOVED,
            self.seal(_label(case)),
            rows=list(rows),
            link=case.link,
            snapshot=self.seal_event(seen) if side is Side.GOOGLE else None,
            removed_at=self.clock.now(),
        )

    def seal(self, text: str) -> str:
        """Encrypt what is kept of a removed event for its owner."""
        return self.store.vault.encrypt(self.account.owner, REMOVED, text)

    def seal_event(self, seen: Seen) -> str | None:
        """Return a whole event as it is kept until it cannot be given back any more; None if unread."""
        return self.seal(json.dumps(values.dump_event(seen.event))) if seen.event else None

    def opened(self, sealed: str | None) -> str:
        """Return in the clear what was sealed, "" when it was let go of."""
        return self.store.vault.decrypt(self.account.owner, REMOVED, sealed) if sealed else ""

    def entry(
        self,
        side: Side,
        action: str,
        reason: str,
        case: Case,
        fields: Collection[str] = (),
        overruled: Sequence[Conflict] = (),
    ) -> Entry:
        """Return what the history is to say of a write that was just done: where and why; and count it."""
        now = self.clock.now()
        self.measures.wrote(side, action, reason, case.shown_on(side.other), self.account.synced_at, now)
        vault, owner = self.store.vault, self.account.owner
        lost = [
            {
                "name": one.name,
                "side": one.loser,
                "value": values.dump(one.name, one.value),
                "start": start_key(one.start) if one.start else None,
            }
            for one in overruled
        ]
        return Entry(
            0,
            self.run,
            now,
            side,
            action,
            reason,
            case.google_id,
            case.odoo_id,
            sorted(fields),
            vault.encrypt(owner, "history", _label(case)),
            vault.encrypt(owner, "overruled", json.dumps(lost)) if lost else None,
        )


def _label(case: Case) -> str:
    """Name an event by what was read of it, else as a side names what cannot be read."""
    event = case.google.event or case.odoo.event
    if event:
        return f"{event.title[:100]}\t{start_key(event.span.start)}"
    return case.google.label or case.odoo.label
