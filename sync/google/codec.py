"""Google's event resource to the neutral event and back (Calendar API v3, reference/events)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sync import recurrence
from sync.errors import Rejected
from sync.google import conference, guests
from sync.model import (
    CANCELLED,
    OVERRIDABLE,
    Event,
    Override,
    Privacy,
    Recurrence,
    Reminder,
    Response,
    Span,
    Start,
)
from sync.text import clean, clean_html, cut, cut_html

Resource = Mapping[str, Any]

# Google publishes no text limits; 8192 and 1024 are what is known to fit, so stay below.
TITLE_LIMIT = 1000
LOCATION_LIMIT = 1000
DESCRIPTION_LIMIT = 8000
MAX_OVERRIDES = 5
MAX_MINUTES = 40320

LINK_PROPERTY = "calsync"
NO_OVERRIDE: Override = MappingProxyType({})


def decode(item: Resource, default_reminders: Iterable[Resource] = ()) -> Event:
    """Read a single event, one occurrence, or a master with what its own EXDATEs leave out.

    `default_reminders` are those of its calendar, for `useDefault`. The exceptions of a series are resources
    of their own, which `sync.google.series.fold` adds.

    Raises:
        Rejected: start or end is missing, malformed or in the wrong order, the rules cannot be read, or
            Google breaks its own schema.
    """
    try:
        return _decode(item, default_reminders)
    except (TypeError, AttributeError, ValueError, OverflowError) as error:
        raise Rejected("unreadable_event") from error


def _decode(item: Resource, default_reminders: Iterable[Resource]) -> Event:
    span, zone = _span(item)
    rule, left_out = _recurrence(item, span, zone)
    return Event(
        title=clean(item.get("summary", "")),
        span=span,
        description=clean_html(item.get("description", "")),
        location=clean(item.get("location", "")),
        busy=item.get("transparency", "opaque") != "transparent",
        privacy=_privacy(item.get("visibility", "default")),
        reminders=_reminders(item.get("reminders") or {}, default_reminders),
        guests=guests.guests(item),
        response=guests.response(item),
        meeting_link=conference.link(item),
        recurrence=rule,
        overrides={start: {CANCELLED: True} for start in left_out},
        zone=zone,
        organizer=guests.organizer(item),
    )


def _recurrence(item: Resource, span: Span, zone: str) -> tuple[Recurrence | None, frozenset[Start]]:
    lines = item.get("recurrence") or ()
    if not lines:
        return None, frozenset()
    rule, left_out = recurrence.read(list(lines), zone or "UTC", span)
    # A list of nothing but EXDATE repeats nothing.
    return (rule, left_out) if rule.lines else (None, frozenset())


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
            span = Span(instant(start), instant(end))
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise Rejected("unreadable_time") from error
    if span.end < span.start:
        raise Rejected("ends_before_start")
    return span, start.get("timeZone", "")


def instant(value: Resource) -> datetime:
    """Read a `dateTime` of Google's, whose zone may stand beside it, as aware UTC in whole seconds."""
    moment = datetime.fromisoformat(value["dateTime"])
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(value["timeZone"]))
    return moment.astimezone(UTC).replace(microsecond=0)


def project(event: Event) -> Event:
    """Return the event as Google can hold it, the occurrences of a series too.

    Texts are cut to size, and there are at most five reminders of two kinds. A meeting link that is none of
    Google's own goes where people see it: into the place, if that is empty. Who is alone takes part.
    """
    held = _project_one(event)
    overrides: dict[Start, Override] = {}
    for start, override in event.overrides.items():
        if CANCELLED in override:
            overrides[start] = {CANCELLED: True}
        elif differs := difference(_project_one(effective(event, start, override)), effective(held, start)):
            overrides[start] = differs
    return dataclasses.replace(held, overrides=overrides)


def _project_one(event: Event) -> Event:
    invited = guests.project(event.guests)
    link = event.meeting_link if conference.is_held(event.meeting_link) else ""
    place = "" if link or len(event.meeting_link) > LOCATION_LIMIT else event.meeting_link
    return dataclasses.replace(
        event,
        title=cut(event.title, TITLE_LIMIT),
        location=cut(event.location or place, LOCATION_LIMIT),
        description=cut_html(event.description, DESCRIPTION_LIMIT),
        reminders=_project_reminders(event.reminders),
        guests=invited,
        response=event.response if event.organizer or invited else Response.ACCEPTED,
        meeting_link=link,
    )


def effective(series: Event, start: Start, override: Override = NO_OVERRIDE) -> Event:
    """Return the occurrence that is named `start` as an event of its own, as if it were not cancelled."""
    plain = dataclasses.replace(series, span=series.span_at(start), recurrence=None, overrides={})
    return dataclasses.replace(plain, **{name: v for name, v in override.items() if name != CANCELLED})


def difference(occurrence: Event, plain: Event) -> Override:
    """Return in which fields an occurrence differs from what its series would make it."""
    return {
        name: value for name in OVERRIDABLE if (value := getattr(occurrence, name)) != getattr(plain, name)
    }


def project_reminder(reminder: Reminder) -> Reminder:
    """Return the reminder that Google shows for this one: no text messages, four weeks at the most."""
    method: Literal["email", "popup"] = "email" if reminder.method == "email" else "popup"
    return Reminder(method, min(max(reminder.minutes, 0), MAX_MINUTES))


def _project_reminders(reminders: frozenset[Reminder]) -> frozenset[Reminder]:
    fitting = {project_reminder(one) for one in reminders}
    return frozenset(sorted(fitting, key=lambda one: (one.minutes, one.method))[:MAX_OVERRIDES])


def encode(event: Event, fields: Iterable[str], zone: str) -> dict[str, Any]:
    """Return the body that sets `fields` of an event, for insert or patch.

    Guests and answers are not in it (`sync.google.guests`), of the occurrences only those that are left
    out, as EXDATE beside the rules. Start and end name both forms, the unused one as null, so that a patch
    can turn a timed event into an all-day one and back; a series' zone goes with them, or `zone` (IANA).
    """
    fitting = project(event)
    body: dict[str, Any] = {}
    for name in fields:
        match name:
            case "title":
                body["summary"] = fitting.title
            case "span":
                body |= _times(fitting, zone)
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
            case "meeting_link":
                body["conferenceData"] = conference.data(fitting.meeting_link)
            case "recurrence":
                # Rules are expanded in the zone of the start, so the two go together.
                body |= _lines(fitting) | (_times(fitting, zone) if fitting.recurrence else {})
    return body


def _lines(event: Event) -> dict[str, Any]:
    if event.recurrence is None:
        return {"recurrence": None}
    cancelled = [start for start, override in event.overrides.items() if CANCELLED in override]
    return {"recurrence": recurrence.write(event.recurrence, cancelled)}


def _times(event: Event, zone: str) -> dict[str, Any]:
    zone = (event.recurrence.zone if event.recurrence else "") or zone
    return {"start": _time(event.span.start, zone), "end": _time(event.span.end, zone)}


def _time(value: datetime | date, zone: str) -> dict[str, Any]:
    if not isinstance(value, datetime):
        return {"date": value.isoformat(), "dateTime": None, "timeZone": None}
    return {"date": None, "dateTime": value.isoformat().replace("+00:00", "Z"), "timeZone": zone}
