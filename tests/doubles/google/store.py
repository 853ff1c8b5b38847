"""What the double keeps: people, their calendars, the events on them, and a log of changes per calendar."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.clock import DoubleClock
from tests.doubles.google import times
from tests.doubles.google.errors import GoogleError, not_found
from tests.doubles.google.settings import Settings
from tests.doubles.google.times import EventDateTime

Fields = dict[str, Any]

DEFAULTS: Fields = {
    "status": "confirmed",
    "transparency": "opaque",
    "visibility": "default",
    "eventType": "default",
    "guestsCanInviteOthers": True,
    "guestsCanModify": False,
    "guestsCanSeeOtherGuests": True,
    "anyoneCanAddSelf": False,
    "endTimeUnspecified": False,
    "locked": False,
    "privateCopy": False,
}
"""Values that are meant when a field is absent; answers leave them out (but for status and eventType)."""

OWN_TO_EXCEPTION = frozenset({"recurringEventId", "originalStartTime", "created", "updated"})
"""What an exception never takes from its master."""


@dataclass(eq=False)
class Event:
    """A single event, a master, or an exception: one copy, on one calendar.

    `fields` is the resource without what depends on the reader; for an exception only what differs from
    its master (None: the master has it, the exception does not).
    """

    id: str
    fields: Fields
    etag: str = ""
    change: int = 0
    left: bool = False
    """Its guest took it off the calendar; the organizer's later edits do not bring it back."""

    @property
    def master_id(self) -> str | None:
        """Return the id of the master if this is an exception."""
        return self.fields.get("recurringEventId")

    @property
    def is_master(self) -> bool:
        """Say whether this is a recurring event."""
        return bool(self.fields.get("recurrence"))

    @property
    def cancelled(self) -> bool:
        """Say whether this is deleted."""
        return self.fields.get("status") == "cancelled"


@dataclass(frozen=True)
class Dropped:
    """An instance that a series has lost or, without `original`, a single event that became a series."""

    change: int
    id: str
    master_id: str
    original: EventDateTime | None = None


@dataclass(eq=False)
class Calendar:
    """A calendar with its events and the number of changes it has seen."""

    id: str
    summary: str
    time_zone: str
    owner: Owner
    default_reminders: list[dict[str, Any]] = field(default_factory=list)
    primary: bool = False
    app_created: bool = False
    roles: dict[str, str] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    dropped: list[Dropped] = field(default_factory=list)
    changes: int = 0
    token_epoch: int = 0
    """Sync tokens of an earlier epoch are no longer valid."""
    _exceptions: dict[str, dict[str, Event]] = field(default_factory=dict)

    def role(self, email: str) -> str:
        """Return the access role of a person: owner, writer, reader, freeBusyReader or none."""
        return "owner" if email == self.owner.email else self.roles.get(email, "none")

    def require_writer(self, email: str) -> None:
        """Make sure that somebody may write here.

        Raises:
            GoogleError: he may only read.
        """
        if self.role(email) not in {"owner", "writer"}:
            message = "You need to have writer access to this calendar."
            raise GoogleError(403, "requiredAccessLevel", message, domain="calendar")

    def as_organizer(self) -> Fields:
        """Return the organizer of what is created here."""
        name = {} if self.primary else {"displayName": self.summary}
        return {"organizer": {"email": self.id} | name}

    def add(self, event: Event) -> None:
        """Put an event on the calendar."""
        self.events[event.id] = event
        if event.master_id:
            self._exceptions.setdefault(event.master_id, {})[event.id] = event

    def forget(self, event: Event) -> None:
        """Remove an event without a trace, its id included."""
        del self.events[event.id]
        if event.master_id:
            del self._exceptions[event.master_id][event.id]

    def exceptions_of(self, master_id: str) -> list[Event]:
        """Return the exceptions of a series, cancelled instances included."""
        return list(self._exceptions.get(master_id, {}).values())

    def master_of(self, event: Event) -> Event | None:
        """Return the master of an exception, if this calendar has it."""
        return self.events.get(event.master_id) if event.master_id else None

    def whole(self, event: Event) -> Fields:
        """Return all fields of an event; an exception takes from its master what it has not itself."""
        master = self.master_of(event)
        if master is None:
            return {k: v for k, v in event.fields.items() if v is not None}
        merged = inherited(master, event.fields["originalStartTime"]) | event.fields
        return {k: v for k, v in merged.items() if v is not None}

    def set_fields(self, event: Event, fields: Fields) -> None:
        """Store all fields of an event; of an exception, only how they differ from its master's."""
        master = self.master_of(event)
        if master is None:
            event.fields = fields
            return
        base = inherited(master, event.fields["originalStartTime"])
        names = (fields.keys() | base.keys()) - OWN_TO_EXCEPTION
        own = {name: fields.get(name) for name in names if fields.get(name) != base.get(name)}
        kept = {name: event.fields[name] for name in OWN_TO_EXCEPTION if name in event.fields}
        event.fields = own | kept


def inherited(master: Event, original: EventDateTime) -> Fields:
    """Return the fields of a master's instance that nobody has changed."""
    fields = {k: v for k, v in master.fields.items() if k != "recurrence"}
    end = times.shifted(original, master.fields["start"], master.fields["end"])
    # The zone of an instance is its master's; the zone in which a client named it does not matter.
    start = dict(original)
    return fields | {"start": start, "end": end, "recurringEventId": master.id, "originalStartTime": start}


def attendee(fields: Fields, email: str) -> Fields | None:
    """Return somebody's entry in the list of attendees."""
    return next((entry for entry in fields.get("attendees", ()) if entry["email"] == email), None)


def with_attendee(fields: Fields, email: str, changes: Fields) -> Fields:
    """Return fields in which somebody's entry is changed."""
    entries = [a | changes if a["email"] == email else a for a in fields.get("attendees", ())]
    return fields | {"attendees": entries}


@dataclass(eq=False)
class Owner:
    """Who owns calendars: a person, or a room, with an account of the double."""

    email: str
    name: str
    sub: str
    domain: str | None
    time_zone: str
    is_room: bool = False
    calendars: dict[str, Calendar] = field(default_factory=dict)

    @property
    def primary(self) -> Calendar:
        """Return the primary calendar."""
        return self.calendars[self.email]


@dataclass(frozen=True)
class Mail:
    """A mail that Google would have sent."""

    to: str
    kind: str
    """invitation, update, cancellation or response."""
    event_id: str
    summary: str


class World:
    """Everything the Calendar side holds, and the clock and switches it goes by."""

    def __init__(self, clock: DoubleClock) -> None:
        self.clock = clock
        self.settings = Settings()
        self.owners: dict[str, Owner] = {}
        self.mails: list[Mail] = []
        self.on_change: Callable[[Calendar], None] = lambda _calendar: None
        self._last_etag = 0

    def calendars(self) -> Iterator[Calendar]:
        """Yield all calendars."""
        for owner in self.owners.values():
            yield from owner.calendars.values()

    def calendar(self, calendar_id: str, reader: Owner) -> Calendar:
        """Return a calendar as somebody names it.

        Raises:
            GoogleError: there is none that `reader` may see.
        """
        if calendar_id == "primary":
            return reader.primary
        for calendar in self.calendars():
            if calendar.id == calendar_id.lower() and calendar.role(reader.email) != "none":
                return calendar
        raise not_found()

    def new_id(self) -> str:
        """Return an id as Google makes them: 26 characters of base32hex."""
        return secrets.token_hex(13)

    def touch(self, calendar: Calendar, event: Event, *, main: bool = True) -> None:
        """Note a change: a new etag, the next place in the calendar's log and, for main data, `updated`."""
        now = self.clock.now()
        self._last_etag = max(self._last_etag + 2, int(now.timestamp() * 1_000_000) * 2)
        event.etag = f'"{self._last_etag}"'
        calendar.changes += 1
        event.change = calendar.changes
        if main or "updated" not in event.fields:
            event.fields = event.fields | {"updated": times.stamp(now)}
        self.on_change(calendar)
