"""Who has disconnected keeps nobody else from a Google account, and what waited goes with the connection."""

from __future__ import annotations

from sync.store import links
from sync.store.accounts import AccountState
from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.scenarios.linking import (
    PRIVATE,
    account_of,
    browser,
    code_on,
    follow,
    grants_of,
    link,
    state_of,
    to_callback,
)
from tests.world import World, unasked


async def disconnect(world: World, name: str = "alice", *, forget: bool = False) -> None:
    person = world.in_slack(name)
    person.reload()
    await person.command(f"/calsync disconnect{' --forget' if forget else ''}")
    await person.see("What stays: all events")
    await person.click("Disconnect And Forget" if forget else "Disconnect")
    await person.see("I keep nothing about you" if forget else "Disconnected.")


async def take_private(world: World, name: str) -> str:
    """Connect the private account as somebody, who proves it by the code, and return the last page."""
    async with browser() as person:
        page = await follow(person, await link(world, name), PRIVATE)
    if code := code_on(page):
        with unasked():
            await world.in_slack(name).command(f"/calsync connect {code}")
            await world.in_slack(name).see("The code is right")
            await world.running.services.errands.settled()
    return page


async def test_a_google_account_that_was_disconnected_can_become_another_persons(world: World) -> None:
    world.google.add_person(PRIVATE)
    async with world.run():
        await take_private(world, "alice")
        make_in_odoo(world, "alice", "Hers")
        assert (await world.sync("alice")).counts == {"new_in_odoo": 1}
        assert "connected to somebody else" in await take_private(world, "bob")
        assert (await world.sync("alice")).code == "ok", "hers goes on"
        await disconnect(world)
        await take_private(world, "bob")
        assert (await world.account("bob")).google_email == PRIVATE
        alice = await world.account("alice")
        assert (alice.state, alice.google_sub, alice.google_email) == (AccountState.DISCONNECTED, None, None)
        async with world.running.store.read() as tx:
            assert await links.count(tx, alice.id) == 0
        assert "connected to somebody else" in await take_private(world, "alice")
        assert (await world.sync("bob")).code == "ok", "his goes on"


async def test_who_lost_the_account_meanwhile_gets_nothing_twice_with_it_again(world: World) -> None:
    world.google.add_person(PRIVATE)
    async with world.run():
        await take_private(world, "alice")
        make_in_odoo(world, "alice", "Hers")
        await world.sync("alice")
        await disconnect(world)
        await take_private(world, "bob")
        await disconnect(world, "bob")
        await take_private(world, "alice")
        assert (await world.account("alice")).google_email == PRIVATE
        assert (await world.sync("alice")).counts == {"same_event": 1}
        assert [one["summary"] for one in world.google.people[PRIVATE].events()] == ["Hers"]
        assert [one.title for one in world.odoo_events("alice")] == ["Hers"]


async def test_a_consent_that_waits_goes_with_the_connection(connected: World) -> None:
    connected.google.add_person(PRIVATE)
    for forget in (False, True):
        async with browser() as person:
            url = await link(connected)
            code = code_on(await follow(person, url, PRIVATE))
        assert grants_of(connected, PRIVATE) == 1
        await disconnect(connected, forget=forget)
        assert grants_of(connected, PRIVATE) == grants_of(connected, "alice@example.com") == 0
        alice = connected.in_slack("alice")
        await alice.command(f"/calsync connect {code}")
        await alice.see("No code is waited for")
    assert await account_of(connected) is None


async def test_a_link_that_is_open_in_a_browser_ends_with_the_connection(connected: World) -> None:
    url = await link(connected)
    async with browser() as person:
        back = await to_callback(person, url, "alice@example.com")
        await disconnect(connected)
        assert (await state_of(connected, url)) == "cancelled"
        async with person.get(back) as answer:
            assert answer.status == 404
    assert (await connected.account("alice")).state is AccountState.DISCONNECTED


async def test_connecting_again_ends_the_own_pause_and_not_an_administrators(connected: World) -> None:
    alice = connected.in_slack("alice")
    await alice.command("/calsync pause")
    await alice.see("Paused")
    async with browser() as person:
        await follow(person, await link(connected), "alice@example.com")
    assert (await connected.account("alice")).paused_at is None
    await disconnect(connected)
    assert (await connected.account("alice")).disconnected_at
    async with browser() as person:
        await follow(person, await link(connected), "alice@example.com")
    account = await connected.account("alice")
    assert (account.state, account.disconnected_at) == (AccountState.CONNECTED, None)


async def test_before_the_first_sync_there_is_nothing_to_reset_or_pause(world: World) -> None:
    """A reset writes, and nothing is written without the word of the person."""
    world.in_google("alice").create("One", start=NOON, end=NOON + HOUR)
    async with world.run():
        async with browser() as person:
            await follow(person, await link(world), "alice@example.com")
        alice = world.in_slack("alice")
        await alice.see("Start Syncing")
        for command in ("reset", "pause", "resume"):
            alice.reload()
            await alice.command(f"/calsync {command}")
            await alice.see("not yet started")
        assert (await world.account("alice")).paused_at is None


async def test_erasing_finds_links_and_the_consent_that_waits_with_one(connected: World) -> None:
    connected.google.add_person(PRIVATE)
    account = await connected.account("alice")
    async with browser() as person:
        assert code_on(await follow(person, await link(connected), PRIVATE))
    erased = await connected.running.services.leaving.forget_and_prove(account)
    assert erased.rows["connect"] >= 1
    assert erased.left == {}
    assert grants_of(connected, PRIVATE) == 0
