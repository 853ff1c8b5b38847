"""The connect link: one person, one browser, one use; set-up mistakes shown by Google change nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot import consents
from sync.store.connects import ConnectState
from tests.doubles.google import GoogleStopped, consent
from tests.scenarios.linking import (
    PRIVATE,
    browser,
    follow,
    grants_of,
    is_connected,
    link,
    press_continue,
    state_of,
    to_callback,
)
from tests.world import PEOPLE, World, browse


async def test_scanners_that_open_the_link_change_nothing(world: World) -> None:
    async with world.run():
        url = await link(world)
        for _ in range(3):
            async with browser() as scanner, scanner.get(url) as answer:
                assert answer.status == 200
            async with browser() as scanner, scanner.head(url) as answer:
                assert answer.status == 200
            assert await state_of(world, url) is ConnectState.ISSUED
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
        assert "This link was used already" in await browse(url, "alice@example.com")


async def test_a_newer_link_cancels_the_older(world: World) -> None:
    async with world.run():
        older = await link(world)
        newer = await link(world)
        assert "replaced by a newer one" in await browse(older, "alice@example.com")
        assert "Connected" in await browse(newer, "alice@example.com")


async def test_a_link_ends_after_ten_minutes(world: World) -> None:
    async with world.run():
        url = await link(world)
        world.clock.advance(minutes=10)
        assert "more than 10 minutes old" in await browse(url, "alice@example.com")
        await consents.expire(world.running.services)
        assert await state_of(world, url) is ConnectState.EXPIRED
        assert "more than 10 minutes old" in await browse(url, "alice@example.com")


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


async def test_two_tabs_connect_once_and_neither_breaks_the_other(world: World) -> None:
    """The later tab's way counts; the earlier one ends at a page that says so."""
    async with world.run(), browser() as person:
        url = await link(world)
        earlier, later = [await to_callback(person, url, "alice@example.com") for _ in range(2)]
        async with person.get(earlier) as answer:
            assert answer.status == 404
        async with person.get(later) as answer:
            assert "Connected" in await answer.text()
        async with person.get(later) as answer:
            assert answer.status == 404


async def test_a_second_browser_may_take_over_but_the_first_then_ends(world: World) -> None:
    """Google refuses Slack's own browser on phones: the link must work in the next one, too."""
    async with world.run(), browser() as first, browser() as second:
        url = await link(world)
        back = await to_callback(first, url, "alice@example.com")
        assert "Connected" in await follow(second, url, "alice@example.com")
        async with first.get(back) as answer:
            assert answer.status == 404


async def test_a_stolen_state_is_of_no_use_in_another_browser(world: World) -> None:
    """Somebody learns the state, and answers with a code of their own: it is bound to the cookie and PKCE."""
    world.google.add_person(PRIVATE)
    async with world.run(), browser() as victim, browser() as thief:
        url, other = await link(world), await link(world, "bob")
        back = await to_callback(victim, url, "alice@example.com")
        theirs = await to_callback(thief, other, PRIVATE)
        code, state = (one.partition("code=")[2].partition("&")[0] for one in (theirs, back)), back
        stolen = state.replace(back.partition("code=")[2].partition("&")[0], next(code))
        async with thief.get(stolen) as answer:
            assert answer.status == 403
        async with victim.get(stolen) as answer:  # lured there: the code belongs to another challenge
            assert "used already or took too long" in await answer.text()
        assert not await is_connected(world)
        assert not await is_connected(world, "bob")


async def test_who_left_the_company_in_between_is_not_connected(world: World) -> None:
    async with world.run(), browser() as person:
        back = await to_callback(person, await link(world), "alice@example.com")
        world.slack.workspace.user(PEOPLE["alice"]).deleted = True
        async with person.get(back) as answer:
            assert "not a member of this workspace any more" in await answer.text()
        assert not await is_connected(world)
        assert not grants_of(world, "alice@example.com")


async def test_without_slack_nobody_is_connected_and_the_grant_goes_back(world: World) -> None:
    async with world.run(), browser() as person:
        back = await to_callback(person, await link(world), "alice@example.com")
        world.slack.faults.add(operation="users.info", status=503, times=None)
        async with person.get(back) as answer:
            assert answer.status == 502
            assert "Slack cannot be reached" in await answer.text()
        assert not await is_connected(world)
        assert not grants_of(world, "alice@example.com")


async def test_a_link_that_was_opened_and_led_nowhere_asks_whether_google_showed_an_error(
    world: World,
) -> None:
    async with world.run() as calsync, browser() as person:
        await press_continue(person, await link(world))
        world.clock.advance(minutes=10)
        for _ in range(2):
            await consents.expire(calsync.services)
        alice = world.in_slack("alice")
        shown = await alice.see("Did Google show an error?")
        assert "redirect_uri_mismatch" in shown.text
        told = [one for one in alice.screen().messages if "Did Google show an error?" in one.text]
        assert len(told) == 1


async def test_a_link_that_nobody_opened_ends_without_a_word(world: World) -> None:
    async with world.run() as calsync:
        await link(world)
        before = len(world.in_slack("alice").screen().messages)
        world.clock.advance(minutes=10)
        await consents.expire(calsync.services)
        assert len(world.in_slack("alice").screen().messages) == before


async def test_the_running_process_ends_links_by_itself(world: World) -> None:
    async with world.run() as calsync, browser() as person:
        await press_continue(person, await link(world))
        serving = asyncio.create_task(calsync.serve())
        await world.clock.awaited()
        world.clock.advance(minutes=11)
        await world.in_slack("alice").see("Did Google show an error?")
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


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
