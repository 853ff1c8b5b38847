"""Odoo's calendar.recurrence: the fields of its form as a rule, a rule as these fields."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sync.errors import Rejected
from sync.model import Span
from sync.recurrence import Recurrence, lines, read, times, with_end
from sync.recurrence.rule import WEEKDAYS, Freq, Rule, explicit

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIELDS = (
    "rrule", "rrule_type", "interval", "end_type", "count", "until", *DAYS, "month_by", "day", "weekday",
    "byday", "event_tz",
)  # fmt: skip
FOREVER = 720
"""As many occurrences Odoo makes at most, and so it writes that a rule has no end."""

_KINDS = ("yearly", "monthly", "weekly", "daily")
_ORDINALS = {0, 1, 2, 3, 4, -1}
_MOST = 10**8  # Odoo's integers end at about twenty times that


@dataclass(frozen=True, slots=True)
class OdooRule:
    """The fields of a calendar.recurrence as far as its kind uses them; weekdays count from Monday as 0.

    Neither `count` nor `until` (the last day in `event_tz`): for ever. `nth` is ordinal and weekday of a
    monthly rule by weekday, else `day` counts. `wkst` is the first day of the week, where Odoo says it.
    """

    rrule_type: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    days: frozenset[int] = frozenset()
    day: int | None = None
    nth: tuple[int, int] | None = None
    event_tz: str = ""
    wkst: str = field(default="", compare=False)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> OdooRule:
        """Read a row that has `FIELDS`.

        Raises:
            Rejected: a field that its kind needs is empty or strange.
        """
        try:
            kind, by_weekday = _KINDS[_KINDS.index(row["rrule_type"])], row["month_by"] == "day"
            ended = row["end_type"] == "end_date"
            counted = row["end_type"] == "count" and row["count"] < FOREVER
            monthly, weekly = kind == "monthly", kind == "weekly"
            nth = (int(row["byday"]), DAYS.index(row["weekday"].lower())) if monthly and by_weekday else None
            wkst = re.search(r"WKST=([A-Z]{2})", row["rrule"] or "")
            return cls(
                kind,
                row["interval"],
                count=row["count"] if counted else None,
                until=date.fromisoformat(row["until"]) if ended else None,
                days=frozenset(number for number, name in enumerate(DAYS) if weekly and row[name]),
                day=row["day"] if monthly and not by_weekday else None,
                nth=nth,
                event_tz=row["event_tz"] or "",
                wkst=wkst[1] if wkst else "",
            )
        except (ValueError, TypeError, AttributeError) as error:
            raise Rejected("unreadable_rule") from error

    @property
    def pattern(self) -> object:
        """What the rule repeats on, apart from how often and how long."""
        return self.days or self.day or self.nth


def signature(rule: OdooRule) -> str:
    """Return a text that changes if and only if the rule does; `from_signature` reads it."""
    values = asdict(rule) | {"days": sorted(rule.days), "until": rule.until and rule.until.isoformat()}
    del values["wkst"]
    return json.dumps({name: value for name, value in values.items() if value}, separators=(",", ":"))


def from_signature(text: str) -> OdooRule:
    """Return the rule of a signature.

    Raises:
        ValueError: it is none.
    """
    values = json.loads(text)
    values["days"] = frozenset(values.get("days", ()))
    values["nth"] = tuple(values["nth"]) if "nth" in values else None
    values["until"] = date.fromisoformat(values["until"]) if "until" in values else None
    return OdooRule(**values)


def text_for(recurrence: Recurrence, span: Span) -> str:
    """Return what to write into `rrule` of a calendar.recurrence whose rows are made one by one.

    It is the rule with its days written out (Odoo would take them from today) and UNTIL as the last local day
    (of a moment Odoo would take the day in UTC). Odoo refuses single dates, several rules, rules by the hour
    and a fifth weekday, and a rule without any text: in the place of these stands a weekly one of one
    occurrence.
    """
    parts = lines.parts(recurrence)
    origin = times.wall(span.start, parts.zone)
    rule = parts.rules[0] if len(parts.rules) == 1 else Rule(Freq.SECONDLY)
    too_big = max(rule.interval, rule.count or 0) > _MOST
    if too_big or rule.freq > Freq.DAILY or not {ordinal for ordinal, _ in rule.byday} <= _ORDINALS:
        return Rule(Freq.WEEKLY, count=1, byday=((0, origin.weekday()),)).text
    full = explicit(rule, origin)
    until = None if rule.until is None else times.last_day(rule.until, parts.zone, origin.time())
    return replace(rule, bymonth=full.bymonth, bymonthday=full.bymonthday, byday=full.byday, until=until).text


def to_recurrence(rule: OdooRule, span: Span, zone: str) -> Recurrence:
    """Return the recurrence that the fields mean for a series that begins with `span`; `zone` is its zone.

    Every twelve months is every year: so Odoo 17 keeps yearly rules.

    Raises:
        Rejected: the fields mean no rule, or there is no such zone.
    """
    parts = {"FREQ": rule.rrule_type.upper(), "INTERVAL": str(rule.interval)}
    if rule.days:
        parts["BYDAY"] = ",".join(WEEKDAYS[day] for day in sorted(rule.days))
    if rule.day:
        parts["BYMONTHDAY"] = str(rule.day)
    if rule.nth:
        parts["BYDAY"] = f"{rule.nth[0]}{WEEKDAYS[rule.nth[1]]}"
    if rule.rrule_type == "monthly" and rule.interval % 12 == 0:
        own = times.zone_named(zone) if isinstance(span.start, datetime) else None
        month = times.wall(span.start, own).month
        parts |= {"FREQ": "YEARLY", "INTERVAL": str(rule.interval // 12), "BYMONTH": str(month)}
    if rule.wkst and rule.interval > 1:
        parts["WKST"] = rule.wkst
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    recurrence, _ = read([text], zone, span)
    return with_end(recurrence, count=rule.count, until=rule.until)
