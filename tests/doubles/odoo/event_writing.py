"""Calendar events as they are written: times that follow from each other, attendees from partners, mails."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from html import escape
from typing import Any

from tests.doubles.odoo.calendar_fields import RULE_FIELDS
from tests.doubles.odoo.errors import OdooError, ValidationError, attribute_error
from tests.doubles.odoo.event_reading import JOIN_PATH, EventReading
from tests.doubles.odoo.model import Vals
from tests.doubles.odoo.relations import CLEAR, commands, linked
from tests.doubles.odoo.store import Row

TIME_FIELDS = frozenset({"start", "stop", "start_date", "stop_date"})


class EventWriting(EventReading):
    """Creating single rows and writing them one by one."""

    def create_all(self, vals_list: list[Vals]) -> list[int]:
        """Create events; the ids of recurring ones come after those of all others."""
        self.check_access("create")
        prepared = [self.prepared(dict(vals)) for vals in vals_list]
        single = [self.create_one(vals) for vals in prepared if not vals.get("recurrency")]
        return single + [self.create_one(vals) for vals in prepared if vals.get("recurrency")]

    def create_one(self, vals: Vals) -> int:
        """Create one event and invite its attendees."""
        record_id = self.insert(vals)
        row = self.row(record_id)
        if row["privacy"] == "private" and not self._may_create(row):
            raise self.refusal("write")
        if row["allday"] and {"start_date", "stop_date"} & vals.keys():
            self.withdraw_organizer(record_id)
        self.invite(self.env.table("calendar.attendee").children("event_id", record_id))
        return record_id

    def _may_create(self, row: Row) -> bool:
        """Say whether the caller may create this private event.

        Before Odoo 19 guests become followers, which only the organizer may do to anybody but himself.
        """
        own = self.env.partner_id
        if self.env.su or row["user_id"] == self.env.uid:
            return True
        return own in row["partner_ids"] if self.env.version >= 19 else row["partner_ids"] == [own]

    def prepared(self, vals: Vals) -> Vals:
        self.check_names(vals)
        vals.setdefault("partner_ids", [[6, 0, [self.env.partner_id]]])
        if not vals.get("attendee_ids"):
            vals["attendee_ids"] = self.attendee_commands([], vals["partner_ids"], None)
        self._place_call(vals)
        if self.env.version >= 19 and not self.env.context.get("skip_contact_description"):
            vals["description"] = self._with_contacts(vals)
        return vals

    def attendee_commands(self, held: list[int], value: Any, record_id: int | None) -> list[Any]:
        """Return the changes of attendee rows that follow from a change of partners.

        As in Odoo, partners that go by a `clear` leave their attendee rows behind.
        """
        if isinstance(value, bool):
            raise OdooError(f"'{type(value).__name__}' object is not iterable", "builtins.TypeError")
        named = [command for command in commands(value) if command[0] != CLEAR]
        partners = linked(self.env["res.partner"], held, named) if named else held
        gone = set(held).difference(partners)
        attendees = self.env.table("calendar.attendee")
        rows = attendees.children("event_id", record_id) if record_id else []
        lost = [[2, i, 0] for i in rows if attendees.rows[i]["partner_id"] in gone]
        return lost + [[0, 0, {"partner_id": p}] for p in set(partners).difference(held)]

    def _place_call(self, vals: Vals) -> None:
        """Complete the address of a video call, and open a room of Odoo's own where one is asked for."""
        place = vals.get("videocall_location")
        if not place:
            return
        base = self.env.database.base_url
        if JOIN_PATH in place:
            vals["access_token"] = uuid.uuid4().hex
            vals["videocall_location"] = f"{base}/{JOIN_PATH}/{vals['access_token']}"
        elif not place.startswith(("http://", "https://")):
            vals["videocall_location"] = f"{base}/{place}"

    def _with_contacts(self, vals: Vals) -> str:
        """Add organizer and first guest to the description, as Odoo 19 does for every new event."""
        user = vals.get("user_id", self.env.uid)
        if not user or user not in self.env.table("res.users").rows:
            return vals.get("description") or ""
        own = self.env.table("res.users").rows[user]["partner_id"]
        others = [p for p in linked(self.env["res.partner"], [], vals["partner_ids"]) if p != own]
        parts = [vals.get("description") or "", "<br><strong>Organized by</strong><br>", self._contact(own)]
        if others:
            first = self.env["res.partner"].sorted(others)[0]
            parts += ["<br><br><strong>Contact Details</strong><br>", self._contact(first)]
        return f"<div>{''.join(parts)}</div>"

    def _contact(self, partner_id: int) -> str:
        row = self.env.table("res.partner").rows[partner_id]
        lines = [escape(row["name"] or "")]
        if row["email"]:
            lines.append(f'<a href="mailto:{escape(row["email"])}">{escape(row["email"])}</a>')
        if row["phone"]:
            lines.append(f'<a href="tel:{escape(row["phone"])}">{escape(row["phone"])}</a>')
        return "<br>".join(lines)

    # --- times

    def settled(self, row: Row, vals: Vals, before: Row | None) -> Row:
        """Let times follow from each other: dates rule all-day events, `start` alone moves all."""
        row = dict(row)
        self._check_closing(row, vals)
        dates = {"start_date", "stop_date"} & vals.keys()
        if row["allday"] and dates:
            row |= self._from_dates(row)
        elif (
            before is not None and "stop" not in vals and {"start", "duration"} & vals.keys() and row["start"]
        ):
            row["stop"] = row["start"] + timedelta(hours=row["duration"] or 1)
            if row["allday"]:
                row["stop"] -= timedelta(seconds=1)
        if row["start"] and row["stop"] and not vals.get("duration"):
            row["duration"] = round((row["stop"] - row["start"]).total_seconds() / 3600, 2)
        if not row["allday"]:
            row |= {"start_date": None, "stop_date": None}
        elif not dates and row["start"] and row["stop"]:
            row |= {"start_date": row["start"].date(), "stop_date": row["stop"].date()}
        return row

    def _from_dates(self, row: Row) -> Row:
        if row["start_date"] is None or row["stop_date"] is None:
            if self.env.version >= 19:
                raise ValidationError("All-day events need both a start date and an end date.")
            raise attribute_error("'NoneType' object has no attribute 'replace'")
        return {
            "start": datetime.combine(row["start_date"], time(8)),
            "stop": datetime.combine(row["stop_date"], time(18)),
        }

    def _check_closing(self, row: Row, vals: Vals) -> None:
        if (
            row["allday"]
            and row["start_date"]
            and row["stop_date"]
            and {"start_date", "stop_date"} & vals.keys()
        ):
            if row["stop_date"] < row["start_date"]:
                shown = row if "start" in vals else row | self._from_dates(row)
                raise ValidationError(self._closing_text(shown, "start_date", "stop_date", "date", "on"))
        elif (
            not row["allday"]
            and row["start"]
            and row["stop"]
            and row["stop"] < row["start"]
            and "stop" in vals
        ):
            raise ValidationError(self._closing_text(row, "start", "stop", "date and time", "at"))

    def _closing_text(self, row: Row, start: str, stop: str, what: str, word: str) -> str:
        text = f"The ending {what} cannot be earlier than the starting {what}.\n"
        if self.env.version < 18:
            return f"{text}Meeting '{row['name']}' starts '{row['start']}' and ends '{row['stop']}'"
        return f"{text}Meeting “{row['name']}” starts {word} {row[start]} and ends {word} {row[stop]}"

    # --- writing rows as they are

    def write_rows(self, ids: list[int], vals: Vals, mailed: list[int] | None = None) -> None:
        """Write to rows without regard to their series, attendees and answers included.

        Mails go out for the rows `mailed`, for all if it is None.
        """
        attendees = self.env["calendar.attendee"]
        before = {i: attendees.table.children("event_id", i) for i in ids}
        for record_id in ids:
            given = {k: v for k, v in vals.items() if k not in RULE_FIELDS and k != "recurrence_update"}
            if "partner_ids" in given:
                held = self.row(record_id)["partner_ids"]
                given["attendee_ids"] = self.attendee_commands(held, given["partner_ids"], record_id)
            self.update([record_id], given)
            if "current_status" in given and (own := self.own_attendee(record_id)):
                attendees.write([own], {"state": given["current_status"]})
        for record_id in ids:
            if any(vals.get(name) for name in TIME_FIELDS):
                self.withdraw_organizer(record_id)
            if mailed is not None and record_id not in mailed:
                continue
            present = attendees.table.children("event_id", record_id)
            if "partner_ids" in vals:
                self.invite([i for i in present if i not in before[record_id]])
            dates = self.row(record_id)["allday"] and (vals.get("start_date") or vals.get("stop_date"))
            if vals.get("start") or dates:
                self.tell_of_change([i for i in present if i in before[record_id]])

        if vals.get("active") is False:
            self.env["calendar.recurrence"].replace_bases(ids)

    def withdraw_organizer(self, record_id: int) -> None:
        """Set the organizer's own answer back when somebody else moves his event."""
        row = self.row(record_id)
        if not row["user_id"] or row["user_id"] == self.env.uid:
            return
        attendees = self.env["calendar.attendee"]
        partner = self.env.table("res.users").rows[row["user_id"]]["partner_id"]
        own = [
            i
            for i in attendees.table.children("event_id", record_id)
            if attendees.row(i)["partner_id"] == partner
        ]
        attendees.update(own, {"state": "needsAction"})

    def invite(self, attendee_ids: Iterable[int]) -> None:
        """Mail an invitation to attendees of events that are still to come."""
        self._mail("invitation", attendee_ids)

    def tell_of_change(self, attendee_ids: Iterable[int]) -> None:
        """Mail a new date to attendees of events that are still to come."""
        self._mail("changed", attendee_ids)

    def _mail(self, kind: str, attendee_ids: Iterable[int]) -> None:
        attendees = self.env["calendar.attendee"]
        for attendee_id in attendee_ids:
            row = attendees.row(attendee_id)
            event = self.row(row["event_id"])
            if event["active"] and event["start"] > self.env.now and row["partner_id"] != self.env.partner_id:
                self.env.database.mail(self.env, kind, row["partner_id"], event)
