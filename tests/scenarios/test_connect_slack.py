"""Sign in with Slack, where it is configured: the browser proves who it is, and nobody types a code."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.web.slack_identity import public_keys
from tests.conftest import Worlds
from tests.scenarios.linking import PRIVATE, browser, follow, grants_of, is_connected, link, to_callback
from tests.world import PEOPLE, TEAM, World, unasked


@pytest.fixture
async def signing(worlds: Worlds, tmp_path: Path) -> AsyncIterator[World]:
    """A running world whose people can sign in with Slack."""
    client = {"slack_client_id": "1111.2222", "slack_client_secret": "double-client-secret"}
    async with worlds(tmp_path, **client) as world:
        world.google.add_person(PRIVATE)
        world.slack.app.redirect_urls = (world.settings.slack_redirect_uri,)
        async with world.run():
            with unasked():
                yield world


async def to_slack(session: aiohttp.ClientSession, world: World, email: str = PRIVATE) -> str:
    """Follow a link of alice's and return where the browser goes on to sign in."""
    back = await to_callback(session, await link(world), email)
    async with session.get(back, allow_redirects=False) as onward:
        assert onward.status == 303
        return onward.headers["Location"]


async def read(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as answer:
        return await answer.text()


async def test_who_signs_in_as_the_person_of_the_link_is_connected(signing: World) -> None:
    async with browser() as person:
        back = signing.in_slack("alice").sign_in(await to_slack(person, signing))
        assert "Connected" in await read(person, back)
        assert "This link does not exist" in await read(person, back), "it works once"
    assert await is_connected(signing)


async def test_the_own_address_needs_no_signing_in(signing: World) -> None:
    async with browser() as person:
        assert "Connected" in await follow(person, await link(signing), "alice@example.com")


async def test_a_forwarded_link_connects_no_strangers_calendar(signing: World) -> None:
    """Threat: bob follows alice's link and consents; his own session at Slack gives it away."""
    async with browser() as bobs:
        page = await read(
            bobs, signing.in_slack("bob").sign_in(await to_slack(bobs, signing, "bob@example.com"))
        )
    assert "you are somebody else" in page
    assert not await is_connected(signing)
    assert not await is_connected(signing, "bob")
    assert not grants_of(signing, "bob@example.com")


async def test_leaving_slacks_page_gives_the_grant_back(signing: World) -> None:
    async with browser() as person:
        back = signing.in_slack("alice").sign_in(await to_slack(person, signing), allow=False)
        assert "left without signing in" in await read(person, back)
    assert not grants_of(signing, PRIVATE)


async def test_a_sign_in_of_another_browser_is_refused(signing: World) -> None:
    async with browser() as bobs, browser() as alices:
        back = signing.in_slack("alice").sign_in(await to_slack(bobs, signing))
        assert "another browser" in await read(alices, back)
    assert not await is_connected(signing)


async def test_a_state_of_google_is_none_of_slack_and_the_other_way_round(signing: World) -> None:
    async with browser() as person:
        url = await to_callback(person, await link(signing), PRIVATE)
        state = url.partition("state=")[2].partition("&")[0]
        callback = signing.settings.slack_redirect_uri
        assert "This link does not exist" in await read(person, f"{callback}?code=x&state={state}")
        to_sign_in = await to_slack(person, signing)
        state = to_sign_in.partition("state=")[2].partition("&")[0]
        callback = signing.settings.redirect_uri
        assert "This link does not exist" in await read(person, f"{callback}?code=x&state={state}")


@pytest.mark.parametrize("status", [500, 503])
async def test_without_slack_the_grant_goes_back(signing: World, status: int) -> None:
    async with browser() as person:
        back = signing.in_slack("alice").sign_in(await to_slack(person, signing))
        signing.slack.faults.add(operation="openid.connect.token", status=status, times=None)
        page = await read(person, back)
    assert "nothing was connected" in page
    assert not grants_of(signing, PRIVATE)


async def test_a_made_up_code_is_refused(signing: World) -> None:
    async with browser() as person:
        state = (await to_slack(person, signing)).partition("state=")[2].partition("&")[0]
        page = await read(person, f"{signing.settings.slack_redirect_uri}?code=guess&state={state}")
    assert "Slack did not confirm who you are" in page
    assert not await is_connected(signing)


@pytest.mark.parametrize(
    "forged",
    [
        {"nonce": "of another sign-in"},
        {"aud": "another.app"},
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200},
        {"https://slack.com/team_id": "T0000000009"},
        {"https://slack.com/user_id": PEOPLE["bob"]},
    ],
)
async def test_a_token_that_says_something_else_is_refused(
    signing: World, monkeypatch: pytest.MonkeyPatch, forged: dict[str, Any]
) -> None:
    sign = signing.slack.openid.sign
    monkeypatch.setattr(signing.slack.openid, "sign", lambda body: sign(body | forged))
    async with browser() as person:
        back = signing.in_slack("alice").sign_in(await to_slack(person, signing))
        page = await read(person, back)
    assert "Not connected" in page
    assert not await is_connected(signing)
    assert not grants_of(signing, PRIVATE)


@pytest.mark.parametrize(
    "alter", [lambda t: t[:-8] + "AAAAAAAA", lambda _: "", lambda t: t.partition(".")[0]]
)
async def test_a_token_of_another_signature_is_refused(
    signing: World, monkeypatch: pytest.MonkeyPatch, alter: Any
) -> None:
    sign = signing.slack.openid.sign
    monkeypatch.setattr(signing.slack.openid, "sign", lambda body: alter(sign(body)))
    async with browser() as person:
        page = await read(person, signing.in_slack("alice").sign_in(await to_slack(person, signing)))
    assert "Slack did not confirm who you are" in page
    assert not await is_connected(signing)


async def test_the_person_of_the_link_is_asked_for_in_the_right_workspace(signing: World) -> None:
    async with browser() as person:
        url = await to_slack(person, signing)
    assert f"team={TEAM}" in url
    assert "scope=openid&" in url


@pytest.mark.parametrize(
    "odd", [None, [], {}, {"keys": [1]}, {"keys": [{"kty": "RSA"}]}, {"keys": {"kid": 1}}]
)
def test_what_is_no_key_set_is_refused(odd: Any) -> None:
    with pytest.raises(ValueError, match="no key set"):
        public_keys(odd)
