"""Writes to calendars: insert, import, patch, update and delete, whoever asks for them."""

from __future__ import annotations

from typing import Any

from tests.doubles.google import (
    checks,
    conference,
    event_types,
    guest_changes,
    guests,
    outside,
    series,
    times,
)
from tests.doubles.google.conference import Conferences
from tests.doubles.google.discovery import Query
from tests.doubles.google.errors import GoogleError, invalid, required
from tests.doubles.google.store import Calendar, Event, Fields, Owner, World, attendee, with_attendee


def send_updates_of(query: Query) -> str:
    """Return who is mailed: the parameter, its deprecated forerunner, or nobody."""
    fallback = "all" if query.get("sendNotifications") else "none"
    return str(query.get("sendUpdates", fallback))


def check_if_match(event: Event, if_match: str | None) -> None:
    """Make sure that the caller knows the present state of an event.

    Raises:
        GoogleError: he does not (412).
    """
    if if_match is not None and if_match not in {"*", event.etag}:
        raise GoogleError(
            412, "conditionNotMet", "Precondition Failed", location="If-Match", location_type="header"
        )


class Writer:
    """Carries out writes for the API and for people who act in Google's own pages."""

    def __init__(self, world: World, conferences: Conferences) -> None:
        self._world = world
        self._conferences = conferences

    def insert(self, calendar: Calendar, actor: Owner, body: Fields, query: Query) -> Event:
        """Create an event.

        Raises:
            GoogleError: the body is wrong, or its id was used before (409), by a deleted event too.
        """
        calendar.require_writer(actor.email)
        if body.get("id") and body.get("iCalUID"):
            raise invalid("Only one of id and iCalUID may be given.")
        event_id = body.get("id") or self._world.new_id()
        checks.check_id(event_id)
        if event_id in calendar.events:
            raise GoogleError(409, "duplicate", "The requested identifier already exists.")
        uid = body.get("iCalUID") or f"{event_id}@google.com"
        event_types.check_new(calendar, body)
        event = Event(event_id, {})
        return self._create(calendar, event, actor, body, query, {"iCalUID": uid} | calendar.as_organizer())

    def import_(self, calendar: Calendar, actor: Owner, body: Fields, query: Query) -> Event:
        """Add a private copy of an event from elsewhere; the same iCalUID again updates it.

        Raises:
            GoogleError: the body is wrong, or its sequence is older than what is there.
        """
        calendar.require_writer(actor.email)
        if not body.get("iCalUID"):
            raise required("Missing iCalUID.")
        if body.get("eventType", "default") != "default":
            raise event_types.restriction("Only default events can be imported.")
        organizer = {"organizer": {k: v for k, v in (body.get("organizer") or {}).items() if k != "self"}}
        own = organizer if organizer["organizer"].get("email") else calendar.as_organizer()
        known = outside.by_uid(calendar, body["iCalUID"])
        if known is not None:
            _check_sequence(calendar.whole(known), body)
        event = known or Event(self._world.new_id(), {})
        fixed = own | {"iCalUID": body["iCalUID"], "privateCopy": True}
        return self._create(calendar, event, actor, body, query, fixed)

    def _create(
        self, calendar: Calendar, event: Event, actor: Owner, body: Fields, query: Query, fixed: Fields
    ) -> Event:
        fields = self._wanted({}, checks.without_nulls(body), query)
        fields = {"sequence": 0, "creator": {"email": actor.email}} | fields | fixed
        fields["created"] = times.stamp(self._world.clock.now().replace(microsecond=0))
        fields = checks.accept(self._world, calendar, fields, instance=False)
        fields.setdefault("reminders", guests.default_reminders(calendar, fields))
        event.left = False
        self.store(calendar, event, None, fields, actor, query)
        return event

    def change(
        self,
        calendar: Calendar,
        actor: Owner,
        event_id: str,
        body: Fields,
        query: Query,
        *,
        replace: bool,
        if_match: str | None = None,
    ) -> Event:
        """Patch an event, or replace it; an instance becomes an exception.

        Raises:
            GoogleError: the event is not there, has changed, may not be changed so, or the body is wrong.
        """
        calendar.require_writer(actor.email)
        event = series.locate(calendar, event_id)
        check_if_match(event, if_match)
        old = calendar.whole(event)
        if body.get("status") == "cancelled" and old["status"] != "cancelled":
            return self._delete(calendar, actor, event, query)
        if body.get("attendeesOmitted"):
            body = _only_own_response(calendar, old, body)
        _check_sequence(old, body)
        given = {k: v for k, v in body.items() if k not in checks.READ_ONLY}
        fixed = {k: old[k] for k in checks.READ_ONLY | {"eventType"} if k in old}
        if replace:
            base = {"sequence": old.get("sequence", 0), "eventType": old["eventType"]}
            wanted = self._wanted(old, base | checks.without_nulls(given), query)
        else:
            wanted = self._wanted(old, checks.merged(old, given), query)
        new = checks.accept(self._world, calendar, wanted | fixed, instance=event.master_id is not None)
        event_types.check_change(old, new, body)
        new.setdefault("reminders", guests.default_reminders(calendar, new))
        if not guests.is_organizers(calendar, old):
            guest_changes.change(self._world, calendar, event, old, new, body, actor, send_updates_of(query))
            return event
        self.store(calendar, event, old, new, actor, query)
        return event

    def _wanted(self, old: Fields, fields: Fields, query: Query) -> Fields:
        """Leave out of a body what the client's version or parameters do not cover; that stays as it was."""
        result = {k: v for k, v in fields.items() if k not in checks.READ_ONLY} if not old else fields
        if not query.get("supportsAttachments"):
            result = {k: v for k, v in result.items() if k != "attachments"}
            result |= {"attachments": old["attachments"]} if "attachments" in old else {}
        ignored = "colorId" if query.get("eventLabelVersion") == 1 else "eventLabelId"
        result = {k: v for k, v in result.items() if k != ignored}
        result |= {ignored: old[ignored]} if ignored in old else {}
        return conference.accept(old, result, version=query.get("conferenceDataVersion", 0))

    def store(
        self, calendar: Calendar, event: Event, old: Fields | None, new: Fields, actor: Owner, query: Query
    ) -> None:
        """Store what was accepted, count up the sequence if guests have to take note, and tell them."""
        if old is not None and new.get("sequence", 0) == old.get("sequence", 0):
            moved = any(old.get(n) != new.get(n) for n in ("start", "end", "recurrence", "status"))
            new = new | {"sequence": new.get("sequence", 0) + moved}
        differing = {k for k in new.keys() | (old or {}).keys() if new.get(k) != (old or {}).get(k)}
        series.save(self._world, calendar, event, new, main=old is None or bool(differing - {"reminders"}))
        if guests.is_organizers(calendar, new):
            guests.share(self._world, calendar, event, old, actor, send_updates_of(query))
        self._conferences.watch(calendar, event)

    def delete(
        self, calendar: Calendar, actor: Owner, event_id: str, query: Query, if_match: str | None = None
    ) -> Event:
        """Delete an event or an instance; a guest only declines and takes away his own copy.

        Raises:
            GoogleError: it is not there (404), was deleted before (410) or has changed (412).
        """
        calendar.require_writer(actor.email)
        event = series.locate(calendar, event_id)
        if event.cancelled:
            raise GoogleError(410, "deleted", "Resource has been deleted")
        check_if_match(event, if_match)
        return self._delete(calendar, actor, event, query)

    def _delete(self, calendar: Calendar, actor: Owner, event: Event, query: Query) -> Event:
        old = calendar.whole(event)
        if guests.is_organizers(calendar, old):
            self.store(calendar, event, old, old | {"status": "cancelled"}, actor, query)
            return event
        if attendee(old, calendar.id):
            declined = {"responseStatus": "declined"}
            guests.answer(self._world, calendar, event, declined, actor, send_updates_of(query))
        # The answer may have stored the instance as an exception.
        event = series.locate(calendar, event.id)
        series.save(self._world, calendar, event, calendar.whole(event) | {"status": "cancelled"})
        event.left = True
        return event


def _check_sequence(old: Fields, body: dict[str, Any]) -> None:
    if body.get("sequence") is not None and body["sequence"] < old.get("sequence", 0):
        raise invalid(
            "Invalid sequence value. The specified sequence number is below the current sequence number of "
            "the resource. Re-fetch the resource and use its sequence number on the following request."
        )


def _only_own_response(calendar: Calendar, old: Fields, body: Fields) -> Fields:
    """With attendeesOmitted, a list of attendees only carries the caller's own response."""
    own = next((a for a in body.get("attendees") or () if a.get("email", "").lower() == calendar.id), None)
    if own is None:
        return {k: v for k, v in body.items() if k != "attendees"}
    entry = (attendee(old, calendar.id) or {}) | checks.without_nulls(own)
    return body | {"attendees": with_attendee(old, calendar.id, entry)["attendees"]}
