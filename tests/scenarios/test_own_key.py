"""A person's own key for Odoo: private events sync with it; as it comes and goes nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest

from sync.reset import Choice, Existing, Next
from sync.store import cursors, links, own_keys, parked
from tests.scenarios.busy import HOUR, NOON
from tests.scenarios.calendars import (
    BRUSSELS,
    addresses,
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
from tests.scenarios.own_key import give_key, take_keys
from tests.scenarios.resetting import reset, resets, undo_last
from tests.world import World

pytestmark = pytest.mark.on_real_odoo

PRIVATE: dict[str, Any] = {"visibility": "private", "location": "Clinic", "description": "about my knee"}
# Of a real server, keys can be removed in the browser alone.
REFUSED = pytest.param("refused", marks=pytest.mark.on_real_odoo(False))
DAILY: dict[str, Any] = {"recurrency": True, "rrule": "FREQ=DAILY;COUNT=3", "event_tz": "Europe/Brussels"}


def as_strangers_see(world: World) -> set[str]:
    """Return the titles of alice's events as a colleague sees them who takes part in none."""
    actor = world.odoo.as_user("carol")
    ids = [row["id"] for row in rows(world, "alice")]
    return {row["name"] for row in actor.read("calendar.event", ids, ["name"])}


async def apart(world: World) -> None:
    """Sync alice until all is quiet, where both sides may differ on purpose."""
    for _ in range(3):
        await sync(world)
    assert writes(world) == world.odoo.log.writes() == []


async def test_a_private_event_of_odoo_goes_to_google_as_private_and_both_ways_from_then_on(
    connected: World,
) -> None:
    key = make(connected, "alice", "Surgery", privacy="private", location="Clinic")
    await apart(connected)
    assert connected.in_google("alice").events() == []
    await give_key(connected, "alice")
    await settle(connected)
    [item] = connected.in_google("alice").events()
    assert (item["summary"], item["location"], item["visibility"]) == ("Surgery", "Clinic", "private")
    connected.in_google("alice").patch(item["id"], summary="Surgery at ten")
    await settle(connected)
    [row] = rows(connected, "alice", "privacy")
    assert (row["id"], row["name"], row["privacy"]) == (key, "Surgery at ten", "private")
    edit(connected, "alice", key, name="Surgery at nine")
    await settle(connected)
    edit(connected, "alice", key, name="Surgery at eight")  # looks the same to the service account
    await settle(connected)
    assert connected.in_google("alice").event(item["id"])["summary"] == "Surgery at eight"
    connected.in_google("alice").delete(item["id"])
    await settle(connected)
    assert rows(connected, "alice") == []


async def test_a_private_event_of_google_stands_in_odoo_whole_and_hidden_from_others(
    connected: World,
) -> None:
    contact(connected, "Dave", "dave@example.com")
    await give_key(connected, "alice")
    more = PRIVATE | {"attendees": addresses("dave")}
    connected.in_google("alice").create("Surgery", start=NOON, end=NOON + HOUR, **more)
    await settle(connected)
    [row] = rows(connected, "alice", "location", "privacy", "partner_ids")
    assert (row["name"], row["location"], row["privacy"]) == ("Surgery", "Clinic", "private")
    assert len(row["partner_ids"]) == 2
    assert as_strangers_see(connected) == {"Busy"}


@pytest.mark.parametrize("repeats", [False, True])
async def test_busy_blocks_get_their_text_with_the_key_and_stay_hidden_from_others(
    connected: World, repeats: bool
) -> None:
    contact(connected, "Dave", "dave@example.com")
    rule: dict[str, Any] = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]} if repeats else {}
    person, begin = connected.in_google("alice"), NOON.astimezone(BRUSSELS)
    item = person.create(
        "Surgery", start=begin, end=begin + HOUR, attendees=addresses("dave"), **PRIVATE, **rule
    )
    if repeats:
        person.patch(person.instances(item["id"])[1]["id"], summary="Surgery again")
    await apart(connected)
    before = {row["id"] for row in rows(connected, "alice")}
    await give_key(connected, "alice")
    await settle(connected)
    shown = rows(connected, "alice", "privacy", "location", "partner_ids")
    assert {row["id"] for row in shown} == before
    assert {(row["privacy"], row["location"]) for row in shown} == {("private", "Clinic")}
    titles = [row["name"] for row in shown]
    assert titles == (["Surgery", "Surgery again", "Surgery"] if repeats else ["Surgery"])
    assert all(len(row["partner_ids"]) == 2 for row in shown)
    assert as_strangers_see(connected) == {"Busy"}
    assert set(invited(person.event(item["id"]))) == {"alice@example.com", "dave@example.com"}


@pytest.mark.parametrize("ends", ["removed", REFUSED])
async def test_when_the_key_is_gone_nothing_is_deleted_or_made_twice(connected: World, ends: str) -> None:
    """Masked again, events stay on both sides as they are; with a new key they go on where they stood."""
    make(connected, "alice", "Surgery", privacy="private")
    make(connected, "alice", "Therapy", privacy="private", **DAILY)
    connected.in_google("alice").create("Dentist", start=NOON, end=NOON + HOUR, **PRIVATE)
    await give_key(connected, "alice")
    await settle(connected)
    google, odoo = connected.in_google("alice").events(), rows(connected, "alice")
    assert [len(google), len(odoo)] == [3, 5]
    account = await connected.account("alice")
    if ends == "removed":
        async with connected.running.store.write() as tx:
            await own_keys.drop(tx, account.id)
    else:
        take_keys(connected, "alice")
    await apart(connected)
    dentist = next(one for one in google if one["summary"] == "Dentist")
    connected.in_google("alice").patch(dentist["id"], summary="Dentist at ten")
    await apart(connected)
    assert len(connected.in_google("alice").events()) == 3
    assert rows(connected, "alice") == odoo
    async with connected.running.store.read() as tx:
        held = await own_keys.get(tx, account.id)
    assert (held is None) if ends == "removed" else (held and held.secret is None and held.stopped_at)
    await give_key(connected, "alice")
    await settle(connected)
    assert {row["name"] for row in rows(connected, "alice")} == {"Surgery", "Therapy", "Dentist at ten"}
    assert (len(connected.in_google("alice").events()), len(rows(connected, "alice"))) == (3, 5)


async def test_private_events_are_not_doubled_when_links_and_key_are_lost(connected: World) -> None:
    """Each side knows what was made from the other, though Odoo shows nothing of what is masked."""
    make(connected, "alice", "Surgery", privacy="private")
    make(connected, "alice", "Therapy", privacy="private", **DAILY)
    person, begin = connected.in_google("alice"), NOON.astimezone(BRUSSELS)
    person.create("Dentist", start=begin, end=begin + HOUR, **PRIVATE)
    weekly = PRIVATE | {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]}
    person.create("Weekly", start=begin, end=begin + HOUR, **weekly)
    await give_key(connected, "alice")
    await settle(connected)
    google, odoo = person.events(), rows(connected, "alice")
    account = await connected.account("alice")
    async with connected.running.store.write() as tx:
        await own_keys.drop(tx, account.id)
        await links.end_all(tx, account.id)
        await cursors.set_google(tx, account.id, None)
    await apart(connected)
    assert person.events() == google
    assert rows(connected, "alice") == odoo
    await give_key(connected, "alice")
    await settle(connected)
    assert [len(person.events()), len(rows(connected, "alice"))] == [len(google), len(odoo)]


@pytest.mark.on_real_odoo(False)
async def test_a_key_that_ends_in_the_middle_of_a_run_lets_the_run_go_on_without_it(connected: World) -> None:
    await give_key(connected, "alice")
    await connected.sync("alice")
    make(connected, "alice", "Open")
    take_keys(connected, "alice")  # the session is still there
    outcome = await connected.sync("alice")
    assert outcome.code == "ok"
    assert [item["summary"] for item in connected.in_google("alice").events()] == ["Open"]


async def test_a_colleague_without_a_key_answers_a_private_meeting(team: World) -> None:
    """His run sees nothing of it in Odoo; the owner's brings him in, and his answer."""
    await give_key(team, "alice")
    key = make(team, "alice", "Surgery", partner(team, "bob"), privacy="private")
    await settle(team, "alice", "bob")
    [copy] = team.in_google("bob").events()
    team.in_google("bob").respond(copy["id"], "accepted")
    await settle(team, "alice", "bob")
    actor = team.odoo.as_user("alice")
    ids = actor.search("calendar.attendee", [("event_id", "=", key)])
    states = {row["partner_id"][0]: row["state"] for row in actor.read("calendar.attendee", ids)}
    assert states[team.odoo.users["bob"].partner_id] == "accepted"
    assert len(rows(team, "bob")) == 1
    async with team.running.store.read() as tx:
        assert await parked.of_account(tx, (await team.account("bob")).id) == []


async def test_a_private_invitation_from_outside_stays_a_busy_block(connected: World) -> None:
    """Colleagues may be in it, whose runs read it with the service account's login."""
    await give_key(connected, "alice")
    more = PRIVATE | {"attendees": addresses("boss@elsewhere.example", "alice")}
    connected.in_google("alice").invited(
        "boss@elsewhere.example", "uid-1@elsewhere.example", "Surgery", start=NOON, end=NOON + HOUR, **more
    )
    await apart(connected)
    [row] = rows(connected, "alice", "location")
    assert (row["name"], row["location"]) == ("Busy", False)


@pytest.mark.on_real_odoo(False)
async def test_a_reset_takes_private_events_along_and_the_sweep_reaches_them(connected: World) -> None:
    make(connected, "alice", "Surgery", privacy="private")
    connected.in_google("alice").create("Dentist", start=NOON, end=NOON + HOUR, **PRIVATE)
    await give_key(connected, "alice")
    await settle(connected)
    assert not (await reset(connected, Choice(Existing.BOTH, Next.NEW))).failures
    assert connected.in_google("alice").events() == rows(connected, "alice") == []
    assert not (await undo_last(connected)).failures
    assert {row["name"] for row in rows(connected, "alice")} == {"Surgery", "Dentist"}
    await reset(connected, Choice(Existing.ODOO, Next.NEW))
    assert len(rows(connected, "alice", archived=True)) == 2
    connected.advance(days=15)
    await resets(connected).sweep()
    assert rows(connected, "alice", archived=True) == []
