"""People with an account, and what they do in Google's own pages: no token, no entry in the request log."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.doubles.google import moving, outside, render, series, splitting, times
from tests.doubles.google.conference import Conferences
from tests.doubles.google.discovery import Query, mismatch
from tests.doubles.google.errors import invalid
from tests.doubles.google.store import Calendar, Event, Fields, Owner, World, attendee, with_attendee
from tests.doubles.google.writing import Writer
from tests.doubles.plain import plain_copy

Moment = date | dict[str, Any]
_ALL_FEATURES: Query = {"conferenceDataVersion": 1, "supportsAttachments": True}


class Person:
    """One person of the double and his calendars; `calendar` names one of them, his primary by default."""

    def __init__(self, world: World, owner: Owner, writer: Writer, conferences: Conferences) -> None:
        self._world = world
        self._writer = writer
        self._conferences = conferences
        self.owner = owner

    @property
    def email(self) -> str:
        """Return the address, which is also the id of the primary calendar."""
        return self.owner.email

    def add_calendar(
        self, summary: str, *, time_zone: str | None = None, app_created: bool = False
    ) -> Calendar:
        """Give this person one more calendar."""
        calendar = Calendar(
            id=f"{self._world.new_id()}@group.calendar.google.com",
            summary=summary,
            time_zone=time_zone or self.owner.time_zone,
            owner=self.owner,
            app_created=app_created,
        )
        self.owner.calendars[calendar.id] = calendar
        return calendar

    def share(self, email: str, role: str, *, calendar: str = "primary") -> None:
        """Let somebody use a calendar as reader, writer, owner or freeBusyReader, or no longer (none)."""
        self._calendar(calendar).roles[email] = role

    def create(
        self, summary: str = "", *, calendar: str = "primary", send_updates: str = "none", **fields: Any
    ) -> dict[str, Any]:
        """Create an event; `start` and `end` may be dates, aware datetimes or Google's own form.

        As in Google's pages, who invites others is on the list himself, and has accepted.
        """
        body = self._body(fields) | ({"summary": summary} if summary else {})
        target = self._calendar(calendar)
        emails = [a.get("email", "").lower() for a in body.get("attendees", ())]
        if emails and target.id not in emails:
            body["attendees"] = [{"email": target.id, "responseStatus": "accepted"}, *body["attendees"]]
        event = self._writer.insert(target, self.owner, body, _ALL_FEATURES | {"sendUpdates": send_updates})
        return self._shown(target, event)

    def patch(
        self, event_id: str, *, calendar: str = "primary", send_updates: str = "none", **changes: Any
    ) -> dict[str, Any]:
        """Change an event, a whole series by its master's id, or one instance by its own."""
        target = self._calendar(calendar)
        query = _ALL_FEATURES | {"sendUpdates": send_updates}
        event = self._writer.change(
            target, self.owner, event_id, self._body(changes, patch=True), query, replace=False
        )
        return self._shown(target, event)

    def delete(self, event_id: str, *, calendar: str = "primary", send_updates: str = "none") -> None:
        """Delete an event, a series or an instance; somebody else's is declined and taken away."""
        query: Query = {"sendUpdates": send_updates}
        self._writer.delete(self._calendar(calendar), self.owner, event_id, query)

    def respond(
        self, event_id: str, response: str, *, comment: str | None = None, send_updates: str = "none"
    ) -> dict[str, Any]:
        """Answer an invitation: accepted, declined, tentative or needsAction."""
        target = self.owner.primary
        fields = target.whole(series.locate(target, event_id))
        own = attendee(fields, target.id)
        if own is None:
            raise invalid("This person is not invited.")
        changes = {"responseStatus": response} | ({"comment": comment} if comment is not None else {})
        return self.patch(
            event_id,
            send_updates=send_updates,
            attendees=with_attendee(fields, target.id, changes)["attendees"],
        )

    def split(
        self,
        event_id: str,
        original_start: Moment | str,
        *,
        calendar: str = "primary",
        send_updates: str = "none",
        **changes: Any,
    ) -> dict[str, Any]:
        """Change "this and following" as Google's page does and return the new master."""
        target = self._calendar(calendar)
        tail = splitting.split(
            self._world,
            self._writer,
            target,
            self.owner,
            event_id,
            original_start,
            self._body(changes, patch=True),
            _ALL_FEATURES | {"sendUpdates": send_updates},
        )
        return self._shown(target, tail)

    def delete_following(
        self, event_id: str, original_start: Moment | str, *, calendar: str = "primary"
    ) -> None:
        """Delete "this and following": the series ends before that instance."""
        splitting.cut(self._writer, self._calendar(calendar), self.owner, event_id, original_start)

    def hand_over(self, event_id: str, email: str) -> None:
        """Make somebody else the organizer, who has accepted that: "change owner" of Google's page."""
        target, calendar = self._world.owners[email].primary, self.owner.primary
        event = series.locate(calendar, event_id)
        moving.hand_over(self._world, calendar, self.owner, event, target, "none")

    def invited(self, organizer: str, uid: str, summary: str = "", **fields: Any) -> dict[str, Any]:
        """Receive an invitation, or an update of it, from an organizer who has no account here."""
        target = self.owner.primary
        body = self._body(fields) | ({"summary": summary} if summary else {})
        event = outside.receive(self._world, target, organizer.lower(), uid, body)
        return self._shown(target, event)

    def uninvited(self, uid: str) -> None:
        """Receive the cancellation of such an invitation."""
        outside.receive_cancellation(self._world, self.owner.primary, uid)

    def event(self, event_id: str, *, calendar: str = "primary") -> dict[str, Any]:
        """Return an event as this person's API client would get it."""
        self._conferences.settle()
        target = self._calendar(calendar)
        return self._shown(target, series.locate(target, event_id))

    def events(self, *, calendar: str = "primary", deleted: bool = False) -> list[dict[str, Any]]:
        """Return the single events, masters and exceptions of a calendar, on wish the deleted ones too."""
        self._conferences.settle()
        target = self._calendar(calendar)
        return [self._shown(target, e) for e in list(target.events.values()) if deleted or not e.cancelled]

    def instances(
        self, event_id: str, *, calendar: str = "primary", before: datetime | None = None
    ) -> list[dict[str, Any]]:
        """Return the live instances of a series in the order of their starts.

        With `before`, those come that were to start before it, and all that differ.
        """
        self._conferences.settle()
        target = self._calendar(calendar)
        master = series.locate(target, event_id)
        found = [e for e in series.instances(self._world, target, master, before=before) if not e.cancelled]
        found.sort(key=lambda e: times.instant(target.whole(e)["start"], target.time_zone))
        return [self._shown(target, e) for e in found]

    def empty(self, *, calendar: str = "primary") -> None:
        """Delete everything on a calendar."""
        target = self._calendar(calendar)
        for event in list(target.events.values()):
            if not event.cancelled and event.id in target.events:
                self._writer.delete(target, self.owner, event.id, {})

    def _calendar(self, name: str) -> Calendar:
        return self._world.calendar(name, self.owner)

    def _shown(self, calendar: Calendar, event: Event) -> dict[str, Any]:
        return plain_copy(render.item(self._world, calendar, event, self.owner))

    def _body(self, fields: Fields, *, patch: bool = False) -> Fields:
        body = {name: _in_googles_form(value, patch=patch) for name, value in fields.items()}
        if trouble := mismatch(body, {"$ref": "Event"}):
            raise invalid(trouble)
        return body


def _in_googles_form(value: Any, *, patch: bool) -> Any:
    if isinstance(value, datetime):
        zone = getattr(value.tzinfo, "key", None)
        body: dict[str, Any] = {"dateTime": value.isoformat()} | ({"timeZone": zone} if zone else {})
        return body | ({"date": None} if patch else {})
    if isinstance(value, date):
        return {"date": value.isoformat()} | ({"dateTime": None, "timeZone": None} if patch else {})
    return value
