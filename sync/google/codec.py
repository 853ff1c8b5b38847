"""Google's event resource to the neutral event and back (Calendar API v3, reference/events)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sync.errors import Rejected
from sync.model import Event, Privacy, Reminder, Span
from sync.text import clean, clean_html, cut, cut_html

Resource = Mapping[str, Any]

# Google publishes no text limits; 8192 and 1024 are what is known to fit, so stay below.
TITLE_LIMIT = 1000
LOCATION_LIMIT = 1000
DESCRIPTION_LIMIT = 8000
MAX_OVERRIDES = 5
MAX_MINUTES = 40320

LINK_PROPERTY = "calsync"


def out_of_scope(item: Resource) -> str | None:
    """Name why an item is not synced, or None when it is: a single event that its owner organizes."""
    if item.get("eventType", "default") != "default":
        return "special_event"
    if item.get("recurrence") or item.get("recurringEventId"):
        return "series"
    if not (item.get("organizer") or {"self": True}).get("self", False):
        return "organized_outside"
    return None


def decode(item: Resource, default_reminders: Iterable[Resource] = ()) -> Event:
    """Read an event resource; `default_reminders` are those of its calendar, for `useDefault`.

    Raises:
        Rejected: start or end is missing, malformed or in the wrong order, or Google breaks its own schema.
    """
    try:
        return _decode(item, default_reminders)
    except (TypeError, AttributeError, ValueError) as error:
        raise Rejected("unreadable_event") from error


def _decode(item: Resource, default_reminders: Iterable[Resource]) -> Event:
    span, zone = _span(item)
    return Event(
        title=clean(item.get("summary", "")),
        span=span,
        description=clean_html(item.get("description", "")),
        location=clean(item.get("location", "")),
        busy=item.get("transparency", "opaque") != "transparent",
        privacy=_privacy(item.get("visibility", "default")),
        reminders=_reminders(item.get("reminders") or {}, default_reminders),
        zone=zone,
    )


def _privacy(visibility: str) -> Privacy:
    try:
        return Privacy(visibility)
    except ValueError:
        return Privacy.PRIVATE  # a word Google adds later must never make an event more visible


def _reminders(reminders: Resource, defaults: Iterable[Resource]) -> frozenset[Reminder]:
    listed = defaults if reminders.get("useDefault") else reminders.get("overrides", ())
    return frozenset(
        Reminder("email" if one.get("method") == "email" else "popup", int(one.get("minutes", 0)))
        for one in listed
    )


def _span(item: Resource) -> tuple[Span, str]:
    start, end = item.get("start") or {}, item.get("end") or {}
    if not start or not end:
        raise Rejected("no_start_or_end")
    if ("date" in start) != ("date" in end):
        raise Rejected("mixed_start_and_end")
    try:
        if "date" in start:
            first, last = date.fromisoformat(start["date"]), date.fromisoformat(end["date"])
            # Google itself still returns old one-day events whose end equals their start.
            span = Span(first, last if last != first else first + timedelta(days=1))
        else:
            span = Span(_instant(start), _instant(end))
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise Rejected("unreadable_time") from error
    if span.end < span.start:
        raise Rejected("ends_before_start")
    return span, start.get("timeZone", "")


def _instant(value: Resource) -> datetime:
    moment = datetime.fromisoformat(value["dateTime"])
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(value["timeZone"]))
    return moment.astimezone(UTC).replace(microsecond=0)


def project(event: Event) -> Event:
    """Return the event as Google can hold it: texts cut to size, at most five reminders of two kinds."""
    return dataclasses.replace(
        event,
        title=cut(event.title, TITLE_LIMIT),
        location=cut(event.location, LOCATION_LIMIT),
        description=cut_html(event.description, DESCRIPTION_LIMIT),
        reminders=_project_reminders(event.reminders),
    )


def project_reminder(reminder: Reminder) -> Reminder:
    """Return the reminder that Google shows for this one: no text messages, four weeks at the most."""
    method: Literal["email", "popup"] = "email" if reminder.method == "email" else "popup"
    return Reminder(method, min(max(reminder.minutes, 0), MAX_MINUTES))


def _project_reminders(reminders: frozenset[Reminder]) -> frozenset[Reminder]:
    fitting = {project_reminder(one) for one in reminders}
    return frozenset(sorted(fitting, key=lambda one: (one.minutes, one.method))[:MAX_OVERRIDES])


def encode(event: Event, fields: Iterable[str], zone: str) -> dict[str, Any]:
    """Return the body that sets `fields` of an event, for insert or patch.

    Start and end name both forms, the unused one as null, so that a patch can turn a timed event into an
    all-day one and back. `zone` (IANA) goes with a timed start and end.
    """
    fitting = project(event)
    body: dict[str, Any] = {}
    for name in fields:
        match name:
            case "title":
                body["summary"] = fitting.title
            case "span":
                body["start"] = _time(fitting.span.start, zone)
                body["end"] = _time(fitting.span.end, zone)
            case "description" | "location":
                body[name] = getattr(fitting, name)
            case "busy":
                body["transparency"] = "opaque" if fitting.busy else "transparent"
            case "privacy":
                body["visibility"] = fitting.privacy.value
            case "reminders":
                body["reminders"] = {
                    "useDefault": False,
                    "overrides": [
                        {"method": r.method, "minutes": r.minutes} for r in sorted(fitting.reminders)
                    ],
                }
    return body


def _time(value: datetime | date, zone: str) -> dict[str, Any]:
    if not isinstance(value, datetime):
        return {"date": value.isoformat(), "dateTime": None, "timeZone": None}
    return {"date": None, "dateTime": value.isoformat().replace("+00:00", "Z"), "timeZone": zone}
