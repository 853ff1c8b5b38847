"""Tokens: the exchange of codes, refreshing, the ends of a grant, and identity."""

from __future__ import annotations

import asyncio
import base64
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import requests
from google.oauth2 import id_token
from oauthlib.oauth2 import OAuth2Error

from tests.doubles.google import GoogleDouble, Person, consent
from tests.doubles.google.client import CALLBACK, EMAIL, OWNED, connect, flow_for
from tests.doubles.google.oauth_client import (
    FREEBUSY,
    client_secrets,
    code_for,
    exchange,
    google_auth_request,
    post,
    refresh,
    url,
)

SCOPES = ["openid", EMAIL, OWNED]


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


async def test_the_answer_to_a_code(google: GoogleDouble, alice: Person) -> None:
    status, answer = await exchange(google, await code_for(google, alice, nonce="n1"))
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
    _, answer = await exchange(google, await code_for(google, alice, **changes))
    assert ("refresh_token" in answer) is expected


async def test_a_second_refresh_token_needs_an_explicit_consent(google: GoogleDouble, alice: Person) -> None:
    _, first = await exchange(google, await code_for(google, alice))
    assert "refresh_token" in first
    _, second = await exchange(google, await code_for(google, alice))
    assert "refresh_token" not in second
    _, third = await exchange(google, await code_for(google, alice, prompt="consent"))
    assert third["refresh_token"] != first["refresh_token"]


async def test_a_code_is_used_once_soon_and_where_it_was_asked_for(
    google: GoogleDouble, alice: Person
) -> None:
    code = await code_for(google, alice)
    assert (await exchange(google, code))[0] == 200
    assert (await exchange(google, code))[1]["error"] == "invalid_grant"
    assert (await exchange(google, "4/made-up"))[1]["error"] == "invalid_grant"
    late = await code_for(google, alice)
    google.clock.advance(minutes=11)
    assert (await exchange(google, late))[1]["error"] == "invalid_grant"
    other = "https://calsync.example.com/callback"
    code = await code_for(google, alice)
    assert (await exchange(google, code, redirect_uri=other))[1]["error"] == "redirect_uri_mismatch"
    google.project.redirect_uris.append(other)
    assert (await exchange(google, code, redirect_uri=other))[1]["error"] == "invalid_grant"


async def test_a_code_is_bound_to_its_verifier(google: GoogleDouble, alice: Person) -> None:
    flow = flow_for(google, SCOPES)
    address, _ = flow.authorization_url()
    location = await consent(address, alice.email)
    code = parse_qs(urlsplit(location).query)["code"][0]
    assert (await exchange(google, code))[1]["error_description"] == "Missing code verifier."
    assert (await exchange(google, code, code_verifier="x" * 43))[1]["error"] == "invalid_grant"
    status, _ = await exchange(google, code, code_verifier=str(flow.code_verifier))
    assert status == 200
    plain = await code_for(google, alice, code_challenge="x" * 43)
    assert (await exchange(google, plain, code_verifier="x" * 43))[0] == 200


async def test_the_client_proves_itself(google: GoogleDouble, alice: Person) -> None:
    code = await code_for(google, alice)
    status, answer = await exchange(google, code, client_secret="wrong")
    assert (status, answer["error"]) == (401, "invalid_client")
    status, answer = await exchange(google, code, client_id="unknown")
    assert (status, answer["error"]) == (401, "invalid_client")
    google.project.deleted = True
    assert (await exchange(google, code))[1]["error"] == "deleted_client"


async def test_the_client_may_use_basic_authentication(google: GoogleDouble, alice: Person) -> None:
    form = {
        "grant_type": "authorization_code",
        "redirect_uri": CALLBACK,
        "code": await code_for(google, alice),
    }
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
    assert (await post(google, "/token"))[1]["error"] == "invalid_request"
    assert (await post(google, "/token", **client_secrets(google)))[1]["error"] == "invalid_request"
    form = client_secrets(google) | {"grant_type": "password"}
    assert (await post(google, "/token", **form))[1]["error"] == "unsupported_grant_type"
    assert (await exchange(google, ""))[1]["error"] == "invalid_request"
    assert (await refresh(google, ""))[1]["error"] == "invalid_request"
    assert (await post(google, "/revoke"))[1]["error"] == "invalid_request"


async def test_a_partial_grant_succeeds_with_fewer_scopes(google: GoogleDouble, alice: Person) -> None:
    address = url(google, scope=f"openid {EMAIL} {OWNED} {FREEBUSY}")
    location = await consent(address, alice.email, scopes=[FREEBUSY])
    code = parse_qs(urlsplit(location).query)["code"][0]
    _, answer = await exchange(google, code)
    assert set(answer["scope"].split()) == {"openid", EMAIL, FREEBUSY}


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
