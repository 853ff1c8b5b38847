"""What the state machine of meetings has found of series of several people, each as a short story."""

from __future__ import annotations

import pytest

from sync.model import Side
from tests.properties.hands import Hand
from tests.scenarios.found import GOOGLE, ODOO, make, quieten, settle
from tests.shown import in_google, in_odoo
from tests.world import World


async def test_an_occurrence_moved_in_google_beyond_the_rows_that_odoo_had_then(pair: World) -> None:
    """Odoo had made fewer weeks of it; the last one was made anew where the series has it, for ever."""
    make(pair, "bob", GOOGLE, "alice", rule=3, hour=0)
    await pair.sync("alice")
    hand = Hand(pair, "bob", ODOO)
    hand.invite("it", "alice", here=False)
    hand.write("it", 3, "all", "", "", 1)
    Hand(pair, "bob", GOOGLE).write("it", 4, "one", "", "", 1)
    before = in_google(pair, "bob")
    await settle(pair, "alice", "bob")
    assert in_google(pair, "bob") == before


async def test_who_is_taken_off_a_series_whose_guests_answered_it_in_parts_is_off_all_of_it(
    pair: World,
) -> None:
    """He stayed where Google kept an occurrence by itself, since answers to it had differed once."""
    make(pair, "alice", ODOO, "bob", "carol", hour=0)
    await settle(pair, "alice", "bob")
    Hand(pair, "bob", ODOO).repeat("it", 1, now=True)  # and so accepts all that Odoo makes, but not the first
    await settle(pair, "alice", "bob")
    Hand(pair, "alice", ODOO).invite("it", "carol", here=False)
    quieten(pair)
    assert (await pair.sync("alice")).code == "ok"
    for shown in (in_google(pair, "alice"), in_odoo(pair, "alice")):
        assert [{email for email, _ in one.answers} for one in shown] == [
            {"alice@example.com", "bob@example.com"}
        ] * 4
    await settle(pair, "alice", "bob")


async def test_somebody_invited_in_odoo_whose_address_nobody_has_asked_for(pair: World) -> None:
    """Being none of Odoo's by what was known, he was taken off the series there until the run after."""
    make(pair, "alice", ODOO, rule=1)
    await settle(pair, "alice")
    Hand(pair, "alice", ODOO).invite("it", "carol", here=True)
    quieten(pair)
    assert (await pair.sync("alice")).counts == {"edited_in_odoo": 1}
    for shown in (in_google(pair, "alice"), in_odoo(pair, "alice")):
        assert ["carol@example.com" in dict(one.answers) for one in shown] == [True] * 4


@pytest.mark.parametrize("rule", [0, 1])
@pytest.mark.parametrize("cut_off", [False, True])
async def test_who_is_taken_off_before_the_owners_first_run_is_not_invited_again(
    pair: World, rule: int, cut_off: bool
) -> None:
    """The guest's own run had brought him into Odoo, where he passed for somebody invited there."""
    make(pair, "alice", GOOGLE, "bob", "carol", rule=rule, hour=0)
    if cut_off:
        pair.odoo.faults.add(operation="calendar.event.create", drop="after", times=9)
    await pair.sync("bob")
    pair.odoo.faults.clear()
    for name in ("bob", "carol"):
        Hand(pair, "alice", GOOGLE).invite("it", name, here=False)
    Hand(pair, "alice", ODOO).write("it", 0, "all", "", "Roof", 0)
    pair.advance(hours=7)
    quieten(pair)
    await settle(pair, "alice", "bob")
    for shown in (in_google(pair, "alice"), in_odoo(pair, "alice")):
        assert [(one.place, one.answers) for one in shown] == [("Roof", ())] * (4 if rule else 1)
    assert in_google(pair, "bob") == []


@pytest.mark.parametrize(
    ("hour", "mover", "act"),
    [(0, ODOO, "place"), (9, GOOGLE, "place"), (9, ODOO, "cancel"), (0, GOOGLE, "cancel")],
)
async def test_what_is_done_to_an_occurrence_goes_along_when_the_other_side_moves_the_series(
    pair: World, hour: int, mover: Side, act: str
) -> None:
    """It was said of a start that is none any more, and stayed on its side, for ever."""
    make(pair, "alice", GOOGLE, rule=1, hour=hour)
    await settle(pair, "alice")
    hand = Hand(pair, "alice", mover.other)
    if act == "place":
        hand.write("it", 1, "one", "", "Roof", 0)
    else:
        hand.cancel("it", 1, "one", archive=False)
    Hand(pair, "alice", mover).write("it", 0, "all", "", "", 1)
    await settle(pair, "alice")
    places = [one.place for one in in_odoo(pair, "alice")]
    assert places == (["", "Roof", "", ""] if act == "place" else ["", "", ""])
