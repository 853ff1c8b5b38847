"""The rules behind series, `calendar.recurrence`: keeping rule and text in step, building the rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tests.doubles.odoo import rules
from tests.doubles.odoo.calendar_fields import DAYS, recurrence_fields
from tests.doubles.odoo.errors import value_error
from tests.doubles.odoo.fields import Field, incoming
from tests.doubles.odoo.model import Model, Vals
from tests.doubles.odoo.store import Row

_PARTS = (
    "rrule_type",
    "end_type",
    "interval",
    "count",
    "until",
    "month_by",
    "day",
    "weekday",
    "byday",
    *DAYS,
)
Range = tuple[datetime, datetime]


class Recurrence(Model):
    """One rule; its rows are the events that point to it."""

    name = "calendar.recurrence"
    description = "Event Recurrence Rule"

    @classmethod
    def build_fields(cls, version: int, google: bool) -> dict[str, Field]:
        """Return the fields of calendar.recurrence."""
        return recurrence_fields(google)

    def converted(self, vals: Vals, *, creating: bool = False) -> Row:
        """Take any text for a zone: only building rows looks at it, except in Odoo 17."""
        if self.env.version < 18 or not vals.get("event_tz"):
            return super().converted(vals, creating=creating)
        rest = {name: value for name, value in vals.items() if name != "event_tz"}
        return super().converted(rest, creating=creating) | {"event_tz": str(vals["event_tz"])}

    def settled(self, row: Row, vals: Vals, before: Row | None) -> Row:
        """Take the parts of a rule from its text, or write the text anew when a part changed."""
        given = bool(vals.get("rrule"))
        if not given and (before is None or any(row[part] != before[part] for part in _PARTS)):
            row = row | {"rrule": rules.serialize(row, self.env.now)}
            given = True
        if given:
            parsed = rules.parse(row["rrule"], self._first_start(row) or self.env.now, self.env.version)
            for name, value in parsed.items():
                self._check_part(name, value)
            row = row | {**parsed, "count": parsed["count"] or 0}
        return row | {"name": rules.describe(row)}

    def _check_part(self, name: str, value: Any) -> None:
        field = self.fields[name]
        if field.type == "selection" and value not in dict(field.selection):
            raise value_error(f"Wrong value for {self.name}.{name}: {value!r}")
        incoming(field, value, model=self.name, name=name, version=self.env.version)

    def _first_start(self, row: Row) -> datetime | None:
        events = self.env.table("calendar.event")
        ids = set(events.children("recurrence_id", row["id"])) if "id" in row else set()
        if row["base_event_id"]:
            ids.add(row["base_event_id"])
        return min((events.rows[i]["start"] for i in ids), default=None)

    def compute_dtstart(self, record_id: int) -> datetime | None:
        """Return the first start of the rows."""
        events = self.env.table("calendar.event")
        return min((events.rows[i]["start"] for i in self.members(record_id)), default=None)

    # --- rows

    def members(self, record_id: int) -> list[int]:
        """Return the rows of a series that are not archived, earliest first."""
        events = self.env.table("calendar.event")
        ids = [i for i in events.children("recurrence_id", record_id) if events.rows[i]["active"]]
        return sorted(ids, key=lambda i: (events.rows[i]["start"], i))

    def ranges(self, record_id: int, base: Row, given: Vals) -> set[Range]:
        """Return the times a rule gives from its base event on, as many as the count says.

        Where the first period brought too few, Odoo counts on, and writes the text of the rule anew.
        """
        rule = self.row(record_id)
        if not given.get("rrule"):
            # Rows follow the parts as they were given, not as they come back from the text written of them.
            rule = rule | self.converted(self.defaults() | given)
        length = base["stop"] - base["start"]
        wanted = rule["count"] if rule["end_type"] == "count" else 0
        found = self._ranges_from(rule, base, length)
        if wanted and len(found) < wanted:
            found = self._ranges_from(rule | {"count": 2 * wanted - len(found)}, base, length)
            self.update([record_id], {"rrule": rules.serialize(rule, self.env.now)})
        return found

    def _ranges_from(self, rule: Row, base: Row, length: timedelta) -> set[Range]:
        begin = base["start"]
        starts = rules.starts(rule, begin, allday=base["allday"])
        return {(start, start + length) for start in starts if start.date() >= begin.date()}

    def apply(self, record_id: int, given: Vals) -> list[int]:
        """Make the rows of a series be what the rule given for it says; return the rows that fell out."""
        events = self.env["calendar.event"]
        base_id = self.row(record_id)["base_event_id"]
        base = events.row(base_id)
        if base["recurrence_id"] != record_id:
            events.update([base_id], {"recurrence_id": record_id})
        wanted = self.ranges(record_id, events.row(base_id), given)
        present = self.members(record_id)
        kept = {
            (row["start"], row["stop"]): i
            for i in present
            if ((row := events.row(i))["start"], row["stop"]) in wanted
        }
        if new := [times for times in wanted if times not in kept]:
            events.copy_to(base_id, record_id, new)
        fallen = [i for i in present if i not in kept.values()]
        events.update(fallen, {"recurrence_id": False})
        if base_id in fallen:
            self._rebase(record_id)
        return fallen

    def _rebase(self, record_id: int) -> None:
        left = self.members(record_id)
        self.update([record_id], {"base_event_id": left[0] if left else False})

    def replace_bases(self, event_ids: Iterable[int]) -> None:
        """Give series whose base event is among these, deleted or archived, their first row left as base."""
        lost = set(event_ids)
        for record_id in [i for i, row in self.table.rows.items() if row["base_event_id"] in lost]:
            self._rebase(record_id)

    def stop_before(self, record_id: int, event_id: int) -> list[int]:
        """End a rule before the period of one of its rows; return that row and all later ones, detached."""
        if not record_id:  # the row of a rule that was deleted
            raise value_error("Expected singleton: calendar.recurrence()")
        events = self.env["calendar.event"]
        row = events.row(event_id)
        later = [i for i in self.members(record_id) if events.row(i)["start"] >= row["start"]]
        events.update(later, {"recurrence_id": False})
        if not self.members(record_id):
            self.remove([record_id])
            return later
        rule = self.row(record_id)
        zone = rules.zone_of(rule)
        begin = rules.period_start(rule, row["start"], zone)
        until = begin.date() if row["allday"] else rules.local(begin, zone).date()
        self.update([record_id], {"end_type": "end_date", "until": until - timedelta(days=1)})
        return later

    def remove(self, ids: Iterable[int]) -> None:
        """Delete rules; their rows stay, detached but still marked as recurring."""
        ids = list(ids)
        events = self.env["calendar.event"]
        for record_id in ids:
            for event_id in events.table.children("recurrence_id", record_id):
                events.table.update(self.env.transaction, event_id, {"recurrence_id": None})
        super().remove(ids)
