"""What the google_calendar module adds to events and series: links to Google, marks of what to push.

The double pushes nothing to Google: it keeps the marks as Odoo leaves them when no push succeeds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tests.doubles.odoo.core import on_records
from tests.doubles.odoo.errors import ValidationError
from tests.doubles.odoo.event import Event
from tests.doubles.odoo.model import Vals
from tests.doubles.odoo.recurrence import Recurrence
from tests.doubles.odoo.store import Row
from tests.doubles.odoo.words import words

WINDOW = timedelta(days=365)
_SYNCED = words(
    "name description allday start stop attendee_ids partner_ids alarm_ids location privacy active show_as"
)


class GoogleEvent(Event):
    """calendar.event with google_calendar installed."""

    @property
    def synced(self) -> frozenset[str]:
        """The fields whose change is to reach Google."""
        return _SYNCED | {"videocall_location"} if self.env.version >= 19 else _SYNCED

    def settled(self, row: Row, vals: Vals, before: Row | None) -> Row:
        """Mark what is to be pushed, unless the mark was given or the sync is stopped."""
        row = super().settled(row, vals, before)
        if before is None and "need_sync" not in vals:
            whose = row["user_id"] if self.env.version >= 19 else self.env.uid
            row["need_sync"] = not row["recurrency"] and not self._stopped(whose)
        elif before is not None and "need_sync" not in vals and self.synced & vals.keys():
            row["need_sync"] = before["need_sync"] or not self._stopped(self.env.uid)
        return row

    def _stopped(self, user_id: int | None) -> bool:
        return bool(
            user_id and self.env["res.users"].google_settings(user_id)["google_synchronization_stopped"]
        )

    @on_records
    def write(self, ids: list[int], vals: Vals) -> bool:
        """Keep guests from writing where only the organizer may, unless the context says `dont_notify`."""
        guarded = self.env.version < 19 or bool(self.synced & vals.keys())
        if guarded and not self.env.context.get("dont_notify") and not vals.get("need_sync"):
            for record_id in ids:
                row = self.table.rows.get(record_id)
                if (
                    row
                    and row["guests_readonly"]
                    and row["user_id"] not in (None, self.env.uid)
                    and not self.env.su
                ):
                    raise ValidationError(
                        "The following event can only be updated by the organizer according to the event "
                        f"permissions set on Google Calendar: {row['name']}"
                    )
        return super().write(ids, vals)

    def remove(self, ids: Iterable[int]) -> None:
        """Archive events that Google knows instead of deleting them."""
        ids = list(ids)
        linked = [i for i in ids if self.row(i)["google_id"]]
        self.update(linked, {"active": False})
        self.env["calendar.recurrence"].replace_bases(linked)
        super().remove([i for i in ids if i not in linked])

    def copied(self, base_id: int) -> Vals:
        """Copy neither the link nor the mark."""
        vals = super().copied(base_id)
        return {name: value for name, value in vals.items() if name not in ("google_id", "need_sync")}

    def copy_to(self, base_id: int, series: int, times: list[tuple[datetime, datetime]]) -> list[int]:
        """Give new rows of a linked series their ids at Google."""
        made = super().copy_to(base_id, series, times)
        self.env["calendar.recurrence"].link_rows(series)
        return made

    def rewrite_all(self, record_id: int, vals: Vals, rule: Vals) -> None:
        """Replace a series that Google knows as a whole: its link stays with archived rows.

        The base event keeps its id and loses its link to an archived copy of itself.
        """
        rules = self.env["calendar.recurrence"]
        series = self.row(record_id)["recurrence_id"]
        if not rules.row(series)["google_id"]:
            super().rewrite_all(record_id, vals, rule)
            return
        base_id = rules.row(series)["base_event_id"]
        before, left = self.row(base_id), self.day_left(record_id, vals)
        self.write_rows([base_id], self.shifted(record_id, base_id, vals), mailed=[base_id])
        held = self.rule_from(base_id, left, rule)
        others = [i for i in rules.members(series) if i != base_id]
        self.retire(others)
        rules.update([series], {"active": False, "base_event_id": False})
        times = {name: before[name] for name in ("start", "stop", "start_date", "stop_date", "duration")}
        gone = {"active": False, "recurrence_id": None, "need_sync": True, "google_id": before["google_id"]}
        self.table.insert(self.env.transaction, self.row(base_id) | times | gone)
        self.table_update([base_id], {"google_id": None, "need_sync": False, "recurrence_id": None})
        self.start_series(base_id, held)

    def retire(self, ids: list[int]) -> None:
        """Archive replaced rows without marking them: the series itself is what gets pushed."""
        self.table_update(ids, {"active": False, "recurrence_id": None})

    def start_series(self, record_id: int, rule: Vals) -> None:
        """Take the mark from an event that becomes the base of a series, for the same reason."""
        super().start_series(record_id, rule)
        if record_id in self.table.rows:
            self.table_update([record_id], {"need_sync": False})

    def table_update(self, ids: Iterable[int], changes: Row) -> None:
        """Change rows without marking them for Google."""
        stamp = {"write_uid": self.env.uid, "write_date": self.env.stamp}
        for record_id in ids:
            self.table.update(self.env.transaction, record_id, changes | stamp)

    def instance_id(self, record_id: int, master: str) -> str:
        """Return the id of an occurrence at Google: the master's with the moment it starts."""
        row = self.row(record_id)
        return (
            f"{master}_{row['start_date']:%Y%m%d}"
            if row["allday"]
            else f"{master}_{row['start']:%Y%m%dT%H%M%SZ}"
        )


class GoogleRecurrence(Recurrence):
    """calendar.recurrence with google_calendar installed."""

    def update(self, ids: Iterable[int], vals: Vals) -> None:
        """Hand a new link down to the rows that have none."""
        ids = list(ids)
        super().update(ids, vals)
        if vals.get("google_id"):
            for record_id in ids:
                self.link_rows(record_id)

    def link_rows(self, record_id: int) -> None:
        """Give the rows of a linked series that have none their ids at Google."""
        master = self.row(record_id)["google_id"]
        events: Any = self.env["calendar.event"]
        for event_id in self.members(record_id):
            if master and not events.row(event_id)["google_id"]:
                events.table_update([event_id], {"google_id": events.instance_id(event_id, master)})

    def remove(self, ids: Iterable[int]) -> None:
        """Archive series that Google knows instead of deleting them."""
        ids = list(ids)
        linked = [i for i in ids if self.row(i)["google_id"]]
        super().update(linked, {"active": False})
        super().remove([i for i in ids if i not in linked])
