"""The neutral calendar: what an event is, whichever side holds it (the words are those of RFC 5545)."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal


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


@dataclass(frozen=True, slots=True, order=True)
class Reminder:
    """An alarm so many minutes before the start."""

    method: Literal["popup", "email", "sms"]
    minutes: int


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
    def end_moment(self) -> datetime:
        """The end as an aware UTC moment; of an all-day event, midnight UTC after its last day."""
        return _moment(self.end)

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Say whether any part lies between two aware moments, with a day's grace for all-day events."""
        grace = timedelta(days=1) if self.all_day else timedelta()
        return _moment(self.start) < end + grace and self.end_moment > start - grace


def _moment(value: datetime | date) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)


@dataclass(frozen=True, slots=True)
class Event:
    """A single event, its texts free of what a side cannot store (see `sync.text.clean`).

    `description` is HTML; `zone` (IANA) is kept by Google alone and never compared.
    """

    title: str
    span: Span
    description: str = ""
    location: str = ""
    busy: bool = True
    privacy: Privacy = Privacy.DEFAULT
    reminders: frozenset[Reminder] = frozenset()
    zone: str = field(default="", compare=False)


FIELDS = ("title", "span", "description", "location", "busy", "privacy", "reminders")
"""The fields that are merged one by one."""
