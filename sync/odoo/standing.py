"""A calendar.recurrence as it stands in Odoo, and which of its rows is which occurrence of a rule; pure."""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sync import recurrence
from sync.errors import Rejected
from sync.model import Event, Recurrence, Span, Start, moment
from sync.odoo.rules import OdooRule
from sync.odoo.shift import local_date
from sync.recurrence import lines

SECOND = timedelta(seconds=1)
MOST_STRAYS = 20
"""How many rows may stand outside the rule, as single dates (RDATE), before the rows are not believed."""

MOST_PAIRED = 100
"""Rows off the rule beyond which nobody moved them one by one: the rule is another."""


@dataclasses.dataclass(frozen=True)
class Standing:
    """A calendar.recurrence as one owner sees it: its rows that are not archived, each as its own event.

    `text` is its `rrule`, `absent` are the rows in which the owner takes no part. `finished` is false while a
    series is being made: it has no base event then.
    """

    id: int
    rule: OdooRule
    text: str
    rows: Mapping[int, Event]
    tokens: Mapping[int, str] = dataclasses.field(default_factory=dict)
    absent: frozenset[int] = frozenset()
    finished: bool = True

    @property
    def in_order(self) -> list[int]:
        """The ids of the rows, earliest first."""
        return sorted(self.rows, key=lambda key: (moment(self.rows[key].span.start), key))


@dataclasses.dataclass(frozen=True)
class Placed:
    """Which row is which occurrence, and which are left over on either side."""

    rows: Mapping[int, Start]
    missing: Sequence[Start]
    strays: Sequence[int]


def covered(rule: Recurrence, span: Span, first: datetime, last: datetime) -> list[Start]:
    """Return the occurrences that begin between two aware moments."""
    found = recurrence.occurrences(rule, span, first, last)
    return [start for start in found if first <= moment(start) < last]


def stretched(standing: Standing, known: Mapping[int, Start] | None = None) -> OdooRule:
    """Return Odoo's rule with an end not before its last row.

    Odoo ends the head of a series that was split with the week or month before the split. Where it is `known`
    which occurrence a row is, that counts, rather than where it was moved to.
    """
    rule = standing.rule
    if rule.until is None or not standing.rows:
        return rule
    starts = {key: row.span.start for key, row in standing.rows.items()} | (dict(known) if known else {})
    last = max(starts.values(), key=moment)
    zone = (rule.event_tz or "UTC") if isinstance(last, datetime) else ""
    return dataclasses.replace(rule, until=max(rule.until, local_date(last, zone).date()))


def place(
    standing: Standing, kept: Mapping[int, Start], expected: Sequence[Start], since: datetime, *, pair: bool
) -> Placed:
    """Say which row is which occurrence: by what is known, by its start, with `pair` by what is nearest.

    Rows that lie before `since` (aware UTC) belong to the past, which nobody looks after any more.
    """
    wanted = {*expected}
    rows = {key: start for key, start in kept.items() if start in wanted or moment(start) < since}
    free = wanted - {*rows.values()}
    strays: list[int] = []
    for key in standing.in_order:
        start = standing.rows[key].span.start
        if key in rows or (key not in kept and moment(start) < since):
            continue
        if start in free:
            rows[key] = start
            free.remove(start)
        else:
            strays.append(key)
    if pair and len(strays) <= MOST_PAIRED:
        for key in [*strays]:
            near = _neighbours(expected, standing.rows[key].span.start) & free
            if near:
                begin = moment(standing.rows[key].span.start)
                rows[key] = min(near, key=lambda start: (abs(moment(start) - begin), moment(start)))
                free.remove(rows[key])
                strays.remove(key)
    return Placed(rows, sorted(free, key=moment), strays)


def _neighbours(expected: Sequence[Start], begin: Start) -> set[Start]:
    """Return the occurrences before and after a moment: people hardly ever move one past another."""
    after = bisect.bisect_left(expected, moment(begin), key=moment)
    return {*expected[max(after - 1, 0) : after + 1]}


def with_dates(rule: Recurrence, span: Span, starts: Iterable[Start]) -> Recurrence:
    """Return the recurrence with more single dates.

    Raises:
        Rejected: there are too many: the rows are something else than the rule.
    """
    added = [*starts]
    if len(added) > MOST_STRAYS or any(isinstance(one, datetime) == span.all_day for one in added):
        raise Rejected("unreadable_series")
    parts = lines.parts(rule)
    return dataclasses.replace(parts, dates=tuple(sorted({*parts.dates, *added}, key=moment))).together()
