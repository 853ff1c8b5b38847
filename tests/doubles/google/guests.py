"""Meetings: copies of one event on the calendars of its guests, their answers, and who may change what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.doubles.google import series, times
from tests.doubles.google.errors import GoogleError, non_organizer
from tests.doubles.google.store import Calendar, Event, Fields, Mail, Owner, World

SHARED = (
    "status", "summary", "description", "location", "start", "end", "endTimeUnspecified", "recurrence",
    "recurringEventId", "originalStartTime", "attendees", "organizer", "creator", "created", "iCalUID", "sequence",
    "eventType", "conferenceData", "attachments", "anyoneCanAddSelf", "guestsCanInviteOthers", "guestsCanModify",
    "guestsCanSeeOtherGuests",
)  # fmt: skip
"""What all copies have in common; the rest (reminders, transparency, visibility, colour...) is each guest's."""

GUEST_RIGHTS = ("guestsCanInviteOthers", "guestsCanModify", "guestsCanSeeOtherGuests")
_NOT_EDITED = {"attendees", "organizer", "creator", "created", "iCalUID", "sequence", "eventType"}


def is_organizers(calendar: Calendar, fields: Fields) -> bool:
    """Say whether this copy is the one that decides: the organizer's, or a private one."""
    return bool(fields["organizer"]["email"] == calendar.id or fields.get("privateCopy"))


def organizers_calendar(world: World, fields: Fields) -> Calendar | None:
    """Return the calendar with the original, unless the organizer has no account here."""
    email = fields["organizer"]["email"]
    return next((calendar for calendar in world.calendars() if calendar.id == email), None)


def attendee(fields: Fields, email: str) -> Fields | None:
    """Return somebody's entry in the list of attendees."""
    return next((entry for entry in fields.get("attendees", ()) if entry["email"] == email), None)


def with_attendee(fields: Fields, email: str, changes: Fields) -> Fields:
    """Return fields in which somebody's entry is changed."""
    entries = [a | changes if a["email"] == email else a for a in fields.get("attendees", ())]
    return fields | {"attendees": entries}


def share(
    world: World, calendar: Calendar, event: Event, before: Fields | None, actor: Owner, send_updates: str
) -> None:
    """Bring the guests' copies in line with the organizer's and note who is mailed."""
    fields = calendar.whole(event)
    if fields.get("privateCopy"):
        return
    answered = _with_answers_of_rooms(world, event, before, fields)
    if answered != fields:
        series.save(world, calendar, event, answered)
        fields = calendar.whole(event)
    invited = set() if event.cancelled else {a["email"] for a in fields.get("attendees", ())}
    for owner in list(world.owners.values()):
        if owner.primary is calendar:
            continue
        if owner.email in invited:
            write_copy(world, owner.primary, event.id, fields)
        else:
            _cancel_copy(world, owner.primary, event, fields)
    _mail_guests(world, event, before, fields, actor, send_updates)


def write_copy(world: World, calendar: Calendar, event_id: str, fields: Fields) -> None:
    """Create or refresh a guest's copy; what is his own on it stays."""
    shared = {name: fields[name] for name in SHARED if name in fields}
    copy = calendar.events.get(event_id)
    if copy is not None and (copy.left or calendar.whole(copy)["iCalUID"] != fields["iCalUID"]):
        return
    if copy is None:
        own: Fields = {name: fields[name] for name in ("transparency", "visibility") if name in fields}
        own["reminders"] = default_reminders(calendar, fields)
        copy = Event(event_id, {})
        if "recurringEventId" in fields:
            copy.fields = {
                name: fields[name] for name in ("recurringEventId", "originalStartTime", "created")
            }
            own = own if calendar.master_of(copy) is None else calendar.whole(copy)
    else:
        own = calendar.whole(copy)
    personal = {name: value for name, value in own.items() if name not in SHARED}
    result = personal | shared
    properties = {
        "private": personal.get("extendedProperties", {}).get("private"),
        "shared": fields.get("extendedProperties", {}).get("shared"),
    }
    result["extendedProperties"] = {scope: kept for scope, kept in properties.items() if kept}
    if not result["extendedProperties"]:
        del result["extendedProperties"]
    if event_id not in calendar.events or result != own:
        series.save(world, calendar, copy, result)


def default_reminders(calendar: Calendar, fields: Fields) -> Fields:
    """Return the reminders of an event for which nobody has set any.

    A timed event follows the calendar's defaults; an all-day event gets them as its own.
    """
    if not times.is_all_day(fields["start"]):
        return {"useDefault": True}
    own = {"overrides": calendar.default_reminders} if calendar.default_reminders else {}
    return {"useDefault": False} | own


def _cancel_copy(world: World, calendar: Calendar, event: Event, fields: Fields) -> None:
    copy = calendar.events.get(event.id)
    if copy is None and event.master_id:
        master = calendar.events.get(event.master_id)
        if master is None or master.cancelled or master.fields["iCalUID"] != fields["iCalUID"]:
            return
        # A guest of the series who is not invited to this one instance.
        copy = series.unsaved(master, fields["originalStartTime"])
    if copy is None or calendar.whole(copy)["iCalUID"] != fields["iCalUID"]:
        return
    copy.left = False
    if not copy.cancelled:
        series.save(world, calendar, copy, calendar.whole(copy) | {"status": "cancelled"})


def answer(
    world: World, calendar: Calendar, event: Event, changes: Fields, actor: Owner, send_updates: str
) -> None:
    """Carry a guest's own entry (response, comment) to the organizer's copy and from there to all others."""
    fields = calendar.whole(event)
    home = organizers_calendar(world, fields)
    _mail(world, fields["organizer"]["email"], "response", event, fields, send_updates)
    original = _original(home, event, fields)
    if home is None or original is None:
        series.save(world, calendar, event, with_attendee(fields, calendar.id, changes))
        return
    before = home.whole(original)
    series.save(world, home, original, with_attendee(before, calendar.id, changes))
    share(world, home, original, before, actor, "none")


def _original(home: Calendar | None, event: Event, fields: Fields) -> Event | None:
    if home is None:
        return None
    try:
        found = series.locate(home, event.id)
    except GoogleError:
        return None
    return found if home.whole(found)["iCalUID"] == fields["iCalUID"] else None


def change_as_guest(
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
    if any(name in sent for name in GUEST_RIGHTS) or any(old.get(n) != new.get(n) for n in GUEST_RIGHTS):
        raise non_organizer()
    coming_back = event.left and new["status"] != "cancelled"
    edited = {n for n in SHARED if n not in _NOT_EDITED and old.get(n) != new.get(n)}
    if coming_back:
        edited.discard("status")
    if edited and not old.get("guestsCanModify"):
        raise non_organizer()
    entries, own_answer = _guest_list(calendar, old, new, sent)
    personal = {n: v for n, v in new.items() if n not in SHARED}
    kept = {n: old[n] for n in SHARED if n in old} | {
        "status": new["status"] if coming_back else old["status"]
    }
    event.left = event.left and not coming_back
    mine = kept | personal
    if mine != {k: v for k, v in old.items() if k != "updated"} | {"updated": mine.get("updated")}:
        series.save(world, calendar, event, mine, main=_more_than_reminders(old, mine))
    _carry_to_original(world, calendar, event, old, new, edited, entries, actor, send_updates)
    if own_answer:
        answer(world, calendar, event, own_answer, actor, send_updates)


def _more_than_reminders(old: Fields, new: Fields) -> bool:
    return any(old.get(n) != new.get(n) for n in old.keys() | new.keys() if n not in {"reminders", "updated"})


def _guest_list(
    calendar: Calendar, old: Fields, new: Fields, sent: Fields
) -> tuple[list[Fields] | None, Fields | None]:
    """Return the list with the guests he added (None: none) and what he changed in his own entry."""
    before, after = attendee(old, calendar.id), attendee(new, calendar.id)
    watched = ("responseStatus", "comment", "additionalGuests")
    own = None
    if before and after and any(before.get(n) != after.get(n) for n in watched):
        own = {n: after[n] for n in watched if n in after}
    if sent.get("attendeesOmitted") or "attendees" not in sent:
        return None, own
    known = {a["email"] for a in old.get("attendees", ())}
    listed = {a["email"] for a in new.get("attendees", ())}
    added = [a for a in new.get("attendees", ()) if a["email"] not in known]
    if (known - listed and not old.get("guestsCanModify")) or (
        added and old.get("guestsCanInviteOthers") is False
    ):
        raise non_organizer()
    if not added and known == listed:
        return None, own
    return [a for a in old.get("attendees", ()) if a["email"] in listed] + added, own


def _carry_to_original(
    world: World,
    calendar: Calendar,
    event: Event,
    old: Fields,
    new: Fields,
    edited: set[str],
    entries: list[Fields] | None,
    actor: Owner,
    send_updates: str,
) -> None:
    changes: dict[str, Any] = {name: new.get(name) for name in edited}
    if entries is not None:
        changes["attendees"] = entries
    shared_before = old.get("extendedProperties", {}).get("shared")
    shared_after = new.get("extendedProperties", {}).get("shared")
    if not changes and shared_before == shared_after:
        return
    home = organizers_calendar(world, old)
    original = _original(home, event, old)
    target, copy = (home, original) if home and original else (calendar, event)
    before = target.whole(copy)
    after = {k: v for k, v in (before | changes).items() if v is not None}
    properties = before.get("extendedProperties", {}) | {"shared": shared_after}
    after["extendedProperties"] = {scope: kept for scope, kept in properties.items() if kept}
    if not after["extendedProperties"]:
        del after["extendedProperties"]
    series.save(world, target, copy, after)
    if target is home:
        share(world, target, copy, before, actor, send_updates)


def _with_answers_of_rooms(world: World, event: Event, before: Fields | None, fields: Fields) -> Fields:
    """Let rooms accept when they are free and decline when they are not."""
    if event.cancelled:
        return fields
    moved = before is None or any(
        before.get(n) != fields.get(n) for n in ("start", "end", "recurrence", "status")
    )
    for entry in fields.get("attendees", ()):
        room = world.owners.get(entry["email"])
        if room is None or not room.is_room or not (moved or attendee(before or {}, room.email) is None):
            continue
        status = "declined" if _is_taken(world, room.primary, event, fields) else "accepted"
        fields = with_attendee(fields, room.email, {"responseStatus": status})
    return fields


def _is_taken(world: World, room: Calendar, event: Event, fields: Fields) -> bool:
    spans = _spans(world, room, fields)
    for other in room.events.values():
        answered = attendee(room.whole(other), room.id) or {}
        own = other.id == event.id or other.master_id == event.id or event.master_id == other.id
        if own or other.cancelled or answered.get("responseStatus") == "declined":
            continue
        for start, end in _spans(world, room, room.whole(other)):
            if any(start < last and first < end for first, last in spans):
                return True
    return False


def _spans(world: World, calendar: Calendar, fields: Fields) -> list[tuple[Any, Any]]:
    first, last = (times.instant(fields[name], calendar.time_zone) for name in ("start", "end"))
    if not fields.get("recurrence"):
        return [(first, last)]
    # Rooms look a year ahead.
    limit = first + timedelta(days=365)
    starts = (
        times.instant(o, calendar.time_zone) for o in series.original_starts(world, fields, before=limit)
    )
    return [(start, start + (last - first)) for start in starts]


def _mail_guests(
    world: World, event: Event, before: Fields | None, fields: Fields, actor: Owner, send_updates: str
) -> None:
    was = {a["email"] for a in (before or {}).get("attendees", ())}
    now = {a["email"] for a in fields.get("attendees", ())}
    gone = was | now if event.cancelled else was - now
    for email in sorted(was | now):
        if email != actor.email:
            kind = "cancellation" if email in gone else "update" if email in was else "invitation"
            _mail(world, email, kind, event, fields, send_updates)


def _mail(world: World, to: str, kind: str, event: Event, fields: Fields, send_updates: str) -> None:
    external = to not in world.owners
    if send_updates == "all" or (send_updates == "externalOnly" and external):
        world.mails.append(Mail(to, kind, event.id, fields.get("summary", "")))
