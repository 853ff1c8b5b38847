"""When a rule comes round, on the clocks of its zone; the work for it is bounded.

dateutil's rrule, which the tests compare with, looks at the end only when it has found something, so that a
rule that never comes round (30 February) keeps it busy up to the year 9999; it walks to a far window from the
start; and it takes `BYDAY=MO,1TU` for "both at once".
"""

from __future__ import annotations

import itertools
from calendar import isleap, monthrange
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from sync.errors import Rejected
from sync.recurrence.rule import Freq, Rule, explicit

WORK = 100_000
"""How many days and times are looked at before a rule counts as too much: some tenths of a second."""

_LAST = datetime(9998, 12, 31)  # noqa: DTZ001 - on the clocks of whatever zone
_PER_DAY = {Freq.DAILY: 1, Freq.HOURLY: 24, Freq.MINUTELY: 1440, Freq.SECONDLY: 86400}


def walls(
    rule: Rule, origin: datetime, begin: datetime | None = None, end: datetime | None = None
) -> Iterator[datetime]:
    """Yield in order the times (naive) at which a rule comes round that is counted from `origin`.

    All from `begin` to `end` are among them; some before `begin`, before `origin` and after `end` are, too.
    COUNT and UNTIL are not looked at.

    Raises:
        Rejected: there is too much to look at.
    """
    rule = explicit(rule, origin)
    first = period(rule, origin)
    index = first
    if begin is not None and begin > origin:
        index += (period(rule, begin) - first) // rule.interval * rule.interval
    last = period(rule, min(end or _LAST, _LAST))
    spent = 0
    while index <= last:
        days, clocks = _contents(rule, index)
        fitting = [day for day in days if _fits(rule, day)]
        spent += 1 + len(days) + len(fitting) * len(clocks)
        if spent > WORK:
            raise Rejected("too_many_occurrences")
        found = (datetime.combine(day, clock) for day in fitting for clock in clocks)
        yield from _chosen(list(found), rule.bysetpos) if rule.bysetpos else found
        index += _stride(rule, index, fits=bool(fitting))


def period(rule: Rule, when: datetime) -> int:
    """Number the year, month, week, day, hour, minute or second (as the rule counts) that a time lies in."""
    match rule.freq:
        case Freq.YEARLY:
            return when.year
        case Freq.MONTHLY:
            return when.year * 12 + when.month - 1
        case Freq.WEEKLY:
            return (when.toordinal() - 1 - rule.wkst) // 7
    seconds = when.hour * 3600 + when.minute * 60 + when.second
    per_day = _PER_DAY[rule.freq]
    return when.toordinal() * per_day + seconds * per_day // 86400


def _contents(rule: Rule, index: int) -> tuple[Sequence[date], Sequence[time]]:
    """Return the days of a period and the times of day on them that are worth a look."""
    if rule.freq > Freq.DAILY:
        return _moment(rule, index)
    clocks = [time(*clock) for clock in itertools.product(rule.byhour, rule.byminute, rule.bysecond)]
    match rule.freq:
        case Freq.YEARLY:
            months = rule.bymonth or range(1, 13)
            return [day for month in months for day in _month(index, month)], clocks
        case Freq.MONTHLY:
            year, month = divmod(index, 12)
            listed = not rule.bymonth or month + 1 in rule.bymonth
            return _month(year, month + 1) if listed else (), clocks
        case Freq.WEEKLY:
            monday = index * 7 + 1 + rule.wkst
            return [date.fromordinal(day) for day in range(max(monday, 1), monday + 7)], clocks
    return [date.fromordinal(index)], clocks


def _month(year: int, month: int) -> list[date]:
    return [date(year, month, day + 1) for day in range(monthrange(year, month)[1])]


def _moment(rule: Rule, index: int) -> tuple[Sequence[date], Sequence[time]]:
    """Return the day and the times of a period within a day; no times if its hour, say, is not listed."""
    day, seconds = _place(rule, index)
    at = time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    minutes = (at.minute,) if rule.freq >= Freq.MINUTELY else rule.byminute
    moments = (at.second,) if rule.freq is Freq.SECONDLY else rule.bysecond
    listed = _passes(at.hour, rule.byhour) and (rule.freq is Freq.HOURLY or _passes(at.minute, rule.byminute))
    clocks = [time(at.hour, *clock) for clock in itertools.product(minutes, moments)]
    return [day], [clock for clock in clocks if listed and _passes(clock.second, rule.bysecond)]


def _place(rule: Rule, index: int) -> tuple[date, int]:
    """Return on which day, and so many seconds into it, a period within a day begins."""
    day, number = divmod(index, _PER_DAY[rule.freq])
    return date.fromordinal(day), number * (86400 // _PER_DAY[rule.freq])


def _passes(number: int, listed: Sequence[int]) -> bool:
    return not listed or number in listed


def _stride(rule: Rule, index: int, *, fits: bool) -> int:
    """Return how many periods to go on: an interval, or past a day, hour or minute where nothing can be."""
    if rule.freq <= Freq.DAILY:
        return rule.interval
    _, seconds = _place(rule, index)
    own = 86400 // _PER_DAY[rule.freq]
    if not fits:
        skipped = 86400
    elif not _passes(seconds // 3600, rule.byhour):
        skipped = 3600
    elif rule.freq is Freq.SECONDLY and not _passes(seconds // 60 % 60, rule.byminute):
        skipped = 60
    else:
        skipped = own
    ahead = (skipped - seconds % skipped) // own
    return -(-ahead // rule.interval) * rule.interval


def _fits(rule: Rule, day: date) -> bool:
    """Say whether the day passes all the parts of the rule that speak of days."""
    if rule.bymonth and day.month not in rule.bymonth:
        return False
    if rule.bymonthday and not _listed(day.day, monthrange(day.year, day.month)[1], rule.bymonthday):
        return False
    if rule.byyearday and not _listed(day.timetuple().tm_yday, _year_length(day.year), rule.byyearday):
        return False
    if rule.byweekno and not _listed(*_week(day, rule.wkst), rule.byweekno):
        return False
    return not rule.byday or any(_is_weekday(rule, day, *one) for one in rule.byday)


def _listed(number: int, of: int, listed: Sequence[int]) -> bool:
    """Say whether a number is listed, counted from the beginning or, negative, from the end."""
    return number in listed or number - of - 1 in listed


def _year_length(year: int) -> int:
    return 366 if isleap(year) else 365


def _week(day: date, wkst: int) -> tuple[int, int]:
    """Return the day's week number and how many weeks its year has (ISO 8601, with weeks from `wkst`)."""
    year = day.year
    middle = day.timetuple().tm_yday - (day.weekday() - wkst) % 7 + 3  # a week is of the year of its middle
    if middle < 1:
        year -= 1
        middle += _year_length(year)
    elif middle > _year_length(year):
        middle -= _year_length(year)
        year += 1
    return (middle - 1) // 7 + 1, (middle - 1) // 7 + 1 + (_year_length(year) - middle) // 7


def _is_weekday(rule: Rule, day: date, ordinal: int, weekday: int) -> bool:
    if day.weekday() != weekday:
        return False
    if not ordinal:
        return True
    if rule.freq is Freq.YEARLY and not rule.bymonth:
        number, of = day.timetuple().tm_yday, _year_length(day.year)
    else:
        number, of = day.day, monthrange(day.year, day.month)[1]
    return ordinal in ((number - 1) // 7 + 1, -((of - number) // 7 + 1))


def _chosen(found: Sequence[datetime], positions: Sequence[int]) -> list[datetime]:
    """Return those of a period that BYSETPOS picks."""
    picked = {position - 1 if position > 0 else position + len(found) for position in positions}
    return [found[number] for number in sorted(picked) if 0 <= number < len(found)]
