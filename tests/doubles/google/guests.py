"""Meetings: one event, a copy on the calendar of each guest, and how these are kept alike."""

from __future__ import annotations

from tests.doubles.google import rooms, series, times
from tests.doubles.google.errors import GoogleError
from tests.doubles.google.store import Calendar, Event, Fields, Mail, Owner, World, with_attendee

SHARED = (
    "status", "summary", "description", "location", "start", "end", "endTimeUnspecified", "recurrence",
    "recurringEventId", "originalStartTime", "attendees", "organizer", "creator", "created", "iCalUID",
    "sequence", "eventType", "conferenceData", "attachments", "anyoneCanAddSelf", "guestsCanInviteOthers",
    "guestsCanModify", "guestsCanSeeOtherGuests",
)  # fmt: skip
"""What all copies have in common; the rest (reminders, transparency, visibility, colour) is each guest's."""


def is_organizers(calendar: Calendar, fields: Fields) -> bool:
    """Say whether this copy is the one that decides: the organizer's, or a private one."""
    return bool(fields["organizer"]["email"] == calendar.id or fields.get("privateCopy"))


def original(world: World, event: Event, fields: Fields) -> tuple[Calendar, Event] | None:
    """Return the organizer's copy and its calendar, unless the organizer has no account here."""
    for calendar in world.calendars():
        if calendar.id != fields["organizer"]["email"]:
            continue
        try:
            found = series.locate(calendar, event.id)
        except GoogleError:
            return None
        return (calendar, found) if calendar.whole(found)["iCalUID"] == fields["iCalUID"] else None
    return None


def default_reminders(calendar: Calendar, fields: Fields) -> Fields:
    """Return the reminders of an event for which nobody has set any.

    A timed event follows the calendar's defaults; an all-day event gets them as its own.
    """
    if not times.is_all_day(fields["start"]):
        return {"useDefault": True}
    own = {"overrides": calendar.default_reminders} if calendar.default_reminders else {}
    return {"useDefault": False} | own


def share(
    world: World, calendar: Calendar, event: Event, before: Fields | None, actor: Owner, send_updates: str
) -> None:
    """Bring the guests' copies in line with the organizer's and note who is mailed."""
    fields = calendar.whole(event)
    if fields.get("privateCopy"):
        return
    answered = rooms.with_answers(world, event, before, fields)
    if answered != fields:
        series.save(world, calendar, event, answered)
        fields = calendar.whole(event)
    invited = set() if event.cancelled else {entry["email"] for entry in fields.get("attendees", ())}
    for owner in world.owners.values():
        if owner.primary is calendar:
            continue
        if owner.email in invited:
            held = owner.primary.events.get(event.id)
            is_new = held is None or held.cancelled
            _write_copy(world, owner.primary, event.id, fields)
            if is_new:
                _share_exceptions(world, calendar, event, owner)
        else:
            _cancel_copy(world, owner.primary, event, fields)
    _mail_guests(world, event, before, fields, actor, send_updates)


def _share_exceptions(world: World, calendar: Calendar, master: Event, guest: Owner) -> None:
    """Give who is new to a series its changed instances, too, and keep the cancelled ones from him."""
    for exception in calendar.exceptions_of(master.id):
        fields = calendar.whole(exception)
        invited = {entry["email"] for entry in fields.get("attendees", ())}
        if exception.cancelled or guest.email not in invited:
            _cancel_copy(world, guest.primary, exception, fields)
        else:
            _write_copy(world, guest.primary, exception.id, fields)


def _write_copy(world: World, calendar: Calendar, event_id: str, fields: Fields) -> None:
    """Create or refresh a guest's copy; what is his own on it stays."""
    copy = calendar.events.get(event_id)
    if copy is None:
        series_of = calendar.events.get(fields.get("recurringEventId", ""))
        if series_of is not None and series_of.left:
            return  # who took the series off his calendar is not bothered with its instances
        copy = Event(event_id, {})
        own: Fields = {name: fields[name] for name in ("transparency", "visibility") if name in fields}
        own["reminders"] = default_reminders(calendar, fields)
        if "recurringEventId" in fields:
            names = ("recurringEventId", "originalStartTime", "created")
            copy.fields = {name: fields[name] for name in names}
            # A guest of the whole series keeps on this instance what he set for the series.
            own = calendar.whole(copy) if calendar.master_of(copy) else own
    else:
        own = calendar.whole(copy)
        if copy.left or own["iCalUID"] != fields["iCalUID"]:
            return
    personal = {name: value for name, value in own.items() if name not in SHARED}
    shared = {name: fields[name] for name in SHARED if name in fields}
    result = with_shared_properties(personal | shared, fields)
    if event_id not in calendar.events or result != own:
        series.save(world, calendar, copy, result)


def with_shared_properties(fields: Fields, source: Fields) -> Fields:
    """Return fields with their own private properties and the shared ones of another copy."""
    properties = {
        "private": fields.get("extendedProperties", {}).get("private"),
        "shared": source.get("extendedProperties", {}).get("shared"),
    }
    kept = {scope: values for scope, values in properties.items() if values}
    rest = {name: value for name, value in fields.items() if name != "extendedProperties"}
    return rest | ({"extendedProperties": kept} if kept else {})


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
    _mail(world, fields["organizer"]["email"], "response", event, fields, send_updates)
    found = original(world, event, fields)
    if found is None:
        series.save(world, calendar, event, with_attendee(fields, calendar.id, changes))
        return
    home, organizers = found
    before = home.whole(organizers)
    series.save(world, home, organizers, with_attendee(before, calendar.id, changes))
    share(world, home, organizers, before, actor, "none")


def _mail_guests(
    world: World, event: Event, before: Fields | None, fields: Fields, actor: Owner, send_updates: str
) -> None:
    was = {entry["email"] for entry in (before or {}).get("attendees", ())}
    now = {entry["email"] for entry in fields.get("attendees", ())}
    gone = was | now if event.cancelled else was - now
    for email in sorted((was | now) - {actor.email}):
        kind = "cancellation" if email in gone else "update" if email in was else "invitation"
        _mail(world, email, kind, event, fields, send_updates)


def _mail(world: World, to: str, kind: str, event: Event, fields: Fields, send_updates: str) -> None:
    external = to not in world.owners
    if send_updates == "all" or (send_updates == "externalOnly" and external):
        world.mails.append(Mail(to, kind, event.id, fields.get("summary", "")))
