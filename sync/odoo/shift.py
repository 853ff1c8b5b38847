"""How far the occurrences of a series went when all of them moved alike."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sync.model import Span, Start
from sync.recurrence import times


@dataclasses.dataclass(frozen=True)
class Shift:
    """A move by what the clocks of the old and the new zone (IANA, "" for whole days) show, and a new length.

    So an hour later is an hour later before and after clocks change; a series of whole days may get a time,
    and one with times may become one of whole days.
    """

    zone: str
    new_zone: str
    by: timedelta
    length: timedelta

    @classmethod
    def between(cls, old: Start, new: Span, zone: str, new_zone: str) -> Shift:
        """Return the shift that brought an occurrence from its start to where it lies now.

        Raises:
            Rejected: there is no such zone.
        """
        to = "" if new.all_day else new_zone or "UTC"
        by = times.wall(new.start, _zone(to)) - times.wall(old, _zone(zone))
        return cls(zone, to, by, length(new))

    def start(self, start: Start) -> Start:
        """Move a start."""
        return times.start_at(
            times.shifted(times.wall(start, _zone(self.zone)), self.by), _zone(self.new_zone)
        )

    def span(self, start: Start) -> Span:
        """Return where an occurrence lies whose start was this one."""
        moved = self.start(start)
        return Span(moved, moved + self.length)


def length(span: Span) -> timedelta:
    """Return how long a span lasts."""
    return times.utc(span.end) - times.utc(span.start)


def zone_of(span: Span, zone: str) -> str:
    """Return the zone in which a series counts that begins with this span: "" if it is one of whole days."""
    return "" if span.all_day else zone or "UTC"


def local_date(start: Start, zone: str) -> datetime:
    """Return what the clocks of a zone show at a start (naive); of a date, its midnight."""
    return times.wall(start, _zone(zone))


def _zone(name: str) -> ZoneInfo | None:
    return times.zone_named(name) if name else None
