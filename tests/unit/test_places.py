"""Occurrences of a series that was moved on one side are told of by the same names on both."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sync.errors import Rejected
from sync.model import CANCELLED, Event, Override, Recurrence, Span, Start
from sync.places import existing, in_step, moved, moved_names
from tests.unit.sights import LUNCH, NOON, RULES, base, seen

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
ROOF: Override = {"location": "Roof"}
OUT: Override = {CANCELLED: True}


def weekly(by: timedelta = timedelta(), text: str = "FREQ=WEEKLY;COUNT=4", **overrides: Any) -> Event:
    """Return the weekly lunch, so much later, with overrides by letters: "b" is the second occurrence."""
    span = Span(NOON + by, NOON + by + HOUR)
    named: dict[Start, Override] = {
        span.start + "abcd".index(letter) * WEEK: one for letter, one in overrides.items()
    }
    return dataclasses.replace(
        LUNCH, span=span, recurrence=Recurrence((f"RRULE:{text}",), "UTC"), overrides=named
    )


@pytest.mark.parametrize("odoo_moved", [True, False])
def test_what_is_said_on_the_side_that_is_behind_is_said_of_what_it_has_become(odoo_moved: bool) -> None:
    """Regression: a place or a cancellation of one occurrence never came where the series had been moved."""
    behind, target = weekly(b=ROOF, c=OUT), weekly(HOUR, d=ROOF)
    there, here = (behind, target) if odoo_moved else (target, behind)
    was = base(weekly(c=OUT))
    google, odoo, bases = in_step(target, seen(there), seen(here), (was, was))
    late, other = (google, odoo) if odoo_moved else (odoo, google)
    assert late.event == dataclasses.replace(behind, overrides=weekly(HOUR, b=ROOF, c=OUT).overrides)
    assert other.event == target
    assert [one["overrides"] for one in bases] == [base(weekly(HOUR, c=OUT))["overrides"]] * 2


def test_where_both_are_in_step_nothing_changes() -> None:
    one, other = seen(weekly(b=ROOF)), seen(weekly())
    bases = base(weekly(c=OUT)), base(weekly())
    assert in_step(weekly(), one, other, bases) == (one, other, bases)


def test_a_series_that_only_begins_later_keeps_its_names() -> None:
    later = weekly(WEEK, "FREQ=WEEKLY;COUNT=3")
    assert moved_names([NOON + WEEK, NOON + 2 * WEEK], weekly(), later) == {}
    google, _, _ = in_step(later, seen(weekly(a=ROOF, b=OUT)), seen(later), ({}, {}))
    assert google.event
    assert google.event.overrides == {NOON + WEEK: OUT}


def test_a_series_that_becomes_one_of_whole_days_and_back() -> None:
    first = NOON.date()
    days = dataclasses.replace(
        weekly(), span=Span(first, first + DAY), recurrence=Recurrence(("RRULE:FREQ=WEEKLY;COUNT=4",), "")
    )
    assert moved(NOON + WEEK, weekly(), days) == first + WEEK
    assert moved(first + WEEK, days, weekly()) == NOON + WEEK
    assert moved_names([NOON + WEEK], weekly(), days) == {NOON + WEEK: first + WEEK}


def test_single_events_have_no_names() -> None:
    assert moved_names([NOON], LUNCH, weekly()) == moved_names([NOON], weekly(), LUNCH) == {}
    assert existing(LUNCH, [NOON]) == existing(weekly(), []) == frozenset()


@pytest.mark.parametrize(("year", "by"), [(9999, 1), (1, -1)])
def test_at_the_ends_of_time_nothing_is_renamed(year: int, by: int) -> None:
    start = datetime(year, 12, 31, 23, 59, tzinfo=UTC) if by > 0 else datetime(year, 1, 1, tzinfo=UTC)
    assert moved_names([start], weekly(), weekly(by * HOUR)) == {}
    with pytest.raises(Rejected, match="unreadable_time"):
        moved(start, weekly(), weekly(by * HOUR))
    with pytest.raises(Rejected, match="unreadable_time"):
        existing(weekly(), [start])


def test_a_zone_that_nobody_knows_renames_nothing() -> None:
    odd = dataclasses.replace(weekly(HOUR), recurrence=Recurrence(("RRULE:FREQ=WEEKLY",), "No/Where"))
    assert moved_names([NOON], weekly(), odd) == {}


def test_days_are_told_from_moments() -> None:
    assert RULES.hasher.event(weekly(b=ROOF))["overrides"].keys() == {"2026-03-09T12:00:00+00:00"}
    assert date(2026, 3, 9) not in existing(weekly(), [NOON + WEEK])
