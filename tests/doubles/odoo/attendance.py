"""Attendees and their answers, reminders and tags of events."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from tests.doubles.odoo.calendar_fields import alarm_fields, attendee_fields
from tests.doubles.odoo.core import on_records
from tests.doubles.odoo.fields import Field
from tests.doubles.odoo.model import Model, Vals
from tests.doubles.odoo.store import Row

_MINUTES = {"minutes": 1, "hours": 60, "days": 1440}


class Attendee(Model):
    """One person's invitation to one event; open to everybody, of private events too."""

    name = "calendar.attendee"
    description = "Calendar Attendee Information"
    order = "create_date, id"
    rec_name = "common_name"
    links = ("event_id", "partner_id")
    searchable = frozenset({"display_name", "email", "phone", "recurrence_id"})

    @classmethod
    def build_fields(cls, version: int, google: bool) -> dict[str, Field]:
        """Return the fields of calendar.attendee."""
        return attendee_fields(version)

    def compute_email(self, record_id: int) -> Any:
        """Return the partner's address."""
        return self._partner(record_id)["email"]

    def compute_phone(self, record_id: int) -> Any:
        """Return the partner's number."""
        return self._partner(record_id)["phone"]

    def compute_mail_tz(self, record_id: int) -> Any:
        """Return the partner's zone."""
        return self._partner(record_id)["tz"]

    def compute_common_name(self, record_id: int) -> Any:
        """Return the partner's name, or the address of one without."""
        partner = self._partner(record_id)
        return partner["name"] or partner["email"]

    def compute_recurrence_id(self, record_id: int) -> Any:
        """Return the series of the event."""
        return self.env.table("calendar.event").rows[self.row(record_id)["event_id"]]["recurrence_id"]

    def label(self, record_id: int) -> str:
        """Return the partner's name."""
        return str(self.compute_common_name(record_id))

    def _partner(self, record_id: int) -> Row:
        return self.env.table("res.partner").rows[self.row(record_id)["partner_id"]]

    def create_all(self, vals_list: list[Vals]) -> list[int]:
        """Create attendees; the caller's own is accepted from the start."""
        made = []
        for vals in vals_list:
            own = vals.get("partner_id") == self.env.partner_id
            state = {"state": "accepted"} if own and "state" not in vals else {}
            made.append(super().create_all([{"access_token": uuid.uuid4().hex, **state, **vals}])[0])
        self._check_events(made)
        return made

    def check_records(self, ids: Iterable[int], operation: str) -> None:
        """From Odoo 19 on a change needs the right to write the event."""
        ids = list(ids)
        super().check_records(ids, operation)
        if operation != "read":
            self._check_events(ids)

    def _check_events(self, ids: list[int]) -> None:
        if self.env.version >= 19:
            events = {self.row(i)["event_id"] for i in ids}
            self.env["calendar.event"].check_records(events, "write")

    @on_records
    def do_accept(self, ids: list[int]) -> Any:
        """Answer yes."""
        return self.answer(ids, "accepted")

    @on_records
    def do_decline(self, ids: list[int]) -> Any:
        """Answer no."""
        return self.answer(ids, "declined")

    @on_records
    def do_tentative(self, ids: list[int]) -> Any:
        """Answer maybe."""
        return self.answer(ids, "tentative")

    def answer(self, ids: list[int], state: str) -> Any:
        """Set an answer; whose it is does not matter."""
        return self.write(ids, {"state": state})


class Alarm(Model):
    """Reminders; records shared by all events that remind at the same time."""

    name = "calendar.alarm"
    description = "Event Alarm"

    @classmethod
    def build_fields(cls, version: int, google: bool) -> dict[str, Field]:
        """Return the fields of calendar.alarm."""
        return alarm_fields(version)

    def settled(self, row: Row, vals: Vals, before: Row | None) -> Row:
        """Keep the lead in minutes."""
        return row | {"duration_minutes": row["duration"] * _MINUTES.get(row["interval"], 0)}


class EventType(Model):
    """Tags of events; ordinary users only read them."""

    name = "calendar.event.type"
    description = "Event Meeting Type"
    reserved: ClassVar[dict[str, str]] = dict.fromkeys(
        ("create", "write", "unlink"), "Administration/Settings"
    )

    @classmethod
    def build_fields(cls, version: int, google: bool) -> dict[str, Field]:
        """Return the fields of calendar.event.type."""
        return {"name": Field("char", "Name", required=True), "color": Field("integer", "Color")}
