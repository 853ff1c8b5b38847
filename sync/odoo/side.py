"""A person's Odoo calendar as one side of the sync: sightings out, writes in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sync.base import Hasher
from sync.errors import Gone, Rejected
from sync.model import FIELDS, Event
from sync.odoo import codec
from sync.odoo.alarms import Alarms
from sync.odoo.client import BATCH, OdooClient
from sync.seen import Seen, State

MODEL = "calendar.event"


@dataclasses.dataclass(frozen=True)
class Owner:
    """The person whose events are meant: ids of res.users and res.partner."""

    uid: int
    partner_id: int


class OdooSide:
    """Reads and writes calendar.event for all accounts, through one login."""

    def __init__(self, client: OdooClient, hasher: Hasher) -> None:
        self._client = client
        self._hasher = hasher
        self._alarms = Alarms(client)

    @property
    def source(self) -> str:
        """Name the database, for derived ids."""
        return self._client.source

    async def projection(self) -> codec.Projection:
        """Return what this Odoo can hold."""
        _, major = await self._client.session()
        return codec.Projection(default_privacy=major >= 18)

    async def pull(self, owner: Owner, window: tuple[datetime, datetime]) -> dict[int, Seen]:
        """Read all single events that the owner organizes inside the window (aware UTC)."""
        domain = [
            ("user_id", "=", owner.uid),
            ("recurrency", "=", False),
            ("stop", ">=", codec.format_datetime(window[0])),
            ("start", "<=", codec.format_datetime(window[1])),
        ]
        seen: dict[int, Seen] = {}
        while True:
            # Paged by id: rows that appear meanwhile cannot shift the ones still to come.
            after = [("id", ">", max(seen, default=0))]
            rows = await self._client.search_read(MODEL, domain + after, codec.READ_FIELDS, limit=BATCH)
            seen |= await self._sight(owner, rows)
            if len(rows) < BATCH:
                return seen

    async def fetch(self, owner: Owner, ids: Iterable[int]) -> dict[int, Seen]:
        """Look at these events; archived ones and those that do not exist are gone."""
        wanted = sorted(set(ids))
        rows = await self._client.read(MODEL, wanted, codec.READ_FIELDS) if wanted else []
        return {key: Seen(State.GONE) for key in wanted} | await self._sight(owner, rows)

    async def find(self, owner: Owner, tokens: Iterable[str]) -> dict[int, Seen]:
        """Find events, archived ones too, by the access tokens that we gave them."""
        wanted, seen = sorted(tokens), dict[int, Seen]()
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            domain = [("access_token", "in", some), ("active", "in", [True, False])]
            seen |= await self._sight(owner, await self._client.search_read(MODEL, domain, codec.READ_FIELDS))
        return seen

    async def create(self, owner: Owner, new: Sequence[tuple[str, Event]]) -> list[tuple[int, Seen]]:
        """Create events, each with its access token, all or none; returns their ids and how they read.

        Raises:
            Rejected: Odoo refuses one of them. RetryLater: the outcome is unknown.
        """
        alarm_ids = await self._alarms.ids_for({one for _, event in new for one in event.reminders})
        fixed = {
            "user_id": owner.uid,
            "partner_ids": [[6, 0, [owner.partner_id]]],
            # Else Odoo would show people their own events as invitations they have not answered.
            "attendee_ids": [[0, 0, {"partner_id": owner.partner_id, "state": "accepted"}]],
        }
        rows = [
            codec.encode(event, FIELDS, alarm_ids) | fixed | {"access_token": token} for token, event in new
        ]
        try:
            ids = await self._client.create(MODEL, rows)
        except Gone as error:  # Odoo 19's way of saying that a reference is wrong
            raise Rejected("odoo_refuses", "a reference does not exist") from error
        read = {row["id"]: row for row in await self._client.read(MODEL, ids, codec.READ_FIELDS)}
        sighted = {key: Seen(State.GONE) for key in ids} | await self._sight(owner, list(read.values()))
        for key, (_, event) in zip(ids, new, strict=True):
            if key in read and read[key]["write_date"] != read[key]["create_date"]:
                # Edited between our create and our look: that must show as an edit, not as our own words.
                sighted[key] = dataclasses.replace(sighted[key], hashes=self._hasher.event(event))
        return [(key, sighted[key]) for key in ids]

    async def update(self, owner: Owner, event_id: int, event: Event, fields: Iterable[str]) -> Seen:
        """Write the named fields of an event and return how it reads after that.

        Raises:
            Gone: it does not exist. Rejected: Odoo refuses the values or the right to write.
        """
        alarm_ids = await self._alarms.ids_for(event.reminders)
        await self._client.write(MODEL, [event_id], codec.encode(event, fields, alarm_ids))
        return (await self.fetch(owner, [event_id]))[event_id]

    async def archive(self, event_id: int) -> None:
        """Archive an event: it leaves the calendar and can be brought back; one that is gone is no error.

        Raises:
            Rejected: we may not.
        """
        try:
            await self._client.write(MODEL, [event_id], {"active": False})
        except Gone:
            return

    async def _sight(self, owner: Owner, rows: Sequence[dict[str, Any]]) -> dict[int, Seen]:
        await self._alarms.know(key for row in rows for key in row["alarm_ids"])
        return {row["id"]: self._sight_row(owner, row) for row in rows}

    def _sight_row(self, owner: Owner, row: codec.Row) -> Seen:
        if not row["active"]:
            return Seen(State.GONE, key=row["access_token"] or "")
        bare = Seen(
            State.MASKED,
            version=str(row["write_date"]),
            key=row["access_token"] or "",
            label=f"{(row['name'] or '')[:100]}\t{row['start']}",
        )
        reason = codec.out_of_scope(row, owner.uid)
        if reason == "masked":
            return bare
        try:
            if reason:
                raise Rejected(reason)
            event = codec.decode(row, self._alarms.by_id)
        except Rejected as error:
            return dataclasses.replace(bare, state=State.REJECTED, reason=error.code)
        return dataclasses.replace(
            bare,
            state=State.PRESENT,
            event=event,
            hashes=self._hasher.event(event),
            edited_at=codec.parse_datetime(row["write_date"]) - self._client.skew,
        )
