"""The connect link: one person, one browser, one use; set-up mistakes shown by Google change nothing."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from sync.google import grant
from sync.store import accounts
from tests.doubles.google import GoogleStopped, consent
from tests.world import PEOPLE, TEAM, World, browse


async def link(world: World, name: str = "alice") -> str:
    person = world.in_slack(name)
    person.reload()
    await person.command("/calsync connect")
    await person.see("works once")
    url = (await person.click("Connect Google Account")).url
    assert url
    return url


async def is_connected(world: World, name: str = "alice") -> bool:
    async with world.running.store.read() as tx:
        return await accounts.of_person(tx, TEAM, PEOPLE[name]) is not None


def browser() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


async def press_continue(session: aiohttp.ClientSession, url: str) -> str:
    """Open the landing page, press its button and return where it leads."""
    async with session.get(url) as landing:
        page = await landing.text()
    csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
    async with session.post(url, data={"csrf": csrf}, allow_redirects=False) as onward:
        return str(onward.headers["Location"])


async def test_scanners_that_open_the_link_change_nothing(world: World) -> None:
    async with world.run():
        url = await link(world)
        for _ in range(3):
            async with browser() as scanner, scanner.get(url) as answer:
                assert answer.status == 200
        assert "Connected" in await browse(url, "alice@example.com")


async def test_the_landing_page_names_everybody_and_keeps_to_itself(world: World) -> None:
    async with world.run():
        url = await link(world)
        async with browser() as person, person.get(url) as answer:
            page, headers = await answer.text(), answer.headers
            for fact in ("Alice", "alice@example.com", "Team", "If this is not you"):
                assert fact in page
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Cache-Control"] == "no-store"
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
            assert "<script" not in page


async def test_a_link_works_once(world: World) -> None:
    async with world.run():
        url = await link(world)
        assert "Connected" in await browse(url, "alice@example.com")
        assert "This link does not exist" in await browse(url, "alice@example.com")


async def test_a_newer_link_cancels_the_older(world: World) -> None:
    async with world.run():
        older = await link(world)
        newer = await link(world)
        assert "This link does not exist" in await browse(older, "alice@example.com")
        assert "Connected" in await browse(newer, "alice@example.com")


async def test_a_link_ends_after_ten_minutes(world: World) -> None:
    async with world.run():
        url = await link(world)
        world.clock.advance(minutes=10)
        assert "This link does not exist" in await browse(url, "alice@example.com")


async def test_the_answer_of_another_browser_is_refused(world: World) -> None:
    async with world.run():
        url = await link(world)
        async with browser() as first:
            back = await consent(await press_continue(first, url), "alice@example.com")
        async with browser() as second, second.get(back) as answer:
            assert answer.status == 403
            assert "another browser" in await answer.text()
        assert not await is_connected(world)


async def test_a_post_without_our_own_page_is_refused(world: World) -> None:
    async with world.run():
        url = await link(world)
        async with browser() as person:
            await (await person.get(url)).release()
            async with person.post(url, data={"csrf": "guess"}) as answer:
                assert answer.status == 403


@pytest.mark.parametrize("query", ["", "?state=made-up&code=x", "?error=access_denied"])
async def test_a_callback_nobody_asked_for_is_refused(world: World, query: str) -> None:
    async with (
        world.run(),
        browser() as person,
        person.get(world.settings.redirect_uri + query) as answer,
    ):
        assert answer.status == 404


async def test_the_same_answer_twice_connects_once(world: World) -> None:
    async with world.run(), browser() as person:
        back = await consent(await press_continue(person, await link(world)), "alice@example.com")
        async with person.get(back) as first:
            assert "Connected" in await first.text()
        async with person.get(back) as second:
            assert second.status == 404
        assert await is_connected(world)


async def test_leaving_googles_page_is_no_dead_end(world: World) -> None:
    async with world.run():
        page = await browse(await link(world), "alice@example.com", allow=False)
        assert "left without consent" in page
        assert "/calsync connect" in page
        assert "Connected" in await browse(await link(world), "alice@example.com")


async def test_a_forwarded_link_connects_no_strangers_calendar(world: World) -> None:
    """Bob gets hold of alice's link, or alice talks bob into following it."""
    async with world.run(), browser() as person:
        to_google = await press_continue(person, await link(world))
        # The hint to choose alice's account is only a hint: in bob's browser it is bob who is signed in.
        hinted_to_bob = to_google.replace("alice%40example.com", "bob%40example.com")
        async with person.get(await consent(hinted_to_bob, "bob@example.com")) as answer:
            assert "You chose bob@example.com at Google" in await answer.text()
        assert not await is_connected(world)
        assert not world.google.grants.refresh_tokens, "the grant was not given back"


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


@pytest.mark.parametrize(
    ("mistake", "page"),
    [
        ({"redirect_uris": ["http://localhost:1/other"]}, "redirect_uri_mismatch"),
        ({"publishing": "testing", "test_users": {"bob@example.com"}}, "access_denied"),
        ({"deleted": True}, "deleted_client"),
    ],
)
async def test_mistakes_in_googles_console_stop_at_googles_page(
    world: World, mistake: dict[str, Any], page: str
) -> None:
    async with world.run():
        url = await link(world)
        for name, value in mistake.items():
            setattr(world.google.project, name, value)
        with pytest.raises(GoogleStopped, match=page):
            await browse(url, "alice@example.com")
        assert not await is_connected(world)


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
    await browse(await link(connected), "alice.new@example.com")
    outcome = await connected.sync("alice")
    assert outcome.counts == {"new_in_odoo": 1}
    assert len(connected.odoo.events("alice", "name")) == 1
    assert len(connected.google.people["alice.new@example.com"].events()) == 1


async def test_an_error_of_ours_on_a_page_has_a_reference_and_no_details(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world.run() as calsync, browser() as person:
        url = await link(world)

        def broken(*_: object) -> None:
            raise ZeroDivisionError("secret")

        monkeypatch.setattr(calsync.store, "read", broken)
        async with person.get(url) as answer:
            assert answer.status == 500
            page = await answer.text()
        assert "reference" in page
        assert "secret" not in page


async def test_other_methods_get_a_page_too(world: World) -> None:
    async with world.run(), browser() as person, person.delete(await link(world)) as answer:
        assert answer.status in (404, 405)
        assert "There is nothing here" in await answer.text()
