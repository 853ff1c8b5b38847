"""A Google account of another address: the browser shows a code, and whoever asked for the link types it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot import consents
from bot.consents import TRIES
from sync.store import accounts
from sync.store.accounts import AccountState
from sync.store.connects import ConnectState
from tests.scenarios.linking import (
    PRIVATE,
    account_of,
    browser,
    code_on,
    follow,
    grants_of,
    is_connected,
    link,
    state_of,
    to_callback,
)
from tests.world import PEOPLE, World, unasked


@pytest.fixture
async def private(world: World) -> AsyncIterator[World]:
    """A running world with a Google account of another address than anybody's in Slack."""
    world.google.add_person(PRIVATE)
    async with world.run():
        with unasked():
            yield world


async def shown_code(world: World, name: str = "alice", email: str = PRIVATE) -> str:
    """Let a person choose the private account, and return the code that the browser shows."""
    async with browser() as person:
        page = await follow(person, await link(world, name), email)
    assert "One more step" in page
    return code_on(page)


def wrong(code: str) -> str:
    """Return another code."""
    return code.translate(str.maketrans("0123456789", "1234567890"))


async def test_the_code_connects_the_private_account(private: World) -> None:
    code = await shown_code(private)
    assert not await is_connected(private)
    alice = private.in_slack("alice")
    asked = await alice.see("type `/calsync connect` and the code")
    assert PRIVATE not in asked.text, "whose account it is stays in the browser until the code is right"
    await alice.command(f"/calsync connect {code}")
    await alice.see(f"Connected: *{PRIVATE}*")
    account = await account_of(private)
    assert account is not None
    assert account.google_email == PRIVATE


@pytest.mark.parametrize("typed", ["{half}{rest}", "  {half}-{rest} ", "{persian}"])
async def test_a_code_may_be_typed_in_any_way(private: World, typed: str) -> None:
    half, rest = (await shown_code(private)).split(" ")
    persian = (half + rest).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    await private.in_slack("alice").command(
        "/calsync connect " + typed.format(half=half, rest=rest, persian=persian)
    )
    await private.in_slack("alice").see("Connected")


async def test_a_forwarded_link_connects_no_strangers_calendar(private: World) -> None:
    """Threat: alice sends her link to bob, who trusts it and consents; only bob's browser has the code."""
    async with browser() as bobs:
        page = await follow(bobs, await link(private), "bob@example.com")
    assert "Whoever asks you for this code wants your calendar" in page
    assert "type this in Slack as Alice" in page
    alice = private.in_slack("alice")
    for number in range(TRIES):
        await alice.command(f"/calsync connect {wrong(code_on(page))[:-1]}{number}")
    await alice.see("wrong too often")
    assert not await is_connected(private)
    assert not grants_of(private, "bob@example.com"), "the grant was not given back"


async def test_bob_cannot_enter_the_code_of_alices_link(private: World) -> None:
    """Whoever follows a forwarded link and types the code as himself gets nothing connected to anybody."""
    code = await shown_code(private)
    bob = private.in_slack("bob")
    await bob.command(f"/calsync connect {code}")
    await bob.see("No code is waited for")
    assert not await is_connected(private, "bob")
    assert not await is_connected(private)


async def test_a_leaked_link_brings_no_strangers_account_to_alice(private: World) -> None:
    """Threat: bob sees alice's link and chooses his own account; alice is asked for a code she has not."""
    async with browser() as bobs:
        await follow(bobs, await link(private), "bob@example.com")
    alice = private.in_slack("alice")
    await alice.see("Type only a code that your own browser shows")
    await alice.click("Cancel")
    await alice.see("Nothing is connected")
    assert not await is_connected(private)
    assert not grants_of(private, "bob@example.com")


async def test_wrong_codes_are_counted_and_a_right_one_after_them_still_counts(private: World) -> None:
    code = await shown_code(private)
    alice = private.in_slack("alice")
    for left in range(TRIES - 1, 0, -1):
        await alice.command(f"/calsync connect {wrong(code)}")
        await alice.see(f"{left} {'try is' if left == 1 else 'tries are'} left")
    await alice.command(f"/calsync connect {code}")
    await alice.see("Connected")


async def test_after_the_last_try_the_right_code_is_worth_nothing(private: World) -> None:
    code = await shown_code(private)
    alice = private.in_slack("alice")
    for _ in range(TRIES):
        await alice.command(f"/calsync connect {wrong(code)}")
    await alice.see("wrong too often")
    await alice.command(f"/calsync connect {code}")
    await alice.see("No code is waited for")
    assert not await is_connected(private)


async def test_guesses_at_the_same_moment_are_counted_one_by_one(private: World) -> None:
    code = await shown_code(private)
    services = private.running.services
    person = await services.people.get("T0000000001", PEOPLE["alice"])
    typed = [wrong(code)] * TRIES + [code] * 3
    guesses = [consents.enter_code(services, person, one) for one in typed]
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert {type(one) for one in results} <= {consents.WrongCode, consents.NothingWaits}
    assert not await is_connected(private)
    assert not grants_of(private, PRIVATE)


async def test_a_code_works_once(private: World) -> None:
    code = await shown_code(private)
    alice = private.in_slack("alice")
    for _ in range(2):
        await alice.command(f"/calsync connect {code}")
        await private.running.services.errands.settled()
    await alice.see("No code is waited for")
    assert grants_of(private, PRIVATE) == 1


async def test_a_code_ends_with_its_link_and_the_grant_goes_back(private: World) -> None:
    url = await link(private)
    async with browser() as person:
        code = code_on(await follow(person, url, PRIVATE))
    private.clock.advance(minutes=10)
    alice = private.in_slack("alice")
    await alice.command(f"/calsync connect {code}")
    await alice.see("No code is waited for")
    await consents.expire(private.running.services)
    await alice.see("Time is up")
    assert await state_of(private, url) is ConnectState.EXPIRED
    assert not grants_of(private, PRIVATE)


async def test_a_newer_link_cancels_the_code_and_the_grant_goes_back(private: World) -> None:
    code = await shown_code(private)
    url = await link(private)
    await private.running.services.errands.settled()
    assert not grants_of(private, PRIVATE)
    await private.in_slack("alice").command(f"/calsync connect {code}")
    await private.in_slack("alice").see("No code is waited for")
    async with browser() as person:
        assert "Connected" in await follow(person, url, "alice@example.com")


async def test_an_account_that_became_somebody_elses_meanwhile_is_not_taken_over(private: World) -> None:
    alices = await shown_code(private)
    bobs = await shown_code(private, "bob")
    await private.in_slack("bob").command(f"/calsync connect {bobs}")
    await private.in_slack("bob").see("Connected")
    alice = private.in_slack("alice")
    await alice.command(f"/calsync connect {alices}")
    await alice.see("connected to somebody else already")
    assert not await is_connected(private)
    assert (await private.sync("bob")).code == "ok", "bob's grant must not be revoked with alice's"


async def test_a_taken_account_is_refused_before_any_code(private: World) -> None:
    await private.connect("bob")
    async with browser() as person:
        page = await follow(person, await link(private), "bob@example.com")
    assert "connected to somebody else already" in page
    assert (await private.sync("bob")).code == "ok"


async def test_an_odoo_user_that_became_somebody_elses_meanwhile_is_not_shared(private: World) -> None:
    code = await shown_code(private)
    services = private.running.services
    uid = private.odoo.users["alice"].id
    await private.connect("bob")
    async with services.store.write() as tx:
        bob = await accounts.of_person(tx, "T0000000001", PEOPLE["bob"])
        assert bob is not None
        await accounts.update(tx, bob.id, odoo_uid=uid)
    await private.in_slack("alice").command(f"/calsync connect {code}")
    await private.in_slack("alice").see("This Odoo user is connected to somebody else already")


async def test_a_letter_case_of_the_address_makes_no_other_person(private: World) -> None:
    private.slack.workspace.user(PEOPLE["alice"]).email = "Alice@Example.COM"
    async with browser() as person:
        assert "Connected" in await follow(person, await link(private), "alice@example.com")


async def test_the_look_alike_of_an_address_is_another_person(private: World) -> None:
    """Case folding makes one of ß and ss; at Google they are two people."""
    private.google.add_person("strasse@example.com")
    private.slack.workspace.user(PEOPLE["alice"]).email = "straße@example.com"
    private.odoo.as_user("admin").write(
        "res.users", private.odoo.users["alice"].id, {"login": "straße@example.com"}
    )
    async with browser() as person:
        page = await follow(person, await link(private), "strasse@example.com")
    assert "One more step" in page


async def test_a_code_while_connected_changes_nothing_before_it_is_right(private: World) -> None:
    await private.connect("alice")
    code = await shown_code(private)
    assert (await private.sync("alice")).code == "ok"
    account = await private.account("alice")
    assert (account.google_email, account.state) == ("alice@example.com", AccountState.CONNECTED)
    await private.in_slack("alice").command(f"/calsync connect {code}")
    await private.in_slack("alice").see(f"Connected: *{PRIVATE}*")
    assert (await private.account("alice")).google_email == PRIVATE
    assert not grants_of(private, "alice@example.com")
    assert grants_of(private, PRIVATE) == 1


async def test_a_google_account_that_died_in_between_leaves_no_half_connection(private: World) -> None:
    async with browser() as person:
        back = await to_callback(person, await link(private), PRIVATE)
        private.google.faults.add(operation="oauth.token", status=503, times=None)
        async with person.get(back) as answer:
            assert "Google cannot be reached" in await answer.text()
    assert not await is_connected(private)
    assert "Connect" in (await private.in_slack("alice").see("works once")).text
