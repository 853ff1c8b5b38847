"""Under which names occurrences go on when their series is moved: on both sides under the same ones; pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sync import recurrence
from sync.base import FieldHashes, read_start, start_key
from sync.errors import Rejected
from sync.model import Event, Start, moment
from sync.seen import Seen

MOST = 100_000
"""Occurrences that are looked through for the few in question: 270 years of days."""

Names = Mapping[Start, Start]
K = TypeVar("K")
V = TypeVar("V")


def in_step(
    target: Event, google: Seen, odoo: Seen, bases: tuple[FieldHashes, FieldHashes]
) -> tuple[Seen, Seen, tuple[FieldHashes, FieldHashes]]:
    """Return both sides and their bases with occurrences named as in `target`, to which one is yet to move.

    An occurrence is named by when the rule puts it. What was said of one on a side, while the other moved the
    whole series, is said of the one that it has become.
    """
    behind = next((one.event for one in (google, odoo) if one.event and _is_behind(one.event, target)), None)
    if behind is None:
        return google, odoo, bases
    known = [read_start(key) for base in bases for key in base.get("overrides", {})]
    names = moved_names([*behind.overrides, *known], behind, target)

    def seen(one: Seen) -> Seen:
        if one.event is not behind:
            return one
        overrides = _by_new_names(behind.overrides, names)
        return dataclasses.replace(one, event=dataclasses.replace(behind, overrides=overrides))

    google_base, odoo_base = (_renamed(base, names) for base in bases)
    return seen(google), seen(odoo), (google_base, odoo_base)


def moved_names(starts: Iterable[Start], before: Event, after: Event) -> Names:
    """Return what those occurrences are called after a move that are not called as before any more."""
    if before.recurrence is None or after.recurrence is None:
        return {}
    try:
        names = {one: moved(one, before, after) for one in starts}
        there = existing(after, {*names, *names.values()})
    except Rejected:
        return {}
    return {start: name for start, name in names.items() if start not in there and name in there}


def _is_behind(event: Event, target: Event) -> bool:
    return event.span.start != target.span.start


def _renamed(base: FieldHashes, names: Names) -> FieldHashes:
    if not base.get("overrides") or not names:
        return base
    keys = {start_key(start): start_key(name) for start, name in names.items()}
    return {**base, "overrides": _by_new_names(base["overrides"], keys)}


def _by_new_names(held: Mapping[K, V], names: Mapping[K, K]) -> dict[K, V]:
    """Return what is held under new names; what keeps its own goes before what would take that."""
    return {names[one]: value for one, value in held.items() if one in names} | {
        one: value for one, value in held.items() if one not in names
    }


def existing(series: Event, starts: Collection[Start]) -> frozenset[Start]:
    """Return those of `starts` at which the rules let an occurrence start.

    Raises:
        Rejected: one of them is at the ends of time.
    """
    if series.recurrence is None or not starts:
        return frozenset()
    day, moments = timedelta(days=1), [moment(start) for start in starts]
    try:
        first, last = min(moments) - day, max(moments) + day
    except OverflowError as error:
        raise Rejected("unreadable_time") from error
    return frozenset(recurrence.occurrences(series.recurrence, series.span, first, last, MOST)) & {*starts}


def moved(start: Start, before: Event, after: Event) -> Start:
    """Return the name that an occurrence bears once its series is moved."""
    try:
        shift = _wall(after.span.start, after) - _wall(before.span.start, before)
        wall = _wall(start, before) + shift
        return wall.date() if after.span.all_day else wall.replace(tzinfo=_zone(after)).astimezone(UTC)
    except OverflowError as error:
        raise Rejected("unreadable_time") from error


def _wall(start: Start, series: Event) -> datetime:
    if not isinstance(start, datetime):
        return datetime.combine(start, time())
    return start.astimezone(_zone(series)).replace(tzinfo=None)


def _zone(series: Event) -> ZoneInfo:
    name = series.recurrence.zone if series.recurrence else ""
    try:
        return ZoneInfo(name or "UTC")
    except (OSError, ValueError, KeyError) as error:
        raise Rejected("unreadable_time") from error
