"""Start and end of events: `date` or `dateTime` with a zone, kept as UTC and shown in the reader's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from tests.doubles.google.errors import GoogleError, invalid, required

EventDateTime = dict[str, str]


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # no such file, a path outside the database, no such zone
        return None


def zone(name: str, what: str = "time zone") -> ZoneInfo:
    """Return a zone by its IANA name.

    Raises:
        GoogleError: there is no such zone.
    """
    found = _zone(name)
    if found is None:
        raise invalid(f"Invalid {what} definition: {name}")
    return found


def stamp(moment: datetime) -> str:
    """Write a moment as Google writes `updated`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def is_all_day(value: EventDateTime) -> bool:
    """Say whether this is a date without a time."""
    return "date" in value


@lru_cache(maxsize=8192)
def parse(text: str) -> datetime:
    """Parse what `accept` stored."""
    return datetime.fromisoformat(text)


def accept(value: dict[str, Any], what: str, calendar_zone: str, *, recurring: bool) -> EventDateTime:
    """Bring a start or end from a request into the stored form.

    Raises:
        GoogleError: it has neither or both of date and dateTime, no usable zone, or no offset.
    """
    given = {key: inner for key, inner in value.items() if inner is not None}
    if ("date" in given) == ("dateTime" in given):
        raise invalid(f"Invalid {what} time.")
    name = given.get("timeZone")
    if name is not None:
        zone(name, f"time zone definition for {what} time")
    if "date" in given:
        return {"date": given["date"]}
    if name is None and recurring:
        raise required(f"Missing time zone definition for {what} time.")
    moment = datetime.fromisoformat(given["dateTime"])
    if moment.tzinfo is None:
        if name is None:
            raise required(f"Missing time zone definition for {what} time.")
        moment = moment.replace(tzinfo=zone(name))
    # Google keeps whole seconds.
    utc = moment.astimezone(UTC).replace(microsecond=0)
    return {"dateTime": utc.strftime("%Y-%m-%dT%H:%M:%SZ"), "timeZone": name or calendar_zone}


def instant(value: EventDateTime, calendar_zone: str) -> datetime:
    """Return the moment in UTC; a date means the calendar's midnight."""
    if is_all_day(value):
        midnight = datetime.combine(date.fromisoformat(value["date"]), time(), zone(calendar_zone))
        return midnight.astimezone(UTC)
    return parse(value["dateTime"])


def local(value: EventDateTime) -> datetime:
    """Return the wall clock time in the event's own zone (midnight for a date), without zone."""
    if is_all_day(value):
        return datetime.combine(date.fromisoformat(value["date"]), time())
    return parse(value["dateTime"]).astimezone(zone(value["timeZone"])).replace(tzinfo=None)


def from_local(wall: datetime, like: EventDateTime) -> EventDateTime:
    """Turn a wall clock time into the form of `like`, in its zone."""
    if is_all_day(like):
        return {"date": wall.date().isoformat()}
    utc = wall.replace(tzinfo=zone(like["timeZone"])).astimezone(UTC)
    return {"dateTime": utc.strftime("%Y-%m-%dT%H:%M:%SZ"), "timeZone": like["timeZone"]}


def shifted(value: EventDateTime, start: EventDateTime, end: EventDateTime) -> EventDateTime:
    """Return the end of an instance that starts at `value`, as long as the one from `start` to `end`."""
    if is_all_day(value):
        length = date.fromisoformat(end["date"]) - date.fromisoformat(start["date"])
        return {"date": (date.fromisoformat(value["date"]) + length).isoformat()}
    finish = parse(value["dateTime"]) + (parse(end["dateTime"]) - parse(start["dateTime"]))
    return {"dateTime": finish.strftime("%Y-%m-%dT%H:%M:%SZ"), "timeZone": end["timeZone"]}


def check_range(start: EventDateTime, end: EventDateTime) -> None:
    """Make sure that start and end are of one kind and in order.

    Raises:
        GoogleError: they are not.
    """
    if is_all_day(start) != is_all_day(end):
        raise invalid("Start and end times must either both be date or both be dateTime.")
    # A timed event may last no time at all; the end of an all-day event is exclusive.
    empty = (
        end["date"] <= start["date"]
        if is_all_day(start)
        else parse(end["dateTime"]) < parse(start["dateTime"])
    )
    if empty:
        raise GoogleError(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")


def shown(value: EventDateTime, reader_zone: str) -> EventDateTime:
    """Return the form in which an answer carries it: the offset is the reader's, `timeZone` the event's."""
    if is_all_day(value):
        return dict(value)
    moment = parse(value["dateTime"]).astimezone(zone(reader_zone))
    text = moment.isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"dateTime": text, "timeZone": value["timeZone"]}
