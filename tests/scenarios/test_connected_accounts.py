"""Which Google account is connected to whom: addresses, domains, boxes left empty, and connecting again."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.google import grant
from tests.conftest import Worlds
from tests.doubles.google import consent
from tests.scenarios.linking import (
    browser,
    follow,
    grants_of,
    is_connected,
    link,
    press_continue,
    to_callback,
)
from tests.world import PEOPLE, World, browse, unasked


async def test_the_address_counts_that_slack_knows_at_the_end(world: World) -> None:
    """A leaver's address may have been given to somebody else meanwhile."""
    async with world.run(), browser() as person:
        back = await to_callback(person, await link(world), "alice@example.com")
        world.slack.workspace.user(PEOPLE["alice"]).email = "somebody@example.com"
        async with person.get(back) as answer:
            assert "One more step" in await answer.text()
        assert not await is_connected(world)


async def test_only_accounts_of_the_allowed_domains_are_connected(worlds: Worlds, tmp_path: Path) -> None:
    """The claim of Google counts, not what the address looks like."""
    async with worlds(tmp_path, google_domains="Example.com, example.org") as world:
        world.google.people["bob@example.com"].owner.domain = "example.com"
        async with world.run(), browser() as person:
            page = await follow(person, await link(world), "alice@example.com")
            assert "alice@example.com cannot be connected here" in page
            assert "example.com, example.org" in page
            assert not await is_connected(world)
            assert not grants_of(world, "alice@example.com")
            assert "Connected" in await follow(person, await link(world, "bob"), "bob@example.com")


async def test_a_google_account_belongs_to_one_person(world: World) -> None:
    async with world.run():
        await world.connect("alice")
        await world.slack.change_person(PEOPLE["bob"], email="alice@example.com")
        bob = world.in_slack("bob")
        await bob.command("/calsync connect")
        await bob.see("is connected to somebody else already")
        assert (await world.account("alice")).google_email == "alice@example.com"


async def test_an_unticked_box_is_named_and_the_half_grant_given_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "https://www.googleapis.com/auth/calendar.freebusy"
    # Google shows boxes only when more than one such scope is asked for.
    monkeypatch.setattr(grant, "SCOPES", (*grant.SCOPES, other))
    async with world.run(), browser() as person:
        to_google = await press_continue(person, await link(world))
        back = await consent(to_google, "alice@example.com", scopes={other})
        async with person.get(back) as answer:
            assert "The box for your calendar was left empty" in await answer.text()
        assert not await is_connected(world)
        assert not world.google.grants.refresh_tokens, "the grant was not given back"


async def test_an_unticked_box_does_not_end_the_connection_there_is(
    connected: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Revoking the half grant would revoke the whole one of before as well."""
    other = "https://www.googleapis.com/auth/calendar.freebusy"
    monkeypatch.setattr(grant, "SCOPES", (*grant.SCOPES, other))
    async with browser() as person:
        to_google = await press_continue(person, await link(connected))
        back = await consent(to_google, "alice@example.com", scopes={other})
        async with person.get(back) as answer:
            assert "left empty" in await answer.text()
    connected.running.grants.forget((await connected.account("alice")).id)
    assert (await connected.sync("alice")).code == "ok"


async def test_reconnecting_the_same_account_keeps_the_links(connected: World) -> None:
    connected.in_google("alice").create("One", start={"date": "2027-01-01"}, end={"date": "2027-01-02"})
    await connected.sync("alice")
    await connected.connect("alice")
    outcome = await connected.sync("alice")
    assert outcome.counts == {}
    connected.assert_agree("alice")


async def test_reconnecting_another_account_starts_afresh_and_doubles_nothing(connected: World) -> None:
    connected.in_google("alice").create("One", start={"date": "2027-01-01"}, end={"date": "2027-01-02"})
    await connected.sync("alice")
    connected.google.add_person("alice.new@example.com")
    await connected.slack.change_person(PEOPLE["alice"], email="alice.new@example.com")
    connected.odoo.as_user("admin").write(
        "res.users", connected.odoo.users["alice"].id, {"login": "alice.new@example.com"}
    )
    with unasked():
        await browse(await link(connected), "alice.new@example.com")
    assert not grants_of(connected, "alice@example.com"), "the old grant was not given back"
    outcome = await connected.sync("alice")
    assert outcome.counts == {"new_in_odoo": 1}
    assert len(connected.odoo.events("alice", "name")) == 1
    assert len(connected.google.people["alice.new@example.com"].events()) == 1
