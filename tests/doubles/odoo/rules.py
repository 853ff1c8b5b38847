"""Recurrence rules as Odoo understands them: how it reads an RRULE, writes one, and lays out the dates.

Its misreadings are kept on purpose: what it cannot express is dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from dateutil import rrule

from tests.doubles.odoo.calendar_fields import DAYS, FREQUENCIES, WEEKDAYS
from tests.doubles.odoo.errors import OdooError, UserError, attribute_error, value_error

MAX_EVENTS = 720
_FREQUENCY: dict[str, Any] = {
    "yearly": rrule.YEARLY,
    "monthly": rrule.MONTHLY,
    "weekly": rrule.WEEKLY,
    "daily": rrule.DAILY,
}
_BY_NUMBER = {number: name for name, number in _FREQUENCY.items()}
_WEEKDAYS = {key: day for (key, _), day in zip(WEEKDAYS, rrule.weekdays, strict=True)}
_SUNDAY = rrule.SU

Rule = dict[str, Any]


def parse(text: str, first: datetime | None, version: int) -> Rule:
    """Return the values of a series that Odoo takes from an RRULE; `first` is the start of its first event.

    Any BYDAY makes the rule weekly, one with an ordinal monthly; of several ordinals or month days the
    first counts; BYSETPOS, BYWEEKNO and the like are dropped, and so is BYMONTH. In Odoo 17 any BYMONTHDAY
    makes it monthly and any BYMONTH multiplies the interval by twelve: that is how it keeps yearly rules.

    Raises:
        OdooError: dateutil cannot read it, or it holds what Odoo stumbles over.
    """
    text = re.sub(r";?X-[-\w]+=[^;:]*", "", text).replace(":;", ":").lstrip(":;")
    if "Z" in text and first is not None:
        first = first.replace(tzinfo=UTC)
    try:
        found = rrule.rrulestr(text, dtstart=first)
    except ValueError as error:
        raise value_error(str(error)) from error
    if not isinstance(found, rrule.rrule):
        raise attribute_error("'rruleset' object has no attribute '_freq'")
    rule: Any = found
    if rule._freq not in _BY_NUMBER:
        raise OdooError(str(rule._freq), "builtins.KeyError")
    values: Rule = {
        "rrule_type": _BY_NUMBER[rule._freq],
        "count": rule._count,
        "interval": rule._interval,
        "until": rule._until.date() if rule._until else None,
    }
    if rule._byweekday:
        values |= {day: index in rule._byweekday for index, day in enumerate(DAYS)}
        values["rrule_type"] = "weekly"
    if rule._bynweekday:
        day, ordinal = rule._bynweekday[0]
        values |= {
            "rrule_type": "monthly",
            "month_by": "day",
            "weekday": WEEKDAYS[day][0],
            "byday": str(ordinal),
        }
    if rule._bymonthday and (version < 18 or values["rrule_type"] == "monthly"):
        values |= {"rrule_type": "monthly", "month_by": "date", "day": rule._bymonthday[0]}
    if version < 18 and rule._bymonth:
        values["interval"] *= 12
    values["end_type"] = "end_date" if values["until"] else "count" if values["count"] else "forever"
    return values


def serialize(rule: Rule, now: datetime) -> str:
    """Write a rule the way Odoo does when it was given as fields: with a DTSTART of the present moment."""
    return str(_rrule(rule, now.replace(microsecond=0)))


def zone_of(rule: Rule) -> ZoneInfo:
    """Return the zone in which a rule counts.

    Raises:
        OdooError: there is no such zone.
    """
    name = rule["event_tz"] or "UTC"
    if name not in available_timezones():
        raise OdooError(name, "pytz.exceptions.UnknownTimeZoneError")
    return ZoneInfo(name)


def starts(rule: Rule, first: datetime, *, allday: bool) -> Iterator[datetime]:
    """Return the starts (naive UTC) of all occurrences, from the beginning of the period `first` lies in."""
    zone = zone_of(rule)
    begin = period_start(rule, first, zone)
    if allday:
        yield from _rrule(rule, begin)
        return
    local = begin.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    for moment in _rrule(rule, local):
        yield _to_utc(moment, zone)


def period_start(rule: Rule, moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the same time on the first day of the week or month, or `moment` if clocks change between."""
    start = moment
    if rule["rrule_type"] == "weekly":
        start = moment - timedelta(days=(moment.weekday() + 1) % 7)
    elif rule["rrule_type"] == "monthly":
        start = moment.replace(day=1)
    same = start.replace(tzinfo=zone).dst() == moment.replace(tzinfo=zone).dst()
    return start if same else moment


def describe(rule: Rule) -> str:
    """Return the name of a series, as in "Every 1 Weeks on Monday for 4 events"."""
    unit = dict(FREQUENCIES)[rule["rrule_type"]]
    parts = [f"Every {rule['interval']} {unit}"]
    if rule["rrule_type"] == "weekly":
        names = [name for day, (_, name) in zip(DAYS, WEEKDAYS, strict=True) if rule[day]]
        parts.append("on " + ", ".join(names))
    elif rule["rrule_type"] == "monthly" and rule["month_by"] == "day":
        ordinal = {"1": "First", "2": "Second", "3": "Third", "4": "Fourth", "-1": "Last"}[rule["byday"]]
        parts.append(f"on the {ordinal} {dict(WEEKDAYS)[rule['weekday']]}")
    elif rule["rrule_type"] == "monthly":
        parts.append(f"day {rule['day']}")
    if rule["end_type"] == "count":
        parts.append(f"for {rule['count']} events")
    elif rule["end_type"] == "end_date":
        parts.append(f"until {rule['until']}")
    return " ".join(parts)


def _rrule(rule: Rule, start: datetime) -> rrule.rrule:
    kind = rule["rrule_type"]
    settings: dict[str, Any] = {"dtstart": start, "interval": rule["interval"]}
    if kind == "monthly" and rule["month_by"] == "date":
        settings["bymonthday"] = rule["day"]
    elif kind == "monthly":
        settings["byweekday"] = _WEEKDAYS[rule["weekday"]](int(rule["byday"]))
    elif kind == "weekly":
        days = [weekday for day, weekday in zip(DAYS, rrule.weekdays, strict=True) if rule[day]]
        if not days:
            raise UserError("You have to choose at least one day in the week")
        settings |= {"byweekday": days, "wkst": _SUNDAY}
    if rule["end_type"] == "count":
        settings["count"] = min(rule["count"], MAX_EVENTS)
    elif rule["end_type"] == "forever":
        settings["count"] = MAX_EVENTS
    elif isinstance(rule["until"], date):
        settings["until"] = datetime.combine(rule["until"], time.max)
    return rrule.rrule(_FREQUENCY[kind], **settings)


def _to_utc(moment: datetime, zone: ZoneInfo) -> datetime:
    """Turn a local time into UTC; where it exists twice or not at all, winter time counts."""
    folds = [moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    winter = min(folds, key=lambda local: local.utcoffset() or timedelta())
    return moment - (winter.utcoffset() or timedelta())


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a naive UTC moment on the clocks of a zone."""
    return moment.replace(tzinfo=UTC).astimezone(zone)
