"""Ending it: disconnected at once, links kept for 30 days, and forgotten so that nothing is left."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot import forget as command
from sync.store import accounts, links, prompts
from sync.store.accounts import AccountState
from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.world import PEOPLE, TEAM, World, browse

REVOKE = "oauth.revoke"


@pytest.fixture
async def used(connected: World) -> World:
    """Alice has events, a history, and one event that is set aside."""
    make_in_odoo(connected, "alice", "From Odoo")
    connected.in_google("alice").create("From Google", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    return connected


async def disconnect(world: World, *, forget: bool = False) -> None:
    alice = world.in_slack("alice")
    await alice.command(f"/calsync disconnect{' --forget' if forget else ''}")
    await alice.see("What stays: all events")
    await alice.click("Disconnect And Forget" if forget else "Disconnect")
    await alice.see("I keep nothing about you" if forget else "Disconnected.")


async def test_it_says_what_stays_and_what_goes_and_asks_once_more(used: World) -> None:
    alice = used.in_slack("alice")
    await alice.command("/calsync disconnect")
    shown = await alice.see("What goes: my access to your Google account")
    assert "30 days" in shown.text
    asked = await alice.click("Disconnect", confirm=False)
    assert asked.confirm
    assert (await used.account("alice")).state is AccountState.CONNECTED
    await alice.click("Cancel")
    await alice.see("Cancelled: nothing was done.")
    await alice.stale_click(shown, "Disconnect")
    await alice.see("This question is settled already")
    assert (await used.account("alice")).state is AccountState.CONNECTED


async def test_disconnect_revokes_forgets_the_tokens_and_keeps_links(used: World) -> None:
    account = await used.account("alice")
    await disconnect(used)
    assert not used.google.grants.granted.get("alice@example.com")
    async with used.running.store.read() as tx:
        assert await accounts.refresh_token(tx, account.id) is None
        assert await links.count(tx, account.id) == 2
    assert (await used.sync("alice")).code == "not_connected"
    assert len(used.google_events("alice")) == len(used.odoo_events("alice")) == 2
    alice = used.in_slack("alice")
    await alice.command("/calsync status")
    await alice.see("You are disconnected, so nothing is synced")


async def test_connecting_again_goes_on_where_it_stood(used: World) -> None:
    await disconnect(used)
    make_in_odoo(used, "alice", "Meanwhile")
    [gone] = [one for one, event in used.odoo_by_id("alice").items() if event.title == "From Odoo"]
    used.odoo.as_user("alice").unlink("calendar.event", [gone])
    await used.connect("alice")
    outcome = await used.sync("alice")
    assert outcome.counts == {"new_in_odoo": 1, "deleted_in_odoo": 1}
    used.assert_agree("alice")


async def test_a_google_that_is_down_is_told_and_the_tokens_are_gone_all_the_same(used: World) -> None:
    fault = used.google.faults.add(operation=REVOKE, status=503, times=None)
    account = await used.account("alice")
    alice = used.in_slack("alice")
    await alice.command("/calsync disconnect")
    await alice.see("What stays")
    await alice.click("Disconnect")
    await alice.see("Google could not be reached to take the permission back")
    async with used.running.store.read() as tx:
        assert await accounts.refresh_token(tx, account.id) is None
    used.google.faults.remove(fault)
    used.advance(minutes=2)
    await used.running.services.revocations.catch_up()
    assert not used.google.grants.granted.get("alice@example.com")


async def test_who_connects_again_before_google_took_the_old_grant_keeps_the_new_one(used: World) -> None:
    fault = used.google.faults.add(operation=REVOKE, status=503, times=None)
    await used.running.services.leaving.disconnect((await used.account("alice")).id)
    used.google.faults.remove(fault)
    await used.connect("alice")
    used.google.log.clear()
    used.advance(minutes=2)
    await used.running.services.revocations.catch_up()
    assert used.google.log.count(REVOKE) == 0, "it would end the new grant, too"
    assert (await used.sync("alice")).code == "ok"


async def test_a_run_under_way_ends_and_does_not_bring_the_account_back(used: World) -> None:
    """Regression: the run's last word, "connect again", made a disconnected account wait for its person."""
    make_in_odoo(used, "alice", "Late")
    hold = asyncio.Event()
    fault = used.google.faults.add(operation="calendar.events.list", hold=hold)
    running = asyncio.create_task(used.sync("alice"))
    await fault.struck.wait()
    await disconnect(used)
    hold.set()
    await running
    assert (await used.account("alice")).state is AccountState.DISCONNECTED
    assert "Connect again" not in used.in_slack("alice").screen().text()


async def test_an_open_connect_link_ends_with_it(used: World) -> None:
    alice = used.in_slack("alice")
    await alice.command("/calsync connect")
    await alice.see("works once")
    url = (await alice.click("Connect Google Account")).url
    assert url
    await disconnect(used)

    await browse(url, "alice@example.com")
    assert (await used.account("alice")).state is AccountState.DISCONNECTED


async def test_after_30_days_everything_is_erased(used: World) -> None:
    account = await used.account("alice")
    await disconnect(used)
    used.advance(days=29)
    await used.running.services.leaving.sweep()
    assert (await used.account("alice")).id == account.id
    used.advance(days=2)
    await used.running.services.leaving.sweep()
    async with used.running.store.read() as tx:
        assert await accounts.of_person(tx, TEAM, PEOPLE["alice"]) is None
        assert await links.count(tx, account.id) == 0


async def test_forget_leaves_nothing_and_both_calendars_as_they_are(used: World) -> None:
    account = await used.account("alice")
    await disconnect(used, forget=True)
    async with used.running.store.read() as tx:
        assert await accounts.get(tx, account.id) is None
        assert await prompts.in_states(tx, [*prompts.PromptState]) == []
    assert not used.google.grants.granted.get("alice@example.com")
    assert len(used.google_events("alice")) == len(used.odoo_events("alice")) == 2
    alice = used.in_slack("alice")
    await alice.command("/calsync status")
    await alice.see("You are not connected")
    await used.connect("alice")
    assert (await used.sync("alice")).counts == {"same_event": 2}, "the pairs are found again"
    used.assert_agree("alice")


async def test_a_colleague_who_goes_leaves_the_meetings_of_others_alone(world: World) -> None:
    async with world.run():
        for name in ("alice", "bob"):
            await world.connect(name)
            await world.sync(name)
        partner = world.odoo.users["bob"].partner_id
        make_in_odoo(world, "alice", "Planning", partner_ids=[(4, partner)])
        for name in ("alice", "bob", "alice", "bob"):
            await world.sync(name)
        before = world.google_events("bob"), world.odoo_events("alice")
        await disconnect(world, forget=True)
        for _ in range(2):
            world.advance(days=1, hours=1)
            assert (await world.sync("bob")).code == "ok"
        assert (world.google_events("bob"), world.odoo_events("alice")) == before


async def told(world: World, who: str) -> tuple[int, str]:
    result = await command.forget(world.settings, who, world.clock)
    return result.code, "\n".join([*result.lines, *result.problems])


async def test_the_command_erases_and_proves_it(world: World) -> None:
    async with world.run():
        for name in ("alice", "bob"):
            await world.connect(name)
            make_in_odoo(world, name, f"Of {name}")
            await world.sync(name)
        assert (await told(world, "alice"))[0] == 2, "not while it is up"
    code, said = await told(world, "alice")
    assert code == 0, said
    assert "account: 1 row erased" in said
    assert "link: 1 row erased" in said
    assert "history: 1 row erased" in said
    assert "left in the database" in said
    for path in Path(world.settings.database_url.partition("///")[2]).parent.glob("calsync.db*"):
        content = path.read_bytes()
        assert PEOPLE["alice"].encode() not in content
        assert b"alice@example.com" not in content
    async with world.run():
        assert (await world.account("bob")).google_email == "bob@example.com"
        assert (await world.sync("bob")).counts == {}


async def test_the_command_says_that_google_has_not_taken_the_permission_back_yet(world: World) -> None:
    async with world.run():
        await world.connect("alice")
    fault = world.google.faults.add(operation=REVOKE, drop="before", times=None)
    code, said = await told(world, "alice")
    assert code == 0
    assert "Google has not taken the permission back yet" in said
    world.google.faults.remove(fault)
    async with world.run() as calsync:
        world.advance(minutes=2)
        await calsync.services.revocations.catch_up()
    assert not world.google.grants.granted.get("alice@example.com")


async def test_the_command_says_what_is_left(world: World) -> None:
    async with world.run():
        await world.connect("alice")
        async with world.running.store.write() as tx:
            await accounts.save(
                tx,
                TEAM,
                "U9",
                odoo_uid=99,
                odoo_partner_id=99,
                odoo_login="alice@example.com",
                time_zone="UTC",
                state=AccountState.CONNECTED,
                created_at=world.clock.now(),
            )
    code, said = await told(world, PEOPLE["alice"])
    assert code == 1
    assert "something is left in 1 place of account" in said


async def test_the_command_knows_nobody(world: World) -> None:
    code, said = await told(world, "nobody")
    assert (code, "nobody" in said) == (2, True)


async def test_a_question_about_it_ends_by_itself(used: World) -> None:
    alice = used.in_slack("alice")
    await alice.command("/calsync disconnect")
    asked = await alice.see("What stays")
    used.advance(minutes=11)
    ended = await alice.see("No answer came within 10 minutes")
    assert ended.ts == asked.ts
    await alice.stale_click(asked, "Disconnect")
    await alice.see("The time for this question is over")
    assert (await used.account("alice")).state is AccountState.CONNECTED
    assert used.clock.now() - (await used.account("alice")).created_at < timedelta(hours=1)
