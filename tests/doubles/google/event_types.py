"""Events that are not plain ones: birthdays, focus time, out of office, working location, from Gmail."""

from __future__ import annotations

from tests.doubles.google.errors import GoogleError
from tests.doubles.google.store import Calendar, Fields

_PROPERTIES = {
    "birthday": "birthdayProperties",
    "focusTime": "focusTimeProperties",
    "outOfOffice": "outOfOfficeProperties",
    "workingLocation": "workingLocationProperties",
}
_TIMED_ONLY = {"focusTime", "outOfOffice"}
_WORKSPACE_ONLY = {"focusTime", "outOfOffice", "workingLocation"}
_CHANGEABLE = {
    "fromGmail": {
        "colorId", "eventLabelId", "reminders", "visibility", "transparency", "status", "attendees",
        "attendeesOmitted", "extendedProperties",
    },
    "birthday": {"summary", "start", "end", "recurrence", "colorId", "eventLabelId", "reminders", "status"},
}  # fmt: skip


def restriction(message: str) -> GoogleError:
    """Return the 400 for what an event's type does not allow."""
    return GoogleError(400, "eventTypeRestriction", message, domain="calendar")


def check_new(calendar: Calendar, body: Fields) -> None:
    """Make sure that an event of this type may be created here, so.

    Raises:
        GoogleError: it may not.
    """
    kind = body.get("eventType") or "default"
    for other, name in _PROPERTIES.items():
        if body.get(name) and other != kind:
            raise restriction(f"{name} is only allowed on events of type {other}.")
    if kind == "default":
        return
    if kind == "fromGmail":
        raise restriction("Events of type fromGmail cannot be created.")
    if not calendar.primary:
        raise restriction(f"Events of type {kind} are only allowed on primary calendars.")
    if kind in _WORKSPACE_ONLY and calendar.owner.domain is None:
        raise restriction(f"Events of type {kind} are not available to this user.")
    if body.get("attendees"):
        raise restriction(f"Events of type {kind} cannot have attendees.")
    all_day = bool((body.get("start") or {}).get("date"))
    if kind in _TIMED_ONLY and all_day:
        raise restriction(f"Events of type {kind} cannot be all-day events.")
    if kind == "workingLocation" and not (body.get("workingLocationProperties") or {}).get("type"):
        raise restriction("Working location events need workingLocationProperties.")
    if kind == "birthday":
        yearly = [line for line in body.get("recurrence") or () if "FREQ=YEARLY" in line]
        if not all_day or not yearly:
            raise restriction("Birthdays are all-day events that recur every year.")
        if (body.get("birthdayProperties") or {}).get("type", "birthday") != "birthday":
            raise restriction("Only the type birthday can be created.")


def check_change(old: Fields, new: Fields, body: Fields) -> None:
    """Make sure that an event keeps its type and that the type allows the change.

    Raises:
        GoogleError: it does not.
    """
    kind = old["eventType"]
    if body.get("eventType") not in (None, kind):
        raise restriction("Event type cannot be changed.")
    allowed = _CHANGEABLE.get(kind)
    if allowed is None:
        return
    for name in old.keys() | new.keys():
        if name not in allowed | {"sequence"} and new.get(name) != old.get(name):
            raise restriction(f"{name} cannot be changed on events of type {kind}.")
