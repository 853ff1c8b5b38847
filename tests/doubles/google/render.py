"""How an event looks to the one who reads it."""

from __future__ import annotations

import base64
from typing import Any

from tests.doubles.google import conference, times
from tests.doubles.google.store import Calendar, Event, Fields, Owner, World

_TIMES = ("start", "end", "originalStartTime")
_BUSY = {
    "status", "start", "end", "iCalUID", "recurrence", "recurringEventId", "originalStartTime", "created",
    "updated", "eventType", "organizer", "creator", "transparency", "visibility", "sequence",
}  # fmt: skip


def item(
    world: World,
    calendar: Calendar,
    event: Event,
    reader: Owner,
    *,
    time_zone: str | None = None,
    max_attendees: int | None = None,
) -> dict[str, Any]:
    """Return the resource that an answer carries."""
    fields = calendar.whole(event)
    head = {"kind": "calendar#event", "etag": event.etag, "id": event.id}
    if event.cancelled and (event.master_id or world.settings.bare_tombstones):
        return head | _tombstone(fields, time_zone or calendar.time_zone)
    role = calendar.role(reader.email)
    if role == "freeBusyReader" or (
        role == "reader" and fields.get("visibility") in {"private", "confidential"}
    ):
        # A reader without the right to details sees when, not what.
        fields = {k: v for k, v in fields.items() if k in _BUSY} | {"visibility": "private"}
    body: Fields = head | fields | {"htmlLink": _link(event.id, calendar.id)}
    body |= {
        name: times.shown(fields[name], time_zone or calendar.time_zone) for name in _TIMES if name in fields
    }
    for name in ("organizer", "creator"):
        if name in body:
            body[name] = _person(body[name], calendar)
    if "attendees" in fields:
        body |= _attendees(calendar, fields, max_attendees)
    if link := conference.meet_link(fields):
        body["hangoutLink"] = link
    if "source" in body and fields["creator"]["email"] != reader.email:
        del body["source"]
    if reader is not calendar.owner:
        # Reminders are each reader's own; nobody else's are kept here.
        body["reminders"] = {"useDefault": True}
    return body


def _tombstone(fields: Fields, time_zone: str) -> Fields:
    body: Fields = {"status": "cancelled"}
    if "recurringEventId" in fields:
        original = times.shown(fields["originalStartTime"], time_zone)
        body |= {"recurringEventId": fields["recurringEventId"], "originalStartTime": original}
    return body


def _link(event_id: str, calendar_id: str) -> str:
    eid = base64.urlsafe_b64encode(f"{event_id} {calendar_id}".encode()).decode().rstrip("=")
    return f"https://www.google.com/calendar/event?eid={eid}"


def _person(person: Fields, calendar: Calendar) -> Fields:
    return person | ({"self": True} if person["email"] == calendar.id else {})


def _attendees(calendar: Calendar, fields: Fields, max_attendees: int | None) -> Fields:
    organizer = fields["organizer"]["email"]
    entries = []
    for attendee in fields["attendees"]:
        flags = {"organizer": attendee["email"] == organizer, "self": attendee["email"] == calendar.id}
        entries.append(attendee | {name: True for name, is_so in flags.items() if is_so})
    hidden = organizer != calendar.id and fields.get("guestsCanSeeOtherGuests") is False
    if hidden or (max_attendees is not None and len(entries) > max_attendees):
        return {"attendees": [entry for entry in entries if entry.get("self")], "attendeesOmitted": True}
    return {"attendees": entries}
