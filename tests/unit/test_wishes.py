"""What a person wants of the sync: kinds, window and direction, and what they take out of plans."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.model import Event, Recurrence, Side, Span
from sync.wishes import EVERYTHING, Direction, Kind, Wishes, kinds_of, read_kinds, wishes_of, write_kinds
from tests.unit.sights import LUNCH, NOON

DAY = timedelta(days=1)
WIDEST = (NOON - 365 * DAY, NOON + 730 * DAY)
HOLIDAY = Event("Holiday", Span(date(2026, 3, 2), date(2026, 3, 4)))
ONE_WAY = {Direction.TO_GOOGLE: Side.ODOO, Direction.TO_ODOO: Side.GOOGLE}
"""Each one-way direction, and the side that is not written then."""


def series(days: int, **more: object) -> Event:
    """Return a daily series of so many lunches."""
    rule = Recurrence((f"RRULE:FREQ=DAILY;COUNT={days}",), "UTC")
    return dataclasses.replace(LUNCH, recurrence=rule, **more)  # type: ignore[arg-type] # by name


@pytest.mark.parametrize(
    ("event", "kinds"),
    [
        (LUNCH, {Kind.TIMED}),
        (HOLIDAY, {Kind.ALL_DAY}),
        (dataclasses.replace(LUNCH, busy=False), {Kind.TIMED, Kind.FREE}),
        (dataclasses.replace(HOLIDAY, busy=False), {Kind.ALL_DAY, Kind.FREE}),
    ],
)
def test_an_event_takes_part_unless_one_of_its_kinds_is_left_out(event: Event, kinds: set[Kind]) -> None:
    assert kinds_of(event) == kinds
    for size in range(len(Kind) + 1):
        for left_out in itertools.combinations(Kind, size):
            assert Wishes(left_out=frozenset(left_out)).wants(event) is not bool(kinds & {*left_out})


@given(st.frozensets(st.sampled_from(Kind)))
def test_kinds_are_read_as_they_were_written(kinds: frozenset[Kind]) -> None:
    assert read_kinds(write_kinds(kinds)) == kinds


def test_a_kind_of_another_version_is_passed_over() -> None:
    assert read_kinds("free,lunar") == {Kind.FREE}


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        (LUNCH, True),
        (dataclasses.replace(LUNCH, span=Span(NOON - 9 * DAY, NOON - 8 * DAY)), False),
        (dataclasses.replace(LUNCH, span=Span(NOON - 9 * DAY, NOON)), True),
        (dataclasses.replace(LUNCH, span=Span(NOON + 31 * DAY, NOON + 32 * DAY)), False),
        (dataclasses.replace(HOLIDAY, span=Span(date(2026, 2, 20), date(2026, 2, 22))), False),
        (series(2, span=Span(NOON - 9 * DAY, NOON - 9 * DAY + timedelta(hours=1))), False),
        (series(9, span=Span(NOON - 9 * DAY, NOON - 9 * DAY + timedelta(hours=1))), True),
    ],
)
def test_an_event_takes_part_if_some_of_it_lies_in_the_window(event: Event, wanted: bool) -> None:
    account = SimpleNamespace(direction="both", window_past=7, window_future=30, left_out="")
    assert wishes_of(account, NOON, WIDEST).wants(event) is wanted


@pytest.mark.parametrize(
    ("past", "future", "window"),
    [
        (None, None, None),
        (7, None, (NOON - 7 * DAY, WIDEST[1])),
        (None, 30, (WIDEST[0], NOON + 30 * DAY)),
        (7, 30, (NOON - 7 * DAY, NOON + 30 * DAY)),
        (9999, 9999, WIDEST),
        (0, 0, (NOON, NOON)),
    ],
)
def test_a_window_lies_inside_the_installations(past: int | None, future: int | None, window: object) -> None:
    account = SimpleNamespace(direction="both", window_past=past, window_future=future, left_out="")
    assert wishes_of(account, NOON, WIDEST).window == window


def test_wishes_are_read_from_an_account() -> None:
    account = SimpleNamespace(
        direction="to_google", window_past=None, window_future=None, left_out="all_day,free"
    )
    wishes = wishes_of(account, NOON, WIDEST)
    assert wishes == Wishes(Direction.TO_GOOGLE, frozenset({Kind.ALL_DAY, Kind.FREE}))
    assert wishes.chooses
    assert Wishes(window=WIDEST).chooses
    assert not EVERYTHING.chooses


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("direction", Direction)
def test_a_direction_names_the_side_that_is_written(direction: Direction, side: Side) -> None:
    assert Wishes(direction).may_write(side) is (ONE_WAY.get(direction) is not side)
