"""What a person who edited a series in Odoo's form meant to change of the true rule.

Odoo keeps a rule as the fields of its form, which cannot hold every rule. Whenever somebody edits all events
of a series, or the following ones, it makes the rows anew from these fields and changes some of these by
itself (seen alike in 17 and 18):

- "for ever", and whatever has more occurrences, becomes 720 occurrences; the following events of a series
  with an end by number get the number of rows there were;
- the weekday and the day of the month of the first row are set: those of its date in UTC, with a fourth or
  fifth weekday as the last one; so Tuesday evening in New York becomes Tuesday and Wednesday;
- if the time was changed, the weekday of the edited row is taken off: moving the Wednesdays of a series on
  Mondays and Wednesdays by an hour leaves the Mondays.

None of this happens without a reason to make the rows anew. So where a fourth weekday became the last one and
nothing else is different, that is what somebody chose. But nothing tells the weekday that Odoo takes off from
one that a person takes off in the same edit that changes the time: it counts as Odoo's doing, and comes back.
Taken off once more, alone, it stays off.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from sync.model import Span
from sync.odoo.rules import OdooRule, to_recurrence
from sync.recurrence import Recurrence, lines, moved, times, with_end
from sync.recurrence.rule import Freq, Rule


def amend(
    true: Recurrence,
    before: OdooRule,
    after: OdooRule,
    span_before: Span,
    span_after: Span,
    rows: int | None = None,
) -> Recurrence:
    """Return the true rule with what the person changed: its start, its end, its interval or its weekdays.

    `before` is what Odoo's fields said while they stood for `true`, `after` what they say now; the spans are
    those of the first occurrence. After an edit of the following events, give what `sync.recurrence.tail`
    leaves of the true rule, and as `rows` how many rows Odoo had from there on. If it was made a rule of
    another kind, it becomes Odoo's rule, with the true rule's end unless that was changed, too.

    Raises:
        Rejected: the true rule cannot move like that, or Odoo's fields mean no rule.
    """
    rule = _only_rule(true)
    same_end = (before.count, before.until) == (after.count, after.until)
    same_end = same_end or (before.count is not None and rows is not None and after.count == rows)
    zone = _zone(true, before, after, span_after)
    meant = _meant(before, after, span_after, zone)
    result = None
    chosen = (
        same_end
        and rows is None
        and span_before == span_after
        and (before.interval, before.event_tz) == (after.interval, after.event_tz)
        and rule is not None
        and rule.freq is Freq.MONTHLY
    )
    if same_end or rule is not None:
        result = _same_kind(true, before, meant, span_before, span_after, zone, chosen=chosen)
    if result is None:
        result = to_recurrence(meant, span_after, zone)
        if not same_end or rule is None:
            return result
        clock = times.wall(span_before.start, lines.parts(true).zone).time()
        until = rule.until and times.last_day(rule.until, lines.parts(true).zone, clock)
        return with_end(result, count=rule.count, until=until)
    return result if same_end else with_end(result, count=after.count, until=after.until)


def _only_rule(recurrence: Recurrence) -> Rule | None:
    rules = lines.parts(recurrence).rules
    return rules[0] if len(rules) == 1 else None


def _zone(true: Recurrence, before: OdooRule, after: OdooRule, span_after: Span) -> str:
    if not isinstance(span_after.start, datetime):
        return ""
    if after.event_tz != before.event_tz or not true.zone:
        return after.event_tz or true.zone or "UTC"
    return true.zone


def _same_kind(
    true: Recurrence,
    before: OdooRule,
    meant: OdooRule,
    span_before: Span,
    span_after: Span,
    zone: str,
    *,
    chosen: bool,
) -> Recurrence | None:
    """Return the true rule, moved, with the interval and weekdays meant; None if it became another kind."""
    rule = _only_rule(true)
    shifted = span_before.start != span_after.start
    same_pattern = meant.pattern in _by_itself(
        before, _dates(span_after, zone), shifted=shifted, chosen=chosen
    )
    weekly = rule is not None and rule.freq is Freq.WEEKLY and before.rrule_type == "weekly"
    interval = _interval(rule, before, meant)
    if before.rrule_type != meant.rrule_type or not (same_pattern or weekly) or interval == 0:
        return None
    result = true
    if shifted or zone != true.zone:
        result = moved(true, span_before, span_after, zone)
    if rule is None or (same_pattern and interval == rule.interval):
        return result
    parts = lines.parts(result)
    changed = replace(parts.rules[0], interval=interval)
    if not same_pattern:
        changed = replace(changed, byday=tuple((0, day) for day in sorted(meant.days)))
    return replace(parts, rules=(changed,)).together()


def _interval(rule: Rule | None, before: OdooRule, after: OdooRule) -> int:
    """Return the true rule's interval now, or 0 if Odoo's says nothing of it."""
    own = rule.interval if rule else 1
    if before.interval == after.interval:
        return own
    if rule and rule.freq.name.lower() == before.rrule_type and own == before.interval:
        return after.interval
    yearly = rule is not None and rule.freq is Freq.YEARLY and before.rrule_type == "monthly"
    if yearly and own * 12 == before.interval and after.interval % 12 == 0:
        return after.interval // 12
    return 0


def _dates(span: Span, zone: str) -> tuple[date, date]:
    """Return the date of a start in UTC, which Odoo goes by, and in the zone."""
    own = times.zone_named(zone) if zone else None
    return times.wall(span.start, UTC).date(), times.wall(span.start, own).date()


def _nth(day: date) -> tuple[int, int]:
    """Return which weekday of its month Odoo takes a day for."""
    ordinal = math.ceil(day.day / 7)
    return (ordinal if ordinal < 4 else -1), day.weekday()


def _by_itself(
    before: OdooRule, dates: tuple[date, date], *, shifted: bool, chosen: bool
) -> Iterator[object]:
    """Yield the patterns that Odoo may have made of one without anybody meaning it.

    `chosen` says that nothing but the pattern was changed, so that a weekday of the month was by somebody.
    """
    yield before.pattern
    for day in dates:
        if before.nth and chosen:
            continue
        if before.nth:
            yield replace(before, nth=_nth(day)).pattern
        elif before.day:
            yield replace(before, day=day.day).pattern
        elif before.rrule_type == "weekly":
            yield replace(before, days=before.days | {day.weekday()}).pattern
            for gone in before.days if shifted else ():
                yield replace(before, days=before.days - {gone} | {day.weekday()}).pattern


def _meant(before: OdooRule, after: OdooRule, span: Span, zone: str) -> OdooRule:
    """Return Odoo's rule with the local day of its start in place of the one in UTC that nobody chose."""
    slip, start = _dates(span, zone)
    if slip == start:
        return after
    if after.nth:
        return replace(after, nth=_nth(start)) if after.nth == _nth(slip) else after
    if after.day:
        return replace(after, day=start.day) if after.day == slip.day else after
    if slip.weekday() in after.days - before.days:
        return replace(after, days=after.days - {slip.weekday()} or frozenset({start.weekday()}))
    return after
