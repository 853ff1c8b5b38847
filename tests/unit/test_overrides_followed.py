"""Single occurrences beside a series that changes as well: what follows it, and guests one by one."""

from __future__ import annotations

import dataclasses

import pytest

from sync.model import Event, Guest, Override, Response, Side, Start
from tests.unit.sights import LUNCH
from tests.unit.test_overrides import NONE, RENAMED, SECOND, WEEKLY, merged, one, outcome, series

ALICE, BOB, DAVE = (Guest(f"{name}@example.com", Response.NEEDS_ACTION) for name in ("alice", "bob", "dave"))
BOB_COMES = dataclasses.replace(BOB, response=Response.ACCEPTED)


def invited(*guests: Guest, second: tuple[Guest, ...] | None = None) -> Event:
    """Return the series with these guests, and perhaps with others in its second occurrence."""
    overrides: dict[Start, Override] = {SECOND: {"guests": frozenset(second)}} if second is not None else {}
    return series(overrides, guests=frozenset(guests))


@pytest.mark.parametrize("later", Side)
def test_guests_of_one_occurrence_merge_one_by_one(later: Side) -> None:
    """Regression: the later list won as a whole, and an answer or an invitation was lost."""
    was = invited(ALICE, BOB, second=(BOB,))
    there, here = invited(ALICE, BOB, second=(BOB_COMES,)), invited(ALICE, BOB, second=(BOB, DAVE))
    merge = merged(there, here, was, was, later=later)
    assert merge.event.overrides == {SECOND: {"guests": frozenset({BOB_COMES, DAVE})}}
    assert outcome(merge)[1:] == ({"guests"}, {"guests"})
    assert merge.conflicts == ()


@pytest.mark.parametrize("later", Side)
def test_who_is_taken_off_a_series_does_not_stay_where_an_occurrence_had_differed(later: Side) -> None:
    """Regression: that it agreed with its series again passed for an edit, and brought the guest back."""
    was = invited(ALICE, BOB, second=(ALICE, BOB_COMES))
    there, here = invited(ALICE, BOB_COMES), invited(BOB_COMES)
    merge = merged(there, here, was, was, later=later)
    assert merge.event.guests == {BOB_COMES}
    assert merge.event.overrides == {}
    assert merge.to_google - {"overrides"} == {"guests"}
    assert not merge.to_odoo
    assert merge.conflicts == ()


def test_an_occurrence_that_its_series_has_come_to_agree_with_was_not_edited() -> None:
    was = one(RENAMED)
    merge = merged(series(title="Brunch"), one({"title": "Supper"}), was, was)
    assert merge.event.title == "Brunch"
    assert outcome(merge) == ({"title": "Supper"}, {"title"}, NONE)
    assert merge.conflicts == ()


@pytest.mark.parametrize("side", Side)
def test_an_occurrence_that_is_as_it_was_while_its_series_is_not_is_named(side: Side) -> None:
    """Regression: it had the value already, followed its series in the same write, and lost it."""
    changed = series({SECOND: {"title": LUNCH.title}}, title="Supper")
    merge = merged(WEEKLY, changed) if side is Side.ODOO else merged(changed, WEEKLY)
    written = merge.google_starts if side is Side.ODOO else merge.odoo_starts
    assert merge.event.title == "Supper"
    assert merge.event.overrides == {SECOND: {"title": LUNCH.title}}
    assert written == {SECOND: {"title"}}
