"""What changed in Odoo, asked once for the whole database and marked for the accounts concerned."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from sync.clock import Clock
from sync.errors import Misconfigured, Rejected, SyncError
from sync.odoo.client import BATCH, OdooClient
from sync.odoo.codec import READ_FIELDS, format_datetime, is_masked
from sync.odoo.evidence import LONGEST_TRANSACTION
from sync.odoo.existing import FORBIDS, read_existing
from sync.odoo.identity import Identity
from sync.odoo.own import OwnSides
from sync.odoo.users import check_users
from sync.slices import in_slices
from sync.store import Store, accounts, cursors, links, own_keys

OVERLAP = LONGEST_TRANSACTION
"""How far each poll reaches back: a row can appear with a date earlier than the last poll."""

USERS_EVERY = timedelta(minutes=5)

EVENT, ATTENDEE = "calendar.event", "calendar.attendee"
EVERYTHING = ("active", "in", [True, False])
ANSWER_FIELDS = ("event_id", "partner_id", "state", "write_date")

Row = Mapping[str, Any]

log = structlog.get_logger()


class Feed:
    """Polls the database and marks changed events; a mark stays until a run has dealt with it."""

    def __init__(
        self,
        client: OdooClient,
        store: Store,
        clock: Clock,
        identity: Identity,
        sides: OwnSides | None = None,
    ) -> None:
        self._client, self._store, self._clock, self._identity = client, store, clock, identity
        self._sides = sides
        self._events, self._answers = _Seen(), _Seen()
        self._census_after = 0
        self._forbidden: set[int] = set()
        self._users_at = clock.now()

    async def poll(self) -> set[int]:
        """Ask for changes once and return the accounts that have something marked now.

        Four small calls when nothing happened: events and answers changed since the last poll, a part of the
        linked events (which of them are gone), and the newest rows seen before (is this still the same
        database). Every five minutes there is one more for the accounts' users, and one for the database's
        uuid if our login may read it.

        The watermark moves in the transaction that makes the marks: a crash in between asks again.

        Raises:
            NeedsHuman: the database went back in time or is another one; nothing is marked.
            Misconfigured: our login may not read events.
        """
        try:
            return await self._poll()
        except Rejected as error:
            if error.code == FORBIDS:
                raise Misconfigured("odoo_rights_missing", EVENT) from error
            raise

    async def _poll(self) -> set[int]:
        now = self._clock.now() + self._client.skew
        async with self._store.read() as tx:
            since = await cursors.watermark(tx, self._client.source) or now
            census = await links.linked_odoo_ids(tx, self._census_after, BATCH)
        events = await self._changed(EVENT, since - OVERLAP, READ_FIELDS, EVERYTHING)
        answers = await self._changed(ATTENDEE, since - OVERLAP, ANSWER_FIELDS)
        gone = await self._gone(census)
        # Last: whatever was read before comes from a database that is still in its place now.
        await self._identity.check(events)
        if self._clock.now() >= self._users_at:
            await check_users(self._client, self._store, self._clock)
            self._users_at = self._clock.now() + USERS_EVERY
        # To the identity it matters how rows look to our own login.
        shown = await self._unmasked(events)
        event_prints, answer_prints = await in_slices(_print, shown), await in_slices(_print, answers)
        concerned = _Concerned(
            self._events.unseen(shown, event_prints), self._answers.unseen(answers, answer_prints)
        )
        # Our clock may have jumped since the last poll; how far Odoo's is away, only its answers tell.
        now = min(now, self._clock.now() + self._client.skew)
        async with self._store.write() as tx:
            by_uid, by_partner = await accounts.in_odoo(tx, concerned.uids, concerned.partners)
            linked = await links.owners(tx, {*concerned.events, *gone})
            await cursors.add_marks(tx, concerned.pairs(by_uid, by_partner) + linked)
            await cursors.set_watermark(tx, self._client.source, now)
            await self._identity.learn(tx, events)
            marked = set(await cursors.marked_accounts(tx))
        self._events.keep(shown, event_prints, now)
        self._answers.keep(answers, answer_prints, now)
        self._census_after = census[-1] if len(census) == BATCH else 0
        return marked

    async def _unmasked(self, events: Sequence[Row]) -> Sequence[Row]:
        """Return the rows, with what the keys of their people show of masked ones.

        Two edits of a masked text, one soon after the other, look the same. Where a key should show them but
        cannot now, such a row counts as changed.
        """
        masked = {row["id"]: row for row in events if is_masked(row)}
        if self._sides is None or not masked:
            return events
        uids = {row["user_id"][0] for row in masked.values() if row["user_id"]}
        async with self._store.read() as tx:
            by_uid, _ = await accounts.in_odoo(tx, uids, [])
            pairs = {(account_id, key) for account_id, key in await links.owners(tx, masked)}
            pairs |= {
                (by_uid[row["user_id"][0]], key)
                for key, row in masked.items()
                if row["user_id"] and row["user_id"][0] in by_uid
            }
            keyed = await own_keys.holders(tx, {account_id for account_id, _ in pairs})
            known = [one for key in sorted(keyed) if (one := await accounts.get(tx, key))]
        found: dict[int, Row] = {}
        for account in known:
            mine = sorted({key for account_id, key in pairs if account_id == account.id} - found.keys())
            try:
                rows = await self._sides.unmasked(account, EVENT, mine, READ_FIELDS) if mine else {}
            except SyncError as error:
                log.warning("private_unread", account=account.id, code=error.code)
                rows = {key: {**masked[key], "unread": self._clock.now()} for key in mine}
            found |= {key: row for key, row in rows.items() if not is_masked(row) or "unread" in row}
        return [found.get(row["id"], row) for row in events]

    async def _changed(
        self, model: str, since: datetime, fields: Iterable[str], *more: Any
    ) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            after = found[-1]["id"] if found else 0
            domain = [("write_date", ">=", format_datetime(since)), *more, ("id", ">", after)]
            page = await self._client.search_read(model, domain, fields, limit=BATCH)
            found += page
            if len(page) < BATCH:
                return found

    async def _gone(self, census: Sequence[int]) -> set[int]:
        """Return the linked events that are gone, and those that have just been forbidden to us.

        When some are, all linked events of the same accounts are looked at, so that a run sees at once how
        many there are: an emptied calendar must not come to it in parts.
        """
        absent = await self._absent(census)
        if absent and (self._census_after or len(census) == BATCH):
            async with self._store.read() as tx:
                owners = {account_id for account_id, _ in await links.owners(tx, absent)}
                others = {key for one in owners for key in await links.odoo_ids(tx, one)}
            absent |= await self._absent(sorted(others - set(census)))
        if not absent:
            return set()
        about = await read_existing(self._client, EVENT, absent, ("write_date",))
        fresh = about.forbidden - self._forbidden
        self._forbidden |= about.forbidden
        return {*about.missing, *fresh}

    async def _absent(self, ids: Sequence[int]) -> set[int]:
        absent = set(ids)
        for start in range(0, len(ids), BATCH):
            some = list(ids[start : start + BATCH])
            absent -= set(await self._client.search(EVENT, [("id", "in", some), EVERYTHING]))
        self._forbidden -= set(ids) - absent
        return absent - self._forbidden


class _Concerned:
    """The events of changed rows, and the people whose accounts may want to hear of them."""

    def __init__(self, events: Sequence[Row], answers: Sequence[Row]) -> None:
        self._by_uid = [(row["user_id"][0], row["id"]) for row in events if row["user_id"]]
        self._by_partner = [(key, row["id"]) for row in events for key in row["partner_ids"]]
        told = [row for row in answers if row["event_id"]]
        self._by_partner += [(row["partner_id"][0], row["event_id"][0]) for row in told if row["partner_id"]]
        self.events = {row["id"] for row in events} | {row["event_id"][0] for row in told}
        self.uids = {uid for uid, _ in self._by_uid}
        self.partners = {partner for partner, _ in self._by_partner}

    def pairs(self, by_uid: Mapping[int, int], by_partner: Mapping[int, int]) -> list[tuple[int, int]]:
        """Return (account id, Odoo event id) pairs, from the accounts by user and by partner."""
        found = [(by_uid[uid], event) for uid, event in self._by_uid if uid in by_uid]
        return found + [(by_partner[key], event) for key, event in self._by_partner if key in by_partner]


class _Seen:
    """The rows of the poll before, which each poll meets again since it reaches back."""

    def __init__(self) -> None:
        self._prints: dict[int, bytes] = {}

    def unseen(self, rows: Sequence[Row], prints: Sequence[bytes]) -> list[Row]:
        """Return the rows that changed since the poll before, from all rows and their prints."""
        return [row for row, its in zip(rows, prints, strict=True) if self._prints.get(row["id"]) != its]

    def keep(self, rows: Sequence[Row], prints: Sequence[bytes], now: datetime) -> None:
        """Remember the rows of the poll that was asked `now` (aware UTC, by Odoo's clock)."""
        settled = format_datetime(now)
        self._prints = {
            row["id"]: its for row, its in zip(rows, prints, strict=True) if _is_settled(row, settled)
        }


def _is_settled(row: Row, now: str) -> bool:
    """Say whether a later change must show in the row: a second that still runs can end as it began.

    We archive a row and a person takes it back within one second: it then reads as at the poll before. The
    same cannot happen later, since Odoo refuses a write to a transaction older than the row's last change.
    A masked row shows no date; nothing of ours comes between its changes: with whose key we may write to it,
    with that it is read.
    """
    return not row["write_date"] or row["write_date"] < now


def _print(row: Row) -> bytes:
    """Condense a row: its date alone would not do, since two edits within a second share it."""
    return hashlib.blake2b(repr(sorted(row.items())).encode("utf-8", "replace"), digest_size=12).digest()
