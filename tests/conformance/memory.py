"""The smallest side that does what the core expects of one: a reference, and for properties a fast one."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sync import recurrence
from sync.base import Hasher
from sync.errors import Gone, Stale, Taken
from sync.model import CANCELLED, NO_OVERRIDES, OVERRIDABLE, Event, Override, Response, Start, moment
from sync.seen import Seen, State
from tests.conformance.calendar import Write


@dataclasses.dataclass
class _Record:
    event: Event
    version: int = 1
    there: bool = True


class MemorySide:
    """Events by the key that they were made under; a key that was ever used makes no second event."""

    def __init__(self, hasher: Hasher) -> None:
        self._hasher = hasher
        self._records: dict[str, _Record] = {}

    @staticmethod
    def project(event: Event) -> Event:
        """Return the event as it is held here: whole, but whoever is alone takes part by definition.

        An occurrence is held by the fields in which it differs from its series.
        """
        overrides: dict[Start, Override] = {}
        held = _answered(event)
        for start in event.overrides:
            one = event.occurrence(start)
            differs = {CANCELLED: True} if one is None else _difference(_answered(one), held, start)
            if differs:
                overrides[start] = differs
        return dataclasses.replace(held, overrides=overrides or NO_OVERRIDES)

    def create(self, key: str, event: Event) -> Seen:
        """Make an event.

        Raises:
            Taken: there is one under this key, or there was.
        """
        if key in self._records:
            raise Taken("taken")
        self._records[key] = _Record(self.project(event))
        return self.look(key)

    def look(self, key: str) -> Seen:
        """Return what is there under a key."""
        record = self._records.get(key)
        if record is None or not record.there:
            return Seen(State.GONE)
        hashes = self._hasher.event(record.event)
        return Seen(State.PRESENT, record.event, hashes, version=str(record.version), uid=key, key=key)

    def everything(self, window: tuple[datetime, datetime]) -> dict[str, Seen]:
        """Return what lies inside the window (aware UTC), series with an occurrence there included."""
        found = {key: self.look(key) for key, one in self._records.items() if one.there}
        return {key: seen for key, seen in found.items() if seen.event and _is_inside(seen.event, window)}

    def write(self, key: str, version: str, write: Write) -> Seen:
        """Give an event that still is at `version` what is named, and nothing else.

        Raises:
            Gone: it is not there. Stale: it has changed.
        """
        record = self._records[key]
        if not record.there:
            raise Gone("gone")
        self._check(record, version)
        self.put(key, merged(record.event, write))
        return self.look(key)

    def delete(self, key: str, version: str) -> None:
        """Delete an event that still is at `version`; one that is gone is no error.

        Raises:
            Stale: it has changed.
        """
        record = self._records[key]
        if record.there:
            self._check(record, version)
            record.there = False

    def put(self, key: str, event: Event) -> None:
        """Put an event in the place of another, as people do."""
        self._records[key] = _Record(self.project(event), self._records[key].version + 1)

    @staticmethod
    def _check(record: _Record, version: str) -> None:
        if version != str(record.version):
            raise Stale("changed_meanwhile")


def merged(before: Event, write: Write) -> Event:
    """Return what an event is after a write.

    A series that is moved takes its exceptions along, by the wall clock of its zone; one that becomes a
    single event has none; an occurrence that its rules do not name any more is none.
    """
    named = {name: getattr(write.event, name) for name in write.names - {"overrides"}}
    target = dataclasses.replace(before, **named)
    if target.recurrence is None:
        return dataclasses.replace(target, overrides=NO_OVERRIDES)
    overrides: dict[Start, Override] = dict(before.overrides)
    if before.recurrence is not None and before.span.start != target.span.start:
        overrides = {_moved(start, before, target): one for start, one in overrides.items()}
    for start, names in write.starts.items():
        said = write.event.overrides.get(start, {})
        if CANCELLED in names:
            overrides[start] = said
        else:
            kept = {name: value for name, value in overrides.get(start, {}).items() if name not in names}
            overrides[start] = kept | {name: said[name] for name in names if name in said}
    there = frozenset(_named_by_rule(target, overrides))
    kept_overrides = {start: one for start, one in overrides.items() if start in there and one}
    return dataclasses.replace(target, overrides=kept_overrides)


def _named_by_rule(series: Event, asked: dict[Start, Override]) -> list[Start]:
    if not asked or series.recurrence is None:
        return []
    moments, day = [moment(start) for start in asked], timedelta(days=1)
    return recurrence.occurrences(series.recurrence, series.span, min(moments) - day, max(moments) + day)


def _answered(event: Event) -> Event:
    alone = not event.guests and event.organizer == ""
    return dataclasses.replace(event, response=Response.ACCEPTED) if alone else event


def _difference(one: Event, series: Event, start: Start) -> Override:
    usual = dataclasses.replace(series, span=series.span_at(start))
    return {name: getattr(one, name) for name in OVERRIDABLE if getattr(one, name) != getattr(usual, name)}


def _is_inside(event: Event, window: tuple[datetime, datetime]) -> bool:
    if event.recurrence is None:
        return event.span.overlaps(*window)
    return bool(recurrence.occurrences(event.recurrence, event.span, *window))


def _moved(start: Start, before: Event, after: Event) -> Start:
    shift = _wall(after.span.start, after) - _wall(before.span.start, before)
    wall = _wall(start, before) + shift
    return wall.date() if after.span.all_day else wall.replace(tzinfo=_zone(after)).astimezone(UTC)


def _wall(start: Start, series: Event) -> datetime:
    if not isinstance(start, datetime):
        return datetime.combine(start, time())
    return start.astimezone(_zone(series)).replace(tzinfo=None)


def _zone(series: Event) -> ZoneInfo:
    return ZoneInfo((series.recurrence.zone if series.recurrence else "") or "UTC")
