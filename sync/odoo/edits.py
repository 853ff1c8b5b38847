"""What people's edits of series made of the rows that a link remembers; nothing here touches I/O.

Odoo (17, 18 and 19 alike) makes a new calendar.recurrence when a time or the rule is changed for all events
or for this and the following ones: one row keeps its id, the others are archived and made anew.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from sync import recurrence
from sync.model import Start, moment
from sync.odoo.series import Memory
from sync.series import Series

ALONE = 0


@dataclasses.dataclass(frozen=True)
class Part:
    """What a remembered series was, from one row to the next row at which it was split.

    `recurrence_id` is where it stands now. `remade`, `split` and `count` are those of `series.sight`.
    """

    recurrence_id: int
    memory: Memory
    remade: bool
    split: bool = False
    count: int | None = None


def parts(recurrence_id: int, memory: Memory, where: Mapping[int, int], *, holds: bool) -> list[Part]:
    """Return the parts of a series, the first one first; none if it is gone or stands as a single event.

    `where` tells of each remembered row that still stands in which recurrence, or that it stands `ALONE`;
    `holds` says that the series' own recurrence has rows at all, perhaps none that is remembered.
    """
    series = memory.series
    firsts: dict[int, Start] = {recurrence_id: series.span.start} if holds else {}
    for row, key in where.items():
        start = series.rows[row]
        if key != ALONE and (key not in firsts or moment(start) < moment(firsts[key])):
            firsts[key] = start
    # What still stands in its own recurrence is the head, whatever was moved out of it.
    order = sorted(firsts, key=lambda key: (key != recurrence_id, moment(firsts[key]), key))
    ends = [firsts[key] for key in order[1:]]
    found = []
    for number, key in enumerate(order):
        begin = firsts[key] if number else None
        end = ends[number] if number < len(ends) else None
        rows = {row: series.rows[row] for row, place in where.items() if place == key}
        later = [one for one in series.rows.values() if begin and moment(one) >= moment(begin)]
        found.append(
            Part(
                key,
                dataclasses.replace(memory, series=_part(series, begin, end, rows)),
                remade=key != recurrence_id,
                split=end is not None,
                count=len(later) if begin else None,
            )
        )
    return found


def survivor(memory: Memory, where: Mapping[int, int]) -> int | None:
    """Return the row as which a series goes on that was made a single event."""
    alone = [row for row, key in where.items() if key == ALONE]
    return min(alone, key=lambda row: (moment(memory.series.rows[row]), row), default=None)


def _part(series: Series, begin: Start | None, end: Start | None, rows: Mapping[int, Start]) -> Series:
    rule, span = series.recurrence, series.span
    since, until = series.covered_from, series.covered_until
    if begin is not None:
        rule = recurrence.tail(rule, span, begin)
        span = recurrence.span_at(span, begin)
        since = max(since, moment(begin))
    if end is not None and moment(end) > moment(span.start):
        rule = recurrence.cut(rule, span, end)
        until = min(until, moment(end))
    return dataclasses.replace(
        series, recurrence=rule, span=span, covered_from=since, covered_until=until, rows=rows
    )
