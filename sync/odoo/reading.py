"""Reading Odoo's records in batches: events, the rows of series and their rules, who answered what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sync.model import Response
from sync.odoo import codec, rules
from sync.odoo.alarms import Alarms
from sync.odoo.attendance import ALONE, Attendance, Owner, Row, attendance, is_alone, reference
from sync.odoo.client import BATCH, OdooClient
from sync.odoo.existing import read_existing
from sync.odoo.partners import Partners

EVENT, RECURRENCE, ATTENDEE = "calendar.event", "calendar.recurrence", "calendar.attendee"
ARCHIVED_TOO = ("active", "in", [True, False])

TOKENS = 5 * BATCH
"""Access tokens that one call asks for: most are nobody's, so that the call costs more than its answer."""

Domain = Sequence[Any]
Answers = dict[int, Response]
"""What each res.partner answered to one event."""


class Reader:
    """Asks for records by the hundreds; many2ones come as bare ids, which is quicker than with labels."""

    def __init__(self, client: OdooClient, alarms: Alarms, partners: Partners) -> None:
        self._client, self._alarms, self._partners = client, alarms, partners
        self._hidden_tokens: dict[int, str] = {}

    async def search_read(self, model: str, domain: Domain, fields: Iterable[str]) -> list[dict[str, Any]]:
        """Return the records that fit, in the order of their ids.

        They are paged by id: records that appear meanwhile cannot shift the ones still to come.
        """
        found: list[dict[str, Any]] = []
        while True:
            page = await self._client.call(
                model,
                "search_read",
                domain=[*domain, ("id", ">", found[-1]["id"] if found else 0)],
                fields=list(fields),
                order="id",
                limit=BATCH,
                load=False,
            )
            found += page
            if len(page) < BATCH:
                return found

    async def events(self, domain: Domain) -> list[Row]:
        """Return the events that fit."""
        rows = await self.search_read(EVENT, domain, codec.READ_FIELDS)
        return [
            {**row, "access_token": self._hidden_tokens[row["id"]]}
            if row["id"] in self._hidden_tokens and codec.is_masked(row)
            else row
            for row in rows
        ]

    async def by_id(self, ids: Collection[int]) -> list[Row]:
        """Return these events, archived ones too, as far as they exist."""
        return await self._in_lots(ids, lambda some: [("id", "in", some), ARCHIVED_TOO])

    async def kept_back(self, ids: Collection[int]) -> frozenset[int]:
        """Return those of the events that were not found which are there, but kept from us by a rule."""
        if not ids:
            return frozenset()
        return (await read_existing(self._client, EVENT, ids, ("write_date",))).forbidden

    async def by_token(self, tokens: Collection[str]) -> list[Row]:
        """Return the events with these access tokens, archived ones too; masked ones show theirs as well."""
        found: list[Row] = []
        for some in _lots(tokens, TOKENS):
            wanted = [("access_token", "in", some), ARCHIVED_TOO]
            rows = await self.events(wanted)
            hidden = [row["id"] for row in rows if codec.is_masked(row) and not row["access_token"]]
            if hidden:
                for key in hidden:
                    self._hidden_tokens[key] = await self._hidden_token(key, some)
                rows = await self.events(wanted)
            found += rows
        return found

    async def _hidden_token(self, key: int, tokens: Sequence[str]) -> str:
        """Return which of these tokens a masked event has: what is not shown can be searched for.

        Otherwise an event of ours that became private would be made once more if our links were lost.
        """
        while len(tokens) > 1:
            half = tokens[: len(tokens) // 2]
            domain = [("id", "=", key), ("access_token", "in", half), ARCHIVED_TOO]
            tokens = half if await self._client.search(EVENT, domain) else tokens[len(half) :]
        return tokens[0]

    async def in_window(self, owner: Owner, window: tuple[datetime, datetime]) -> tuple[list[Row], set[int]]:
        """Return the single events in which the owner takes part inside the window (aware UTC).

        Returns:
            Those events, and the ids of the recurrences of which there are rows in it.
        """
        inside = [
            "|",
            ("user_id", "=", owner.uid),
            ("partner_ids", "in", [owner.partner_id]),
            ("stop", ">=", codec.format_datetime(window[0])),
            ("start", "<=", codec.format_datetime(window[1])),
        ]
        singles = await self.events([*inside, ("recurrence_id", "=", False)])
        rows = await self.search_read(EVENT, [*inside, ("recurrence_id", "!=", False)], ["recurrence_id"])
        return singles, {reference(row["recurrence_id"]) for row in rows}

    async def series(self, ids: Collection[int]) -> dict[int, list[Row]]:
        """Return all rows of these recurrences that are not archived, of each at least an empty list."""
        rows = await self._in_lots(ids, lambda some: [("recurrence_id", "in", some)])
        found: dict[int, list[Row]] = {key: [] for key in ids}
        for row in rows:
            found[reference(row["recurrence_id"])].append(row)
        return found

    async def recurrences(self, ids: Collection[int]) -> dict[int, Row]:
        """Return the calendar.recurrence records of these ids, as far as they exist."""
        fields = (*rules.FIELDS, "base_event_id", "write_date")
        found: dict[int, Row] = {}
        for some in _lots(ids):
            rows = await self.search_read(RECURRENCE, [("id", "in", some)], fields)
            found |= {row["id"]: row for row in rows}
        return found

    async def answers(self, event_ids: Collection[int]) -> Mapping[int, Answers]:
        """Return what everybody answered, by event."""
        found: dict[int, Answers] = defaultdict(dict)
        for row in await self.attendees(event_ids):
            found[row["event_id"]][row["partner_id"]] = Response(row["state"] or "needsAction")
        return found

    async def attendees(self, event_ids: Collection[int]) -> list[dict[str, Any]]:
        """Return the calendar.attendee records of these events."""
        found: list[dict[str, Any]] = []
        for some in _lots(event_ids):
            domain = [("event_id", "in", some)]
            found += await self.search_read(ATTENDEE, domain, ("event_id", "partner_id", "state"))
        return found

    async def attendances(self, owner: Owner, rows: Sequence[Row]) -> dict[int, Attendance]:
        """Return who takes part in each of these events, and learn what is needed to decode them."""
        shared = [row for row in rows if not codec.is_masked(row) and not is_alone(row, owner)]
        await self._alarms.know(key for row in rows for key in row["alarm_ids"])
        answers = await self.answers([row["id"] for row in shared])
        invited = {partner for row in shared for partner in row["partner_ids"]}
        organizers = {reference(row["partner_id"]) for row in shared}
        if shared:
            await self._partners.know_partners({*invited, *organizers, owner.partner_id})
        found = {row["id"]: ALONE for row in rows}
        for row in shared:
            found[row["id"]] = attendance(row, answers.get(row["id"], {}), owner, self._partners)
        return found

    async def _in_lots(self, keys: Collection[Any], domain: Callable[[list[Any]], Domain]) -> list[Row]:
        found: list[Row] = []
        for some in _lots(keys):
            found += await self.events(domain(some))
        return found


def _lots(keys: Collection[Any], size: int = BATCH) -> list[list[Any]]:
    wanted = sorted(set(keys))
    return [wanted[start : start + size] for start in range(0, len(wanted), size)]
