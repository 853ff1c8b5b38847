"""What is noted when stock is taken: bases, links that end or begin, and what is left alone."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from sync.model import Side
from sync.plan import Case
from sync.roles import Role
from sync.seen import Seen, State
from sync.stock import Stock, survivors, take_stock
from tests.unit.sights import LUNCH, link, seen

OTHER = dataclasses.replace(LUNCH, title="Dinner")
NEVER, GONE, UNCHANGED = Seen(State.NEVER), Seen(State.GONE), Seen(State.UNCHANGED)


def case(google: Seen, odoo: Seen, **more: Any) -> Case:
    return Case("cs1" if google is not NEVER else "", 42 if odoo is not NEVER else 0, google, odoo, **more)


def linked(google: Seen, odoo: Seen, role: Role = Role.HOME, **more: Any) -> Case:
    return case(google, odoo, link=link(role=role), role=role, **more)


def items(stock: Stock) -> list[Side]:
    return [one.side for one in stock.alone]


def test_what_agrees_with_its_base_needs_no_note() -> None:
    assert take_stock([linked(seen(LUNCH), seen(LUNCH))]) == Stock()


def test_old_differences_become_the_base() -> None:
    [(before, after)] = take_stock([linked(seen(LUNCH), seen(OTHER))]).rebased
    assert before == link()
    assert (after.google_base, after.odoo_base) == (seen(LUNCH).hashes, seen(OTHER).hashes)


def test_of_one_side_alone_the_other_still_counts_as_edited() -> None:
    [(_, after)] = take_stock([linked(seen(OTHER), seen(OTHER))], {Side.GOOGLE}).rebased
    assert (after.google_base, after.odoo_base) == (seen(OTHER).hashes, seen(LUNCH).hashes)
    assert take_stock([linked(seen(OTHER), seen(LUNCH))], {Side.ODOO}) == Stock()


def test_a_series_under_another_key_is_noted() -> None:
    moved = dataclasses.replace(linked(seen(LUNCH), seen(LUNCH)), odoo_id=-7)
    [(_, after)] = take_stock([moved]).rebased
    assert after.odoo_id == -7


@pytest.mark.parametrize("state", [State.UNCHANGED, State.MASKED, State.REJECTED])
def test_what_cannot_be_read_keeps_its_base(state: State) -> None:
    assert take_stock([linked(Seen(state), seen(LUNCH))]) == Stock()


def test_rows_that_are_to_be_rebuilt_are_left_to_the_sync() -> None:
    assert take_stock([linked(seen(LUNCH), seen(OTHER, rebuild=True))]) == Stock()


def test_a_link_of_which_one_event_is_gone_ends_and_the_other_is_left_alone() -> None:
    stock = take_stock([linked(GONE, seen(LUNCH))])
    assert (stock.ended, items(stock)) == ([link()], [Side.ODOO])
    stock = take_stock([linked(seen(LUNCH), GONE)])
    assert (stock.ended, items(stock)) == ([link()], [Side.GOOGLE])
    stock = take_stock([linked(GONE, GONE)])
    assert (stock.ended, items(stock)) == ([link()], [])
    assert take_stock([linked(GONE, seen(LUNCH))], {Side.ODOO}) == Stock()


def test_a_guests_copy_whose_row_is_gone_stays_linked() -> None:
    assert take_stock([linked(seen(LUNCH), GONE, Role.GUEST)]) == Stock()


def test_what_has_no_counterpart_is_left_alone() -> None:
    stock = take_stock([case(seen(LUNCH), NEVER), case(NEVER, seen(LUNCH)), case(GONE, NEVER)])
    assert items(stock) == [Side.GOOGLE, Side.ODOO]
    assert [one.item for one in stock.alone] == ["cs1", "42"]
    assert items(take_stock([case(NEVER, seen(LUNCH))], {Side.GOOGLE})) == []


def test_equal_events_are_joined_as_they_are() -> None:
    [joined] = take_stock([case(seen(LUNCH), seen(OTHER), generation=3)]).joined
    assert (joined.id, joined.odoo_id, joined.google_id, joined.generation) == (0, 42, "cs1", 3)
    assert (joined.google_base, joined.odoo_base) == (seen(LUNCH).hashes, seen(OTHER).hashes)


def test_copies_of_ours_and_what_takes_their_place_are_left_to_the_sync() -> None:
    own = case(NEVER, seen(LUNCH), own_duplicate=True)
    assert take_stock([own, linked(seen(LUNCH), seen(LUNCH), superseded=True)]) == Stock()
    takeover = case(seen(OTHER), seen(LUNCH))
    assert take_stock([linked(seen(LUNCH), seen(LUNCH)), takeover]) == Stock()


def test_survivors_are_what_is_not_taken_away() -> None:
    one = linked(seen(LUNCH), seen(LUNCH))
    assert [left.side for left in survivors(one, {Side.GOOGLE})] == [Side.ODOO]
    assert survivors(one, {*Side}) == []
    assert survivors(linked(UNCHANGED, seen(LUNCH)), {Side.ODOO}) == []
