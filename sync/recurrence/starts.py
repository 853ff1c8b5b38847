"""The occurrences of a series, and whether two recurrences mean the same."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sync.errors import Rejected
from sync.model import Recurrence, Span, Start
from sync.recurrence import expand, lines, times
from sync.recurrence.lines import Parts
from sync.recurrence.rule import Freq, Rule, implicit
from sync.recurrence.times import DAY

MOST = 3000
"""How many occurrences are returned, or compared, at most."""

_MARGIN = 2 * DAY  # more than zones and clock changes can shift a time


def occurrences(
    recurrence: Recurrence, span: Span, first: datetime, last: datetime, limit: int = MOST
) -> list[Start]:
    """Return the starts of what takes place between two aware moments, sorted.

    `span` is the first occurrence. It is one even where no rule comes round (only an exclusion takes it out),
    and COUNT then does not count it: so Google has it, where RFC 5545 leaves it open. Rules count on the
    clocks of the zone (see `sync.recurrence.times.start_at`). Of an all-day series, what lies within a day of
    the two moments is included, since each zone has its days at other times.

    Raises:
        Rejected: there are more than `limit`, or the rule is too much work.
    """
    length = _length(span)
    if not isinstance(span.start, datetime):
        first, last = times.shifted(first, -DAY), times.shifted(last, DAY)
    found: list[Start] = []
    for start in starts(recurrence, span, times.shifted(first, -length), last):
        begin = times.utc(start)
        if begin >= last:
            break
        if first - begin < length or first == begin:
            found.append(start)
        if len(found) > limit:
            raise Rejected("too_many_occurrences")
    return found


def starts(
    recurrence: Recurrence, span: Span, first: datetime | None = None, last: datetime | None = None
) -> Iterator[Start]:
    """Yield all starts from `first` to `last` in order, and perhaps some more around; see `occurrences`.

    Raises:
        Rejected: the rule is too much work.
    """
    parts = lines.parts(recurrence)
    included = heapq.merge(
        sorted({span.start, *parts.dates}), *(run(parts, one, span, first, last) for one in parts.rules)
    )
    excluded = heapq.merge(*(run(parts, one, span, first, last) for one in parts.exclusions))
    barred = next(excluded, None)
    for start, _ in itertools.groupby(included):
        while barred is not None and barred < start:
            barred = next(excluded, None)
        if start != barred:
            yield start


def run(
    parts: Parts, rule: Rule, span: Span, first: datetime | None = None, last: datetime | None = None
) -> Iterator[Start]:
    """Yield the starts of one rule alone, in order: those from `first` to `last`, and perhaps some around."""
    origin = times.wall(span.start, parts.zone)
    begin = _clock(first, parts, -_MARGIN) if first and rule.count is None else None
    ends = [_clock(times.utc(one), parts, _MARGIN) for one in (last, rule.until) if one is not None]
    previous: Start | None = None
    left = rule.count
    for clock in expand.walls(rule, origin, begin, min(ends, default=None)):
        start = span.start if clock == origin else times.start_at(clock, parts.zone)
        if start < span.start or (previous is not None and start <= previous):
            continue
        if rule.until is not None and start > rule.until:
            return
        previous = start
        yield start
        left = left - 1 if left else None
        if left == 0:
            return


def _clock(moment: datetime, parts: Parts, margin: timedelta) -> datetime:
    return times.shifted(times.wall(moment, parts.zone or UTC), margin)


def span_at(span: Span, start: Start) -> Span:
    """Return where the occurrence of a start lies as long as it follows the first one: it lasts as long.

    The length is one of seconds (of days in an all-day series), so an event over a clock change ends at
    another time of day.
    """
    return Span(start, start + _length(span))


def _length(span: Span) -> timedelta:
    return times.utc(span.end) - times.utc(span.start)


def is_endless(recurrence: Recurrence) -> bool:
    """Say whether the rules go on for ever."""
    return any(one.count is None and one.until is None for one in lines.parts(recurrence).rules)


def last_start(recurrence: Recurrence, span: Span) -> Start | None:
    """Return the last start; None of an endless recurrence, or if exclusions leave nothing.

    Raises:
        Rejected: the rule is too much work.
    """
    if is_endless(recurrence):
        return None
    return max(starts(recurrence, span), default=None)


def canonical(recurrence: Recurrence, span: Span) -> str:
    """Return a text that is the same for recurrences that differ in their words alone.

    What a rule takes from the first occurrence anyway is left out, the first day of the week where it has no
    effect, and an UNTIL becomes the end of the last day that counts. See `equal` for what is beyond words.

    Raises:
        Rejected: the rule is too much work.
    """
    parts = lines.parts(recurrence)
    origin = times.wall(span.start, parts.zone)

    def plain(rule: Rule) -> Rule:
        rule = replace(implicit(rule, origin), until=_until(parts, rule, span))
        days = rule.byday or rule.bymonthday or rule.byyearday
        split = rule.freq is Freq.WEEKLY and (rule.bysetpos or (rule.interval > 1 and days))
        return rule if split or rule.byweekno else replace(rule, wkst=0)

    same = replace(
        parts,
        rules=tuple(map(plain, parts.rules)),
        exclusions=tuple(map(plain, parts.exclusions)),
        dates=tuple({*parts.dates} - {span.start}),
    ).together()
    return "\n".join([same.zone, *same.lines])


def _until(parts: Parts, rule: Rule, span: Span) -> Start | None:
    """Return the end of the last local day that UNTIL includes, if no start makes a difference."""
    if rule.until is None or parts.zone is None:
        return rule.until
    day = times.wall(rule.until, parts.zone).date()
    for end in (times.end_of(day, parts.zone), times.end_of(day - DAY, parts.zone)):
        low, high = sorted((end, rule.until))
        free = replace(rule, until=None, count=None)
        if not any(low < start <= high for start in run(parts, free, span, times.utc(low), times.utc(high))):
            return end
    return rule.until


def equal(one: Recurrence, other: Recurrence, span: Span) -> bool:
    """Say whether two recurrences give the same occurrences from the same first one.

    Beyond words, the first 3000 of the next 120 years are compared.

    Raises:
        Rejected: one is too much work.
    """
    if one == other or canonical(one, span) == canonical(other, span):
        return True
    if (one.zone == "") != (other.zone == "") or is_endless(one) != is_endless(other):
        return False
    last = times.shifted(times.utc(span.start), 120 * 366 * DAY)
    left, right = (
        itertools.takewhile(lambda start: times.utc(start) <= last, starts(each, span, None, last))
        for each in (one, other)
    )
    return all(a == b for a, b in itertools.islice(itertools.zip_longest(left, right), MOST))
