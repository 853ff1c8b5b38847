"""What Google accepts in an event, silently mends, or refuses: the rules that are only prose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.doubles.google import recurrence, times
from tests.doubles.google.errors import GoogleError, invalid, required
from tests.doubles.google.store import DEFAULTS, Calendar, Fields, World

_ID = re.compile(r"[0-9a-v]{5,1024}")
_EMAIL = re.compile(r"[^@\s<>()\[\],;:]+@[^@\s<>()\[\],;:]+\.[^@\s<>()\[\],;:]+|[^@\s]+@localhost")
_CHOICES = {
    "status": {"confirmed", "tentative", "cancelled"},
    "transparency": {"opaque", "transparent"},
    "visibility": {"default", "public", "private", "confidential"},
    "eventType": {"default", "birthday", "focusTime", "fromGmail", "outOfOffice", "workingLocation"},
}
_RESPONSES = {"needsAction", "declined", "tentative", "accepted"}
READ_ONLY = frozenset(
    {
        "kind", "id", "etag", "htmlLink", "created", "updated", "creator", "organizer", "hangoutLink",
        "locked", "iCalUID", "recurringEventId", "originalStartTime", "gadget", "attendeesOmitted",
        "privateCopy",
    }
)  # fmt: skip
"""Fields of a body that a write does not take over as they are."""

MAX_REMINDER_MINUTES = 40320
MAX_ATTACHMENTS = 25
MAX_PROPERTIES = 300
MAX_PROPERTY_KEY = 44
MAX_PROPERTY_VALUE = 1024


def check_id(event_id: str) -> None:
    """Make sure that a client may give this id.

    Raises:
        GoogleError: it has other characters than base32hex's, or a wrong length.
    """
    if not _ID.fullmatch(event_id):
        raise invalid("Invalid resource id value.")


def merged(old: Any, new: Any) -> Any:
    """Apply a patch: objects are merged, null clears, everything else (arrays too) is replaced."""
    if not isinstance(new, Mapping) or not isinstance(old, Mapping):
        return without_nulls(new)
    result = dict(old)
    for name, value in new.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(old.get(name), value)
    return result


def without_nulls(value: Any) -> Any:
    """Leave out what a request sets to null."""
    if isinstance(value, Mapping):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    return value


def accept(world: World, calendar: Calendar, fields: Fields, *, instance: bool) -> Fields:
    """Return the fields of an event as Google would keep them.

    Raises:
        GoogleError: it would refuse them.
    """
    result = {k: v for k, v in fields.items() if v is not None}
    _check_choices(result)
    _accept_times(calendar, result, instance=instance)
    _cut_texts(world, result)
    if "reminders" in result:
        result["reminders"] = _accept_reminders(world, result["reminders"])
    if "extendedProperties" in result:
        result["extendedProperties"] = _accept_properties(result["extendedProperties"])
    if "attendees" in result:
        result["attendees"] = _accept_attendees(world, result["attendees"])
    if len(result.get("attachments", ())) > MAX_ATTACHMENTS:
        raise invalid("Too many attachments.")
    if "source" in result and not re.match(r"https?://", result["source"].get("url", "")):
        raise invalid("Invalid source URL.")
    if "colorId" in result and result["colorId"] not in {str(n) for n in range(1, 12)}:
        raise invalid("Invalid color id.")
    empty = {name for name, value in result.items() if value in ("", [], {})}
    meant = {name for name, value in DEFAULTS.items() if result.get(name) == value}
    return {k: v for k, v in result.items() if k not in empty | meant} | {
        name: result.get(name, DEFAULTS[name]) for name in ("status", "eventType")
    }


def _check_choices(fields: Fields) -> None:
    for name, allowed in _CHOICES.items():
        if name in fields and fields[name] not in allowed:
            raise invalid(f"Invalid value for: {fields[name]} is not a valid {name}")


def _accept_times(calendar: Calendar, fields: Fields, *, instance: bool) -> None:
    lines = fields.get("recurrence") or []
    if lines and instance:
        raise invalid("Recurrence is not allowed on an instance of a recurring event.")
    if "end" not in fields:
        raise required("Missing end time.")
    if "start" not in fields:
        raise required("Missing start time.")
    for name in ("start", "end"):
        fields[name] = times.accept(fields[name], name, calendar.time_zone, recurring=bool(lines))
    times.check_range(fields["start"], fields["end"])
    if lines:
        recurrence.check(lines, fields["start"])


def _cut_texts(world: World, fields: Fields) -> None:
    for name, limit in world.settings.text_limits.items():
        if len(fields.get(name, "")) <= limit:
            continue
        if world.settings.beyond_limit == "refuse":
            raise invalid(f"The {name} is too long.")
        fields[name] = fields[name][:limit]


def _accept_reminders(world: World, reminders: Fields) -> Fields:
    overrides = reminders.get("overrides") or []
    if reminders.get("useDefault") and overrides:
        raise GoogleError(
            400,
            "cannotUseDefaultRemindersAndSpecifyOverride",
            "Cannot specify both default reminders and overrides at the same time.",
            domain="calendar",
        )
    if len(overrides) > 5:
        raise GoogleError(
            400,
            "eventRemindersCountExceedsLimit",
            "The number of override reminders exceeds the limit of 5.",
            domain="calendar",
        )
    kept = set()
    for override in overrides:
        method, minutes = override.get("method"), override.get("minutes")
        if method is None or minutes is None:
            raise required("Reminder method and minutes are required.")
        fits = method in {"email", "popup"} and 0 <= minutes <= MAX_REMINDER_MINUTES
        if not fits and world.settings.beyond_limit == "refuse":
            raise invalid("Invalid reminder.")
        if method in {"email", "popup"}:
            kept.add((method, min(max(minutes, 0), MAX_REMINDER_MINUTES)))
    result: Fields = {"useDefault": bool(reminders.get("useDefault"))}
    if kept:
        # Google keeps no order of reminders.
        result["overrides"] = [{"method": m, "minutes": n} for m, n in sorted(kept)]
    return result


def _accept_properties(properties: Fields) -> Fields:
    result: Fields = {}
    for scope in ("private", "shared"):
        # Too long keys vanish and too long values are cut, without a word.
        kept = {
            key: value[:MAX_PROPERTY_VALUE]
            for key, value in (properties.get(scope) or {}).items()
            if value is not None and len(key) <= MAX_PROPERTY_KEY
        }
        if kept:
            result[scope] = kept
    if sum(len(kept) for kept in result.values()) > MAX_PROPERTIES:
        raise invalid("Too many extended properties.")
    return result


def _accept_attendees(world: World, attendees: list[Fields]) -> list[Fields]:
    result: dict[str, Fields] = {}
    for given in attendees:
        email = given.get("email")
        if not email:
            raise required("Missing attendee email.")
        if not _EMAIL.fullmatch(email):
            raise invalid("Invalid attendee email.")
        response = given.get("responseStatus") or "needsAction"
        if response not in _RESPONSES:
            raise invalid(f"Invalid value for: {response} is not a valid responseStatus")
        entry = {
            k: v for k, v in given.items() if k in {"displayName", "comment", "additionalGuests"} and v
        } | {"email": email.lower(), "responseStatus": response}
        entry |= {k: True for k in ("optional", "resource") if given.get(k)}
        known = world.owners.get(email.lower())
        if known is not None and known.is_room:
            entry |= {"resource": True, "displayName": known.name}
        result.setdefault(email.lower(), entry)
    return list(result.values())
