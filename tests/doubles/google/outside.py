"""Invitations from organizers who have no account of the double, as they reach a guest by mail."""

from __future__ import annotations

from tests.doubles.google import checks, guests, series, times
from tests.doubles.google.errors import not_found
from tests.doubles.google.store import Calendar, Event, Fields, World


def receive(world: World, calendar: Calendar, organizer: str, uid: str, body: Fields) -> Event:
    """Put an invitation on a guest's calendar, or bring it up to date; what he removed stays away.

    Raises:
        GoogleError: no calendar would send such an invitation.
    """
    known = by_uid(calendar, uid)
    if known is not None and known.left:
        return known
    event = known or Event(world.new_id(), {})
    old = calendar.whole(event) if known is not None else {}
    entries = {entry["email"].lower(): entry for entry in body.get("attendees", ())}
    entries.setdefault(calendar.id, {"email": calendar.id})
    fields = {"sequence": 0} | checks.without_nulls(body)
    fields |= {"iCalUID": uid, "organizer": {"email": organizer}, "creator": {"email": organizer}}
    fields |= {"attendees": list(entries.values())}
    fields["created"] = old.get("created") or times.stamp(world.clock.now())
    own = {name: value for name, value in old.items() if name not in guests.SHARED}
    fields = checks.accept(world, calendar, own | fields, instance=False)
    fields.setdefault("reminders", guests.default_reminders(calendar, fields))
    series.save(world, calendar, event, fields)
    return event


def receive_cancellation(world: World, calendar: Calendar, uid: str) -> None:
    """Take such an event off a guest's calendar.

    Raises:
        GoogleError: there is none.
    """
    event = by_uid(calendar, uid)
    if event is None:
        raise not_found()
    series.save(world, calendar, event, calendar.whole(event) | {"status": "cancelled"})


def by_uid(calendar: Calendar, uid: str) -> Event | None:
    """Return the single event or master with this iCalUID."""
    found = (e for e in calendar.events.values() if e.master_id is None and e.fields.get("iCalUID") == uid)
    return next(found, None)
