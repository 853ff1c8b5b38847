"""Sign in with Slack: the page, the decision, the code and the tokens."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import NotVisible, SlackDouble
from tests.doubles.slack.conftest import refused

BACK = "https://app.example.com/callback"


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    """Run a double whose app has a redirect URL."""
    async with SlackDouble(redirect_urls=[BACK]) as double:
        double.add_person("U1", "ada", "ada@example.com", real_name="Ada Ex")
        double.add_person("U2", "gone", "gone@example.com", deleted=True)
        yield double


def address(slack: SlackDouble, **changes: str) -> str:
    asked = {
        "client_id": slack.app.client_id,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "openid profile email",
        "state": "s&1",
        "nonce": "n1",
    }
    return f"{slack.url}/openid/connect/authorize?{urlencode(asked | changes)}"


def answered(location: str) -> dict[str, str]:
    assert location.startswith(BACK + "?")
    return dict(parse_qsl(urlsplit(location).query))


async def redeem(client: AsyncWebClient, slack: SlackDouble, code: str, **changes: str) -> Any:
    """Redeem a code; the SDK's own method needs a class that aiohttp has deprecated."""
    app = slack.app
    given = {"client_id": app.client_id, "client_secret": app.client_secret, "redirect_uri": BACK}
    return await client.api_call("openid.connect.token", data={"code": code, **given, **changes})


async def test_all_the_way(
    slack: SlackDouble, client: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    async with session.get(address(slack)) as page:
        text = await page.text()
        assert "calsync wants to confirm your identity" in text
        assert 'value="U1"' in text
        assert 'value="U2"' not in text  # the deactivated cannot sign in
        assert 'value="s&amp;1"' in text
    form = dict(parse_qsl(urlsplit(address(slack)).query)) | {"user": "U1", "decision": "allow"}
    authorize = slack.url + "/openid/connect/authorize"
    async with session.post(authorize, data=form, allow_redirects=False) as answer:
        back = answered(answer.headers["Location"])
    assert back["state"] == "s&1"
    tokens = await redeem(client, slack, back["code"])
    claims = await verified(tokens["id_token"], slack, session)
    assert claims["https://slack.com/user_id"] == claims["sub"] == "U1"
    assert claims["https://slack.com/team_id"] == slack.workspace.team_id
    assert (claims["aud"], claims["nonce"], claims["iss"]) == ("1111.2222", "n1", "https://slack.com")
    user = await AsyncWebClient(tokens["access_token"], base_url=client.base_url).openid_connect_userInfo()
    assert (user["email"], user["given_name"]) == ("ada@example.com", "Ada")


async def verified(token: str, slack: SlackDouble, session: aiohttp.ClientSession) -> Any:
    """Return the claims of an id_token whose signature holds against the published key."""

    def bits(text: str) -> bytes:
        return base64.urlsafe_b64decode(text + "==")

    async with session.get(slack.url + "/.well-known/openid-configuration") as answer:
        found = await answer.json()
    async with session.get(found["jwks_uri"]) as answer:
        key = (await answer.json())["keys"][0]
    head, body, signature = token.split(".")
    assert json.loads(bits(head))["kid"] == key["kid"]
    numbers = rsa.RSAPublicNumbers(int.from_bytes(bits(key["e"])), int.from_bytes(bits(key["n"])))
    numbers.public_key().verify(
        bits(signature), f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    return json.loads(bits(body))


async def test_only_what_was_granted_is_told(slack: SlackDouble, client: AsyncWebClient) -> None:
    back = answered(slack.person("U1").sign_in(address(slack, scope="openid")))
    tokens = await redeem(client, slack, back["code"])
    user = await AsyncWebClient(tokens["access_token"], base_url=client.base_url).openid_connect_userInfo()
    assert "email" not in user.data
    await refused("not_allowed_token_type", client.openid_connect_userInfo())


async def test_a_person_may_refuse(slack: SlackDouble) -> None:
    back = answered(slack.person("U1").sign_in(address(slack), allow=False))
    assert back == {"state": "s&1", "error": "access_denied"}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "other"}, "invalid_client_id"),
        ({"redirect_uri": BACK + "/"}, "bad_redirect_uri"),
        ({"response_type": "token"}, "invalid_response_type"),
        ({"scope": "email"}, "invalid_scope"),
        ({"team": "T9"}, "invalid_team"),
    ],
)
async def test_errors_that_stay_on_slacks_page(
    slack: SlackDouble, session: aiohttp.ClientSession, change: dict[str, str], error: str
) -> None:
    async with session.get(address(slack, **change)) as page:
        assert page.status == 400
        assert error in await page.text()
    with pytest.raises(NotVisible, match=error):
        slack.person("U1").sign_in(address(slack, **change))
    form = dict(parse_qsl(urlsplit(address(slack, **change)).query)) | {"decision": "allow", "user": "U1"}
    async with session.post(slack.url + "/openid/connect/authorize", data=form) as page:
        assert page.status == 400


async def test_codes(slack: SlackDouble, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
    app = slack.app

    def code() -> str:
        return answered(slack.person("U1").sign_in(address(slack)))["code"]

    await refused("invalid_code", redeem(client, slack, "guessed"))
    await refused("invalid_client_id", redeem(client, slack, code(), client_id="x"))
    await refused("bad_client_secret", redeem(client, slack, code(), client_secret="x"))
    await refused("bad_redirect_uri", redeem(client, slack, code(), redirect_uri="https://evil.example"))
    await refused("invalid_grant_type", redeem(client, slack, code(), grant_type="password"))
    used = code()
    await redeem(client, slack, used)
    await refused("code_already_used", redeem(client, slack, used))
    authorization = {"Authorization": aiohttp.encode_basic_auth(app.client_id, app.client_secret)}
    token = slack.url + "/api/openid.connect.token"
    form = {"code": code(), "redirect_uri": BACK}
    async with session.post(token, data=form, headers=authorization) as answer:
        assert (await answer.json())["token_type"] == "Bearer"
    late = code()
    slack.clock.advance(minutes=11)
    await refused("invalid_code", redeem(client, slack, late))
