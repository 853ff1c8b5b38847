"""events.move: another calendar becomes the organizer of an event."""

from __future__ import annotations

from tests.doubles.google import event_types, guests, series
from tests.doubles.google.errors import GoogleError, invalid, not_found
from tests.doubles.google.store import Calendar, Event, Owner, World, attendee


def move(
    world: World, calendar: Calendar, actor: Owner, event: Event, target: Calendar, send_updates: str
) -> Event:
    """Give an event to another calendar of which the caller is a writer; see `hand_over`.

    Raises:
        GoogleError: it is not a default event, an instance, or somebody else's.
    """
    calendar.require_writer(actor.email)
    target.require_writer(actor.email)
    return hand_over(world, calendar, actor, event, target, send_updates)


def hand_over(
    world: World, calendar: Calendar, actor: Owner, event: Event, target: Calendar, send_updates: str
) -> Event:
    """Give an event to another calendar; its id stays, and so do its exceptions.

    Raises:
        GoogleError: it is not a default event, an instance, or somebody else's.
    """
    old = calendar.whole(event)
    if event.cancelled:
        raise not_found()
    if event.master_id:
        raise invalid("Cannot move an instance of a recurring event.", reason="cannotMoveInstance")
    if old["eventType"] != "default":
        raise event_types.restriction("Only default events can be moved.")
    if not guests.is_organizers(calendar, old):
        message = "Only the organizer can move an event."
        raise GoogleError(403, "cannotChangeOrganizer", message, domain="calendar")
    exceptions = [calendar.whole(exception) for exception in calendar.exceptions_of(event.id)]
    # The new organizer may have been a guest, with a copy.
    moved = target.events.get(event.id) or Event(event.id, {})
    moved.left = False
    series.save(world, target, moved, old | target.as_organizer())
    for fields in exceptions:
        plain = series.unsaved(moved, fields["originalStartTime"])
        copy = target.events.get(plain.id) or plain
        series.save(world, target, copy, fields | target.as_organizer())
    # The old organizer keeps a copy if he is a guest himself, else a cancelled stub.
    if attendee(old, calendar.id) is None:
        series.save(world, calendar, event, old | {"status": "cancelled"})
    guests.share(world, target, moved, old, actor, send_updates)
    return moved
