"""Deletions in numbers that no person makes by hand are held back, side by side."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from datetime import timedelta

import pytest

from sync.guard import EMPTIED, LEAST, held_back, is_emptied
from sync.merge import Merge
from sync.model import Side
from sync.plan import Action, Align, Case, Create, Decline, Delete, Forget, Link, Park, Removal
from sync.seen import Seen, State
from tests.unit.sights import LUNCH, NOON, link

GONE, PRESENT, UNCHANGED = Seen(State.GONE), Seen(State.PRESENT), Seen(State.UNCHANGED)
CASE = Case("cs1", 42, GONE, PRESENT, link())
WINDOW = (NOON, NOON + timedelta(days=30))
NOBODY: frozenset[Side] = frozenset()


def held(actions: Sequence[Action], linked: int, asking: Collection[Side] = NOBODY) -> list[Removal]:
    """Return what is held of actions that say nothing of other events."""
    return held_back(actions, [], linked, asking)


def deletions(number: int, side: Side = Side.ODOO, reason: str = "deleted_in_google") -> list[Action]:
    """Return so many deletions on a side."""
    return [Delete(side, CASE, reason) for _ in range(number)]


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(
    ("number", "linked", "held"),
    [(0, 0, 0), (1, 1, 0), (10, 10, 0), (11, 11, 11), (11, 54, 11), (11, 55, 0), (20, 100, 0), (21, 100, 21)],
)
def test_more_than_ten_and_more_than_a_fifth_wait(side: Side, number: int, linked: int, held: int) -> None:
    assert len(held_back(deletions(number, side), [], linked, NOBODY)) == held


def test_each_side_is_counted_by_itself() -> None:
    few, many = deletions(LEAST, Side.GOOGLE), deletions(LEAST + 1, Side.ODOO)
    assert held([*few, *many], 20) == many


def test_while_a_person_is_asked_about_a_side_even_one_more_waits() -> None:
    here, there = deletions(1, Side.GOOGLE), deletions(1, Side.ODOO)
    assert held([*here, *there], 1000, {Side.GOOGLE}) == here


def test_both_sides_may_wait_at_once() -> None:
    here, there = deletions(1, Side.GOOGLE), deletions(1, Side.ODOO)
    assert held([*there, *here], 1000, {*Side}) == [*here, *there]


def test_our_own_duplicates_do_not_count_and_are_not_held() -> None:
    own = deletions(50, reason="own_duplicate")
    assert held(own, 10) == []
    assert held([*own, *deletions(1)], 10, {Side.ODOO}) == deletions(1)


def test_nothing_but_deletions_is_held() -> None:
    nothing = Merge(LUNCH, frozenset(), frozenset())
    others: list[Action] = [
        Align(CASE, nothing, "agreed"),
        Create(Side.ODOO, CASE, LUNCH, 0, "new_in_google"),
        Forget(CASE, "gone_on_both"),
        Park(Side.ODOO, CASE, "masked"),
    ]
    assert held(others * 20, 1, set(Side)) == []


def test_declining_in_numbers_is_held_like_deleting() -> None:
    declined: list[Action] = [Decline(Side.ODOO, CASE, "declined_in_google")] * (LEAST + 1)
    assert held(declined, 20) == declined
    assert held(declined[1:], 20) == []


def cases(number: int, google: Seen = GONE, odoo: Seen = PRESENT) -> list[Case]:
    """Return so many linked events as they are seen."""
    return [Case(f"cs{n}", n, google, odoo, link(), window=WINDOW) for n in range(number)]


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(
    ("gone", "standing", "emptied"),
    [(0, 0, False), (2, 0, False), (3, 0, True), (3, 1, False), (4, 0, True), (0, 4, False)],
)
def test_a_side_is_emptied_when_all_of_at_least_three_are_gone(
    side: Side, gone: int, standing: int, emptied: bool
) -> None:
    google, odoo = (GONE, PRESENT) if side is Side.GOOGLE else (UNCHANGED, GONE)
    seen = [*cases(gone, google, odoo), *cases(standing, UNCHANGED, PRESENT)]
    assert is_emptied(side, seen, gone + standing) is emptied
    assert not is_emptied(side.other, seen, gone + standing)


def test_what_is_linked_but_not_looked_at_still_stands() -> None:
    assert not is_emptied(Side.GOOGLE, cases(EMPTIED), EMPTIED + 1)


def test_an_event_without_a_link_or_long_over_does_not_make_a_calendar_emptied() -> None:
    over = dataclasses.replace(link(), ends_at=NOON - timedelta(seconds=1))
    current = dataclasses.replace(link(), ends_at=NOON)
    seen = cases(EMPTIED)
    for other, emptied in ((None, False), (over, False), (current, True)):
        changed = [*seen[1:], dataclasses.replace(seen[0], link=other)]
        assert is_emptied(Side.GOOGLE, changed, EMPTIED) is emptied


def test_after_a_calendar_was_emptied_its_deletions_wait_and_no_others() -> None:
    here, there = deletions(1, Side.GOOGLE), deletions(EMPTIED, Side.ODOO)
    assert held_back([*here, *there], cases(EMPTIED), EMPTIED, NOBODY) == there


def test_a_calendar_that_is_rightly_empty_asks_nothing() -> None:
    assert held_back([], [], 0, NOBODY) == []


@pytest.mark.parametrize(
    "forgotten", [dataclasses.replace(link(), google_base={}), dataclasses.replace(link(), odoo_base={})]
)
def test_without_a_base_a_single_deletion_waits(forgotten: Link) -> None:
    action = Delete(Side.GOOGLE, dataclasses.replace(CASE, link=forgotten), "deleted_in_odoo")
    unlinked = Delete(Side.GOOGLE, dataclasses.replace(CASE, link=None), "declined_in_odoo")
    assert held([action, unlinked, *deletions(1)], 100) == [action]
