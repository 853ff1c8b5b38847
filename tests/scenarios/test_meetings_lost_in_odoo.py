"""Meetings organized outside that a guest takes out of Odoo: nobody declines who did nothing."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from tests.properties.hands import STRANGER, Hand
from tests.scenarios.calendars import EVENT, answers, invited, rows
from tests.scenarios.found import GOOGLE, ODOO, quieten
from tests.shown import in_google, in_odoo
from tests.world import World

UID = "uid-1@elsewhere.example"
BOTH = ("bob", "carol")
RUNS = list(itertools.permutations(BOTH))


@pytest.fixture
async def team(world: World) -> AsyncIterator[World]:
    """A world in which alice, bob and carol are connected; time stands still."""
    world.stop_clocks()
    async with world.run():
        for name in ("alice", *BOTH):
            await world.connect(name)
            await world.sync(name)
        yield world


async def calm(world: World, *names: str) -> None:
    """Let people run until all is quiet: nobody was mailed, and each sees the same in both calendars.

    What the others have answered a guest's copy in Google need not know.
    """
    quieten(world)
    for _ in range(3):
        for name in names:
            assert (await world.sync(name)).code == "ok"
    for name in names:
        world.google.log.clear()
        world.odoo.log.clear()
        await world.sync(name)
        assert world.google.log.writes() == world.odoo.log.writes() == []
        google, odoo = in_google(world, name), in_odoo(world, name)
        assert [dataclasses.replace(one, answers=()) for one in google] == [
            dataclasses.replace(one, answers=()) for one in odoo
        ]
    assert not world.google.mails
    assert not world.odoo.mails


async def receive(world: World, *names: str, rule: int = 0) -> None:
    """Let a stranger invite people, and all of them sync."""
    day = world.clock.now().date()
    for name in names:
        Hand(world, name, GOOGLE).receive(UID, "it", day, 14, rule, [*names], "")
    await calm(world, *names)


def google_answers(world: World, *names: str) -> list[str]:
    """Return what each of them has answered in the own calendar in Google."""
    found = []
    for name in names:
        [item] = [one for one in world.in_google(name).events() if "recurringEventId" not in one]
        found.append(invited(item)[f"{name}@example.com"])
    return found


@pytest.mark.parametrize("rule", [0, 1])
@pytest.mark.parametrize("order", RUNS)
async def test_deleted_by_nobody_knows_whom_it_is_put_back(
    team: World, order: tuple[str, ...], rule: int
) -> None:
    await receive(team, *BOTH, rule=rule)
    Hand(team, "bob", ODOO).cancel("it", 0, "all", archive=False)
    quieten(team)
    outcomes = [await team.sync(name) for name in order]
    assert [one.counts["put_back"] for one in outcomes] == [1, 0]
    await calm(team, *order)
    assert google_answers(team, *BOTH) == ["needsAction"] * 2
    assert len(rows(team, "bob")) == len(rows(team, "carol")) == (4 if rule else 1)


@pytest.mark.parametrize("rule", [0, 1])
@pytest.mark.parametrize("order", RUNS)
async def test_archived_by_one_of_them_he_alone_declines(
    team: World, order: tuple[str, ...], rule: int
) -> None:
    await receive(team, *BOTH, rule=rule)
    team.in_google("carol").respond(team.in_google("carol").events()[0]["id"], "tentative")
    await calm(team, *BOTH)
    Hand(team, "bob", ODOO).cancel("it", 0, "all", archive=True)
    for _ in range(2):
        for name in order:
            assert (await team.sync(name)).code == "ok"
    await calm(team, *order)
    assert google_answers(team, *BOTH) == ["declined", "tentative"]
    for row in rows(team, "carol"):
        given = answers(team, row["id"])
        assert (given["bob@example.com"], given["carol@example.com"]) == ("declined", "tentative")
    assert len(rows(team, "carol")) == (4 if rule else 1)


async def test_archived_by_somebody_else_it_is_put_back(team: World) -> None:
    await receive(team, "bob")
    [row] = rows(team, "bob")
    team.odoo.as_user("admin").write(EVENT, row["id"], {"active": False})
    await calm(team, "bob")
    assert google_answers(team, "bob") == ["needsAction"]
    assert len(rows(team, "bob")) == 1


@pytest.mark.parametrize("archive", [True, False])
async def test_alone_in_it_who_takes_it_out_declines(team: World, archive: bool) -> None:
    await receive(team, "bob")
    Hand(team, "bob", ODOO).cancel("it", 0, "all", archive=archive)
    await calm(team, "bob")
    assert google_answers(team, "bob") == ["declined"]


@pytest.mark.parametrize("drop", ["before", "after"])
@pytest.mark.parametrize("order", RUNS)
async def test_put_back_once_though_the_answer_was_lost(
    team: World, order: tuple[str, ...], drop: str
) -> None:
    await receive(team, *BOTH)
    Hand(team, "bob", ODOO).cancel("it", 0, "all", archive=False)
    quieten(team)
    team.odoo.faults.add(operation="*.create", drop=drop, times=9)
    assert (await team.sync(order[0])).code != "ok"
    team.odoo.faults.clear()
    assert (await team.sync(order[1])).code == "ok"
    team.advance(hours=1)
    await calm(team, *order)
    assert google_answers(team, *BOTH) == ["needsAction"] * 2
    assert len(rows(team, "bob")) == 1


async def test_an_old_answer_in_a_colleagues_copy_is_not_given_again(team: World) -> None:
    """Only the organizer's copy hears of every answer; what is put back from a guest's may be old."""
    await receive(team, *BOTH)
    carol, bob = team.in_google("carol"), team.in_google("bob")
    carol.respond(carol.events()[0]["id"], "tentative")
    await calm(team, *BOTH)
    [item] = bob.events()
    old = [{"email": f"{one}@example.com", "responseStatus": "accepted"} for one in BOTH]
    times = {name: datetime.fromisoformat(item[name]["dateTime"]) for name in ("start", "end")}
    bob.invited(STRANGER, UID, "it", attendees=old, **times)
    await calm(team, *BOTH)
    Hand(team, "bob", ODOO).cancel("it", 0, "all", archive=False)
    quieten(team)
    await calm(team, *BOTH)
    assert google_answers(team, "carol") == ["tentative"]
    [row] = rows(team, "carol")
    assert answers(team, row["id"])["carol@example.com"] == "tentative"


@pytest.mark.parametrize("order", RUNS)
@pytest.mark.parametrize("known", [False, True])
async def test_withdrawn_before_a_colleagues_first_run(
    team: World, order: tuple[str, ...], known: bool
) -> None:
    """She has no link that tells what it was; Odoo's row passed for somebody's without Google: a mirror."""
    day = team.clock.now().date()
    for name in BOTH:
        Hand(team, name, GOOGLE).receive(UID, "it", day, 14, 0, [*BOTH], "")
    await team.sync("bob")
    for name in BOTH:
        Hand(team, name, GOOGLE).receive_cancellation(UID)
    if known:
        team.advance(hours=25)  # then the daily pass reads all
    for _ in range(2):
        for name in order:
            assert (await team.sync(name)).code == "ok"
    assert team.in_google("carol").events() == team.in_google("bob").events() == []
    for row in rows(team, "carol"):
        assert answers(team, row["id"])["carol@example.com"] == "needsAction"


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("order", RUNS)
async def test_a_colleague_taken_off_before_her_first_run(
    team: World, order: tuple[str, ...], told: bool
) -> None:
    """Whether or not the others' copies are told who is still invited."""
    day = team.clock.now().date()
    for name in BOTH:
        Hand(team, name, GOOGLE).receive(UID, "it", day, 14, 0, [*BOTH], "")
    await team.sync("bob")
    Hand(team, "carol", GOOGLE).receive_cancellation(UID)
    if told:
        Hand(team, "bob", GOOGLE).receive(UID, "it", day, 14, 0, ["bob"], "")
    for _ in range(2):
        for name in order:
            assert (await team.sync(name)).code == "ok"
        team.advance(hours=25)
    assert team.in_google("carol").events() == []
    assert len(rows(team, "carol")) == (0 if told else 1)
    assert google_answers(team, "bob") == ["needsAction"]


async def test_a_colleague_who_has_declined_keeps_it_when_somebody_deletes_the_last_other_copy(
    team: World,
) -> None:
    """Nobody else seemed to take part, so it was archived; a change of mind found it gone."""
    await receive(team, *BOTH)
    Hand(team, "carol", ODOO).answer("it", 0, "all", "declined")
    await calm(team, *BOTH)
    [item] = team.in_google("bob").events()
    team.in_google("bob").delete(item["id"])
    for name in (*BOTH, *BOTH):
        assert (await team.sync(name)).code == "ok"
    [row] = rows(team, "carol")
    assert set(answers(team, row["id"]).values()) == {"declined"}
    [item] = team.in_google("carol").events()
    team.in_google("carol").respond(item["id"], "accepted")
    await calm(team, "carol")
    given = answers(team, row["id"])
    assert (given["bob@example.com"], given["carol@example.com"]) == ("declined", "accepted")
