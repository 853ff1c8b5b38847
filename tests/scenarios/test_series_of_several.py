"""Series of meetings that the state machine has found to go wrong, each as a short story of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sync.model import Side
from tests.properties.hands import Hand, Reach
from tests.scenarios.found import make, quieten, settle
from tests.shown import in_google, in_odoo
from tests.world import PEOPLE, World

GOOGLE, ODOO = Side


@pytest.fixture
async def team(world: World) -> AsyncIterator[World]:
    """A world in which alice, bob and carol are connected and calsync runs; time stands still."""
    world.stop_clocks()
    async with world.run():
        for name in PEOPLE:
            await world.connect(name)
            await world.sync(name)
        yield world


@pytest.mark.parametrize("first", ["alice", "carol"])
@pytest.mark.parametrize("at", [0, 1, 2])
async def test_a_moved_day_of_a_series_is_met_first_by_a_guest(team: World, first: str, at: int) -> None:
    make(team, "carol", GOOGLE, rule=1, hour=0)
    hand = Hand(team, "carol", GOOGLE)
    hand.write("it", at, "one", "", "", 1)
    hand.invite("it", "alice", here=True)
    before = [one.start for one in in_google(team, "carol")]
    quieten(team)
    await settle(team, first, *({"alice", "carol"} - {first}))
    assert [one.start for one in in_odoo(team, "alice")] == before
    assert [one.start for one in in_google(team, "carol")] == before


@pytest.mark.parametrize("rule", [0, 1])
async def test_an_owner_makes_another_kind_of_event_of_it_after_a_guest_has_met_it(
    team: World, rule: int
) -> None:
    """What the guest's run had made of it in Odoo passed for the later edit, and the owner's was lost."""
    make(team, "alice", GOOGLE, "bob", rule=rule)
    await team.sync("bob")
    team.advance(minutes=1)
    hand = Hand(team, "alice", GOOGLE)
    hand.repeat("it", 1, now=not rule)
    hand.write("it", 0, "all", "it again", "", 0)
    quieten(team)
    await settle(team, "alice", "bob", "carol")
    for shown in (in_google(team, "alice"), in_odoo(team, "bob")):
        assert [one.title for one in shown] == ["it again"] * (1 if rule else 4)


async def test_an_owner_changes_single_occurrences_after_a_guest_has_met_the_series(team: World) -> None:
    make(team, "alice", GOOGLE, "bob", rule=1)
    await team.sync("bob")
    team.advance(minutes=1)
    hand = Hand(team, "alice", GOOGLE)
    hand.write("it", 3, "one", "it again", "", 2)
    hand.write("it", 2, "one", "", "Roof", 0)
    hand.cancel("it", 1, "one", archive=False)
    team.advance(minutes=1)
    Hand(team, "bob", ODOO).answer("it", 0, "all", "accepted")
    quieten(team)
    before = [(one.start, one.title, one.place) for one in in_google(team, "alice")]
    await settle(team, "alice", "bob", "carol")
    for shown in (in_google(team, "alice"), in_odoo(team, "bob")):
        assert [(one.start, one.title, one.place) for one in shown] == before


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("edit", ["title", "hours", "end"])
@pytest.mark.parametrize("guests", [["alice"], ["alice", "carol"], ["carol", "alice"]])
async def test_an_owner_edits_a_series_that_only_guests_have_met_and_they_run_again(
    team: World, side: Side, edit: str, guests: list[str]
) -> None:
    """Their runs had noted the edit as seen, and the owner's took that for agreed: it stayed on one side."""
    make(team, "bob", GOOGLE, *guests, rule=1)
    await team.sync(guests[0])
    team.advance(minutes=1)
    hand = Hand(team, "bob", side)
    if edit == "end":
        hand.cancel("it", 2, "following", archive=False)
    else:
        hand.write("it", 1, "all", "it again" if edit == "title" else "", "", 2 * (edit == "hours"))
    quieten(team)
    shown = in_google if side is GOOGLE else in_odoo
    before = [(one.start, one.title) for one in shown(team, "bob")]
    await settle(team, *guests, "bob")
    for now in (in_google(team, "bob"), in_odoo(team, guests[0])):
        assert [(one.start, one.title) for one in now] == before


@pytest.mark.parametrize("reach", ["following", "all"])
async def test_an_owner_moves_the_days_of_a_series_in_odoo_that_only_a_guest_has_met(
    team: World, reach: Reach
) -> None:
    """The part split off was made in Google beside the days that it had left."""
    make(team, "bob", GOOGLE, "alice", rule=1)
    await team.sync("alice")
    Hand(team, "bob", ODOO).write("it", 2, reach, "it again", "", 3)
    quieten(team)
    before = [(one.start, one.title) for one in in_odoo(team, "bob")]
    await settle(team, "alice", "bob")
    for now in (in_google(team, "alice"), in_odoo(team, "bob")):
        assert [(one.start, one.title) for one in now] == before


@pytest.mark.parametrize("guest", ["alice", ""])
async def test_rows_that_a_stopped_run_has_not_reached_are_no_edits_of_these_days(
    team: World, guest: str
) -> None:
    """The moved one was written last. Its old title passed for one given to it alone, and went to Google."""
    make(team, "bob", GOOGLE, *([guest] if guest else []), rule=2)
    hand = Hand(team, "bob", GOOGLE)
    for who in (guest or "bob", "bob"):
        team.odoo.faults.add(operation="*.write", drop="after", times=9)
        assert (await team.sync(who)).code == "odoo_unreachable"
        team.odoo.faults.clear()
        team.advance(minutes=1)
        if who == guest or not guest:
            hand.write("it", 1, "one", "", "", 2)
            hand.write("it", 0, "all", "it again", "Roof", 0)
    before = [(one.start, one.title, one.place) for one in in_google(team, "bob")]
    assert {one[1:] for one in before} == {("it again", "Roof")}
    team.advance(hours=1)
    await settle(team, "bob", "alice")
    for shown in (in_google(team, "bob"), in_odoo(team, "bob")):
        assert [(one.start, one.title, one.place) for one in shown] == before
