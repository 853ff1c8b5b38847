"""Recurrences of every shape: compared with dateutil, and against what must hold of any expansion or edit."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from dateutil.rrule import rrulestr
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from sync import recurrence as rec
from sync.errors import Rejected
from sync.model import Span
from sync.odoo.amend import amend
from sync.odoo.rules import (
    FIELDS,
    OdooRule,
    from_signature,
    signature,
    text_for,
    to_recurrence,
)
from sync.recurrence import Recurrence, Start, lines, times
from sync.recurrence.starts import starts
from tests.doubles.odoo import rules as odoo
from tests.expressible import expressible
from tests.properties.recurrences import DAY, FREQS, WEEKDAYS, ZONES, rules, series, spans, text

T = TypeVar("T")


def unless(codes: tuple[str, ...], ask: Callable[[], T]) -> T | None:
    """Return what is asked for, or None if it is refused for one of these reasons."""
    try:
        return ask()
    except Rejected as error:
        if error.code not in codes:
            raise
        return None


def some(recurrence: Recurrence, span: Span, number: int = 60) -> list[Start]:
    """Return the first starts; where it is too much work to find them, the example is dropped."""
    found = unless(
        ("too_many_occurrences",), lambda: list(itertools.islice(starts(recurrence, span), number))
    )
    assume(found is not None)
    return found or []


def window(span: Span, after: int, days: int) -> tuple[datetime, datetime]:
    first = times.utc(span.start) + after * DAY
    return first, first + days * DAY


@given(rules(FREQS, clock=True), st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001
@example({"FREQ": "YEARLY", "BYWEEKNO": "53", "BYDAY": "TH"}, datetime(2015, 1, 1))  # noqa: DTZ001
@example({"FREQ": "SECONDLY", "INTERVAL": "7", "BYMINUTE": "3"}, datetime(2015, 1, 1))  # noqa: DTZ001
def test_rules_come_round_when_dateutil_says(parts: dict[str, str], clock: datetime) -> None:
    clock = clock.replace(microsecond=0)
    if (
        parts["FREQ"] == "WEEKLY" and "BYSETPOS" in parts
    ):  # of the first week dateutil takes what is left of it
        assume(clock.weekday() == WEEKDAYS.index(parts.get("WKST", "MO")))
    span = Span(clock.replace(tzinfo=UTC), clock.replace(tzinfo=UTC))
    recurrence, _ = rec.read([text(parts)], "UTC", span)
    ours = some(recurrence, span, 20)
    assume(len(ours) == 20)  # dateutil looks for the others for very long
    theirs = itertools.islice(rrulestr(text(parts), dtstart=clock), 20)
    assert ours == sorted({span.start, *(one.replace(tzinfo=UTC) for one in theirs)})[:20]


@given(series())
def test_what_is_written_is_read_again(one: tuple[Recurrence, Span, frozenset[Start]]) -> None:
    recurrence, span, cancelled = one
    assert rec.read(rec.write(recurrence, cancelled), recurrence.zone, span) == (recurrence, cancelled)
    assert lines.parts(recurrence).together() == recurrence


@given(series(), st.randoms(use_true_random=False))
def test_words_do_not_matter(one: tuple[Recurrence, Span, frozenset[Start]], random: Any) -> None:
    recurrence, span, _ = one
    canonical = unless(("too_many_occurrences",), lambda: rec.canonical(recurrence, span))
    assume(canonical is not None)
    assert canonical is not None
    zone, *canonical_lines = canonical.split("\n")
    again, _ = rec.read(canonical_lines, zone, span)
    assert rec.canonical(again, span) == canonical
    assert some(again, span) == some(recurrence, span)
    assert rec.equal(recurrence, again, span)

    shuffled = []
    for line in recurrence.lines:
        name, _, value = line.partition(":")
        if "RULE" in name:
            pieces = [shuffled_values(piece, random) for piece in value.split(";")]
            random.shuffle(pieces)
            line = f"{name};X-A=1:{';'.join(pieces)};X-B=2".lower()
        shuffled.append(line)
    random.shuffle(shuffled)
    assert rec.read(shuffled, recurrence.zone, span)[0] == recurrence


def shuffled_values(piece: str, random: Any) -> str:
    name, _, value = piece.partition("=")
    values = value.split(",")
    random.shuffle(values)
    return f"{name}={','.join(values)}"


@given(series(), st.integers(-400, 3000), st.integers(0, 900))
def test_a_window_shows_what_overlaps_it(
    one: tuple[Recurrence, Span, frozenset[Start]], after: int, days: int
) -> None:
    recurrence, span, _ = one
    first, last = window(span, after, days)
    grace = timedelta() if isinstance(span.start, datetime) else DAY
    found = unless(("too_many_occurrences",), lambda: rec.occurrences(recurrence, span, first, last))
    assume(found is not None)
    assert found is not None
    assert found == sorted(set(found))
    for start in found:
        there = rec.span_at(span, start)
        assert times.utc(there.start) < last + grace
        assert times.utc(there.end) > first - grace or times.utc(there.start) == first
    wider = rec.occurrences(recurrence, span, times.utc(span.start) - DAY, last, limit=10**6)
    assert found == [start for start in wider if start in set(found)]
    missing = [rec.span_at(span, start) for start in wider if start not in set(found)]
    assert not [there for there in missing if times.utc(there.end) > first - grace]


@given(series(), st.integers(1, 40))
def test_cut_and_tail_make_the_whole(one: tuple[Recurrence, Span, frozenset[Start]], number: int) -> None:
    recurrence, span, _ = one
    whole = some(recurrence, span, 100)
    assume(len(whole) > 1 and whole[0] == span.start)
    at = whole[number % (len(whole) - 1) + 1]
    head = rec.cut(recurrence, span, at)
    assert list(starts(head, span)) == [start for start in whole if start < at]
    rest = unless(("cannot_split_rule",), lambda: rec.tail(recurrence, span, at))
    if rest is None:
        assert "INTERVAL" in str(recurrence.lines)
        return
    expected = [start for start in whole if start >= at]
    assert some(rest, rec.span_at(span, at), len(expected)) == expected
    assert rec.is_endless(rest) == rec.is_endless(recurrence)


@given(series(("DAILY", "WEEKLY")), st.integers(-40, 40), st.integers(0, 24 * 60 - 1))
def test_all_occurrences_move_alike(
    one: tuple[Recurrence, Span, frozenset[Start]], days: int, minutes: int
) -> None:
    recurrence, span, _ = one
    zone = lines.parts(recurrence).zone
    clock = times.wall(span.start, zone) + days * DAY
    if zone is not None:
        clock = clock.replace(hour=minutes // 60, minute=minutes % 60)
    start = times.start_at(clock, zone)
    assume(times.wall(start, zone) == clock)
    there = Span(start, start + DAY)
    moved = unless(("cannot_move_rule",), lambda: rec.moved(recurrence, span, there, recurrence.zone))
    if moved is None:
        assert "BY" in str(recurrence.lines)
        return
    by = clock - times.wall(span.start, zone)
    before, after = some(recurrence, span), some(moved, there)
    assert len(before) == len(after)
    for old, new in zip(before, after, strict=True):
        assert abs(times.wall(old, zone) + by - times.wall(new, zone)) <= timedelta(hours=1)  # clock changes
    back = rec.moved(moved, there, span, recurrence.zone)
    for old, new in zip(before, some(back, span), strict=True):
        assert abs(times.utc(old) - times.utc(new)) <= timedelta(hours=1)


@given(series(), st.integers(1, 30), st.integers(0, 2000))
def test_a_new_end_is_the_end(one: tuple[Recurrence, Span, frozenset[Start]], count: int, after: int) -> None:
    recurrence, span, _ = one
    zone = lines.parts(recurrence).zone
    until = (times.wall(span.start, zone) + after * DAY).date()
    ended = some(rec.with_end(recurrence, until=until), span, 10**4)
    endless = some(rec.with_end(recurrence), span, len(ended) + 1)
    kept = [start for start in endless if times.wall(start, zone).date() <= until]
    assert [start for start in ended if start != span.start] == [
        start for start in kept if start != span.start
    ]
    counted = rec.with_end(recurrence, count=count)
    assert all(rule.count == count and rule.until is None for rule in lines.parts(counted).rules)


ENDS = ("", ";COUNT=7", ";COUNT=720", ";UNTIL=20400101")


@given(rules(), spans(), st.sampled_from(ZONES), st.sampled_from(ENDS), st.sampled_from((17, 18)))
def test_odoo_reads_what_it_can_express_as_it_is(
    parts: dict[str, str], span: Span, zone: str, end: str, version: int
) -> None:
    recurrence, _ = rec.read([text(parts) + end], zone, span)
    stored = text_for(recurrence, span)
    assume(stored)
    row: dict[str, Any] = dict.fromkeys(FIELDS, False)
    row |= {"month_by": "date", "day": 1, "rrule": stored, "event_tz": recurrence.zone}
    row |= odoo.parse(stored, None, version)
    row["until"] = row["until"] and row["until"].isoformat()
    fields = OdooRule.from_row(row)
    assert from_signature(signature(fields)) == fields
    assert amend(recurrence, fields, fields, span, span) == recurrence
    if expressible(recurrence, span) and end != ";COUNT=720":
        assert rec.equal(to_recurrence(fields, span, recurrence.zone), recurrence, span)


@settings(max_examples=20)
@given(
    rules(FREQS, clock=True),
    st.sampled_from(("", ";COUNT=7", ";COUNT=1000000000", ";UNTIL=99991231T235959Z")),
)
@example({"FREQ": "DAILY", "BYMONTH": "2", "BYMONTHDAY": "30"}, ";COUNT=2")
@example({"FREQ": "SECONDLY"}, ";COUNT=1000000000")
@example({"FREQ": "SECONDLY", "BYHOUR": "3", "BYMONTH": "2", "BYMONTHDAY": "31"}, "")
@example({"FREQ": "YEARLY", "BYMONTH": "2", "BYMONTHDAY": "30"}, ";UNTIL=99991231T235959Z")
@example({"FREQ": "MONTHLY", "INTERVAL": "999999999999"}, "")
def test_no_rule_takes_long(parts: dict[str, str], end: str) -> None:
    span = Span(datetime(1996, 2, 29, 9, tzinfo=UTC), datetime(1996, 2, 29, 10, tzinfo=UTC))
    recurrence, _ = rec.read([text(parts) + end], "Europe/Brussels", span)
    asked: tuple[Callable[[], Any], ...] = (
        lambda: rec.occurrences(
            recurrence, span, datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
        ),
        lambda: rec.last_start(recurrence, span),
        lambda: rec.canonical(recurrence, span),
        lambda: rec.cut(recurrence, span, datetime(2026, 1, 1, 8, tzinfo=UTC)),
        lambda: rec.tail(recurrence, span, datetime(2026, 1, 1, 8, tzinfo=UTC)),
    )
    for ask in asked:
        began = time.process_time()
        unless(("too_many_occurrences", "cannot_split_rule"), ask)
        assert time.process_time() - began < 5
