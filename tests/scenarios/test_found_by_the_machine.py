"""What the state machine of meetings and series has found, each as a short story of its own."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from sync.model import Side
from tests.properties.hands import Hand
from tests.scenarios.found import GOOGLE, ODOO, make, quieten, settle
from tests.shown import in_google, in_odoo
from tests.world import PEOPLE, World


@pytest.fixture
async def team(world: World) -> AsyncIterator[World]:
    """A world in which alice, bob and carol are connected and calsync runs; time stands still."""
    world.stop_clocks()
    async with world.run():
        for name in PEOPLE:
            await world.connect(name)
            await world.sync(name)
        yield world


@pytest.mark.parametrize("rule", [0, 1])
async def test_a_guest_meets_a_series_that_was_made_anew_before_its_owner_ran(team: World, rule: int) -> None:
    """Its key in Odoo is another then; it passed for a deleted one and was made a second time."""
    make(team, "carol", ODOO, "alice", rule=rule)
    await team.sync("carol")
    hand = Hand(team, "carol", ODOO)
    hand.repeat("it", 1, now=not rule)
    quieten(team)
    await settle(team, "alice", "carol")
    assert len(in_odoo(team, "alice")) == len(in_google(team, "alice")) == (1 if rule else 4)


async def test_a_meeting_whose_first_insert_was_cut_off_has_its_organizer_on_the_list(team: World) -> None:
    """He was put there by a second call, which came to nothing when the first meeting was made."""
    make(team, "alice", ODOO, "bob")
    team.google.faults.add(operation="*.patch", status=503, times=99)
    await team.sync("alice")
    team.google.faults.clear()
    team.advance(hours=1)
    await settle(team)
    [item] = team.in_google("alice").events()
    assert {one["email"] for one in item["attendees"]} == {"alice@example.com", "bob@example.com"}


@pytest.mark.parametrize("first", [GOOGLE, ODOO])
async def test_a_guest_of_one_occurrence_alone(team: World, first: Side) -> None:
    make(team, "alice", first, rule=1)
    await settle(team)
    person = team.in_google("alice")
    [master] = person.events()
    second = person.instances(master["id"])[1]["id"]
    person.patch(second, attendees=[{"email": "bob@example.com"}, {"email": "alice@example.com"}])
    await settle(team, "bob", "alice")
    await settle(team, "bob", "alice")
    assert len(in_odoo(team, "alice")) == 4
    assert len(in_google(team, "bob")) == len(in_odoo(team, "bob")) == 1


async def test_a_mirror_that_becomes_a_series_takes_nobody_off_the_list(pair: World) -> None:
    """Odoo's rows were completed from the mirror, which has no guests and another organizer."""
    make(pair, "carol", ODOO, "alice", "bob")
    for name in ("alice", "bob"):
        await pair.sync(name)
    Hand(pair, "alice", ODOO).repeat("it", 1, now=True)
    quieten(pair)
    for name in ("alice", "bob", "alice"):
        assert (await pair.sync(name)).code == "ok"
    shown = in_odoo(pair, "carol")
    assert [len(one.answers) for one in shown] == [3] * 4
    assert {row["user_id"][0] for row in pair.odoo.events("carol", "user_id")} == {
        pair.odoo.users["carol"].id
    }
    assert len(in_google(pair, "alice")) == len(in_google(pair, "bob")) == 4


@pytest.mark.parametrize("guest", ["bob", "carol"])
async def test_a_series_whose_occurrences_were_all_deleted_one_by_one_is_gone(
    team: World, guest: str
) -> None:
    """It was set aside for ever, since Odoo has no series without occurrences."""
    make(team, "alice", GOOGLE, guest, rule=2)
    await settle(team)
    person = team.in_google("alice")
    [master] = person.events()
    for one in person.instances(master["id"]):
        person.delete(one["id"])
    await settle(team)
    assert in_odoo(team, "alice") == in_odoo(team, guest) == []


@pytest.mark.parametrize("rule", [0, 1])
async def test_somebody_invited_later_whose_run_comes_first(team: World, rule: int) -> None:
    """Odoo does not know yet that he is invited: the event passed for none of his, and was made again."""
    make(team, "alice", GOOGLE, rule=rule)
    await settle(team)
    Hand(team, "alice", GOOGLE).invite("it", "bob", here=True)
    await settle(team, "bob", "alice", "carol")
    assert len(in_odoo(team, "alice")) == len(in_odoo(team, "bob")) == (4 if rule else 1)


@pytest.mark.parametrize("rule", [0, 1])
async def test_an_answer_to_a_meeting_from_outside_is_not_taken_back_by_a_colleague(
    team: World, rule: int
) -> None:
    """Her copy in Google does not know of it, and was believed."""
    day = team.clock.now().date() + timedelta(days=3)
    for name in ("bob", "carol"):
        Hand(team, name, GOOGLE).receive("uid-1@elsewhere.example", "it", day, 14, rule, ["bob", "carol"], "")
    for name in ("bob", "carol", "bob", "carol"):
        await team.sync(name)
    Hand(team, "bob", ODOO).answer("it", 0, "all", "tentative")
    if rule:
        Hand(team, "bob", ODOO).answer("it", 1, "one", "accepted")
    quieten(team)
    for name in ("bob", "carol", "bob", "carol"):
        assert (await team.sync(name)).code == "ok"
    for shown in (in_google(team, "bob"), in_odoo(team, "bob"), in_odoo(team, "carol")):
        given = [dict(one.answers)["bob@example.com"] for one in shown]
        assert given == (["tentative", "accepted", "tentative", "tentative"] if rule else ["tentative"])


async def test_the_first_of_two_occurrences_was_moved_before_the_first_run(pair: World) -> None:
    """The time of the first was taken for that of both; the second was left at its own and made once more."""
    day = pair.clock.now().date()
    tuesday = day + timedelta(days=7 + (1 - day.weekday()) % 7)
    hand = Hand(pair, "alice", ODOO)
    hand.make("it", tuesday, 9, 3, [])
    hand.cancel("it", 2, "following", archive=False)
    hand.write("it", 0, "one", "", "", 1)
    before = in_odoo(pair, "alice")
    await settle(pair, "alice")
    assert in_odoo(pair, "alice") == before


async def test_single_occurrences_outlive_a_lost_answer_to_the_insert(team: World) -> None:
    """What Google had not been given yet passed for taken back there, later than it was typed in Odoo."""
    make(team, "bob", ODOO, "alice", rule=2)
    Hand(team, "bob", ODOO).write("it", 1, "one", "", "Roof", 0)
    quieten(team)
    team.advance(minutes=1)
    team.google.faults.add(operation="*.insert", drop="after", times=9)
    assert (await team.sync("bob")).code != "ok"
    team.google.faults.clear()
    team.advance(hours=1)
    await settle(team)
    assert [one.place for one in in_google(team, "alice")] == ["", "Roof", ""]


@pytest.mark.parametrize("order", [("alice", "bob"), ("bob", "alice")])
async def test_a_series_from_outside_with_another_rule_is_laid_out_once(
    pair: World, order: tuple[str, ...]
) -> None:
    """Each took the rows that the other's run had made for an edit in Odoo, and put it back, for ever."""
    day = pair.clock.now().date() + timedelta(days=3)
    for rule, name in itertools.product((1, 4), order):
        Hand(pair, name, GOOGLE).receive("uid-1@elsewhere.example", "it", day, 0, rule, [*order], "")
        if name == order[-1]:
            for _ in range(2):
                outcomes = [await pair.sync(one) for one in order]
                assert [one.counts["put_back"] for one in outcomes] == [0, 0]
    await settle(pair, *order)


async def test_an_occurrence_declined_in_odoo_leaves_the_mirror(pair: World) -> None:
    """It stood there on, while its declined counterpart counts for nothing in Odoo."""
    make(pair, "carol", ODOO, "alice", rule=2)
    await pair.sync("alice")
    hand = Hand(pair, "alice", ODOO)
    for answer, left in (("declined", 2), ("accepted", 3)):
        hand.answer("it", 1, "one", answer)
        quieten(pair)
        for _ in range(2):
            assert (await pair.sync("alice")).code == "ok"
        assert len(in_google(pair, "alice")) == left
        pair.google.log.clear()
        pair.odoo.log.clear()
        await pair.sync("alice")
        assert pair.google.log.writes() == pair.odoo.log.writes() == []
    assert len(in_odoo(pair, "alice")) == 3


@pytest.mark.parametrize("side", [GOOGLE, ODOO])
@pytest.mark.parametrize("order", [("bob", "alice", "carol"), ("alice", "bob", "carol")])
async def test_who_was_taken_off_is_not_invited_again_for_having_declined(
    team: World, order: tuple[str, ...], side: Side
) -> None:
    """The copy in Google vanished, which passed for a decline in Odoo, and that for an edit later than it."""
    make(team, "alice", GOOGLE, "bob", "carol")
    await settle(team)
    Hand(team, "alice", side).invite("it", "bob", here=False)
    await settle(team, *order)
    [item] = team.in_google("alice").events()
    assert {one["email"] for one in item["attendees"]} == {"alice@example.com", "carol@example.com"}
    assert in_google(team, "bob") == in_odoo(team, "bob") == []


@pytest.mark.parametrize("first", [GOOGLE, ODOO])
@pytest.mark.parametrize("moved", ["before", "after"])
async def test_occurrences_archived_around_one_that_was_moved_far_stay_away(
    team: World, first: Side, moved: str
) -> None:
    """The rule ended where the moved row lay, or was to make the moved row anew that had been archived."""
    make(team, "alice", first, rule=1)
    await settle(team, "alice")
    hand = team.odoo.as_user("alice")
    rows = sorted(team.odoo.events("alice", "start"), key=lambda row: str(row["start"]))

    def archive() -> None:
        hand.call("calendar.event", "action_mass_archive", [rows[2]["id"]], "future_events")

    if moved == "after":
        archive()
    far = {"start": "2027-03-20 13:00:00", "stop": "2027-03-20 14:00:00"}
    hand.write("calendar.event", rows[1]["id"], far | {"recurrence_update": "self_only"})
    if moved == "before":
        await settle(team, "alice")
        archive()
    before = [one.start for one in in_odoo(team, "alice")]
    assert len(before) == (1 if moved == "before" else 2)
    await settle(team, "alice")
    assert [one.start for one in in_odoo(team, "alice")] == before
