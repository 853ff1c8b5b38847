"""What a link takes up, which occurrences of a case count, and when a series needs its rows completed."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sync.decide import decide
from sync.model import Event, Guest, Override, Recurrence, Side, Start
from sync.plan import ALWAYS, Align, Case, Create
from sync.roles import Role
from sync.seen import Seen, State
from sync.series import STEP, Series
from tests.unit.sights import LUNCH, NOON, RULES, base, link, seen

WEEK = timedelta(weeks=1)
RULE = Recurrence(("RRULE:FREQ=WEEKLY;COUNT=10",), "UTC")
WEEKLY = dataclasses.replace(LUNCH, recurrence=RULE)
WHOLE = Series(RULE, LUNCH.span, "signature", NOON, NOON + 20 * WEEK, {})
RENAMED: Override = {"title": "Brunch"}


def renamed(*weeks: int, event: Event = WEEKLY) -> Event:
    """Return the weekly lunch with another title in these weeks (the first is 0)."""
    return dataclasses.replace(event, overrides={NOON + number * WEEK: RENAMED for number in weeks})


def case(
    google: Event | None = WEEKLY,
    odoo: Event = WEEKLY,
    *,
    series: Series | None = WHOLE,
    known: Series | None = None,
    window: tuple[datetime, datetime] = ALWAYS,
    rebuild: bool = False,
    role: Role = Role.HOME,
    **more: Any,
) -> Case:
    """Return a linked series; `series` is what Odoo shows now, `known` what the link remembers."""
    there = seen(google) if google else Seen(State.UNCHANGED)
    here = seen(odoo, series=series, rebuild=rebuild)
    linked = dataclasses.replace(link(WEEKLY, WEEKLY, role=role), series=known)
    return Case("cs1", -42, there, here, linked, window=window, role=role, **more)


def test_a_link_takes_up_what_a_look_at_google_tells() -> None:
    event = dataclasses.replace(WEEKLY, zone="Asia/Tehran")
    taken = link().as_seen(seen(event, version='"9"', uid="u9"))
    assert (taken.google_version, taken.google_zone, taken.uid) == ('"9"', "Asia/Tehran", "u9")
    assert taken.ends_at == NOON + 9 * WEEK + timedelta(hours=1)
    assert taken.google_base == link().google_base


def test_a_link_keeps_its_uid_where_google_shows_none() -> None:
    known = dataclasses.replace(link(), uid="u1")
    assert known.as_seen(seen(LUNCH)).uid == "u1"


def test_a_link_stays_as_it_is_where_google_was_not_looked_at() -> None:
    known = dataclasses.replace(link(), uid="u1", ends_at=NOON)
    assert known.as_seen(Seen(State.UNCHANGED, version='"9"', uid="u9")) == known


def test_of_a_single_event_the_window_alone_says_what_counts() -> None:
    one = Case("cs1", 42, seen(LUNCH), seen(LUNCH), window=(NOON, NOON + WEEK))
    assert [one.within(NOON + by) for by in (timedelta(seconds=-1), timedelta(), WEEK)] == [
        False,
        True,
        False,
    ]
    assert not one.wants_rows


@pytest.mark.parametrize("remembered", [True, False])
def test_occurrences_without_a_row_to_be_in_do_not_count(remembered: bool) -> None:
    short = dataclasses.replace(WHOLE, covered_from=NOON + WEEK, covered_until=NOON + 3 * WEEK)
    one = case(series=None, known=short) if remembered else case(series=short, known=WHOLE)
    assert [number for number in range(5) if one.within(NOON + number * WEEK)] == [1, 2]


def test_days_count_by_their_midnight() -> None:
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    one = Case("cs1", 42, seen(LUNCH), seen(LUNCH), window=(midnight, midnight + timedelta(days=1)))
    days: list[Start] = [(midnight + timedelta(days=number)).date() for number in (-1, 0, 1)]
    assert [one.within(day) for day in days] == [False, True, False]


def test_a_trimmed_case_shows_the_occurrences_that_count() -> None:
    window = (NOON + WEEK, NOON + 3 * WEEK)
    one = case(renamed(0, 1, 2), renamed(2, 3), window=window).trimmed()
    assert one.google.event == renamed(1, 2)
    assert one.odoo.event == renamed(2)
    assert one.google.hashes == base(renamed(1, 2))
    assert one.odoo.hashes == base(renamed(2))


@pytest.mark.parametrize(
    ("until", "rebuild", "complete", "wanted"),
    [
        (2 * WEEK, False, True, False),
        (2 * WEEK, True, True, True),
        (2 * WEEK, False, False, True),
        # The window has moved on: by less than a row is worth, and by enough.
        (2 * WEEK + STEP - timedelta(seconds=1), False, True, False),
        (2 * WEEK + STEP, False, True, True),
    ],
)
def test_rows_are_completed_when_some_are_missing(
    until: timedelta, rebuild: bool, complete: bool, wanted: bool
) -> None:
    series = dataclasses.replace(WHOLE, covered_until=NOON + 2 * WEEK, complete=complete)
    one = case(series=series, rebuild=rebuild, window=(NOON, NOON + until))
    assert one.wants_rows is wanted
    action = decide(one, RULES)
    if wanted:
        assert isinstance(action, Align)
        assert (action.reason, action.rows, action.organizer) == ("rows_completed", True, False)
        assert not action.merged.to_google | action.merged.to_odoo
    else:
        assert action is None


def test_rows_of_a_guest_are_the_organizers_to_complete() -> None:
    assert decide(case(rebuild=True, role=Role.GUEST), RULES) is None
    assert isinstance(decide(case(rebuild=True, role=Role.OUTSIDE), RULES), Align)


def test_rows_are_completed_along_with_an_edit() -> None:
    action = decide(case(dataclasses.replace(WEEKLY, title="Brunch"), rebuild=True), RULES)
    assert isinstance(action, Align)
    assert (action.reason, action.rows) == ("edited_in_google", True)
    assert action.merged.to_odoo == {"title"}


def test_an_occurrence_outside_the_window_is_nobodys_news() -> None:
    there = renamed(1, 5)
    window = (NOON, NOON + 3 * WEEK)
    action = decide(case(there, window=window).trimmed(), RULES)
    assert isinstance(action, Align)
    assert action.reason == "edited_in_google"
    assert action.merged.odoo_starts == {NOON + WEEK: {"title"}}
    long_ago = dataclasses.replace(
        case(window=window), link=dataclasses.replace(link(renamed(5), renamed(5)), role=Role.HOME)
    )
    assert decide(long_ago, RULES) is None


def test_a_first_role_begins_with_the_generation_of_the_case() -> None:
    new = Case("", 42, Seen(State.NEVER), seen(LUNCH), generation=4)
    action = decide(new, RULES)
    assert isinstance(action, Create)
    assert (action.side, action.generation) == (Side.GOOGLE, 4)


def test_a_new_role_alone_is_recorded() -> None:
    guests = frozenset({Guest("bob@example.com")})
    event = dataclasses.replace(LUNCH, guests=guests)
    action = decide(Case("cs1", 42, seen(event), seen(event), link(event, event), role=Role.OUTSIDE), RULES)
    assert isinstance(action, Align)
    assert action.reason == "agreed"
    assert not action.merged.to_google | action.merged.to_odoo


def test_a_link_that_was_not_stored_yet_is_recorded() -> None:
    adopted = dataclasses.replace(link(), id=0)
    action = decide(Case("cs1", 42, seen(LUNCH), seen(LUNCH), adopted), RULES)
    assert isinstance(action, Align)
    assert action.reason == "agreed"


def test_a_series_met_for_the_first_time_begins_when_google_says() -> None:
    """Odoo has rows from the window on alone, however late somebody edited them."""
    later = dataclasses.replace(WEEKLY, span=WEEKLY.span_at(NOON + 3 * WEEK))
    action = decide(Case("cs1", -42, seen(WEEKLY), seen(later, at=1)), RULES)
    assert isinstance(action, Align)
    assert action.merged.event.span == WEEKLY.span
    assert "span" in action.merged.to_odoo


SHORT = dataclasses.replace(WHOLE, covered_from=NOON + WEEK, covered_until=NOON + 3 * WEEK)
"""Rows of the second and the third week alone."""


def test_what_google_says_of_occurrences_goes_along_where_their_rows_are_completed() -> None:
    """Regression: rows were made as the series has it; Google, not changed since, never said more."""
    window = (NOON, NOON + 9 * WEEK)
    action = decide(case(renamed(0, 2, 5, 9), series=SHORT, window=window).trimmed(), RULES)
    assert isinstance(action, Align)
    assert action.rows
    assert action.merged.odoo_starts.keys() == {NOON + number * WEEK for number in (2, 5)}
    assert action.case.google.hashes == base(renamed(2, 5))


@pytest.mark.parametrize(("series", "odd"), [(SHORT, (0, 2, 5)), (WHOLE, (0, 2, 5))])
def test_what_google_says_of_occurrences_goes_along_where_all_rows_are_made_anew(
    series: Series, odd: tuple[int, ...]
) -> None:
    """Regression: as above, for a series that Google has at another time than Odoo."""
    longer = dataclasses.replace(LUNCH.span, end=LUNCH.span.end_moment + timedelta(hours=1))
    there = renamed(0, 2, 5, 9, event=dataclasses.replace(WEEKLY, span=longer))
    window = (NOON, NOON + 9 * WEEK)
    action = decide(case(there, series=series, window=window).trimmed(), RULES)
    assert isinstance(action, Align)
    assert "span" in action.merged.to_odoo
    assert action.merged.odoo_starts.keys() == {NOON + number * WEEK for number in odd}


def test_occurrences_without_a_row_do_not_count_where_none_is_made() -> None:
    """A guest's run makes no rows; whoever makes them takes along what Google says by then."""
    window = (NOON, NOON + 9 * WEEK)
    one = case(renamed(2, 5), series=SHORT, window=window, role=Role.GUEST).trimmed()
    action = decide(one, RULES)
    assert action is None or (isinstance(action, Align) and not action.merged.odoo_starts)
    assert one.google.event == renamed(2)


CAROL, BOB = Guest("carol@example.com"), Guest("bob@example.com")


def met(there: set[Guest], here: set[Guest], *told: str) -> Align:
    """Return what is decided of an event that a colleague brought to Odoo before its owner's first run."""
    google, odoo = (dataclasses.replace(LUNCH, guests=frozenset(one)) for one in (there, here))
    one = Case("cs1", 42, seen(google), seen(odoo), told=frozenset(told))
    action = decide(one, RULES)
    assert isinstance(action, Align)
    return action


@pytest.mark.parametrize("name", [BOB.email, RULES.hasher.element("guests", BOB.email)])
def test_who_was_told_to_be_a_guest_and_is_none_in_google_now_was_taken_off(name: str) -> None:
    """Regression: a colleague's run had brought him to Odoo, where he passed for invited, and was again."""
    action = met({CAROL}, {BOB, CAROL}, name)
    assert action.merged.event.guests == {CAROL}
    assert action.merged.to_odoo == {"guests"}
    assert not action.merged.to_google


def test_who_was_invited_in_odoo_before_the_owners_first_run_is_invited_in_google() -> None:
    for told in ((), (CAROL.email,)):
        action = met({CAROL}, {BOB, CAROL}, *told)
        assert action.merged.event.guests == {BOB, CAROL}
        assert action.merged.to_google == {"guests"}
