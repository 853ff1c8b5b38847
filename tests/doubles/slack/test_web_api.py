"""The Web API's manners (tokens, scopes, bodies), and the users and conversations methods."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import SlackDouble
from tests.doubles.slack.conftest import CHANNEL, SECRET_CHANNEL, refused


async def test_auth_test_tells_who_the_app_is(slack: SlackDouble, client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert answer["team_id"] == slack.workspace.team_id
    assert answer["user_id"] == slack.app.bot_user
    assert "chat:write" in answer.headers["x-oauth-scopes"]


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-unknown", "invalid_auth"), ("xapp-double-app", "not_allowed_token_type")],
)
async def test_wrong_tokens(client: AsyncWebClient, token: str, error: str) -> None:
    client.token = token
    await refused(error, client.auth_test())


async def test_token_of_an_uninstalled_app(slack: SlackDouble, client: AsyncWebClient) -> None:
    await refused("client_id_token_mismatch", client.apps_uninstall(client_id="1", client_secret="2"))
    app = slack.app
    await refused("bad_client_secret", client.apps_uninstall(client_id=app.client_id, client_secret="2"))
    await client.apps_uninstall(client_id=app.client_id, client_secret=app.client_secret)
    await refused("account_inactive", client.auth_test())


async def test_revoked_token(client: AsyncWebClient) -> None:
    assert (await client.auth_revoke(test=True))["revoked"] is False
    assert (await client.auth_revoke())["revoked"] is True
    await refused("token_revoked", client.auth_test())


async def test_unknown_method(client: AsyncWebClient) -> None:
    await refused("unknown_method", client.api_call("chat.shout"))


async def test_missing_scope_names_what_is_needed_and_what_there_is(
    session: aiohttp.ClientSession,
) -> None:
    async with SlackDouble(bot_scopes=["users:read"]) as slack:
        slack.add_person("U1", "ada", "ada@example.com")
        client = AsyncWebClient(slack.app.bot_token, base_url=slack.api_url, session=session)
        answer = await refused("missing_scope", client.chat_postMessage(channel="U1", text="hello"))
        assert (answer["needed"], answer["provided"]) == ("chat:write", "users:read")
        assert "email" not in (await client.users_info(user="U1"))["user"]["profile"]


async def call(slack: SlackDouble, session: aiohttp.ClientSession, name: str, **request: Any) -> Any:
    async with session.post(f"{slack.url}/api/{name}", **request) as answer:
        assert answer.status == 200
        return await answer.json()


async def test_bodies_and_where_the_token_may_be(slack: SlackDouble, session: aiohttp.ClientSession) -> None:
    token = slack.app.bot_token
    bearer = {"Authorization": f"Bearer {token}"}
    form = await call(slack, session, "users.info", data={"token": token, "user": "U1"})
    assert form["ok"]
    in_json = await call(slack, session, "auth.test", json={"token": token})
    assert in_json["error"] == "not_authed"  # a token within a JSON body is not read
    kind = {"Content-Type": "application/json"}
    bare = await call(slack, session, "auth.test", data="{}", headers=bearer | kind)
    assert bare["warning"] == "missing_charset"
    unread = await call(slack, session, "users.info", json={"user": "U1"}, headers=bearer)
    assert unread["response_metadata"]["messages"] == ["[ERROR] missing required field: user"]
    broken = await call(slack, session, "auth.test", data="{", headers=bearer | kind)
    assert broken["error"] == "invalid_json"
    listed = await call(slack, session, "auth.test", data="[]", headers=bearer | kind)
    assert listed["error"] == "json_not_object"
    odd = await call(slack, session, "auth.test", data=b"x", headers=bearer | {"Content-Type": "text/plain"})
    assert odd["error"] == "invalid_post_type"


async def test_users_info(slack: SlackDouble, client: AsyncWebClient) -> None:
    user = (await client.users_info(user="U2", include_locale=True))["user"]
    assert (user["tz"], user["locale"], user["tz_offset"]) == ("Asia/Tehran", "fa-IR", 12600)
    assert user["profile"]["email"] == "bo@example.com"
    assert "locale" not in (await client.users_info(user="U2"))["user"]
    await refused("user_not_found", client.users_info(user="U9"))
    slack.add_person("U3", "cy", "cy@example.com", is_ultra_restricted=True)
    assert (await client.users_info(user="U3"))["user"]["is_restricted"]


async def test_the_deactivated_lose_their_roles_and_cannot_be_looked_up(
    slack: SlackDouble, client: AsyncWebClient
) -> None:
    found = await client.users_lookupByEmail(email="ADA@example.com")
    assert found["user"]["id"] == "U1"
    await slack.change_person("U1", deleted=True)
    await refused("users_not_found", client.users_lookupByEmail(email="ada@example.com"))
    user = (await client.users_info(user="U1"))["user"]
    assert user["deleted"]
    assert "is_admin" not in user


async def test_users_list_comes_in_pages(client: AsyncWebClient) -> None:
    names = [u["id"] async for page in await client.users_list(limit=2) for u in page["members"]]
    assert names == ["U0000000000", "U1", "U2"]
    await refused("invalid_cursor", client.users_list(cursor="bm9ib2R5"))


async def test_usergroups(session: aiohttp.ClientSession) -> None:
    async with SlackDouble(bot_scopes=["usergroups:read"]) as slack:
        slack.add_usergroup("S1", ["U1"])
        client = AsyncWebClient(slack.app.bot_token, base_url=slack.api_url, session=session)
        assert (await client.usergroups_users_list(usergroup="S1"))["users"] == ["U1"]
        await refused("no_such_subteam", client.usergroups_users_list(usergroup="S2"))


async def test_conversations(session: aiohttp.ClientSession) -> None:
    async with SlackDouble(bot_scopes=["channels:read", "im:write"]) as slack:
        for name in ("U1", "U2"):
            slack.add_person(name, name.lower(), f"{name.lower()}@example.com")
        slack.add_person("U3", "cy", "cy@example.com", deleted=True)
        slack.add_channel(CHANNEL, "general", ["U1", "U2"], bot=False)
        slack.add_channel(SECRET_CHANNEL, "secret", ["U2"], private=True, bot=False)
        client = AsyncWebClient(slack.app.bot_token, base_url=slack.api_url, session=session)
        info = (await client.conversations_info(channel=CHANNEL))["channel"]
        assert (info["name"], info["is_member"], info["is_private"]) == ("general", False, False)
        assert (await client.conversations_members(channel=CHANNEL))["members"] == ["U1", "U2"]
        await refused("channel_not_found", client.conversations_info(channel=SECRET_CHANNEL))
        opened = await client.conversations_open(users="U1")
        again = await client.conversations_open(users=["U1"], return_im=True)
        assert again["already_open"]
        assert again["channel"]["id"] == opened["channel"]["id"]
        assert again["channel"]["user"] == "U1"
        await refused("missing_scope", client.conversations_info(channel=opened["channel"]["id"]))
        await refused("missing_scope", client.conversations_open(users="U1,U2"))
        await refused("user_disabled", client.conversations_open(users="U3"))
        await refused("user_not_found", client.conversations_open(users="U9"))
        await refused("cannot_dm_bot", client.conversations_open(users=slack.app.bot_user))
        await refused("users_list_not_supplied", client.conversations_open(users=""))


async def test_calls_are_logged_with_what_they_are_about(slack: SlackDouble, client: AsyncWebClient) -> None:
    await client.users_info(user="U1")
    await client.chat_postMessage(channel=CHANNEL, text="hello")
    assert [entry.operation for entry in slack.log.writes()] == ["chat.postMessage"]
    assert slack.log.of("users.info")[0].detail == {"user": "U1"}


async def test_faults(slack: SlackDouble, client: AsyncWebClient) -> None:
    slack.faults.add(operation="users.info", reason="fatal_error")
    await refused("fatal_error", client.users_info(user="U1"))
    slack.faults.add(operation="users.*", status=429, headers={"Retry-After": "7"})
    with pytest.raises(SlackApiError) as caught:
        await client.users_info(user="U1")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    slack.faults.add(operation="chat.postMessage", after=True, reason="internal_error", status=500)
    await refused("internal_error", client.chat_postMessage(channel=CHANNEL, text="it went through"))
    assert slack.person("U1").screen().messages[-1].text == "it went through"
