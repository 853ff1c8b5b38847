"""Deletions in numbers that no person makes by hand are held back, side by side."""

from __future__ import annotations

import pytest

from sync.guard import LEAST, held_back
from sync.merge import Merge
from sync.model import Side
from sync.plan import Action, Align, Case, Create, Delete, Forget, Park
from sync.seen import Seen, State
from tests.unit.sights import LUNCH, link

CASE = Case("cs1", 42, Seen(State.GONE), Seen(State.PRESENT), link())
NOBODY: frozenset[Side] = frozenset()


def deletions(number: int, side: Side = Side.ODOO, reason: str = "deleted_in_google") -> list[Action]:
    """Return so many deletions on a side."""
    return [Delete(side, CASE, reason) for _ in range(number)]


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(
    ("number", "linked", "held"),
    [(0, 0, 0), (1, 1, 0), (10, 10, 0), (11, 11, 11), (11, 54, 11), (11, 55, 0), (20, 100, 0), (21, 100, 21)],
)
def test_more_than_ten_and_more_than_a_fifth_wait(side: Side, number: int, linked: int, held: int) -> None:
    assert len(held_back(deletions(number, side), linked, NOBODY)) == held


def test_each_side_is_counted_by_itself() -> None:
    few, many = deletions(LEAST, Side.GOOGLE), deletions(LEAST + 1, Side.ODOO)
    assert held_back([*few, *many], 20, NOBODY) == many


def test_while_a_person_is_asked_about_a_side_even_one_more_waits() -> None:
    here, there = deletions(1, Side.GOOGLE), deletions(1, Side.ODOO)
    assert held_back([*here, *there], 1000, {Side.GOOGLE}) == here


def test_our_own_duplicates_do_not_count_and_are_not_held() -> None:
    own = deletions(50, reason="own_duplicate")
    assert held_back(own, 10, NOBODY) == []
    assert held_back([*own, *deletions(1)], 10, {Side.ODOO}) == deletions(1)


def test_nothing_but_deletions_is_held() -> None:
    nothing = Merge(LUNCH, frozenset(), frozenset())
    others: list[Action] = [
        Align(CASE, nothing, "agreed"),
        Create(Side.ODOO, CASE, LUNCH, 0, "new_in_google"),
        Forget(CASE, "gone_on_both"),
        Park(Side.ODOO, CASE, "masked"),
    ]
    assert held_back(others * 20, 1, set(Side)) == []
