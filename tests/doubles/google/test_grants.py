"""Grants over time: refreshing, and every way in which they end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import requests
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials

from tests.doubles.google import GoogleDouble, Person
from tests.doubles.google.client import EMAIL, OWNED, Client, connect
from tests.doubles.google.oauth_client import (
    FREEBUSY,
    code_for,
    exchange,
    google_auth_request,
    post,
    refresh,
)

SCOPES = ["openid", EMAIL, OWNED]


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


async def test_access_tokens_that_end_before_their_time_are_refreshed(
    google: GoogleDouble, alice: Person
) -> None:
    client = Client(google, "")
    client.credentials = await connect(google, alice, SCOPES)
    await client.events("list")
    google.grants.expire_all(alice.email)
    google.log.clear()
    await client.events("list")
    assert google.log.counts() == {"calendar.events.list": 2, "oauth.token": 1}


async def test_the_answer_to_a_refresh(google: GoogleDouble, alice: Person) -> None:
    credentials = await connect(google, alice, SCOPES)
    _, answer = await refresh(google, str(credentials.refresh_token))
    assert "refresh_token" not in answer
    assert set(answer["scope"].split()) == set(SCOPES)
    _, answer = await refresh(google, str(credentials.refresh_token), scope="openid")
    assert answer["scope"] == "openid"
    _, answer = await refresh(google, str(credentials.refresh_token), scope=FREEBUSY)
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
    _, answer = await exchange(google, await code_for(google, alice))
    assert answer.get("refresh_token_expires_in") == (604799 if publishing == "testing" else None)
    google.clock.advance(days=days)
    status, answer = await refresh(google, answer["refresh_token"])
    assert (status, answer.get("error")) == ((200, None) if alive else (400, "invalid_grant"))


async def test_use_keeps_a_refresh_token_alive(google: GoogleDouble, alice: Person) -> None:
    credentials = await connect(google, alice, SCOPES)
    for _ in range(3):
        google.clock.advance(days=150)
        assert (await refresh(google, str(credentials.refresh_token)))[0] == 200


async def test_the_oldest_of_too_many_refresh_tokens_dies_silently(
    google: GoogleDouble, alice: Person
) -> None:
    scopes = frozenset(SCOPES)
    tokens = [google.grants.new_refresh_token(alice.email, scopes).value for _ in range(101)]
    assert (await refresh(google, tokens[0]))[1]["error"] == "invalid_grant"
    assert (await refresh(google, tokens[1]))[0] == 200


async def test_a_dead_refresh_token_in_googles_library(google: GoogleDouble, alice: Person) -> None:
    credentials = await connect(google, alice, SCOPES)
    google.grants.revoke_all(alice.email)

    def renew() -> None:
        with requests.Session() as session:
            credentials.refresh(google_auth_request(session))

    with pytest.raises(RefreshError) as caught:
        await asyncio.to_thread(renew)
    assert caught.value.args[1]["error"] == "invalid_grant"
    assert caught.value.retryable is False


async def test_the_administrators_policy_stops_refreshing(google: GoogleDouble, alice: Person) -> None:
    credentials = await connect(google, alice, SCOPES)
    google.project.blocked_by_admin = {"example.com"}
    status, answer = await refresh(google, str(credentials.refresh_token))
    assert (status, answer["error"]) == (400, "admin_policy_enforced")


@pytest.mark.parametrize("which", ["token", "refresh_token"])
async def test_revoking_ends_the_whole_grant(google: GoogleDouble, alice: Person, which: str) -> None:
    first = await connect(google, alice, SCOPES)
    second = await connect(google, alice, SCOPES)
    token = str(getattr(first, which))
    assert await post(google, "/revoke", token=token) == (200, {})
    for credentials in (first, second):
        assert (await refresh(google, str(credentials.refresh_token)))[0] == 400
        assert google.grants.owner_of(str(credentials.token)) is None
    status, answer = await post(google, "/revoke", token=token)
    assert (status, answer["error"]) == (400, "invalid_token")
    # After that, the person is asked anew and a refresh token comes by itself.
    _, answer = await exchange(google, await code_for(google, alice))
    assert "refresh_token" in answer


async def test_a_token_may_be_revoked_in_the_query(google: GoogleDouble, alice: Person) -> None:
    credentials = await connect(google, alice, SCOPES)
    assert (await post(google, f"/revoke?token={credentials.token}"))[0] == 200


async def test_a_planned_oauth_fault(google: GoogleDouble, alice: Person) -> None:
    credentials: Credentials = await connect(google, alice, SCOPES)
    google.faults.add(operation="oauth.token", status=400, reason="invalid_grant", message="Bad Request")
    status, answer = await refresh(google, str(credentials.refresh_token))
    assert (status, answer) == (400, {"error": "invalid_grant", "error_description": "Bad Request"})
