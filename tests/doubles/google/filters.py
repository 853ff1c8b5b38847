"""Which events a list is about: the parameters of events.list that narrow it down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.doubles.google import series, times
from tests.doubles.google.discovery import Query
from tests.doubles.google.store import Calendar, Event, Fields, World

_SEARCHED = ("summary", "description", "location")


def limits(query: Query) -> dict[str, Any]:
    """Return the time range of a query as `series.instances` takes it."""
    return {"after": query.get("timeMin"), "before": query.get("timeMax")}


def fits(world: World, calendar: Calendar, event: Event, query: Query) -> bool:
    """Say whether an event is among those that a query asks for; a series is if one of its instances is."""
    fields = calendar.whole(event)
    if "updatedMin" in query and datetime.fromisoformat(fields["updated"]) < query["updatedMin"]:
        return False
    if "eventTypes" in query and fields["eventType"] not in query["eventTypes"]:
        return False
    if "iCalUID" in query and fields["iCalUID"] != query["iCalUID"]:
        return False
    for scope in ("private", "shared"):
        kept = fields.get("extendedProperties", {}).get(scope, {})
        wanted = (pair.split("=", 1) for pair in query.get(f"{scope}ExtendedProperty", ()))
        if not all(kept.get(name) == value for name, value in wanted):
            return False
    if "q" in query and not _mentions(fields, query["q"]):
        return False
    if not event.is_master:
        return in_range(calendar, fields, query)
    if "timeMin" not in query and "timeMax" not in query:
        return True
    found = series.instances(world, calendar, event, **limits(query))
    return any(in_range(calendar, calendar.whole(instance), query) for instance in found)


def in_range(calendar: Calendar, fields: Fields, query: Query) -> bool:
    """Say whether an event ends after timeMin and starts before timeMax."""
    start, end = (times.instant(fields[name], calendar.time_zone) for name in ("start", "end"))
    too_early = "timeMin" in query and end <= query["timeMin"]
    too_late = "timeMax" in query and start >= query["timeMax"]
    return not too_early and not too_late


def _mentions(fields: Fields, text: str) -> bool:
    people = [fields["organizer"], *fields.get("attendees", ())]
    texts = [fields.get(name, "") for name in _SEARCHED]
    texts += [str(person.get(name, "")) for person in people for name in ("displayName", "email")]
    haystack = " ".join(texts).casefold()
    return all(word in haystack for word in text.casefold().split())
