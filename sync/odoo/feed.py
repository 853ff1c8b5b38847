"""What changed in Odoo, asked once for the whole database and marked for the accounts concerned."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sync.clock import Clock
from sync.odoo.client import BATCH, OdooClient
from sync.odoo.codec import READ_FIELDS, format_datetime
from sync.store import Store, accounts, cursors, links

OVERLAP = timedelta(minutes=5)
"""How far each poll reaches back. Odoo stamps a row with the start of its transaction, so a row can appear
with a date earlier than the last poll; this is the longest transaction that is not missed."""

EVENT = "calendar.event"
EVERYTHING = ("active", "in", [True, False])


class Feed:
    """Polls the database and marks changed events; a mark stays until a run has dealt with it."""

    def __init__(self, client: OdooClient, store: Store, clock: Clock) -> None:
        self._client, self._store, self._clock = client, store, clock
        self._prints: dict[int, str] = {}
        self._census_after = 0

    async def poll(self) -> set[int]:
        """Ask for changes once and return the accounts that have something marked now.

        The watermark moves in the transaction that makes the marks: a crash in between asks again.
        """
        now = self._clock.now() + self._client.skew
        async with self._store.read() as tx:
            since = await cursors.watermark(tx, self._client.source) or now
            census = await links.linked_odoo_ids(tx, self._census_after, BATCH)
        rows = await self._changed(since - OVERLAP)
        prints = {row["id"]: _print(row) for row in rows}
        changed = [row for row in rows if self._prints.get(row["id"]) != prints[row["id"]]]
        alive = (
            set(await self._client.search(EVENT, [("id", "in", list(census)), EVERYTHING]))
            if census
            else set()
        )
        organizers = {row["id"]: row["user_id"][0] for row in changed if row["user_id"]}
        async with self._store.write() as tx:
            by_uid = await accounts.by_odoo_uid(tx, set(organizers.values()))
            pairs = [(by_uid[uid], odoo_id) for odoo_id, uid in organizers.items() if uid in by_uid]
            pairs += await links.owners(tx, [*(row["id"] for row in changed), *set(census) - alive])
            await cursors.add_marks(tx, pairs)
            await cursors.set_watermark(tx, self._client.source, now)
            marked = set(await cursors.marked_accounts(tx))
        self._prints = {row["id"]: prints[row["id"]] for row in rows if _is_settled(row, now)}
        self._census_after = census[-1] if len(census) == BATCH else 0
        return marked

    async def _changed(self, since: datetime) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            domain = [
                ("write_date", ">=", format_datetime(since)),
                EVERYTHING,
                ("id", ">", found[-1]["id"] if found else 0),
            ]
            page = await self._client.search_read(EVENT, domain, READ_FIELDS, limit=BATCH)
            found += page
            if len(page) < BATCH:
                return found


def _is_settled(row: Mapping[str, Any], now: datetime) -> bool:
    """Say whether a later change must show in the row: a second that still runs can end as it began.

    We archive a row and a person takes it back within one second: it then reads as at the poll before. The
    same cannot happen later, since Odoo refuses a write to a transaction older than the row's last change.
    A masked row shows no date; nothing of ours comes between its changes, as we may not write to it.
    """
    return not row["write_date"] or row["write_date"] < format_datetime(now)


def _print(row: Mapping[str, Any]) -> str:
    """Condense a row: its date alone would not do, since two edits within a second share it."""
    return hashlib.blake2b(repr(sorted(row.items())).encode("utf-8", "replace"), digest_size=12).hexdigest()
