"""Series of events: how rows are copied from a base event, and how an edit of one row rebuilds the others."""

from __future__ import annotations

from tests.doubles.odoo.calendar_fields import DAYS, RULE_FIELDS
from tests.doubles.odoo.event_writing import TIME_FIELDS, EventWriting
from tests.doubles.odoo.model import Vals
from tests.doubles.odoo.recurrence import Range

_NOT_COPIED = frozenset({"access_token", "start_date", "stop_date", "duration"})


class EventSeries(EventWriting):
    """The part of calendar.event that starts, rebuilds and ends series."""

    def start_series(self, record_id: int, rule: Vals) -> None:
        """Make an event the base of a new series; if the rule leaves it out, it is archived and detached."""
        rules = self.env["calendar.recurrence"]
        self.update([record_id], {"recurrency": True, "follow_recurrence": True})
        series = rules.create_all([self._with_zone(rule) | {"base_event_id": record_id}])[0]
        self.update(rules.apply(series, rule), {"active": False})

    def _with_zone(self, rule: Vals) -> Vals:
        zone = (
            rule.get("event_tz")
            or self.env.context.get("tz")
            or self.env["res.users"].value(self.env.uid, "tz")
        )
        return rule | {"event_tz": zone}

    def copied(self, base_id: int) -> Vals:
        """Return the values that a copy of an event starts from."""
        base = self.row(base_id)
        vals = {name: base[name] for name in self.stored() if name not in _NOT_COPIED and name in base}
        return vals | {"recurrency": True, "follow_recurrence": True}

    def copy_to(self, base_id: int, series: int, times: list[Range]) -> list[int]:
        """Create copies of a base event at other times, as the rows of its series, mailing nobody."""
        vals = self.copied(base_id) | {"recurrence_id": series}
        quiet = self.env.with_context(no_mail_to_attendees=True)[self.name]
        return [
            EventWriting.create_one(quiet, quiet.prepared(dict(vals, start=start, stop=stop)))
            for start, stop in times
        ]

    def is_base(self, record_id: int) -> bool:
        """Say whether a row is the base event of its series."""
        series = self.env["calendar.recurrence"].row(self.row(record_id)["recurrence_id"])
        return bool(series["base_event_id"] == record_id)

    def break_series(self, record_id: int, *, future: bool) -> None:
        """Take a row out of its series and delete the others, or the later ones; nothing else is written."""
        rules = self.env["calendar.recurrence"]
        series = self.row(record_id)["recurrence_id"]
        others = rules.stop_before(series, record_id) if future else rules.members(series)
        if not future:
            rules.remove([series])
        self.update([record_id], {"recurrence_id": False})
        self.remove([i for i in others if i != record_id])

    def rewrite_all(self, record_id: int, vals: Vals, rule: Vals) -> None:
        """Write to all rows; a new time or rule archives them all but the base and builds the series anew.

        An `rrule` text is not looked at; only the single parts of a rule are.
        """
        rules = self.env["calendar.recurrence"]
        series = self.row(record_id)["recurrence_id"]
        base_id = rules.row(series)["base_event_id"] or self._first_of(rules.members(series))
        if not TIME_FIELDS & vals.keys() and not rule:
            self.write_rows(rules.members(series), vals, mailed=[])
            return
        left = self.day_left(record_id, vals)
        self.write_rows([base_id], self.shifted(record_id, base_id, vals), mailed=self._told(base_id))
        self._reset_answers(base_id, vals)
        held = self.rule_from(base_id, left, rule)
        others = [i for i in rules.members(series) if i != base_id]
        rules.remove([series])
        self.retire(others)
        self.start_series(base_id, held)

    def _first_of(self, members: list[int]) -> int:
        """Return the first row that follows its series, which stands for a base event that is not named."""
        following = [i for i in members if self.row(i)["follow_recurrence"]]
        return min(following or members, key=lambda i: (self.row(i)["start"], i))

    def retire(self, ids: list[int]) -> None:
        """Archive rows that a rebuilt series replaces by new ones."""
        self.update(ids, {"active": False, "recurrence_id": False})

    def _told(self, record_id: int) -> list[int]:
        """Return whose guests hear of a new time of a whole series: from Odoo 19 on nobody's."""
        return [record_id] if self.env.version < 19 else []

    def rule_from(self, record_id: int, left: Vals, rule: Vals) -> Vals:
        """Return the rule to build a series anew: as read from a row, moved to its day, as edited."""
        given = {name: value for name, value in rule.items() if name != "rrule"}
        return self._rule_of(record_id) | left | self._rule_of_day(record_id) | given

    def _rule_of(self, record_id: int) -> Vals:
        """Return the parts of the rule as they are read from one of its rows."""
        return {name: self.value(record_id, name) for name in RULE_FIELDS if name != "rrule"}

    def _rule_of_day(self, record_id: int) -> Vals:
        """Return the parts of a rule that follow from the day a row now lies on."""
        offered = self.rule_default(self.row(record_id))
        moved = {name: offered[name] for name in ("weekday", "byday", offered["weekday"].lower())}
        return {**moved, "day": self.row(record_id)["start"].day}

    def day_left(self, record_id: int, vals: Vals) -> Vals:
        """Take the weekday of an edited row out of the rule when the edit names a start."""
        return {DAYS[self.row(record_id)["start"].weekday()]: False} if "start" in vals else {}

    def shifted(self, record_id: int, base_id: int, vals: Vals) -> Vals:
        """Apply the shift that an edit makes to one row to the base event instead."""
        given = self.converted({name: vals[name] for name in TIME_FIELDS & vals.keys()})
        row, base = self.row(record_id), self.row(base_id)
        moved: Vals = {}
        for first, last in (("start", "stop"), ("start_date", "stop_date")):
            shifts = [given[name] - row[name] for name in (first, last) if given.get(name) and row[name]]
            if shifts:
                moved |= {first: base[first] + shifts[0], last: base[last] + shifts[-1]}
            else:
                moved |= {name: given[name] for name in (first, last) if given.get(name)}
        return {**vals, **moved}

    def _reset_answers(self, record_id: int, vals: Vals) -> None:
        """Ask everybody again after a new time of a series; Odoo 17 does not."""
        if self.env.version < 18 or not TIME_FIELDS & vals.keys():
            return
        attendees = self.env["calendar.attendee"]
        for attendee_id in attendees.table.children("event_id", record_id):
            own = attendees.row(attendee_id)["partner_id"] == self.env.partner_id
            attendees.update([attendee_id], {"state": "accepted" if own else "needsAction"})

    def rewrite_future(self, record_id: int, vals: Vals, rule: Vals) -> None:
        """End the series before this row and start a new one from it; the later rows are archived."""
        rules = self.env["calendar.recurrence"]
        series = self.row(record_id)["recurrence_id"]
        held = self._rule_of(record_id) | self.day_left(record_id, vals)
        later = rules.stop_before(series, record_id)
        if held["end_type"] == "count":
            held["count"] = len(later)
        self.write_rows([record_id], vals)
        self._reset_answers(record_id, vals)
        self.retire([i for i in later if i != record_id])
        self.start_series(record_id, held | self._rule_of_day(record_id) | rule)
        if vals.get("active") is False:
            rules.replace_bases([record_id])
