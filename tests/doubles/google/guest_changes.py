"""What a guest may change: his own things on his own copy, his answer, and what the organizer lets him."""

from __future__ import annotations

from tests.doubles.google import guests, series
from tests.doubles.google.errors import non_organizer
from tests.doubles.google.guests import SHARED
from tests.doubles.google.store import Calendar, Event, Fields, Owner, World, attendee

_RIGHTS = ("guestsCanInviteOthers", "guestsCanModify", "guestsCanSeeOtherGuests")
_NOT_EDITED = {"attendees", "organizer", "creator", "created", "iCalUID", "sequence", "eventType"}
_ANSWER = ("responseStatus", "comment", "additionalGuests")


def change(
    world: World,
    calendar: Calendar,
    event: Event,
    old: Fields,
    new: Fields,
    sent: Fields,
    actor: Owner,
    send_updates: str,
) -> None:
    """Carry out a write on a guest's copy: his own things stay on it, the rest goes to the organizer's.

    Raises:
        GoogleError: he may not change one of the shared fields.
    """
    # Leaving the guests' rights out of a replacement means setting them to their defaults.
    if any(name in sent or old.get(name) != new.get(name) for name in _RIGHTS):
        raise non_organizer()
    coming_back = event.left and new["status"] != "cancelled"
    edited = {name for name in SHARED if name not in _NOT_EDITED and old.get(name) != new.get(name)}
    edited -= {"status"} if coming_back else set()
    if edited and not old.get("guestsCanModify"):
        raise non_organizer()
    entries = _guest_list(old, new, sent)
    before, after = attendee(old, calendar.id), attendee(new, calendar.id)
    answer = None
    if before and after and any(before.get(name) != after.get(name) for name in _ANSWER):
        answer = {name: after[name] for name in _ANSWER if name in after}
    _keep_own(world, calendar, event, old, new, coming_back=coming_back)
    changes = {name: new.get(name) for name in edited} | ({} if entries is None else {"attendees": entries})
    _carry_to_original(world, calendar, event, new, changes, actor, send_updates)
    if answer is not None:
        guests.answer(world, calendar, event, answer, actor, send_updates)


def _keep_own(
    world: World, calendar: Calendar, event: Event, old: Fields, new: Fields, *, coming_back: bool
) -> None:
    personal = {name: value for name, value in new.items() if name not in SHARED}
    shared = {name: old[name] for name in SHARED if name in old}
    mine = guests.with_shared_properties(shared | personal, old)
    if coming_back:
        event.left = False
        mine["status"] = new["status"]
    differing = {name for name in old.keys() | mine.keys() if old.get(name) != mine.get(name)}
    if differing:
        series.save(world, calendar, event, mine, main=bool(differing - {"reminders"}))


def _guest_list(old: Fields, new: Fields, sent: Fields) -> list[Fields] | None:
    """Return the list of attendees if he adds or removes somebody; others' answers are not his to give."""
    if sent.get("attendeesOmitted") or "attendees" not in sent:
        return None
    before, after = old.get("attendees", []), new.get("attendees", [])
    known, listed = {entry["email"] for entry in before}, {entry["email"] for entry in after}
    added = [entry for entry in after if entry["email"] not in known]
    if (known - listed and not old.get("guestsCanModify")) or (
        added and old.get("guestsCanInviteOthers") is False
    ):
        raise non_organizer()
    if known == listed:
        return None
    return [entry for entry in before if entry["email"] in listed] + added


def _carry_to_original(
    world: World,
    calendar: Calendar,
    event: Event,
    new: Fields,
    changes: Fields,
    actor: Owner,
    send_updates: str,
) -> None:
    """Write shared fields where they belong: on the organizer's copy, from which they come back to all."""
    fields = calendar.whole(event)
    home, copy = guests.original(world, event, fields) or (calendar, event)
    before = home.whole(copy)
    after = {name: value for name, value in (before | changes).items() if value is not None}
    # Shared properties are everybody's to change.
    after = guests.with_shared_properties(after, new)
    if after == before:
        return
    series.save(world, home, copy, after)
    if home is not calendar:
        guests.share(world, home, copy, before, actor, send_updates)
