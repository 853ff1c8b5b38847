"""Tokens: the exchange of codes, refreshing, the ends of a grant, and identity."""

from __future__ import annotations

import asyncio
import base64
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import google.auth.transport.requests
import pytest
import requests
from google.auth.exceptions import RefreshError
from google.oauth2 import id_token
from google.oauth2.credentials import Credentials
from oauthlib.oauth2 import OAuth2Error

from tests.doubles.google import GoogleDouble, Person, consent
from tests.doubles.google.client import CALLBACK, EMAIL, OWNED, Client, connect, flow_for
from tests.doubles.google.test_pages import FREEBUSY, url

SCOPES = ["openid", EMAIL, OWNED]


async def _code(google: GoogleDouble, person: Person, **changes: str | None) -> str:
    location = await consent(url(google, **changes), person.email)
    return parse_qs(urlsplit(location).query)["code"][0]


async def _post(google: GoogleDouble, path: str, **form: str) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as session, session.post(google.url + path, data=form) as response:
        return response.status, await response.json()


def _client(google: GoogleDouble) -> dict[str, str]:
    return {"client_id": google.project.client_id, "client_secret": google.project.client_secret}


async def _exchange(google: GoogleDouble, code: str, **more: str) -> tuple[int, dict[str, Any]]:
    form = _client(google) | {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    return await _post(google, "/token", **(form | more))


async def _refresh(google: GoogleDouble, token: str, **more: str) -> tuple[int, dict[str, Any]]:
    form = _client(google) | {"grant_type": "refresh_token", "refresh_token": token}
    return await _post(google, "/token", **(form | more))


async def test_the_whole_flow_with_googles_library(google: GoogleDouble, alice: Person) -> None:
    credentials = await connect(google, alice, SCOPES)
    assert credentials.refresh_token
    assert set(credentials.granted_scopes or ()) == set(SCOPES)

    def verify() -> dict[str, Any]:
        with requests.Session() as session:
            claims = id_token.verify_token(
                credentials.id_token,
                google_auth_request(session),
                audience=google.project.client_id,
                certs_url=google.client_file()["web"]["auth_provider_x509_cert_url"],
            )
            return dict(claims)

    claims = await asyncio.to_thread(verify)
    assert claims["iss"] == "https://accounts.google.com"
    assert claims["sub"] == alice.owner.sub
    assert (claims["email"], claims["email_verified"], claims["hd"]) == (alice.email, True, "example.com")
    assert claims["exp"] - claims["iat"] == 3600


def google_auth_request(session: requests.Session) -> Any:
    """Return Google's transport on a session that the caller closes."""
    return google.auth.transport.requests.Request(session=session)


async def test_the_answer_to_a_code(google: GoogleDouble, alice: Person) -> None:
    status, answer = await _exchange(google, await _code(google, alice, nonce="n1"))
    assert status == 200
    assert answer.keys() == {
        "access_token",
        "expires_in",
        "scope",
        "token_type",
        "id_token",
        "refresh_token",
    }
    assert answer["expires_in"] == 3599
    assert answer["token_type"] == "Bearer"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"access_type": None}, False),
        ({"access_type": "online"}, False),
        ({"access_type": "offline"}, True),
    ],
)
async def test_refresh_tokens_are_for_offline_access(
    google: GoogleDouble, alice: Person, changes: dict[str, Any], expected: bool
) -> None:
    _, answer = await _exchange(google, await _code(google, alice, **changes))
    assert ("refresh_token" in answer) is expected


async def test_a_second_refresh_token_needs_an_explicit_consent(google: GoogleDouble, alice: Person) -> None:
    _, first = await _exchange(google, await _code(google, alice))
    assert "refresh_token" in first
    _, second = await _exchange(google, await _code(google, alice))
    assert "refresh_token" not in second
    _, third = await _exchange(google, await _code(google, alice, prompt="consent"))
    assert third["refresh_token"] != first["refresh_token"]


async def test_a_code_is_used_once_soon_and_where_it_was_asked_for(
    google: GoogleDouble, alice: Person
) -> None:
    code = await _code(google, alice)
    assert (await _exchange(google, code))[0] == 200
    assert (await _exchange(google, code))[1]["error"] == "invalid_grant"
    assert (await _exchange(google, "4/made-up"))[1]["error"] == "invalid_grant"
    late = await _code(google, alice)
    google.clock.advance(minutes=11)
    assert (await _exchange(google, late))[1]["error"] == "invalid_grant"
    other = "https://calsync.example.com/callback"
    code = await _code(google, alice)
    assert (await _exchange(google, code, redirect_uri=other))[1]["error"] == "redirect_uri_mismatch"
    google.project.redirect_uris.append(other)
    assert (await _exchange(google, code, redirect_uri=other))[1]["error"] == "invalid_grant"


async def test_a_code_is_bound_to_its_verifier(google: GoogleDouble, alice: Person) -> None:
    flow = flow_for(google, SCOPES)
    address, _ = flow.authorization_url()
    location = await consent(address, alice.email)
    code = parse_qs(urlsplit(location).query)["code"][0]
    assert (await _exchange(google, code))[1]["error_description"] == "Missing code verifier."
    assert (await _exchange(google, code, code_verifier="x" * 43))[1]["error"] == "invalid_grant"
    status, _ = await _exchange(google, code, code_verifier=str(flow.code_verifier))
    assert status == 200
    plain = await _code(google, alice, code_challenge="x" * 43)
    assert (await _exchange(google, plain, code_verifier="x" * 43))[0] == 200


async def test_the_client_proves_itself(google: GoogleDouble, alice: Person) -> None:
    code = await _code(google, alice)
    status, answer = await _exchange(google, code, client_secret="wrong")
    assert (status, answer["error"]) == (401, "invalid_client")
    status, answer = await _exchange(google, code, client_id="unknown")
    assert (status, answer["error"]) == (401, "invalid_client")
    google.project.deleted = True
    assert (await _exchange(google, code))[1]["error"] == "deleted_client"


async def test_the_client_may_use_basic_authentication(google: GoogleDouble, alice: Person) -> None:
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code": await _code(google, alice)}
    address = f"{google.url}/token"

    async def status(secret: str) -> int:
        credentials = base64.b64encode(f"{google.project.client_id}:{secret}".encode()).decode()
        headers = {"Authorization": f"Basic {credentials}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(address, data=form) as response,
        ):
            return response.status

    assert await status("wrong") == 401
    assert await status(google.project.client_secret) == 200


async def test_malformed_requests(google: GoogleDouble) -> None:
    assert (await _post(google, "/token"))[1]["error"] == "invalid_request"
    assert (await _post(google, "/token", **_client(google)))[1]["error"] == "invalid_request"
    form = _client(google) | {"grant_type": "password"}
    assert (await _post(google, "/token", **form))[1]["error"] == "unsupported_grant_type"
    assert (await _exchange(google, ""))[1]["error"] == "invalid_request"
    assert (await _refresh(google, ""))[1]["error"] == "invalid_request"
    assert (await _post(google, "/revoke"))[1]["error"] == "invalid_request"


async def test_a_partial_grant_succeeds_with_fewer_scopes(google: GoogleDouble, alice: Person) -> None:
    address = url(google, scope=f"openid {EMAIL} {OWNED} {FREEBUSY}")
    location = await consent(address, alice.email, scopes=[FREEBUSY])
    code = parse_qs(urlsplit(location).query)["code"][0]
    _, answer = await _exchange(google, code)
    assert set(answer["scope"].split()) == {"openid", EMAIL, FREEBUSY}


async def test_access_tokens_expire_and_are_refreshed(google: GoogleDouble, alice: Person) -> None:
    client = Client(google, "")
    client.credentials = await connect(google, alice, SCOPES)
    google.clock.advance(seconds=3598)
    await client.events("list")
    google.clock.advance(seconds=2)
    google.log.clear()
    await client.events("list")
    assert [entry.operation for entry in google.log.entries] == [
        "calendar.events.list",
        "oauth.token",
        "calendar.events.list",
    ]
    assert google.log.entries[1].detail == {"grant_type": "refresh_token", "account": alice.email}


async def test_the_answer_to_a_refresh(google: GoogleDouble, alice: Person) -> None:
    credentials = await connect(google, alice, SCOPES)
    _, answer = await _refresh(google, str(credentials.refresh_token))
    assert "refresh_token" not in answer
    assert set(answer["scope"].split()) == set(SCOPES)
    _, answer = await _refresh(google, str(credentials.refresh_token), scope="openid")
    assert answer["scope"] == "openid"
    _, answer = await _refresh(google, str(credentials.refresh_token), scope=FREEBUSY)
    assert answer["error"] == "invalid_scope"


@pytest.mark.parametrize(
    ("days", "publishing", "alive"),
    [
        (6, "testing", True),
        (8, "testing", False),
        (8, "production", True),
        (183, "production", False),
    ],
)
async def test_how_long_refresh_tokens_live(
    google: GoogleDouble, alice: Person, days: int, publishing: Any, alive: bool
) -> None:
    google.project.publishing = publishing
    google.project.test_users = {alice.email}
    _, answer = await _exchange(google, await _code(google, alice))
    assert answer.get("refresh_token_expires_in") == (604799 if publishing == "testing" else None)
    google.clock.advance(days=days)
    status, answer = await _refresh(google, answer["refresh_token"])
    assert (status, answer.get("error")) == ((200, None) if alive else (400, "invalid_grant"))


async def test_use_keeps_a_refresh_token_alive(google: GoogleDouble, alice: Person) -> None:
    credentials = await connect(google, alice, SCOPES)
    for _ in range(3):
        google.clock.advance(days=150)
        assert (await _refresh(google, str(credentials.refresh_token)))[0] == 200


async def test_the_oldest_of_too_many_refresh_tokens_dies_silently(
    google: GoogleDouble, alice: Person
) -> None:
    scopes = frozenset(SCOPES)
    tokens = [google.grants.new_refresh_token(alice.email, scopes).value for _ in range(101)]
    assert (await _refresh(google, tokens[0]))[1]["error"] == "invalid_grant"
    assert (await _refresh(google, tokens[1]))[0] == 200


async def test_a_dead_refresh_token_in_googles_library(google: GoogleDouble, alice: Person) -> None:
    credentials = await connect(google, alice, SCOPES)
    google.grants.revoke_all(alice.email)

    def refresh() -> None:
        with requests.Session() as session:
            credentials.refresh(google_auth_request(session))

    with pytest.raises(RefreshError) as caught:
        await asyncio.to_thread(refresh)
    assert caught.value.args[1]["error"] == "invalid_grant"
    assert caught.value.retryable is False


async def test_the_administrators_policy_stops_refreshing(google: GoogleDouble, alice: Person) -> None:
    credentials = await connect(google, alice, SCOPES)
    google.project.blocked_by_admin = {"example.com"}
    status, answer = await _refresh(google, str(credentials.refresh_token))
    assert (status, answer["error"]) == (400, "admin_policy_enforced")


@pytest.mark.parametrize("which", ["token", "refresh_token"])
async def test_revoking_ends_the_whole_grant(google: GoogleDouble, alice: Person, which: str) -> None:
    first = await connect(google, alice, SCOPES)
    second = await connect(google, alice, SCOPES)
    token = str(getattr(first, which))
    assert await _post(google, "/revoke", token=token) == (200, {})
    for credentials in (first, second):
        assert (await _refresh(google, str(credentials.refresh_token)))[0] == 400
        assert google.grants.owner_of(str(credentials.token)) is None
    status, answer = await _post(google, "/revoke", token=token)
    assert (status, answer["error"]) == (400, "invalid_token")
    # After that, the person is asked anew and a refresh token comes by itself.
    _, answer = await _exchange(google, await _code(google, alice))
    assert "refresh_token" in answer


async def test_a_token_may_be_revoked_in_the_query(google: GoogleDouble, alice: Person) -> None:
    credentials = await connect(google, alice, SCOPES)
    assert (await _post(google, f"/revoke?token={credentials.token}"))[0] == 200


async def test_errors_in_googles_library(google: GoogleDouble, alice: Person) -> None:
    flow = flow_for(google, SCOPES)
    flow.authorization_url()
    with pytest.raises(OAuth2Error) as caught:
        await asyncio.to_thread(flow.fetch_token, code="4/made-up", timeout=10)
    assert caught.value.error == "invalid_grant"
    flow.oauth2session.close()


async def test_userinfo_and_keys(google: GoogleDouble, alice: Person) -> None:
    credentials = await connect(google, alice, SCOPES)
    headers = {"Authorization": f"Bearer {credentials.token}"}
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{google.url}/v1/userinfo", headers=headers) as response:
            assert (await response.json())["email"] == alice.email
        async with session.get(f"{google.url}/v1/userinfo") as response:
            assert response.status == 401
        async with session.get(f"{google.url}/oauth2/v3/certs") as response:
            key = (await response.json())["keys"][0]
        async with session.get(f"{google.url}/.well-known/openid-configuration") as response:
            assert (await response.json())["token_endpoint"] == f"{google.url}/token"
    assert (key["kty"], key["alg"]) == ("RSA", "RS256")


async def test_a_planned_oauth_fault(google: GoogleDouble, alice: Person) -> None:
    credentials: Credentials = await connect(google, alice, SCOPES)
    google.faults.add(operation="oauth.token", status=400, reason="invalid_grant", message="Bad Request")
    status, answer = await _refresh(google, str(credentials.refresh_token))
    assert (status, answer) == (400, {"error": "invalid_grant", "error_description": "Bad Request"})
