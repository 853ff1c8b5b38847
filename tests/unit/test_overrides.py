"""Single occurrences: each field of each is merged by itself, and an edit beats leaving one out."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import timedelta
from typing import Any

import pytest

from sync.merge import Conflict, Merge, merge
from sync.model import CANCELLED, OVERRIDABLE, Event, Override, Recurrence, Response, Side, Span, Start
from sync.overrides import merge_overrides
from sync.roles import Role
from sync.seen import State
from tests.unit.sights import LUNCH, NOON, RULES, base, seen

WEEKLY = dataclasses.replace(LUNCH, recurrence=Recurrence(("RRULE:FREQ=WEEKLY",), "UTC"))
SECOND = NOON + timedelta(weeks=1)
THIRD = NOON + timedelta(weeks=2)
OUT: Override = {CANCELLED: True}
RENAMED: Override = {"title": "Brunch"}
MOVED: Override = {"span": Span(SECOND + timedelta(hours=1), SECOND + timedelta(hours=2))}


def series(overrides: dict[Start, Override] | None = None, **values: Any) -> Event:
    """Return the weekly lunch with some occurrences different."""
    return dataclasses.replace(WEEKLY, overrides=overrides or {}, **values)


def merged(
    google: Event,
    odoo: Event,
    was_google: Event = WEEKLY,
    was_odoo: Event = WEEKLY,
    *,
    later: Side = Side.GOOGLE,
    role: Role = Role.HOME,
) -> Merge:
    """Merge two sightings of a series over what both sides agreed on last."""
    there = seen(google, at=1 if later is Side.GOOGLE else 0)
    here = seen(odoo, at=1 if later is Side.ODOO else 0)
    bases = base(was_google), base(was_odoo)
    whole = merge(there, here, *bases, RULES, role)
    return merge_overrides(whole, there, here, *bases, RULES, role, lambda _: True)


def one(override: Override | None) -> Event:
    """Return the series with only its second occurrence different."""
    return series({SECOND: override} if override else None)


def outcome(merge: Merge) -> tuple[Override, set[str], set[str]]:
    """Return what becomes of the second occurrence, and which fields each side is given."""
    return (
        dict(merge.event.overrides.get(SECOND, {})),
        set(merge.google_starts.get(SECOND, ())),
        set(merge.odoo_starts.get(SECOND, ())),
    )


ALL = {CANCELLED, *OVERRIDABLE}
NONE: set[str] = set()


@pytest.mark.parametrize(
    ("was", "google", "odoo", "expected"),
    [
        # Nobody changed anything.
        (None, None, None, ({}, NONE, NONE)),
        (RENAMED, RENAMED, RENAMED, (RENAMED, NONE, NONE)),
        (OUT, OUT, OUT, (OUT, NONE, NONE)),
        # One side changed it: the other side is given just that.
        (None, RENAMED, None, (RENAMED, NONE, {"title"})),
        (None, None, RENAMED, (RENAMED, {"title"}, NONE)),
        (None, MOVED, RENAMED, ({**MOVED, **RENAMED}, {"title"}, {"span"})),
        (RENAMED, None, RENAMED, ({}, NONE, {"title"})),
        (RENAMED, RENAMED, None, ({}, {"title"}, NONE)),
        (RENAMED, {**RENAMED, **MOVED}, RENAMED, ({**RENAMED, **MOVED}, NONE, {"span"})),
        # Both made the same of it.
        (None, RENAMED, RENAMED, (RENAMED, NONE, NONE)),
        (None, OUT, OUT, (OUT, NONE, NONE)),
        (OUT, None, None, ({}, NONE, NONE)),
        # Left out on one side.
        (None, OUT, None, (OUT, NONE, ALL)),
        (None, None, OUT, (OUT, ALL, NONE)),
        (RENAMED, OUT, RENAMED, (OUT, NONE, ALL)),
        # Left out on one side, edited on the other: the edit wins, and the occurrence comes back whole.
        (None, OUT, RENAMED, (RENAMED, ALL, NONE)),
        (None, RENAMED, OUT, (RENAMED, NONE, ALL)),
        # Brought back on one side.
        (OUT, None, OUT, ({}, NONE, ALL)),
        (OUT, OUT, None, ({}, ALL, NONE)),
        (OUT, RENAMED, OUT, (RENAMED, NONE, ALL)),
        (OUT, OUT, MOVED, (MOVED, ALL, NONE)),
    ],
)
def test_each_change_of_an_occurrence_goes_where_it_is_missing(
    was: Override | None, google: Override | None, odoo: Override | None, expected: Any
) -> None:
    merge = merged(one(google), one(odoo), one(was), one(was))
    assert outcome(merge) == expected
    assert merge.to_google == ({"overrides"} if expected[1] else NONE)
    assert merge.to_odoo == ({"overrides"} if expected[2] else NONE)
    assert merge.conflicts == ()


@pytest.mark.parametrize("later", Side)
def test_the_later_of_two_changes_of_one_occurrence_wins_and_the_other_is_kept(later: Side) -> None:
    there, here = one({"title": "Brunch"}), one({"title": "Supper"})
    merge = merged(there, here, later=later)
    won, lost = ("Brunch", "Supper") if later is Side.GOOGLE else ("Supper", "Brunch")
    assert merge.event.overrides == {SECOND: {"title": won}}
    assert merge.conflicts == (Conflict("title", later.other, lost, SECOND),)
    assert outcome(merge)[1:] == ((NONE, {"title"}) if later is Side.GOOGLE else ({"title"}, NONE))


def test_a_change_of_the_whole_series_leaves_other_occurrences_alone() -> None:
    merge = merged(
        series({SECOND: RENAMED}, location="Roof"), series({SECOND: RENAMED}), one(RENAMED), one(RENAMED)
    )
    assert not merge.to_google
    assert merge.to_odoo == {"location"}
    assert merge.event.overrides == {SECOND: RENAMED}


def test_all_events_renamed_in_odoo_overwrites_a_renamed_occurrence_in_google() -> None:
    merge = merged(one(RENAMED), series(title="Supper"), one(RENAMED), one(RENAMED))
    assert merge.event.title == "Supper"
    assert merge.event.overrides == {}
    assert merge.to_google == {"title", "overrides"}
    assert merge.google_starts == {SECOND: {"title"}}


def test_answers_to_single_occurrences_go_both_ways_even_for_a_guest() -> None:
    declined: Override = {"response": Response.DECLINED}
    theirs, answered = (
        series(organizer="boss@example.com"),
        series({SECOND: declined}, organizer="boss@example.com"),
    )
    assert outcome(merged(answered, theirs, role=Role.GUEST)) == (declined, NONE, {"response"})
    assert outcome(merged(theirs, answered, role=Role.GUEST)) == (declined, {"response"}, NONE)


@pytest.mark.parametrize("role", [Role.GUEST])
@pytest.mark.parametrize("override", [RENAMED, MOVED, OUT])
def test_what_is_not_the_guests_to_say_stays_on_its_side(role: Role, override: Override) -> None:
    for google, odoo in ((override, None), (None, override)):
        merge = merged(one(google), one(odoo), role=role)
        assert not merge.to_google | merge.to_odoo


def test_a_series_from_outside_is_googles_to_change() -> None:
    assert outcome(merged(one(RENAMED), one(None), role=Role.OUTSIDE)) == (RENAMED, NONE, {"title"})
    put_back = merged(one(None), one(RENAMED), role=Role.OUTSIDE)
    assert outcome(put_back) == ({}, NONE, {"title"})
    assert put_back.conflicts == (Conflict("title", Side.ODOO, "Brunch", SECOND),)
    assert outcome(merged(one(None), one(OUT), role=Role.OUTSIDE)) == ({}, NONE, ALL)
    assert outcome(merged(one(OUT), one(None), role=Role.OUTSIDE)) == (OUT, NONE, ALL)


def test_a_mirror_is_odoos_to_change() -> None:
    assert outcome(merged(one(None), one(OUT), role=Role.MIRROR)) == (OUT, ALL, NONE)
    assert outcome(merged(one(OUT), one(None), role=Role.MIRROR)) == ({}, ALL, NONE)
    assert outcome(merged(one(RENAMED), one(None), role=Role.MIRROR)) == ({}, {"title"}, NONE)


def test_occurrences_outside_the_window_take_no_part() -> None:
    there, here = seen(series({SECOND: RENAMED, THIRD: RENAMED})), seen(WEEKLY)
    whole = merge(there, here, base(WEEKLY), base(WEEKLY), RULES)
    result = merge_overrides(
        whole, there, here, base(WEEKLY), base(WEEKLY), RULES, Role.HOME, lambda start: start == THIRD
    )
    assert result.odoo_starts == {THIRD: {"title"}}
    assert result.event.overrides == {THIRD: RENAMED}


def test_without_both_sides_values_there_is_nothing_to_merge() -> None:
    here = seen(one(RENAMED))
    whole = merge(seen(None, state=State.UNCHANGED), here, base(WEEKLY), base(WEEKLY), RULES)
    assert (
        merge_overrides(
            whole, seen(None, state=State.UNCHANGED), here, {}, {}, RULES, Role.HOME, lambda _: True
        )
        is whole
    )


def test_an_event_that_stops_recurring_has_no_occurrences() -> None:
    merge = merged(LUNCH, one(RENAMED), one(RENAMED), one(RENAMED))
    assert merge.event.recurrence is None
    assert merge.event.overrides == {}
    assert merge.to_odoo == {"recurrence"}


@pytest.mark.parametrize("role", Role)
def test_merging_once_more_has_nothing_to_write(role: Role) -> None:
    choices: list[Override | None] = [None, RENAMED, MOVED, OUT, {"title": "Supper"}]
    for was, google, odoo in itertools.product(choices, repeat=3):
        first = merged(one(google), one(odoo), one(was), one(was), role=role)
        there, here = (
            _written(one(google), first, first.google_starts),
            _written(one(odoo), first, first.odoo_starts),
        )
        again = merged(there, here, there, here, role=role)
        assert not again.to_google | again.to_odoo
        assert again.conflicts == ()
        if role is Role.HOME:
            assert there.overrides == here.overrides == first.event.overrides


def _written(held: Event, merge: Merge, starts: Any) -> Event:
    """Return what a side holds after it was given the named fields of the named occurrences."""
    overrides = {start: dict(override) for start, override in held.overrides.items()}
    for start, names in starts.items():
        wanted = merge.event.overrides.get(start, {})
        kept = {} if CANCELLED in names else overrides.get(start, {})
        result = {name: value for name, value in kept.items() if name not in names}
        result |= {name: value for name, value in wanted.items() if name in names}
        overrides.pop(start, None)
        if result:
            overrides[start] = result
    return dataclasses.replace(held, overrides=overrides)
