"""Calendar events as clients call them: what `recurrence_update` reaches, deleting, archiving, answering."""

from __future__ import annotations

from typing import Any

from tests.doubles.odoo.calendar_fields import RULE_FIELDS
from tests.doubles.odoo.core import on_records
from tests.doubles.odoo.errors import UserError
from tests.doubles.odoo.event_series import EventSeries
from tests.doubles.odoo.event_writing import TIME_FIELDS
from tests.doubles.odoo.model import Vals


class Event(EventSeries):
    """calendar.event as clients call it."""

    uncopied = frozenset({"access_token", "recurrence_id", "recurrency", "follow_recurrence"})

    def create_one(self, vals: Vals) -> int:
        """Create an event and, if it comes with a rule, its series."""
        rule = {name: vals.pop(name) for name in RULE_FIELDS & vals.keys()}
        if not vals.get("recurrency"):
            return super().create_one(vals)
        vals["follow_recurrence"] = True
        record_id = super().create_one(vals)
        if rule:
            self.start_series(record_id, rule)
        return record_id

    # --- writing

    @on_records
    def write(self, ids: list[int], vals: Vals) -> bool:
        """Write to events; `recurrence_update` says how far an edit of one row of a series reaches."""
        self.check_names(vals)
        self.check_records(ids, "write")
        vals = dict(vals)
        reach = vals.pop("recurrence_update", None)
        far = reach in ("all_events", "future_events") and len(ids) == 1
        rule = {name: vals.pop(name) for name in RULE_FIELDS & vals.keys()}
        if rule and not far and not vals.get("recurrency"):
            raise UserError('Unable to save the recurrence with "This Event"')
        self._place_call(vals)
        far = far and bool(self.row(ids[0])["recurrence_id"])
        invited = self.env.table("calendar.attendee").children("event_id", ids[0]) if far else []
        partners = "partner_ids" in vals
        if far and vals.get("recurrency") is False:
            self.break_series(ids[0], future=reach == "future_events")
        elif far and (reach == "all_events" or self.is_base(ids[0])):
            self.rewrite_all(ids[0], vals, rule)
        elif far:
            self.rewrite_future(ids[0], vals, rule)
        else:
            self._write_single(ids, vals, rule, reach)
        if far and partners:
            present = self.env.table("calendar.attendee").children("event_id", ids[0])
            self.invite([i for i in present if i not in invited])
        return True

    def _write_single(self, ids: list[int], vals: Vals, rule: Vals, reach: str | None) -> None:
        alone = reach is None or (reach == "self_only" and len(ids) == 1)
        if alone and "follow_recurrence" not in vals and any(vals.get(name) for name in TIME_FIELDS):
            vals["follow_recurrence"] = False
        self.write_rows(ids, vals)
        for record_id in ids:
            if rule and reach in (None, "future_events") and not self.row(record_id)["recurrence_id"]:
                self.start_series(record_id, rule)

    # --- deleting and archiving

    @on_records
    def unlink(self, ids: list[int]) -> bool:
        """Delete events; a series whose base is among them gets its first remaining row as base."""
        self.check_records(ids, "unlink")
        self.remove(ids)
        return True

    def remove(self, ids: Any) -> None:
        """Delete events with their attendees."""
        rules = self.env["calendar.recurrence"]
        ids = list(ids)
        attendees = self.env["calendar.attendee"]
        for record_id in ids:
            attendees.remove(attendees.table.children("event_id", record_id))
        super().remove(ids)
        rules.replace_bases(ids)

    @on_records
    def action_mass_deletion(self, ids: list[int], recurrence_update_setting: str) -> None:
        """Delete all rows of a series, or this one and the later ones."""
        self.check_records(ids, "unlink")
        rules = self.env["calendar.recurrence"]
        series = self.row(ids[0])["recurrence_id"]
        if not series:  # the row of a rule that was deleted
            return
        if recurrence_update_setting == "all_events":
            rows = rules.members(series)
            rules.remove([series])
        else:
            start = self.row(ids[0])["start"]
            rows = [i for i in rules.members(series) if self.row(i)["start"] >= start]
        self.remove(rows)

    @on_records
    def action_mass_archive(self, ids: list[int], recurrence_update_setting: str) -> None:
        """Archive this row, this one and the later ones, or all rows of a series."""
        self.check_records(ids, "write")
        rules = self.env["calendar.recurrence"]
        series = self.row(ids[0])["recurrence_id"]
        rows = list(ids)
        if recurrence_update_setting == "all_events":
            rows = rules.members(series) if series else []
        elif recurrence_update_setting == "future_events":
            rows = rules.stop_before(series, ids[0])
        self.write_rows(rows, {"active": False})

    @on_records
    def action_archive(self, ids: list[int]) -> None:
        """Archive events."""
        self.write([i for i in ids if self.row(i)["active"]], {"active": False})

    @on_records
    def action_unarchive(self, ids: list[int]) -> None:
        """Bring archived events back."""
        self.write([i for i in ids if not self.row(i)["active"]], {"active": True})

    @on_records
    def change_attendee_status(self, ids: list[int], status: str, recurrence_update_setting: str) -> Any:
        """Set the caller's own answer, for one row or for more of its series."""
        rows = list(ids)
        series = self.row(ids[0])["recurrence_id"]
        if series and recurrence_update_setting != "self_only":
            start = self.row(ids[0])["start"]
            members = self.env["calendar.recurrence"].members(series)
            every = recurrence_update_setting == "all_events"
            rows = [i for i in members if every or self.row(i)["start"] >= start]
        own = [attendee for i in rows for attendee in self.own_attendees(i)]
        return self.env["calendar.attendee"].answer(own, status)
