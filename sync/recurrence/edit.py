"""Series cut in two ("this and following") and given another end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sync.errors import Rejected
from sync.model import Recurrence, Span, Start
from sync.recurrence import expand, lines, times
from sync.recurrence.lines import Parts
from sync.recurrence.rule import Rule, explicit
from sync.recurrence.starts import run
from sync.recurrence.times import DAY, SECOND


def cut(recurrence: Recurrence, span: Span, before: Start) -> Recurrence:
    """Return the recurrence that ends just before an occurrence; `tail` gives the rest.

    COUNT becomes UNTIL: the end of the day before where that makes no difference, as Google writes it.

    Raises:
        Rejected: the rule is too much work.
        ValueError: nothing lies before the first occurrence.
    """
    if before <= span.start:
        raise ValueError(before)
    parts = lines.parts(recurrence)

    def shortened(rule: Rule) -> Rule:
        if rule.until is not None and rule.until < before:
            return rule
        if rule.count is not None and _number_before(parts, rule, span, before) >= rule.count:
            return rule
        return replace(rule, count=None, until=_just_before(parts, rule, span, before))

    return replace(
        parts,
        rules=tuple(map(shortened, parts.rules)),
        dates=tuple(one for one in parts.dates if one < before),
    ).together()


def _number_before(parts: Parts, rule: Rule, span: Span, before: Start) -> int:
    return sum(1 for start in run(parts, rule, span, None, times.utc(before)) if start < before)


def _just_before(parts: Parts, rule: Rule, span: Span, before: Start) -> Start:
    if parts.zone is None:
        return before - DAY
    end = times.end_of(times.wall(before, parts.zone).date() - DAY, parts.zone)
    lost = (end < start < before for start in run(parts, rule, span, times.utc(end), times.utc(before)))
    return before - SECOND if end < span.start or any(lost) else end


def tail(recurrence: Recurrence, span: Span, start: Start) -> Recurrence:
    """Return the recurrence of the rest of a series, whose first occurrence is the one of `start`.

    COUNT is less by what came before; what the rules took from the old first start is written out where the
    new one says something else.

    Raises:
        Rejected: no rule says the same from there on, or it is too much work.
    """
    parts = lines.parts(recurrence)
    return replace(
        parts,
        rules=tuple(_rest(parts, parts.rules, span, start)),
        exclusions=tuple(_rest(parts, parts.exclusions, span, start)),
        dates=tuple(one for one in parts.dates if one > start),
    ).together()


def _rest(parts: Parts, rules: Iterable[Rule], span: Span, start: Start) -> Iterable[Rule]:
    origin, new = times.wall(span.start, parts.zone), times.wall(start, parts.zone)
    for rule in rules:
        left = None
        if rule.count is not None:
            left = rule.count - _number_before(parts, rule, span, start)
        if left == 0 or (rule.until is not None and rule.until < start):
            continue
        if (expand.period(rule, new) - expand.period(rule, origin)) % rule.interval:
            raise Rejected("cannot_split_rule", rule.text)
        yield _written_out(replace(rule, count=left), explicit(rule, origin), explicit(rule, new))


def _written_out(rule: Rule, old: Rule, new: Rule) -> Rule:
    """Return the rule with those parts of `old` that `new` has otherwise."""
    days_differ = (old.bymonth, old.bymonthday, old.byday) != (new.bymonth, new.bymonthday, new.byday)
    days = old if days_differ else rule
    return replace(
        rule,
        bymonth=days.bymonth,
        bymonthday=days.bymonthday,
        byday=days.byday,
        byhour=old.byhour if old.byhour != new.byhour else rule.byhour,
        byminute=old.byminute if old.byminute != new.byminute else rule.byminute,
        bysecond=old.bysecond if old.bysecond != new.bysecond else rule.bysecond,
    )


def with_end(recurrence: Recurrence, *, count: int | None = None, until: date | None = None) -> Recurrence:
    """Return the recurrence with another end: a number of occurrences, a last day in its zone, or none.

    A timed rule's UNTIL becomes the last second of that day. Single dates (RDATE) after it go, too.
    """
    parts = lines.parts(recurrence)
    end = None if until is None else times.end_of(until, parts.zone)
    return replace(
        parts,
        rules=tuple(replace(rule, count=count, until=end) for rule in parts.rules),
        dates=tuple(one for one in parts.dates if end is None or one <= end),
    ).together()
