"""Whose calendar gets an event of Odoo, who is mailed, what it costs, and what happens after a break."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from sync.store import accounts
from tests.scenarios.busy import NOON, odoo_time
from tests.scenarios.calendars import (
    EVENT,
    HOUR,
    answer,
    answers,
    contact,
    edit,
    invited,
    make,
    partner,
    rows,
    settle,
    sync,
    writes,
)
from tests.world import World

BREAKS = ["calsync is down", "the grant is dead"]


@asynccontextmanager
async def after_a_break(world: World, why: str) -> AsyncIterator[World]:
    """Go on with alice after a break in which nothing of hers was synced."""
    if why == "the grant is dead":
        async with world.run():
            world.google.grants.revoke_all("alice@example.com")
            assert (await world.sync("alice")).code == "grant_dead"
            assert world.google.log.writes() == []
    async with world.run():
        if why == "the grant is dead":
            await world.connect("alice")
        yield world


async def test_o2g_02_what_a_hundred_events_cost(connected: World) -> None:
    """O2G-02: a request each to Google, a handful to Odoo; deleting them looks at each once more."""
    times = {"start": odoo_time(NOON), "stop": odoo_time(NOON + HOUR)}
    values = [{"name": f"Event {number}", **times} for number in range(100)]
    made = connected.odoo.as_user("alice").create(EVENT, values)
    await sync(connected)
    assert connected.google.log.count("calendar.*") <= 102
    assert len(connected.odoo.log.entries) <= 16
    await sync(connected)
    connected.odoo.as_user("alice").unlink(EVENT, made)
    async with connected.running.store.write() as tx:
        await accounts.update(tx, (await connected.account("alice")).id, deletions="delete")
    await sync(connected)
    assert connected.google.log.count("calendar.events.delete") == 100
    assert connected.google.log.count("calendar.*") <= 202
    assert len(connected.odoo.log.entries) <= 16
    assert connected.in_google("alice").events() == []


async def test_hnd_35_more_than_two_hundred_wait(connected: World) -> None:
    """HND-35: all of them go over, in one run."""
    times = {"start": odoo_time(NOON), "stop": odoo_time(NOON + HOUR)}
    connected.odoo.as_user("alice").create(EVENT, [{"name": f"Event {n}", **times} for n in range(205)])
    await sync(connected)
    assert len(connected.in_google("alice").events()) == 205
    await sync(connected)
    assert writes(connected) == []


@pytest.mark.parametrize("why", BREAKS)
async def test_o2g_23_and_29_what_was_made_in_a_break_goes_over_after_it(world: World, why: str) -> None:
    """O2G-23, O2G-29: nothing is sent while the sync rests, and nothing forgotten."""
    async with world.run():
        await world.connect("alice")
        await sync(world)
    world.google.log.clear()
    event = make(world, "alice", "Meeting", contact(world, "Dave", "dave@example.com"))
    async with after_a_break(world, why):
        assert world.google.log.writes() == []
        await sync(world)
        [item] = world.in_google("alice").events()
        assert invited(item) == {"alice@example.com": "accepted", "dave@example.com": "needsAction"}
        await settle(world)
        assert answers(world, event) == invited(item)


@pytest.mark.parametrize("why", BREAKS)
async def test_o2g_25_and_hnd_61_what_was_deleted_in_a_break_goes_after_it(world: World, why: str) -> None:
    """O2G-25, HND-61: also when nothing else has changed."""
    async with world.run():
        await world.connect("alice")
        event = make(world, "alice")
        await settle(world)
    world.odoo.as_user("alice").unlink(EVENT, event)
    async with after_a_break(world, why):
        assert len(world.in_google("alice").events()) == 1
        await sync(world)
        assert [one.operation for one in writes(world)] == ["calendar.events.delete"]
        assert world.in_google("alice").events() == []


async def connect_alone(world: World, name: str) -> None:
    """Connect one person and no other."""
    await world.connect(name)
    await sync(world, name)


async def test_o2g_31_a_an_administrator_makes_an_event_for_a_connected_organizer(world: World) -> None:
    """O2G-31 (a): it goes to the organizer's calendar."""
    async with world.run():
        await connect_alone(world, "alice")
        guest = contact(world, "Jean-Luc", "jean-luc@example.com")
        people = [[6, 0, [partner(world, "alice"), guest]]]
        make(world, "admin", "Meeting", user_id=world.odoo.users["alice"].id, partner_ids=people)
        await settle(world)
        [item] = world.in_google("alice").events()
        assert item["organizer"] == {"email": "alice@example.com", "self": True}
        assert set(invited(item)) == {"alice@example.com", "jean-luc@example.com"}


async def test_o2g_31_b_nobody_who_takes_part_is_connected(world: World) -> None:
    """O2G-31 (b): whatever Odoo does about it, we write nothing anywhere."""
    async with world.run():
        await connect_alone(world, "alice")
        make(world, "bob", "Meeting", contact(world, "Jean-Luc", "jean-luc@example.com"), user_id=False)
        await settle(world)
        assert world.in_google("alice").events(deleted=True) == []


@pytest.mark.parametrize("organizer", [None, "bob"], ids=["c", "d"])
async def test_o2g_31_and_hnd_34_the_organizer_has_no_calendar_at_google(
    world: World, organizer: str | None
) -> None:
    """O2G-31 (c, d), HND-34: who takes part gets a copy; the organizer in Odoo stays who he is."""
    async with world.run():
        await connect_alone(world, "alice")
        user = world.odoo.users[organizer].id if organizer else False
        guests = [partner(world, "bob"), contact(world, "Jean-Luc", "jean-luc@example.com")]
        event = make(world, "alice", "Meeting", *guests, user_id=user)
        await sync(world)
        [item] = world.in_google("alice").events()
        assert item["organizer"]["self"]
        assert "attendees" not in item, "Google would take alice for the host and could mail the others"
        await sync(world)
        assert world.google.log.writes() == world.odoo.log.writes() == []
        [row] = rows(world, "alice", "user_id")
        assert (row["id"], row["user_id"] and row["user_id"][0]) == (event, user)
        assert not world.google.mails
        assert not world.odoo.mails


@pytest.mark.parametrize("where", ["google", "odoo"])
async def test_hnd_41_a_guest_deletes_his_copy_and_only_declines(team: World, where: str) -> None:
    """HND-41: in Odoo, deleting a meeting of somebody else's in the calendar is an answer, too."""
    event = make(team, "alice", "Meeting", partner(team, "bob"), partner(team, "carol"))
    await settle(team, "alice", "bob", "carol")
    if where == "google":
        [copy] = team.in_google("bob").events()
        team.in_google("bob").delete(copy["id"])
    else:
        answer(team, "bob", event, "do_decline")
    for name in ("bob", "alice", "carol", "bob"):
        await sync(team, name)
    assert answers(team, event)["bob@example.com"] == "declined"
    assert [one["id"] for one in rows(team, "alice")] == [event]
    [item] = team.in_google("carol").events()
    assert invited(item)["bob@example.com"] == "declined"
    for name in ("alice", "bob", "carol"):
        await sync(team, name)
        assert team.google.log.writes() == team.odoo.log.writes() == []


async def test_hnd_62_a_private_event_of_somebody_else_is_never_pushed(team: World) -> None:
    """HND-62: what we are shown as "Busy" stays where it is, with a guest who is connected, too."""
    event = make(team, "alice", "Secret", partner(team, "bob"), privacy="private")
    for name in ("alice", "bob"):
        await sync(team, name)
        assert writes(team) == []
        assert team.in_google(name).events(deleted=True) == []
    edit(team, "alice", event, name="No secret any more", privacy="public")
    await settle(team, "alice", "bob", "carol")
    assert [one["summary"] for one in team.in_google("bob").events()] == ["No secret any more"]
    edit(team, "alice", event, name="A secret again", privacy="private")
    for name in ("alice", "bob", "carol"):
        await sync(team, name)
        assert writes(team) == [], "neither the text nor its absence may go over"
    [item] = team.in_google("bob").events()
    assert item["summary"] == "No secret any more"
