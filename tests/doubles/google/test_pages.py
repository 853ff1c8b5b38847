"""Google's pages: who is let through, what is asked, and where Google stops without a redirect."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest

from tests.doubles.google import GoogleDouble, GoogleStopped, Person, consent
from tests.doubles.google.client import CALLBACK, EMAIL, EVERYTHING, OWNED
from tests.doubles.google.oauth_client import FREEBUSY, url


def _query(location: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


async def test_allow(google: GoogleDouble, alice: Person) -> None:
    location = await consent(url(google), alice.email)
    assert location.startswith(CALLBACK + "?")
    query = _query(location)
    assert query["state"] == "a state&more"
    assert set(query["scope"].split()) == {"openid", EMAIL, OWNED}
    assert query["hd"] == "example.com"


async def test_cancel(google: GoogleDouble, alice: Person) -> None:
    location = await consent(url(google), alice.email, allow=False)
    assert _query(location) == {"state": "a state&more", "error": "access_denied"}
    assert google.grants.granted == {}


async def test_one_scope_has_no_tick_box_and_two_have(google: GoogleDouble, alice: Person) -> None:
    location = await consent(url(google), alice.email, scopes=[])
    assert "code" in _query(location)
    two = url(google, scope=f"openid {EMAIL} {OWNED} {FREEBUSY}", prompt="consent")
    location = await consent(two, alice.email, scopes=[FREEBUSY])
    assert set(_query(location)["scope"].split()) == {"openid", EMAIL, FREEBUSY}
    location = await consent(two, alice.email, scopes=[])
    assert set(_query(location)["scope"].split()) == {"openid", EMAIL}
    only = url(google, scope=f"{OWNED} {FREEBUSY}", prompt="consent")
    assert _query(await consent(only, alice.email, scopes=[]))["error"] == "access_denied"


async def test_who_granted_everything_before_is_not_asked_again(google: GoogleDouble, alice: Person) -> None:
    await consent(url(google), alice.email)
    with pytest.raises(LookupError, match="no button"):
        await consent(url(google), "nobody@example.com")
    location = await consent(url(google), alice.email, allow=False)
    assert "code" in _query(location)
    location = await consent(url(google, prompt="consent"), alice.email, allow=False)
    assert _query(location)["error"] == "access_denied"


async def test_earlier_scopes_are_included_on_wish(google: GoogleDouble, alice: Person) -> None:
    await consent(url(google, scope=f"openid {FREEBUSY}"), alice.email)
    location = await consent(url(google), alice.email)
    assert FREEBUSY not in _query(location)["scope"]
    location = await consent(url(google, include_granted_scopes="true"), alice.email)
    assert FREEBUSY in _query(location)["scope"]


async def _get(address: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(address, allow_redirects=False) as response:
        return response.status, await response.text() + response.headers.get("Location", "")


async def test_the_chooser_lists_people_and_a_hint_skips_it(
    google: GoogleDouble, alice: Person, bob: Person
) -> None:
    google.add_room("room@example.com", "Room")
    status, page = await _get(url(google))
    assert status == 200
    assert "Choose an account" in page
    assert alice.email in page
    assert bob.email in page
    assert "room@" not in page
    _, page = await _get(url(google, login_hint=bob.email))
    assert "wants access" in page
    assert alice.email not in page
    _, page = await _get(url(google, login_hint=bob.email, prompt="select_account consent"))
    assert "Choose an account" in page


async def test_prompt_none_asks_nothing(google: GoogleDouble, alice: Person) -> None:
    hinted = url(google, prompt="none", login_hint=alice.email)
    assert "error=interaction_required" in (await _get(hinted))[1]
    await consent(url(google), alice.email)
    assert "code=" in (await _get(hinted))[1]
    assert "error=interaction_required" in (await _get(url(google, prompt="none")))[1]


async def test_short_scopes_are_answered_in_full(google: GoogleDouble, alice: Person) -> None:
    location = await consent(url(google, scope=f"openid email profile {OWNED}"), alice.email)
    prefix = "https://www.googleapis.com/auth/userinfo."
    assert {prefix + "email", prefix + "profile"} <= set(_query(location)["scope"].split())


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"redirect_uri": CALLBACK + "/"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": CALLBACK.replace("http:", "https:")}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": "urn:ietf:wg:oauth:2.0:oob"}, 400, "invalid_request"),
        ({"redirect_uri": None}, 400, "invalid_request"),
        ({"client_id": "unknown"}, 401, "invalid_client"),
        ({"client_id": None}, 400, "invalid_request"),
        ({"response_type": None}, 400, "invalid_request"),
        ({"response_type": "token"}, 400, "unsupported_response_type"),
        ({"scope": "openid https://www.googleapis.com/auth/kalender"}, 400, "invalid_scope"),
        ({"scope": None}, 400, "invalid_request"),
        ({"code_challenge": "x", "code_challenge_method": "S512"}, 400, "invalid_request"),
        ({"access_type": "online_please"}, 400, "invalid_request"),
    ],
)
async def test_wrong_requests_stop_at_google(
    google: GoogleDouble, alice: Person, changes: dict[str, Any], status: int, error: str
) -> None:
    with pytest.raises(GoogleStopped, match=f"Error {status}: {error}") as caught:
        await consent(url(google, **changes), alice.email)
    assert caught.value.status == status


async def test_a_deleted_client(google: GoogleDouble, alice: Person) -> None:
    google.project.deleted = True
    with pytest.raises(GoogleStopped, match="Error 401: deleted_client"):
        await consent(url(google), alice.email)


async def test_an_application_in_testing_is_for_test_users(
    google: GoogleDouble, alice: Person, bob: Person
) -> None:
    google.project.publishing = "testing"
    google.project.test_users = {bob.email}
    with pytest.raises(GoogleStopped, match="Error 403: access_denied"):
        await consent(url(google), alice.email)
    assert "code" in _query(await consent(url(google), bob.email))


async def test_an_internal_application_is_for_its_organization(google: GoogleDouble, alice: Person) -> None:
    google.project.user_type, google.project.domain = "internal", "example.com"
    google.add_person("carol@mail.example")
    assert "code" in _query(await consent(url(google), alice.email))
    with pytest.raises(GoogleStopped, match="Error 403: org_internal"):
        await consent(url(google), "carol@mail.example")


async def test_an_administrator_may_block_an_application(google: GoogleDouble, alice: Person) -> None:
    google.project.blocked_by_admin = {"example.com"}
    with pytest.raises(GoogleStopped, match="Error 400: admin_policy_enforced"):
        await consent(url(google), alice.email)


@pytest.mark.parametrize(
    ("agent", "blocked"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
            True,
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", True),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Slack/24.10", True),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1", False),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", False),
    ],
)
async def test_embedded_browsers_are_refused(
    google: GoogleDouble, alice: Person, agent: str, blocked: bool
) -> None:
    if blocked:
        with pytest.raises(GoogleStopped, match="Error 403: disallowed_useragent"):
            await consent(url(google), alice.email, user_agent=agent)
    else:
        assert "code" in _query(await consent(url(google), alice.email, user_agent=agent))


async def test_a_desktop_client_goes_to_loopback_only(alice: Person) -> None:
    async with GoogleDouble(client_type="desktop") as google:
        google.add_person(alice.email)
        file = google.client_file()["installed"]
        params = {"client_id": file["client_id"], "response_type": "code", "scope": EVERYTHING}

        def address(redirect_uri: str) -> str:
            return f"{file['auth_uri']}?{urlencode(params | {'redirect_uri': redirect_uri})}"

        assert "code" in _query(await consent(address("http://127.0.0.1:5555/x"), alice.email))
        with pytest.raises(GoogleStopped, match="redirect_uri_mismatch"):
            await consent(address("https://calsync.example.com/callback"), alice.email)


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "http://calsync.example.com/callback",
        "https://192.0.2.1/callback",
        "https://calsync.lan/callback",
        "https://user:password@calsync.example.com/callback",
        "https://calsync.example.com/callback#here",
        "https://calsync.example.com/../callback",
        "https://*.example.com/callback",
    ],
)
def test_redirect_uris_that_the_console_refuses(redirect_uri: str) -> None:
    with pytest.raises(ValueError, match="console would refuse"):
        GoogleDouble(redirect_uris=[redirect_uri])


def test_the_client_file() -> None:
    origins = ["https://calsync.example.com"]
    google = GoogleDouble(redirect_uris=["https://calsync.example.com/cb"], javascript_origins=origins)
    assert google.client_file()["web"].keys() == {
        "client_id",
        "project_id",
        "auth_uri",
        "token_uri",
        "auth_provider_x509_cert_url",
        "client_secret",
        "redirect_uris",
        "javascript_origins",
    }
