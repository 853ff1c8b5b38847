"""Starts of occurrences as texts, as moments and on the clocks of a zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from sync.errors import Rejected
from sync.model import Start

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
LAST_SECOND = time(23, 59, 59, fold=1)
_FORM = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?", re.ASCII)


def zone_named(name: str) -> ZoneInfo:
    """Return the IANA zone of that name.

    Raises:
        Rejected: there is none.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # OSError: it names a folder of zones, such as "Europe"
        raise Rejected("unknown_zone", name) from error


def wall(start: Start, zone: tzinfo | None) -> datetime:
    """Return what the clocks of the zone show at a start, naive; of a date, its midnight."""
    if not isinstance(start, datetime):
        return datetime.combine(start, time())
    try:
        return start.astimezone(zone).replace(tzinfo=None, fold=0)
    except OverflowError:  # a few hours from the end of the calendar, where no zone matters
        return start.replace(tzinfo=None)


def start_at(clock: datetime, zone: ZoneInfo | None) -> Start:
    """Return the start when the clocks of the zone show a (naive) time; without a zone, its date.

    A time that the clocks skip is counted with the offset before the gap, so it lies after it; of a time that
    comes twice the first is meant (RFC 5545 3.3.5).
    """
    if zone is None:
        return clock.date()
    try:
        return clock.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return clock.replace(tzinfo=UTC, fold=0)


def end_of(day: date, zone: ZoneInfo | None) -> Start:
    """Return the last second of a day in the zone (of two the later); without a zone, the day."""
    return start_at(datetime.combine(day, LAST_SECOND), zone)


def parse(text: str) -> tuple[date, time | None, bool]:
    """Take a DATE or DATE-TIME apart: the day, the time if it has one, and whether it is in UTC.

    Raises:
        ValueError: it is neither.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(text)
    day = datetime.strptime(found[1], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    clock = time.fromisoformat(found[2]) if found[2] else None
    return day, clock, bool(found[3])


def moment(text: str, zone: ZoneInfo | None, clock: time, own: ZoneInfo | None = None) -> Start:
    """Read one value of RDATE, EXDATE or UNTIL as a start in a series of the zone (None: all-day).

    A time without a zone is one of `own` (the value's TZID), else of the series. A day in a timed series
    stands for the time `clock` on it; of a moment in an all-day series the day counts as written.

    Raises:
        ValueError: it is no date or time.
    """
    day, at, utc = parse(text)
    if zone is None:
        return day
    if at is None:
        return start_at(datetime.combine(day, clock), zone)
    if utc:
        return datetime.combine(day, at, UTC)
    return start_at(datetime.combine(day, at.replace(fold=clock.fold)), own or zone)


def last_day(until: Start, zone: ZoneInfo | None, clock: time) -> date:
    """Return the last day in the zone on which something at that time is not later than `until`."""
    end = wall(until, zone)
    return end.date() if end.time() >= clock else end.date() - DAY


def utc(start: Start) -> datetime:
    """Return a start as a moment; of a date, midnight UTC."""
    return start if isinstance(start, datetime) else datetime.combine(start, time(), UTC)


def shifted(moment: datetime, by: timedelta) -> datetime:
    """Return a moment so much later, or the last (first) one there is."""
    try:
        return moment + by
    except OverflowError:
        end = datetime.max if by > timedelta() else datetime.min  # noqa: DTZ901 - the zone follows
        return end.replace(tzinfo=moment.tzinfo)


def text(start: Start) -> str:
    """Write a start as RFC 5545 does: a DATE, or a DATE-TIME in UTC."""
    if not isinstance(start, datetime):
        return f"{start.year:04}{start:%m%d}"
    return f"{start.year:04}{start:%m%dT%H%M%SZ}"
