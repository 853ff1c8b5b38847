"""Which rows a series is to have: rows that stay, rows that lack, rows that are too many; no I/O."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sync.model import CANCELLED, Event, Start, moment
from sync.odoo.shift import Shift
from sync.odoo.standing import covered

Token = Callable[[Start | None], str]
"""Gives a row its access token: that of a single event for None, else of the occurrence that begins so."""


@dataclasses.dataclass(frozen=True)
class Plan:
    """What has to happen to the rows of a series.

    `kept` tells of each row that stays which occurrence it is now, `missing` are the occurrences that lack a
    row, `extra` the rows that go; `moved` says that the rows were given other occurrences than before.
    """

    kept: Mapping[int, Start]
    missing: Sequence[Start]
    extra: Sequence[int]
    moved: bool = False


def wanted_starts(event: Event, first: datetime, last: datetime) -> list[Start]:
    """Return the occurrences that begin between two aware moments and are not left out.

    Raises:
        Rejected: there are too many, or the rule is too much work.
    """
    if event.recurrence is None:
        return []
    starts = covered(event.recurrence, event.span, first, last)
    return [one for one in starts if not _left_out(event, one)]


def plan(
    rows: Mapping[int, tuple[Start, str]],
    known: Mapping[int, Start],
    wanted: Collection[Start],
    shift: Shift | None,
    token: Token,
    since: datetime,
) -> Plan:
    """Say what has to happen to rows, each given with its start and its token, to be what is wanted.

    A row is what it is known as, else what its token or its start says. With a `shift`, the series has
    moved, and its rows go along, unless most of them are where they should be: then it only begins later
    or earlier. Rows before `since` (aware UTC) are history and stay.
    """
    free = {*wanted}
    if shift is not None and 2 * len(free.intersection(known.values())) >= len(known):
        shift = None
    kept: dict[int, Start] = {}
    rest: list[int] = []
    for key in sorted(rows, key=lambda key: (moment(rows[key][0]), key)):
        start = known.get(key)
        if start is not None and shift is not None:
            start = shift.start(start)
        if start in free:
            _take(kept, free, key, start)
        else:
            rest.append(key)
    by_token = {token(start): start for start in free} if rest else {}
    extra = []
    for key in rest:
        begin, mark = rows[key]
        start = by_token.get(mark, begin)
        if start in free:
            _take(kept, free, key, start)
        elif moment(known.get(key, begin)) >= since:
            extra.append(key)
    return Plan(kept, sorted(free, key=moment), extra, shift is not None)


def _take(kept: dict[int, Start], free: set[Start], key: int, start: Start) -> None:
    kept[key] = start
    free.remove(start)


def plan_few(
    rows: Collection[int], known: Mapping[int, Start], event: Event, starts: Mapping[Start, Collection[str]]
) -> Plan:
    """Say what has to happen when nothing but the named occurrences may come or go."""
    turned = [start for start, names in starts.items() if CANCELLED in names]
    there = {start: key for key, start in known.items() if key in rows}
    gone = {start for start in turned if _left_out(event, start)}
    return Plan(
        {key: start for start, key in there.items() if start not in gone},
        sorted({*turned} - gone - there.keys(), key=moment),
        sorted(there[start] for start in gone & there.keys()),
    )


def _left_out(event: Event, start: Start) -> bool:
    return CANCELLED in event.overrides.get(start, {})


def between(old: Event, new: Event) -> Shift | None:
    """Return how a series moved from what it was to what it is to be, None if it did not."""
    if old.recurrence is None or new.recurrence is None or old.span.start == new.span.start:
        return None
    return Shift.between(old.span.start, new.span, old.recurrence.zone, new.recurrence.zone)
