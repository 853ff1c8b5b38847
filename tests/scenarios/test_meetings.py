"""Meetings of several people: one event in Odoo, each one's own answers, nobody uninvited, nobody mailed."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sync.store import accounts
from tests.scenarios.busy import NOON, odoo_time
from tests.shown import assert_same, in_google, in_odoo
from tests.world import PEOPLE, World

pytestmark = pytest.mark.on_real_odoo

HOUR = timedelta(hours=1)
EVENT = "calendar.event"
BRUSSELS = ZoneInfo("Europe/Brussels")
STRANGER = "zoe@elsewhere.example"


@pytest.fixture
async def team(world: World) -> AsyncIterator[World]:
    """A world in which alice, bob and carol are connected and calsync runs."""
    async with world.run():
        for name in PEOPLE:
            await world.connect(name)
            await world.sync(name)
        yield world


def addresses(*names: str) -> list[dict[str, str]]:
    """Return Google's attendees of these people."""
    return [{"email": name if "@" in name else f"{name}@example.com"} for name in names]


def meeting_in_google(world: World, name: str, *guests: str, **more: Any) -> dict[str, Any]:
    """Let a person invite others in Google."""
    person = world.in_google(name)
    start = NOON.astimezone(BRUSSELS)
    return person.create("Meeting", start=start, end=start + HOUR, attendees=addresses(*guests), **more)


def meeting_in_odoo(world: World, name: str, *guests: str, **more: Any) -> int:
    """Let a person invite others in Odoo."""
    partners = [world.odoo.users[one].partner_id for one in (name, *guests)]
    values = {
        "name": "Meeting",
        "start": odoo_time(NOON),
        "stop": odoo_time(NOON + HOUR),
        "partner_ids": [[6, 0, partners]],
    }
    made: int = world.odoo.as_user(name).create(EVENT, values | more)
    world.odoo.mails.clear()  # what people cause themselves is theirs
    return made


def all_rows(world: World, *fields: str) -> list[dict[str, Any]]:
    """Return all events in Odoo that any of the people takes part in, each once."""
    found = {row["id"]: row for name in PEOPLE for row in world.odoo.events(name, "name", "user_id", *fields)}
    return list(found.values())


def answers(world: World, name: str) -> dict[str, str]:
    """Return who answered what, as a person's Odoo calendar shows it for the only event there."""
    [shown] = in_odoo(world, name)
    return {email.partition("@")[0]: answer for email, answer in shown.answers}


async def settle(world: World, *names: str) -> None:
    """Let everybody's changes go over until all is quiet; assert that nobody was mailed and all agree."""
    order = names or tuple(PEOPLE)
    for _ in range(3):
        for name in order:
            outcome = await world.sync(name)
            assert outcome.code == "ok", (name, outcome)
    world.google.log.clear()
    world.odoo.log.clear()
    for name in order:
        await world.sync(name)
    assert world.google.log.writes() == world.odoo.log.writes() == []
    assert not world.google.mails
    assert not world.odoo.mails
    for name in order:
        assert_same(world, name)


@pytest.mark.parametrize("order", list(itertools.permutations(PEOPLE)))
async def test_one_meeting_synced_by_three_people_in_any_order(team: World, order: tuple[str, ...]) -> None:
    meeting_in_google(team, "alice", "bob", "carol")
    await settle(team, *order)
    [row] = all_rows(team)
    assert row["user_id"][0] == team.odoo.users["alice"].id
    assert [len(in_google(team, name)) for name in PEOPLE] == [1, 1, 1]


async def test_a_meeting_made_in_odoo_reaches_everybody_once(team: World) -> None:
    meeting_in_odoo(team, "alice", "bob", "carol")
    await settle(team, "carol", "bob", "alice")
    assert len(all_rows(team)) == 1
    for name in PEOPLE:
        [item] = team.in_google(name).events()
        assert item["organizer"]["email"] == "alice@example.com"


async def test_answers_go_both_ways_each_persons_own(team: World) -> None:
    event = meeting_in_google(team, "alice", "bob", "carol")
    await settle(team)
    team.in_google("bob").respond(event["id"], "declined")
    await settle(team)
    assert answers(team, "alice") == {"alice": "accepted", "bob": "declined", "carol": "needsAction"}
    [row] = all_rows(team, "attendee_ids")
    actor = team.odoo.as_user("carol")
    [carols] = [
        one["id"]
        for one in actor.read("calendar.attendee", row["attendee_ids"], ["partner_id"])
        if one["partner_id"][0] == team.odoo.users["carol"].partner_id
    ]
    actor.call("calendar.attendee", "do_tentative", [carols])
    team.odoo.mails.clear()
    await settle(team)
    [shown] = in_google(team, "alice")
    assert dict(shown.answers)["carol@example.com"] == "tentative"
    assert dict(shown.answers)["bob@example.com"] == "declined"


async def test_the_organizer_edits_and_everybody_sees_it(team: World) -> None:
    meeting_in_odoo(team, "alice", "bob")
    await settle(team)
    [row] = all_rows(team)
    team.odoo.as_user("alice").write(EVENT, row["id"], {"name": "Planning", "location": "Roof"})
    await settle(team)
    assert in_google(team, "bob")[0].title == "Planning"


async def test_guests_that_odoo_does_not_know_and_rooms_are_kept(team: World) -> None:
    event = meeting_in_google(team, "alice", "bob", STRANGER)
    await settle(team)
    partners = team.odoo.as_user("svc").search("res.partner", [("email", "=", STRANGER)])
    assert partners == []
    [row] = all_rows(team)
    carol = team.odoo.users["carol"].partner_id
    team.odoo.as_user("alice").write(EVENT, row["id"], {"name": "Planning", "partner_ids": [[4, carol]]})
    team.odoo.mails.clear()
    await settle(team)
    listed = {one["email"] for one in team.in_google("alice").event(event["id"])["attendees"]}
    assert listed == {"alice@example.com", "bob@example.com", "carol@example.com", STRANGER}
    team.odoo.as_user("alice").write(EVENT, row["id"], {"partner_ids": [[3, carol]]})
    await settle(team)
    listed = {one["email"] for one in team.in_google("alice").event(event["id"])["attendees"]}
    assert listed == {"alice@example.com", "bob@example.com", STRANGER}


@pytest.mark.parametrize("first", ["bob", "carol"])
async def test_a_meeting_organized_outside_is_one_event_in_odoo(team: World, first: str) -> None:
    for name in ("bob", "carol"):
        team.in_google(name).invited(
            STRANGER, "uid-1@elsewhere.example", "Pitch", start=NOON, end=NOON + HOUR,
            attendees=addresses(STRANGER, "bob", "carol"),
        )  # fmt: skip
    second = "carol" if first == "bob" else "bob"
    await settle(team, first, second)
    [row] = all_rows(team)
    assert row["name"] == "Pitch"
    assert row["user_id"] is False


async def test_an_edit_in_odoo_of_a_meeting_from_outside_is_put_back(team: World) -> None:
    team.in_google("bob").invited(STRANGER, "uid-1@elsewhere.example", "Pitch", start=NOON, end=NOON + HOUR)
    await settle(team, "bob")
    [row] = all_rows(team)
    team.odoo.as_user("bob").write(EVENT, row["id"], {"name": "My own words"})
    outcome = await team.sync("bob")
    assert outcome.counts["put_back"] == 1
    await settle(team, "bob")
    assert all_rows(team)[0]["name"] == "Pitch"


async def test_a_guest_who_deletes_only_declines(team: World) -> None:
    event = meeting_in_google(team, "alice", "bob", "carol")
    await settle(team)
    team.in_google("bob").delete(event["id"])
    await settle(team, "alice", "carol")
    for _ in range(2):
        assert (await team.sync("bob")).code == "ok"
    assert answers(team, "alice") == {"alice": "accepted", "bob": "declined", "carol": "needsAction"}
    assert len(all_rows(team)) == 1


async def test_the_organizer_deletes_and_it_is_gone_everywhere(team: World) -> None:
    event = meeting_in_google(team, "alice", "bob")
    await settle(team)
    team.in_google("alice").delete(event["id"])
    await settle(team, "bob", "alice", "carol")
    assert all_rows(team) == []


async def test_deleted_in_odoo_by_the_organizer_it_is_gone_everywhere(team: World) -> None:
    meeting_in_google(team, "alice", "bob")
    await settle(team)
    team.odoo.as_user("alice").unlink(EVENT, all_rows(team)[0]["id"])
    await settle(team, "bob", "alice")
    assert in_google(team, "alice") == in_google(team, "bob") == []


async def test_an_organizer_without_google_gives_each_guest_a_mirror(world: World) -> None:
    async with world.run():
        for name in ("bob", "carol"):
            await world.connect(name)
            await world.sync(name)
        row = meeting_in_odoo(world, "alice", "bob", "carol")
        for name in ("bob", "carol", "bob"):
            assert (await world.sync(name)).code == "ok"
        for name in ("bob", "carol"):
            [item] = world.in_google(name).events()
            assert "attendees" not in item
            assert item["organizer"]["self"]
        world.odoo.as_user("alice").write(EVENT, row, {"name": "Planning"})
        world.in_google("bob").delete(world.in_google("bob").events()[0]["id"])
        world.odoo.mails.clear()
        for _ in range(2):
            for name in ("bob", "carol"):
                assert (await world.sync(name)).code == "ok"
        assert in_google(world, "bob") == []
        assert in_google(world, "carol")[0].title == "Planning"
        assert answers(world, "carol")["bob"] == "declined"
        assert not world.odoo.mails


async def test_a_mirror_gives_way_when_the_organizer_connects(world: World) -> None:
    async with world.run():
        await world.connect("bob")
        await world.sync("bob")
        meeting_in_odoo(world, "alice", "bob")
        await world.sync("bob")
        assert len(in_google(world, "bob")) == 1
        await world.connect("alice")
        await settle(world, "alice", "bob")
        [item] = world.in_google("bob").events()
        assert item["organizer"]["email"] == "alice@example.com"
        assert len(all_rows(world)) == 1


async def test_the_organizer_changes_in_odoo(team: World) -> None:
    meeting_in_odoo(team, "alice", "bob", "carol")
    await settle(team)
    [row] = all_rows(team)
    team.odoo.as_user("alice").write(EVENT, row["id"], {"user_id": team.odoo.users["bob"].id})
    await settle(team, "alice", "bob", "carol")
    for name in PEOPLE:
        [item] = team.in_google(name).events()
        assert item["organizer"]["email"] == "bob@example.com"
    assert len(all_rows(team)) == 1
    assert set(answers(team, "bob")) == set(PEOPLE)


async def test_a_series_with_guests_and_answers_to_single_occurrences(team: World) -> None:
    series = meeting_in_google(team, "alice", "bob", recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    await settle(team)
    bob = team.in_google("bob")
    second = bob.instances(series["id"])[1]["id"]
    bob.respond(second, "declined")
    await settle(team)
    given = [dict(one.answers)["bob@example.com"] for one in in_odoo(team, "alice")]
    assert given == ["needsAction", "declined", "needsAction"]
    bob.respond(series["id"], "accepted")
    await settle(team)


async def test_a_meet_link_comes_only_to_those_who_want_one(team: World) -> None:
    meeting_in_odoo(team, "alice", "bob")
    await settle(team)
    assert "conferenceData" not in team.in_google("alice").events()[0]
    async with team.running.store.write() as tx:
        await accounts.update(tx, (await team.account("carol")).id, makes_meet=True)
    row = meeting_in_odoo(team, "carol", "bob")
    await settle(team)
    [made] = [one for one in team.in_google("carol").events() if one["organizer"].get("self")]
    [link] = [one["uri"] for one in made["conferenceData"]["entryPoints"] if one["entryPointType"] == "video"]
    [read] = team.odoo.as_user("carol").read(EVENT, row, ["videocall_location"])
    assert read["videocall_location"] == link
