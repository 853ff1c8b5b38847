"""Before the first sync the person sees what it would do; nothing is written without a word."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot import consents
from sync.store import accounts
from sync.store.accounts import AccountState
from tests.doubles.slack import NotVisible
from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.scenarios.linking import PRIVATE, account_of, browser, code_on, follow, grants_of, link
from tests.world import World, unasked


@pytest.fixture
async def asked(world: World) -> AsyncIterator[World]:
    """A running world in which alice has connected two calendars that differ, and is asked."""
    google = world.in_google("alice")
    for title in ("Dentist", "Lunch"):
        google.create(title, start=NOON, end=NOON + HOUR)
    google.create("Both", start=NOON + HOUR, end=NOON + 2 * HOUR)
    make_in_odoo(world, "alice", "Both", start=str(NOON + HOUR)[:19], stop=str(NOON + 2 * HOUR)[:19])
    make_in_odoo(world, "alice", "Figures")
    world.google.log.clear()
    world.odoo.log.clear()
    async with world.run():
        await connect(world)
        yield world


async def connect(world: World, email: str = "alice@example.com") -> str:
    """Connect as alice, wait for the look at both calendars, and return the last page."""
    async with browser() as person:
        page = await follow(person, await link(world), email)
    await world.running.services.errands.settled()
    return page


async def test_the_question_counts_what_would_be_done_and_nothing_is_done(asked: World) -> None:
    shown = await asked.in_slack("alice").see("Start Syncing")
    for fact in (
        "Connected: *alice@example.com* in Google and *alice* in Odoo",
        "2 events from Google come into Odoo",
        "1 event from Odoo comes into Google",
        "1 event is on both sides already and is matched",
        "Nothing is written before",
    ):
        assert fact in shown.text
    asked.advance(hours=2)
    assert (await asked.sync("alice")).code == "not_connected"
    assert asked.google.log.writes() == asked.odoo.log.writes() == []


async def test_start_begins_the_first_sync_and_its_result_is_told(asked: World) -> None:
    alice = asked.in_slack("alice")
    await alice.click("Start Syncing")
    await alice.see("The first sync has begun")
    outcome = await asked.sync("alice")
    assert outcome.counts == {"new_in_google": 2, "new_in_odoo": 1, "same_event": 1}
    await alice.see("The first sync is done: ")
    asked.assert_agree("alice")


async def test_cancel_gives_the_grant_back_and_leaves_no_trace(asked: World) -> None:
    alice = asked.in_slack("alice")
    await alice.click("Cancel")
    await alice.see("Nothing is connected")
    assert await account_of(asked) is None
    assert not grants_of(asked, "alice@example.com")
    assert asked.google.log.writes() == asked.odoo.log.writes() == []


async def test_the_question_settles_once(asked: World) -> None:
    alice = asked.in_slack("alice")
    question = await alice.see("Start Syncing")
    await alice.click("Start Syncing")
    await alice.see("has begun")
    for button in ("Cancel", "Start Syncing"):
        await alice.stale_click(question, button)
        await alice.see("settled already")
    assert (await asked.account("alice")).state is AccountState.CONNECTED
    assert grants_of(asked, "alice@example.com") == 1


async def test_the_question_of_an_earlier_connection_is_out_of_date(asked: World) -> None:
    alice = asked.in_slack("alice")
    earlier = await alice.see("Start Syncing")
    await connect(asked)
    await alice.stale_click(earlier, "Start Syncing")
    await alice.see("settled already")
    assert (await asked.account("alice")).state is AccountState.PREVIEW
    await alice.click("Start Syncing", message=await alice.see("Start Syncing", after=earlier))
    await alice.see("has begun")
    assert (await asked.account("alice")).state is AccountState.CONNECTED


async def test_nobody_else_can_start_it(asked: World) -> None:
    await asked.in_slack("alice").click_as(asked.in_slack("bob"), "Start Syncing")
    await asked.running.services.errands.settled()
    assert (await asked.account("alice")).state is AccountState.PREVIEW


async def test_a_question_that_nobody_answers_ends_after_a_day(asked: World) -> None:
    services = asked.running.services
    asked.advance(hours=24)
    await consents.expire(services)
    assert (await asked.account("alice")).state is AccountState.PREVIEW
    asked.advance(minutes=11)
    await consents.expire(services)
    await asked.in_slack("alice").see("Nobody answered for a day")
    assert await account_of(asked) is None
    assert not grants_of(asked, "alice@example.com")


async def test_a_started_connection_outlives_its_question(asked: World) -> None:
    await asked.in_slack("alice").click("Start Syncing")
    await asked.in_slack("alice").see("has begun")
    asked.advance(days=2)
    await consents.expire(asked.running.services)
    assert (await asked.account("alice")).state is AccountState.CONNECTED
    assert grants_of(asked, "alice@example.com") == 1


async def test_status_and_resync_say_that_it_waits(asked: World) -> None:
    alice = asked.in_slack("alice")
    for command in ("status", "resync"):
        alice.reload()
        await alice.command(f"/calsync {command}")
        await alice.see("not yet started")
    asked.in_google("alice").create("Later", start=NOON, end=NOON + HOUR)
    await alice.click("Show What Would Be Done")
    shown = await alice.see("3 events from Google come into Odoo")
    await alice.click("Start Syncing", message=shown)
    await alice.see("has begun")
    assert (await asked.account("alice")).state is AccountState.CONNECTED


async def test_calendars_that_cannot_be_looked_at_are_looked_at_again(world: World) -> None:
    async with world.run():
        fault = world.google.faults.add(operation="calendar.events.list", status=503, times=None)
        await connect(world)
        alice = world.in_slack("alice")
        await alice.see("cannot tell yet")
        with pytest.raises(NotVisible):
            await alice.click("Start Syncing")
        world.google.faults.remove(fault)
        await alice.click("Show What Would Be Done")
        await alice.see("nothing to do")
        await alice.click("Start Syncing")
        await alice.see("has begun")
        assert (await world.account("alice")).state is AccountState.CONNECTED


async def test_who_synced_already_is_not_asked_again(connected: World) -> None:
    page = await connect(connected)
    assert "goes on where it left off" in page
    assert (await connected.account("alice")).state is AccountState.CONNECTED


async def test_another_google_account_is_asked_about_and_cancelling_keeps_the_history(
    connected: World,
) -> None:
    connected.google.add_person(PRIVATE)
    make_in_odoo(connected, "alice", "Figures")
    assert (await connected.sync("alice")).counts == {"new_in_odoo": 1}
    page = await connect(connected, PRIVATE)
    alice = connected.in_slack("alice")
    await alice.command(f"/calsync connect {code_on(page)}")
    await connected.running.services.errands.settled()
    await alice.see("1 event from Odoo comes into Google")
    await alice.click("Cancel", message=await alice.see("Start Syncing"))
    await alice.see("Nothing is connected")
    account = await connected.account("alice")
    assert (account.state, account.google_email) == (AccountState.DISCONNECTED, None)
    assert not connected.google.grants.refresh_tokens
    assert [event.title for event in connected.odoo_events("alice")] == ["Figures"]
    assert [event.title for event in connected.google_events("alice")] == ["Figures"]
    await alice.command("/calsync history")
    await alice.see("Figures")
    with unasked():
        await connect(connected)
    assert (await connected.sync("alice")).counts == {"same_event": 1}
    assert len(connected.google_events("alice")) == 1


async def test_before_the_start_colleagues_treat_the_person_as_not_connected(asked: World) -> None:
    """An invitation must not come into a calendar whose owner has not said so."""
    await asked.connect("bob")
    async with asked.running.store.write() as tx:
        await accounts.update(tx, (await asked.account("alice")).id, google_email=PRIVATE)
    asked.google.add_person(PRIVATE)
    partner = asked.odoo.users["alice"].partner_id
    make_in_odoo(asked, "bob", "Meeting", partner_ids=[[4, partner]])
    await asked.sync("bob")
    [item] = asked.in_google("bob").events()
    assert PRIVATE not in str(item["attendees"])


async def test_a_grant_that_google_will_end_is_told_before_the_start(world: World) -> None:
    """Publishing status Testing: Google says at once that the grant lives seven days."""
    world.google.project.publishing = "testing"
    world.google.project.test_users = {"alice@example.com"}
    async with world.run():
        await connect(world)
        shown = await world.in_slack("alice").see("Google ends this connection")
        assert "publishing status is Testing" in shown.text
