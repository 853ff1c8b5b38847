"""A series in Odoo that no link remembers: its rule, beginning and exceptions, told from its rows; pure."""

from __future__ import annotations

import contextlib
import dataclasses
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sync import recurrence
from sync.base import FieldHashes, Hasher
from sync.errors import Rejected
from sync.model import CANCELLED, Recurrence, Span, Start, moment
from sync.odoo.rules import signature, to_recurrence
from sync.odoo.series import Sighting
from sync.odoo.shift import length, local_date, zone_of
from sync.odoo.standing import SECOND, Placed, Standing, covered, place, stretched, with_dates
from sync.odoo.usual import as_remembered, overrides_of, usual_of
from sync.recurrence import times
from sync.series import Series

CAPS = {"yearly": 15, "monthly": 180}
"""How many rows some builds of Odoo 19 make of a rule without an end."""
CAP = 720
"""How many other builds make, and of other rules."""


@dataclasses.dataclass(frozen=True)
class _Reading:
    """One way to read the rows."""

    rule: Recurrence
    span: Span
    placed: Placed
    moved: int

    @property
    def oddity(self) -> tuple[int, int]:
        """How much it leaves unexplained, and how many exceptions it takes."""
        return len(self.placed.strays), len(self.placed.missing) + self.moved


def first_sight(standing: Standing, hasher: Hasher, base: FieldHashes | None = None) -> Sighting:
    """Return a series that is not remembered; `base` is that of the single event it was made of, if any.

    It begins with its first row, and ends early if its last rows were deleted. A series that another account
    or a lost database of ours made is recognised by its access tokens: its rows end with our window, and
    while it has no base event, some may not be made yet.

    Raises:
        Rejected: there is no rule that gives these rows.
    """
    reading = _best(standing)
    rule, span, placed = reading.rule, reading.span, reading.placed
    if placed.strays:
        rule = with_dates(rule, span, [standing.rows[key].span.start for key in placed.strays])
        placed = place(standing, {}, _expected(standing, rule, span), _first(standing), pair=True)
    rows = as_remembered(standing, base, hasher) if base else standing.rows
    usual = usual_of(standing, rows, {}, base or {}, hasher)
    usual = dataclasses.replace(usual, event=dataclasses.replace(usual.event, span=span, recurrence=rule))
    overrides = overrides_of(standing, rows, placed.rows, usual)
    if standing.finished:
        overrides |= {start: {CANCELLED: True} for start in placed.missing}
        rule = _ended(standing, rule, span, placed)
    event = dataclasses.replace(usual.event, recurrence=rule, overrides=overrides)
    last = max(moment(start) for start in placed.rows.values()) + SECOND
    series = Series(
        rule,
        span,
        signature(standing.rule),
        min(map(moment, placed.rows.values())),
        last,
        placed.rows,
        standing.finished,
    )
    return Sighting(event, series, not standing.finished or rows is not standing.rows)


def _best(standing: Standing) -> _Reading:
    best = None
    for reading in _readings(standing):
        if best is None or reading.oddity < best.oddity:
            best = reading
        if best.oddity == (0, 0):
            break
    if best is None:
        raise Rejected("unreadable_series")
    return best


def _first(standing: Standing) -> datetime:
    return moment(standing.rows[standing.in_order[0]].span.start)


def _readings(standing: Standing) -> Iterator[_Reading]:
    for span in _beginnings(standing):
        for rule in _rules(standing, span):
            try:
                expected = _expected(standing, rule, span)
            except Rejected:
                continue
            placed = place(standing, {}, expected, _first(standing), pair=True)
            usual = [
                standing.rows[key].span == recurrence.span_at(span, start)
                for key, start in placed.rows.items()
            ]
            yield _Reading(rule, span, placed, usual.count(False))


def _beginnings(standing: Standing) -> Iterator[Span]:
    """Yield what the first occurrence may be: the first row, or that day at the time that most rows have."""
    spans = [standing.rows[key].span for key in standing.in_order]
    first = spans[0]
    yield first
    zone = zone_of(first, standing.rule.event_tz)
    usual = [one for one in spans if one.all_day == first.all_day]
    [(clock, lasts)] = [
        key
        for key, _ in Counter((local_date(one.start, zone).time(), length(one)) for one in usual).most_common(
            1
        )
    ]
    day = local_date(first.start, zone).date()
    start = times.start_at(datetime.combine(day, clock), times.zone_named(zone) if zone else None)
    yield Span(start, start + lasts)
    for one in usual:
        if (local_date(one.start, zone).time(), length(one)) == (clock, lasts):
            yield one
            return


def _rules(standing: Standing, span: Span) -> Iterator[Recurrence]:
    """Yield what the rule may be: its text, unless Odoo's form wrote that, or what its fields say."""
    zone = zone_of(span, standing.rule.event_tz)
    if standing.text and "DTSTART" not in standing.text:
        with contextlib.suppress(Rejected):
            yield recurrence.read([standing.text], zone, span)[0]
    # Odoo 17 takes a yearly rule's day from today's date, and makes the rows on that of the first one.
    without_day = dataclasses.replace(standing.rule, day=None)
    for fields in dict.fromkeys((standing.rule, stretched(standing), without_day)):
        with contextlib.suppress(Rejected):
            yield to_recurrence(fields, span, zone)


def _expected(standing: Standing, rule: Recurrence, span: Span) -> list[Start]:
    """Return the occurrences up to the day of the last row: on that day, too, a row may have been moved."""
    last = max((row.span.start for row in standing.rows.values()), key=moment)
    end = moment(last)
    if isinstance(last, datetime):
        zone = zone_of(span, standing.rule.event_tz)
        day = local_date(last, zone).date() + timedelta(days=1)
        end = moment(times.start_at(datetime.combine(day, time()), times.zone_named(zone) if zone else None))
    return covered(rule, span, moment(span.start), max(end, moment(last) + SECOND))


def _ended(standing: Standing, rule: Recurrence, span: Span, placed: Placed) -> Recurrence:
    """Let a rule end with its last row, unless we made the rows, or Odoo as many as it ever makes."""
    ours = 2 * sum(map(bool, standing.tokens.values())) > len(standing.rows)
    number = len(placed.rows) + len(placed.missing)
    # Some of the rows may have been deleted since they were made.
    most = 0.7 * CAPS.get(standing.rule.rrule_type, CAP)
    last = max(placed.rows.values(), key=moment)
    end = recurrence.last_start(rule, span)
    if ours or (end is None and number >= most) or (end is not None and moment(end) <= moment(last)):
        return rule
    return recurrence.with_end(rule, until=local_date(last, zone_of(span, standing.rule.event_tz)).date())
