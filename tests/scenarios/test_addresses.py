"""People whose address at Google is not the one that Odoo knows."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sync.store import accounts, links
from tests.scenarios.busy import NOON
from tests.scenarios.calendars import (
    HOUR,
    addresses,
    answer,
    answers,
    contact,
    edit,
    invited,
    make,
    rows,
    settle,
    sync,
)
from tests.scenarios.linking import browser, code_on, follow, link
from tests.world import World, unasked

PRIVATE = "alice.private@gmail.example"


@pytest.fixture
async def private(world: World) -> AsyncIterator[World]:
    """A world in which alice has connected a Google account of another address than her contact's in Odoo."""
    world.google.add_person(PRIVATE, time_zone="Europe/Brussels")
    async with world.run():
        with unasked():
            async with browser() as person:
                code = code_on(await follow(person, await link(world), PRIVATE))
            await world.in_slack("alice").command(f"/calsync connect {code}")
            await world.in_slack("alice").see("Connected")
        await world.connect("bob")
        yield world


async def settled(world: World) -> None:
    """Let everything go over, then assert that a further run of each writes nothing and nobody was mailed."""
    for name in ("alice", "bob", "alice", "bob", "alice", "bob"):
        await sync(world, name)
    for name in ("alice", "bob"):
        await sync(world, name)
        assert world.google.log.writes() == world.odoo.log.writes() == []
    assert not world.google.mails
    assert not world.odoo.mails


async def test_a_colleague_is_invited_under_the_address_he_connected(private: World) -> None:
    alice = private.odoo.users["alice"].partner_id
    event = make(private, "bob", "Meeting", alice)
    await settled(private)
    [mine] = private.google.people[PRIVATE].events()
    assert invited(mine) == {"bob@example.com": "accepted", PRIVATE: "needsAction"}
    assert answers(private, event) == {"bob@example.com": "accepted", "alice@example.com": "needsAction"}
    private.google.people[PRIVATE].respond(mine["id"], "tentative")
    await settled(private)
    assert answers(private, event)["alice@example.com"] == "tentative"
    answer(private, "alice", event, "do_decline")
    await settled(private)
    [his] = private.in_google("bob").events()
    assert invited(his)[PRIVATE] == "declined"


async def test_a_meeting_of_that_calendar_is_organized_by_the_person_in_odoo(private: World) -> None:
    person = private.google.people[PRIVATE]
    item = person.create("Meeting", start=NOON, end=NOON + HOUR, attendees=addresses("bob"))
    await settled(private)
    [row] = rows(private, "bob", "user_id")
    assert row["user_id"][0] == private.odoo.users["alice"].id
    assert set(answers(private, row["id"])) == {"alice@example.com", "bob@example.com"}
    edit(private, "alice", row["id"], location="Room 1")
    await settled(private)
    assert private.in_google("bob").event(item["id"])["location"] == "Room 1"
    assert len(private.odoo.as_user("admin").search("calendar.event")) == 1
    admin = private.odoo.as_user("admin")
    assert admin.search("res.partner", [("email", "=", PRIVATE)]) == [], "no contact for a private address"


async def test_the_address_in_odoo_stands_for_the_person_too(private: World) -> None:
    """Bob invites alice in Google by the address that everybody knows, which is no account of hers there."""
    private.in_google("bob").create("Meeting", start=NOON, end=NOON + HOUR, attendees=addresses("alice"))
    await settled(private)
    [row] = rows(private, "bob")
    assert set(answers(private, row["id"])) == {"alice@example.com", "bob@example.com"}
    [his] = private.in_google("bob").events()
    assert "alice@example.com" in invited(his)


async def test_a_contact_invited_later_on_either_side_stays_invited(connected: World) -> None:
    """Whoever is asked for the first time must not pass for somebody whom Odoo does not know."""
    guests = [contact(connected, name, f"{name}@example.com") for name in ("dave", "erin", "fred")]
    event = make(connected, "alice", "Talk", guests[0])
    await settle(connected)
    edit(connected, "alice", event, partner_ids=[[4, guests[1]]])
    await settle(connected)
    [item] = connected.in_google("alice").events()
    assert set(invited(item)) == {one["email"] for one in addresses("alice", "dave", "erin")}
    connected.in_google("alice").patch(item["id"], attendees=[*item["attendees"], *addresses("fred")])
    await settle(connected)
    everybody = {one["email"] for one in addresses("alice", "dave", "erin", "fred")}
    assert set(answers(connected, event)) == everybody
    assert set(invited(connected.in_google("alice").event(item["id"]))) == everybody


async def test_a_guest_of_an_event_found_again_by_its_id_stays(world: World) -> None:
    """A regression: nobody had asked Odoo who the guests were, so they were taken off there."""
    async with world.run():
        await world.connect("alice")
        event = make(world, "alice", "Talk", contact(world, "Dave", "dave@example.com"))
        await settle(world)
    async with world.run():
        async with world.running.store.write() as tx:
            await links.end_all(tx, (await world.account("alice")).id)  # as if it had been set back
        edit(world, "alice", event, name="New words")
        await settle(world)
        assert set(answers(world, event)) == {"alice@example.com", "dave@example.com"}
        [item] = world.in_google("alice").events()
        assert set(invited(item)) == {"alice@example.com", "dave@example.com"}


async def test_a_calendar_that_got_another_address_after_it_was_connected(connected: World) -> None:
    """A regression: a Meet link made meanwhile undid the create, and the guests were lost on both sides."""
    async with connected.running.store.write() as tx:
        account = (await connected.account("alice")).id
        await accounts.update(tx, account, makes_meet=True, google_email="alice.old@example.com")
    event = make(connected, "alice", "Talk", contact(connected, "Dave", "dave@example.com"))
    outcome = await connected.sync("alice")
    assert outcome.counts == {"new_in_odoo": 1}
    await settle(connected)
    [item] = connected.in_google("alice").events()
    assert set(invited(item)) == {"alice@example.com", "dave@example.com"}
    assert set(answers(connected, event)) == {"alice@example.com", "dave@example.com"}
