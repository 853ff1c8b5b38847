"""OAuth requests by hand, where Google's own library is too polite to ask."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import google.auth.transport.requests
import requests

from tests.doubles.google import GoogleDouble, Person, consent
from tests.doubles.google.client import CALLBACK, EMAIL, OWNED

FREEBUSY = "https://www.googleapis.com/auth/calendar.freebusy"


def url(google: GoogleDouble, **changes: str | None) -> str:
    """Return an authorization URL; None leaves a parameter out."""
    params: dict[str, str | None] = {
        "client_id": google.project.client_id,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": f"openid {EMAIL} {OWNED}",
        "state": "a state&more",
        "access_type": "offline",
    }
    given = {name: value for name, value in (params | changes).items() if value is not None}
    return f"{google.client_file()['web']['auth_uri']}?{urlencode(given)}"


async def code_for(google: GoogleDouble, person: Person, **changes: str | None) -> str:
    """Walk the pages and return the code."""
    location = await consent(url(google, **changes), person.email)
    return parse_qs(urlsplit(location).query)["code"][0]


async def post(google: GoogleDouble, path: str, **form: str) -> tuple[int, dict[str, Any]]:
    """Post a form and return status and body."""
    async with aiohttp.ClientSession() as session, session.post(google.url + path, data=form) as response:
        return response.status, await response.json()


def client_secrets(google: GoogleDouble) -> dict[str, str]:
    """Return what proves the client in a form."""
    return {"client_id": google.project.client_id, "client_secret": google.project.client_secret}


async def exchange(google: GoogleDouble, code: str, **more: str) -> tuple[int, dict[str, Any]]:
    """Exchange a code."""
    form = client_secrets(google) | {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
    }
    return await post(google, "/token", **(form | more))


async def refresh(google: GoogleDouble, token: str, **more: str) -> tuple[int, dict[str, Any]]:
    """Use a refresh token."""
    form = client_secrets(google) | {"grant_type": "refresh_token", "refresh_token": token}
    return await post(google, "/token", **(form | more))


def google_auth_request(session: requests.Session) -> Any:
    """Return Google's transport on a session that the caller closes."""
    return google.auth.transport.requests.Request(session=session)
