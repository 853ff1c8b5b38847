"""The neutral calendar: what an event is, whichever side holds it (the words are those of RFC 5545)."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Literal


class Side(enum.StrEnum):
    """One of the two calendars that are kept the same."""

    GOOGLE = "google"
    ODOO = "odoo"

    @property
    def other(self) -> Side:
        """Return the opposite side."""
        return Side.ODOO if self is Side.GOOGLE else Side.GOOGLE


class Privacy(enum.StrEnum):
    """RFC 5545 CLASS, plus `DEFAULT`: as the calendar's owner has set it for all events."""

    DEFAULT = "default"
    PUBLIC = "public"
    PRIVATE = "private"
    CONFIDENTIAL = "confidential"


class Response(enum.StrEnum):
    """RFC 5545 PARTSTAT: what somebody answered to an invitation."""

    NEEDS_ACTION = "needsAction"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, order=True)
class Reminder:
    """An alarm so many minutes before the start."""

    method: Literal["popup", "email", "sms"]
    minutes: int


@dataclass(frozen=True, slots=True, order=True)
class Guest:
    """Somebody invited (RFC 5545 ATTENDEE), by address in lower case; rooms are none."""

    email: str
    response: Response = Response.NEEDS_ACTION


@dataclass(frozen=True, slots=True)
class Span:
    """When an event takes place: two aware UTC datetimes, or two dates for an all-day event.

    `end` is exclusive in both cases (RFC 5545 DTEND): a one-day event ends on the next day.
    """

    start: datetime | date
    end: datetime | date

    @property
    def all_day(self) -> bool:
        """Whether this is a span of whole days."""
        return not isinstance(self.start, datetime)

    @property
    def length(self) -> timedelta:
        """How long it takes."""
        return moment(self.end) - moment(self.start)

    @property
    def end_moment(self) -> datetime:
        """The end as an aware UTC moment; of an all-day event, midnight UTC after its last day."""
        return moment(self.end)

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Say whether any part lies between two aware moments, with a day's grace for all-day events."""
        if isinstance(self.start, datetime):
            return self.start < end and self.end_moment > start
        grace = timedelta(days=1)
        return moment(self.start) < end + grace and self.end_moment > start - grace


Start = datetime | date
"""RFC 5545 RECURRENCE-ID, which names an occurrence: when the rule lets it start, as aware UTC, or the
date."""


def moment(value: Start) -> datetime:
    """Return a start or an end as an aware UTC moment; of a date, midnight UTC."""
    return value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How an event repeats: content lines (RRULE, RDATE, EXRULE) and the zone (IANA) they are expanded in.

    `zone` is "" for a series of whole days. EXDATE is not here: what is left out is a cancelled override.
    """

    lines: tuple[str, ...]
    zone: str = ""


CANCELLED = "cancelled"

Override = Mapping[str, Any]
"""How one occurrence differs from its series: field name to value; `CANCELLED: True` when it is left out."""

Overrides = Mapping[Start, Override]
NO_OVERRIDES: Overrides = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Event:
    """An event or, with `recurrence`, a series; texts are free of what a side cannot store (`text.clean`).

    `description` is HTML. `response` is the answer of the person whose calendar it is, `guests` are all
    others invited. `meeting_link` is an http(s) address. `zone` (IANA) is kept by Google alone and never
    compared, nor is `organizer`: an address, "" for the person whose calendar it is, or `NOBODY`.
    """

    title: str
    span: Span
    description: str = ""
    location: str = ""
    busy: bool = True
    privacy: Privacy = Privacy.DEFAULT
    reminders: frozenset[Reminder] = frozenset()
    guests: frozenset[Guest] = frozenset()
    response: Response = Response.ACCEPTED
    meeting_link: str = ""
    recurrence: Recurrence | None = None
    overrides: Overrides = field(default_factory=lambda: NO_OVERRIDES, hash=False)
    zone: str = field(default="", compare=False)
    organizer: str = field(default="", compare=False)

    def occurrence(self, start: Start) -> Event | None:
        """Return one occurrence of this series as an event of its own, or None if it is left out."""
        override = self.overrides.get(start, {})
        if CANCELLED in override:
            return None
        plain = dataclasses.replace(self, span=self.span_at(start), recurrence=None, overrides=NO_OVERRIDES)
        return dataclasses.replace(plain, **override)

    def span_at(self, start: Start) -> Span:
        """Return when the occurrence that is named `start` takes place, unless it was moved."""
        return Span(start, start + self.span.length)


NOBODY = "nobody"

FIELDS = (
    "title", "span", "description", "location", "busy", "privacy", "reminders", "guests", "response",
    "meeting_link", "recurrence", "overrides",
)  # fmt: skip
"""The fields that are merged one by one."""

OVERRIDABLE = tuple(name for name in FIELDS if name not in ("recurrence", "overrides"))
"""The fields in which an occurrence can differ from its series."""
