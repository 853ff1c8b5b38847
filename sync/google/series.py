"""A series as Google holds it, a master and its exceptions as resources of their own, read as one event."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sync.errors import Rejected
from sync.google import codec
from sync.model import CANCELLED, Event, Override, Start

Resource = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Found:
    """What Google has of one event: its resource and, if it is a master, those of its exceptions.

    `exceptions` are the occurrences that differ, cancelled ones too, in any order.
    """

    item: Resource
    exceptions: tuple[Resource, ...] = ()


@dataclasses.dataclass(frozen=True)
class Held:
    """One event or series, read: `instances` has the resource of each occurrence that is an exception.

    `left_out` are the occurrences that the master's own EXDATEs leave out.
    """

    item: Resource
    event: Event
    instances: Mapping[Start, Resource]
    left_out: frozenset[Start] = frozenset()


def fold(found: Found, default_reminders: Iterable[Resource] = ()) -> Held:
    """Read a master and its exceptions as one event; a single event has none.

    Exceptions are placed by `originalStartTime`, never by their ids: those of a series that was split begin
    with the id of the series it was split from. An exception that exists counts for more than an EXDATE.

    Raises:
        Rejected: the master or one of the exceptions cannot be read.
    """
    event = codec.decode(found.item, default_reminders)
    if event.recurrence is None:
        return Held(found.item, event, {})
    overrides: dict[Start, Override] = dict(event.overrides)
    instances: dict[Start, Resource] = {}
    # The living ones last: should two bear the same start, they are what people see.
    for item in sorted(found.exceptions, key=is_cancelled, reverse=True):
        start = original_start(item)
        if isinstance(start, datetime) == event.span.all_day:
            continue  # left over from before the series changed between days and times
        instances[start] = item
        differs = _override(item, event, start, default_reminders)
        if differs:
            overrides[start] = differs
        else:
            overrides.pop(start, None)
    return Held(
        found.item, dataclasses.replace(event, overrides=overrides), instances, frozenset(event.overrides)
    )


def _override(item: Resource, series: Event, start: Start, default_reminders: Iterable[Resource]) -> Override:
    if is_cancelled(item):
        return {CANCELLED: True}
    occurrence = codec.decode(item, default_reminders)
    try:
        return codec.difference(occurrence, codec.effective(series, start))
    except OverflowError as error:
        raise Rejected("unreadable_time") from error


def original_start(item: Resource) -> Start:
    """Return the start that names an occurrence: aware UTC, or a date.

    Raises:
        Rejected: Google shows none, or one that cannot be read.
    """
    value: Any = item.get("originalStartTime")
    try:
        return date.fromisoformat(value["date"]) if "date" in value else codec.instant(value)
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise Rejected("unreadable_time") from error


def is_cancelled(item: Resource) -> bool:
    """Say whether this is what remains of something deleted."""
    return item.get("status") == "cancelled"


def master_id(item: Resource) -> str:
    """Return the id of the series that an item is an occurrence of, "" if of none."""
    return str(item.get("recurringEventId") or "")


def sort_out(items: Iterable[Resource]) -> tuple[dict[str, Resource], dict[str, list[Resource]]]:
    """Part a listing: single events and masters by id, exceptions by the id of their master."""
    whole: dict[str, Resource] = {}
    exceptions: dict[str, list[Resource]] = {}
    for item in items:
        if master := master_id(item):
            exceptions.setdefault(master, []).append(item)
        else:
            whole[item["id"]] = item
    return whole, exceptions
