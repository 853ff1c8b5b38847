"""Calendar events as they are read: computed values, the mask over private events, who may do what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.doubles.odoo.calendar_fields import DAYS, RULE_FIELDS, event_fields
from tests.doubles.odoo.fields import NUMBERS, Field
from tests.doubles.odoo.model import Model
from tests.doubles.odoo.people import default_privacy
from tests.doubles.odoo.store import Row
from tests.doubles.odoo.words import words

JOIN_PATH = "calendar/join_videocall"
_PUBLIC = words(
    "id active allday duration user_id partner_id recurrence_id show_as privacy effective_privacy start"
    " stop start_date stop_date user_can_edit display_time recurrence_update"
    " videocall_source"
)


class EventReading(Model):
    """The part of calendar.event that changes nothing."""

    name = "calendar.event"
    description = "Calendar Event"
    order = "start desc, id"
    links = ("recurrence_id", "user_id")
    searchable = frozenset({"display_name", "partner_id"})

    @classmethod
    def build_fields(cls, version: int, google: bool) -> dict[str, Field]:
        """Return the fields of calendar.event."""
        return event_fields(version, google)

    # --- private events

    def takes_part(self, record_id: int) -> bool:
        """Say whether the caller is the organizer or an attendee (or the server itself)."""
        row = self.row(record_id)
        return self.env.su or row["user_id"] == self.env.uid or self.env.partner_id in row["partner_ids"]

    def effective(self, record_id: int) -> str:
        """Return an event's privacy, the organizer's default where it has none of its own.

        In Odoo 18 an ordinary user cannot read that default of others, so that for him it is public.
        """
        row = self.row(record_id)
        if row["privacy"] or self.env.version < 18 or not row["user_id"]:
            return row["privacy"] or "public"
        users = self.env["res.users"]
        if self.env.version == 18:
            return users.compute_calendar_default_privacy(row["user_id"]) or "public"
        return default_privacy(users, row["user_id"]) or "public"

    def hidden(self, record_id: int) -> bool:
        """Say whether the caller sees nothing of this event but that its organizer is busy."""
        return not self.takes_part(record_id) and self.effective(record_id) == "private"

    def shown(self, record_id: int, names: list[str], load: Any = "_classic_read") -> dict[str, Any]:
        """Return an event as the caller sees it."""
        if not self.hidden(record_id):
            return super().shown(record_id, names, load)
        shown = super().shown(record_id, [name for name in names if name in _PUBLIC], load)
        for name in names:
            if name in ("name", "display_name"):
                shown[name] = "Busy"
            elif name not in shown:
                field = self.fields[name]
                shown[name] = 0 if field.type in NUMBERS else self.shown_value(field, None)
        return {name: shown[name] for name in ["id", *names]}

    def label(self, record_id: int) -> str:
        """Return the event's name, unless it is hidden."""
        return "Busy" if self.hidden(record_id) else super().label(record_id)

    def check_records(self, ids: Iterable[int], operation: str) -> None:
        """Keep outsiders from changing private events.

        An event that is private only by its organizer's default can be deleted by anybody all the same.
        """
        ids = list(ids)
        super().check_records(ids, operation)
        for record_id in ids:
            private = self.row(record_id)["privacy"] == "private"
            if operation == "write":
                private = self.effective(record_id) == "private"
            if private and operation != "read" and not self.takes_part(record_id):
                raise self.refusal(operation)

    # --- computed values

    def value(self, record_id: int, name: str) -> Any:
        """Take the values of a rule from the series."""
        if name in RULE_FIELDS or name == "rrule_type_ui":
            return self._rule_value(record_id, name)
        return super().value(record_id, name)

    def _rule_value(self, record_id: int, name: str) -> Any:
        row = self.row(record_id)
        if not row["recurrency"]:
            return 0 if self.fields[name].type == "integer" else None
        rules = self.env["calendar.recurrence"]
        if name == "rrule_type_ui":
            plain = row["recurrence_id"] and rules.row(row["recurrence_id"])
            return (plain["rrule_type"] if plain["interval"] == 1 else "custom") if plain else None
        held = rules.row(row["recurrence_id"])[name] if row["recurrence_id"] else None
        return held or self.rule_default(row).get(name)

    def rule_default(self, row: Row) -> dict[str, Any]:
        """Return what the web client offers for a rule: above all the weekday of the event itself."""
        start: datetime = row["start"]
        day = DAYS[start.weekday()]
        ordinal = (start.day - 1) // 7 + 1
        offered = {day: True, "weekday": day.upper(), "byday": str(ordinal if ordinal < 4 else -1)}
        values: dict[str, Any] = self.env["calendar.recurrence"].defaults()
        return values | offered

    def compute_partner_id(self, record_id: int) -> int | None:
        """Return the organizer's partner."""
        user = self.row(record_id)["user_id"]
        return self.env.table("res.users").rows[user]["partner_id"] if user else None

    def compute_videocall_source(self, record_id: int) -> str:
        """Say whether the call is one of Odoo's own rooms."""
        return "discuss" if JOIN_PATH in (self.row(record_id)["videocall_location"] or "") else "custom"

    def compute_effective_privacy(self, record_id: int) -> str:
        """Return the privacy that counts."""
        return self.effective(record_id)

    def compute_display_time(self, record_id: int) -> str:
        """Return the time as text in the reader's zone; Odoo 19 writes it on a clock of twelve hours."""
        row, zone = self.row(record_id), self.env.timezone
        if row["allday"]:
            return f"All Day, {row['start_date']:%m/%d/%Y}"
        start, stop = (moment.replace(tzinfo=UTC).astimezone(zone) for moment in (row["start"], row["stop"]))
        clock = "%I:%M:%S %p" if self.env.version >= 19 else "%H:%M:%S"
        if row["stop"] - row["start"] <= timedelta(days=1):
            return f"{start:%m/%d/%Y} at ({start:{clock}} To {stop:{clock}}) ({zone.key})"
        return f"{start:%m/%d/%Y} at {start:{clock}} To\n {stop:%m/%d/%Y} at {stop:{clock}} ({zone.key})"

    def own_attendees(self, record_id: int) -> list[int]:
        """Return the caller's own attendee rows of an event, of which there should be one."""
        table = self.env.table("calendar.attendee")
        rows = table.children("event_id", record_id)
        return [i for i in rows if table.rows[i]["partner_id"] == self.env.partner_id]

    def own_attendee(self, record_id: int) -> int | None:
        """Return the caller's attendee row, the last if there are several."""
        own = self.own_attendees(record_id)
        return own[-1] if own else None

    def compute_current_attendee(self, record_id: int) -> int | None:
        """Return the caller's own attendee row."""
        return self.own_attendee(record_id)

    def compute_current_status(self, record_id: int) -> str | None:
        """Return the caller's own answer."""
        own = self.own_attendee(record_id)
        return self.env.table("calendar.attendee").rows[own]["state"] if own else None

    def compute_attendees_count(self, record_id: int) -> int:
        """Return how many are invited."""
        return len(self.env.table("calendar.attendee").children("event_id", record_id))

    def compute_accepted_count(self, record_id: int) -> int:
        """Return how many accepted."""
        return self._answers(record_id, "accepted")

    def compute_declined_count(self, record_id: int) -> int:
        """Return how many declined."""
        return self._answers(record_id, "declined")

    def compute_tentative_count(self, record_id: int) -> int:
        """Return how many may come."""
        return self._answers(record_id, "tentative")

    def compute_awaiting_count(self, record_id: int) -> int:
        """Return how many have not answered."""
        return self._answers(record_id, "needsAction")

    def _answers(self, record_id: int, state: str) -> int:
        table = self.env.table("calendar.attendee")
        return sum(table.rows[i]["state"] == state for i in table.children("event_id", record_id))

    def compute_user_can_edit(self, record_id: int) -> bool:
        """Say whether the web client offers editing."""
        by_right = (
            self.env.version >= 18 and self.env.is_admin and self.row(record_id)["privacy"] != "private"
        )
        return self.takes_part(record_id) or by_right

    def compute_display_description(self, record_id: int) -> bool:
        """Say whether there is a description worth showing."""
        return bool(self.row(record_id)["description"])
