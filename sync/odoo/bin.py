"""Archived rows of calendar.event: what was deleted lies there, to be taken out again or deleted for good."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from datetime import UTC, datetime

from sync.errors import Gone
from sync.odoo.client import BATCH, OdooClient
from sync.odoo.codec import parse_datetime
from sync.odoo.reading import ARCHIVED_TOO, EVENT
from sync.odoo.writing import Writer
from sync.series import is_series


@dataclasses.dataclass(frozen=True)
class Lying:
    """A row that is there: archived or not, and when it was changed last (aware UTC, by our clock)."""

    archived: bool
    changed_at: datetime


class Bin:
    """Puts rows into the bin and takes them out, in one call each."""

    def __init__(self, client: OdooClient, writer: Writer) -> None:
        self._client, self._writer = client, writer

    async def rows_of(self, key: int) -> list[int]:
        """Return the rows that stand for a key (`sync.series.odoo_key`) and are not archived."""
        domain = ("recurrence_id", "=", -key) if is_series(key) else ("id", "=", key)
        return await self._client.search(EVENT, [domain])

    async def put(self, ids: Collection[int]) -> None:
        """Archive rows; those that are gone are no error.

        Raises:
            Rejected: we may not.
        """
        await self._write(ids, active=False)

    async def take_out(self, ids: Collection[int]) -> None:
        """Take rows out of the bin; those that are gone are no error.

        Raises:
            Rejected: we may not.
        """
        await self._write(ids, active=True)

    async def _write(self, ids: Collection[int], *, active: bool) -> None:
        try:
            if ids:
                await self._writer.write({one: {"active": active} for one in ids})
        except Gone:  # all or none: somebody deleted one of them just now
            left = (await self.look(ids)).keys()
            if left:
                await self._writer.write({one: {"active": active} for one in left})

    async def look(self, ids: Collection[int]) -> dict[int, Lying]:
        """Return which of these rows are there."""
        found: dict[int, Lying] = {}
        wanted = sorted(ids)
        for start in range(0, len(wanted), BATCH):
            domain = [("id", "in", wanted[start : start + BATCH]), ARCHIVED_TOO]
            for row in await self._client.search_read(EVENT, domain, ("active", "write_date")):
                at = parse_datetime(row["write_date"]) - self._client.skew if row["write_date"] else None
                # A masked row shows no date: it may have been changed this moment.
                found[row["id"]] = Lying(not row["active"], at or datetime.max.replace(tzinfo=UTC))
        return found

    async def empty(self, ids: Collection[int]) -> None:
        """Delete rows for good; those that are gone are no error.

        Raises:
            Rejected: we may not.
        """
        try:
            await self._client.unlink(EVENT, sorted(ids))
        except Gone:
            left = sorted(await self.look(ids))
            if left:
                await self._client.unlink(EVENT, left)
