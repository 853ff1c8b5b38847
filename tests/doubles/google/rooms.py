"""Rooms: resources that answer an invitation themselves, by whether they are free."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.doubles.google import series, times
from tests.doubles.google.store import Calendar, Event, Fields, World, attendee, with_attendee

_LOOKS_AHEAD = timedelta(days=365)


def with_answers(world: World, event: Event, before: Fields | None, fields: Fields) -> Fields:
    """Return the fields with the answers of rooms that were just invited, or whose booking has moved."""
    if event.cancelled:
        return fields
    moved = before is None or any(
        before.get(name) != fields.get(name) for name in ("start", "end", "recurrence", "status")
    )
    for entry in fields.get("attendees", ()):
        room = world.owners.get(entry["email"])
        if room is None or not room.is_room or not (moved or attendee(before or {}, room.email) is None):
            continue
        status = "declined" if _is_taken(world, room.primary, event, fields) else "accepted"
        fields = with_attendee(fields, room.email, {"responseStatus": status})
    return fields


def _is_taken(world: World, room: Calendar, event: Event, fields: Fields) -> bool:
    spans = _spans(world, room, fields)
    for other in room.events.values():
        answered = attendee(room.whole(other), room.id) or {}
        same = other.id == event.id or other.master_id == event.id or event.master_id == other.id
        if same or other.cancelled or answered.get("responseStatus") == "declined":
            continue
        for start, end in _spans(world, room, room.whole(other)):
            if any(start < last and first < end for first, last in spans):
                return True
    return False


def _spans(world: World, calendar: Calendar, fields: Fields) -> list[tuple[datetime, datetime]]:
    first, last = (times.instant(fields[name], calendar.time_zone) for name in ("start", "end"))
    if not fields.get("recurrence"):
        return [(first, last)]
    starts = [
        times.instant(original, calendar.time_zone)
        for original in series.original_starts(world, fields, before=first + _LOOKS_AHEAD)
    ]
    return [(start, start + (last - first)) for start in starts]
