""" "This and following", as Google's own page does it: the series ends, its tail is a new one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tests.doubles.google import checks, recurrence, series, times
from tests.doubles.google.discovery import Query
from tests.doubles.google.errors import not_found
from tests.doubles.google.store import Calendar, Event, Fields, Owner, World
from tests.doubles.google.times import EventDateTime
from tests.doubles.google.writing import Writer


def split(
    world: World,
    writer: Writer,
    calendar: Calendar,
    actor: Owner,
    event_id: str,
    original_start: Any,
    changes: Fields,
    query: Query,
) -> Event:
    """End a series before an instance and start a new one there, with `changes`, under an `_R` id.

    Exceptions from there on are gone, as they are on Google's page.
    """
    master = series.locate(calendar, event_id)
    original = _original(calendar, master, original_start)
    if original == _original(calendar, master, master.fields["start"]):
        return writer.change(calendar, actor, event_id, changes, query, replace=False)
    old = calendar.whole(master)
    tail_id = series.split_id(master.id, original)
    lines = _remaining(world, old, original)
    _end(writer, calendar, actor, master, original, query)
    end = times.shifted(original, old["start"], old["end"])
    fields = checks.merged(old | {"start": original, "end": end, "recurrence": lines}, changes)
    # The tail has everything of the old series, but an id and an iCalUID of its own.
    fields |= {"iCalUID": f"{tail_id}@google.com", "created": times.stamp(world.clock.now())}
    tail = calendar.events.get(tail_id) or Event(tail_id, {})
    writer.store(calendar, tail, None, checks.accept(world, calendar, fields, instance=False), actor, query)
    return tail


def cut(writer: Writer, calendar: Calendar, actor: Owner, event_id: str, original_start: Any) -> None:
    """End a series before an instance."""
    master = series.locate(calendar, event_id)
    original = _original(calendar, master, original_start)
    if original == _original(calendar, master, master.fields["start"]):
        writer.delete(calendar, actor, event_id, {})
    else:
        _end(writer, calendar, actor, master, original, {})


def _original(calendar: Calendar, master: Event, given: Any) -> EventDateTime:
    """Return an original start, however it was written, in the form of its series."""
    if not master.is_master:
        raise not_found()
    start = master.fields["start"]
    if isinstance(given, str):
        given = {"dateTime" if "T" in given else "date": given}
    elif isinstance(given, datetime):
        given = {"dateTime": given.isoformat()}
    elif isinstance(given, date):
        given = {"date": given.isoformat()}
    original = times.accept(given, "original start", calendar.time_zone, recurring=False)
    if not times.is_all_day(original):
        original = original | {"timeZone": start.get("timeZone", calendar.time_zone)}
    if not series.is_original_start(master.fields, original):
        raise not_found()
    return original


def _end(
    writer: Writer, calendar: Calendar, actor: Owner, master: Event, original: EventDateTime, query: Query
) -> None:
    # Google's page ends the old series with the last second of the day before, in the zone of the event.
    day = times.local(original).date()
    if times.is_all_day(original):
        last = datetime.combine(day - timedelta(days=1), time())
    else:
        zone = times.zone(original["timeZone"])
        last = datetime.combine(day, time(), zone).astimezone(UTC) - timedelta(seconds=1)
    lines = recurrence.ended(master.fields["recurrence"], last, original)
    writer.change(calendar, actor, master.id, {"recurrence": lines}, query, replace=False)


def _remaining(world: World, old: Fields, original: EventDateTime) -> list[str]:
    """Return the rules of the tail: a COUNT goes down by the instances that stay with the head."""
    result = []
    for text in old["recurrence"]:
        line = recurrence.take_apart(text)
        parts = line.parts if line.name == "RRULE" else {}
        if "COUNT" in parts:
            rule_only = old | {"recurrence": [text]}
            earlier = [o for o in series.original_starts(world, rule_only) if _before(o, original)]
            text = "RRULE:" + ";".join(
                f"{k}={int(v) - len(earlier) if k == 'COUNT' else v}" for k, v in parts.items()
            )
        result.append(text)
    return result


def _before(one: EventDateTime, other: EventDateTime) -> bool:
    return times.local(one) < times.local(other)
