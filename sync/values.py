"""Field values as JSON and back, for what has to be kept (encrypted) until it can be restored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync.base import read_start, start_key
from sync.model import FIELDS, Event, Guest, Override, Privacy, Recurrence, Reminder, Response, Span


def dump(name: str, value: Any) -> Any:
    """Return a field's value as plain JSON."""
    match value:
        case Span(start, end):
            return [start_key(start), start_key(end)]
        case Recurrence(lines, zone):
            return {"lines": list(lines), "zone": zone}
        case Privacy() | Response():
            return value.value
    if name == "reminders":
        return [[one.method, one.minutes] for one in sorted(value)]
    if name == "guests":
        return [[one.email, one.response.value] for one in sorted(value)]
    return value


def load(name: str, stored: Any) -> Any:
    """Return the value that `dump` made this of."""
    match name:
        case "span":
            start, end = map(read_start, stored)
            return Span(start, end)
        case "recurrence":
            return Recurrence(tuple(stored["lines"]), stored["zone"]) if stored else None
        case "privacy":
            return Privacy(stored)
        case "response":
            return Response(stored)
        case "reminders":
            return frozenset(Reminder(method, minutes) for method, minutes in stored)
        case "guests":
            return frozenset(Guest(email, Response(answer)) for email, answer in stored)
    return stored


def dump_override(override: Override) -> dict[str, Any]:
    """Return in what an occurrence differs from its series as plain JSON."""
    return {name: dump(name, value) for name, value in override.items()}


def load_override(stored: Mapping[str, Any]) -> Override:
    """Return what `dump_override` made this of."""
    return {name: load(name, value) for name, value in stored.items()}


def dump_event(event: Event) -> dict[str, Any]:
    """Return a whole event as plain JSON, single occurrences too."""
    plain = {name: dump(name, getattr(event, name)) for name in FIELDS if name != "overrides"}
    overrides = {start_key(start): dump_override(one) for start, one in event.overrides.items()}
    return {**plain, "overrides": overrides, "zone": event.zone, "organizer": event.organizer}


def load_event(stored: dict[str, Any]) -> Event:
    """Return the event that `dump_event` made this of."""
    plain = {name: load(name, value) for name, value in stored.items() if name != "overrides"}
    overrides = {read_start(start): load_override(one) for start, one in stored["overrides"].items()}
    return Event(**plain, overrides=overrides)
