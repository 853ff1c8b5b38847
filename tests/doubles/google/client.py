"""The real Google clients, pointed at the double, as the tests of this directory use them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httplib2
import pytest
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from google_auth_oauthlib.flow import Flow
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

from tests.doubles.google import GoogleDouble, Person, consent

CALLBACK = "http://localhost:8080/oauth/google/callback"
EMAIL = "https://www.googleapis.com/auth/userinfo.email"
OWNED = "https://www.googleapis.com/auth/calendar.events.owned"
EVERYTHING = "https://www.googleapis.com/auth/calendar"


class Client:
    """A person's Calendar client: the real one, in threads."""

    def __init__(self, google: GoogleDouble, token: str) -> None:
        self._google = google
        self.credentials = Credentials(token)
        self.service = build_from_document(google.discovery_document(), http=httplib2.Http())

    async def run(self, request: Any, *, headers: dict[str, str] | None = None) -> Any:
        """Execute a request of googleapiclient."""
        request.headers.update(headers or {})

        def execute() -> Any:
            http = httplib2.Http(timeout=10)
            try:
                return request.execute(http=AuthorizedHttp(self.credentials, http=http))
            finally:
                http.close()

        return await asyncio.to_thread(execute)

    async def events(self, method: str, *, headers: dict[str, str] | None = None, **arguments: Any) -> Any:
        """Call a method of `events` on the primary calendar unless another is named."""
        arguments.setdefault("calendarId", "primary")
        return await self.run(getattr(self.service.events(), method)(**arguments), headers=headers)

    async def listed(self, **arguments: Any) -> tuple[list[dict[str, Any]], str | None]:
        """Read a list to its end and return its items and the sync token."""
        items: list[dict[str, Any]] = []
        page: dict[str, Any] = {"nextPageToken": None}
        while "nextPageToken" in page:
            page = await self.events("list", **arguments, pageToken=page["nextPageToken"])
            items += page["items"]
        return items, page.get("nextSyncToken")


def flow_for(google: GoogleDouble, scopes: list[str]) -> Flow:
    return Flow.from_client_config(google.client_file(), scopes=scopes, redirect_uri=CALLBACK)


async def connect(google: GoogleDouble, person: Person, scopes: list[str]) -> Credentials:
    """Go through the whole of the code flow as a person and an application do."""
    flow = flow_for(google, scopes)
    url, _ = flow.authorization_url(prompt="consent")
    location = await consent(url, person.email)
    code = parse_qs(urlsplit(location).query)["code"][0]
    await asyncio.to_thread(flow.fetch_token, code=code, timeout=10)
    credentials: Credentials = flow.credentials
    flow.oauth2session.close()
    return credentials


def client_of(google: GoogleDouble, person: Person, scope: str = OWNED) -> Client:
    """Return a client with a token that was issued without the pages."""
    token = google.grants.new_access_token(person.email, frozenset({"openid", EMAIL, scope}))
    return Client(google, token.value)


def timed(day: int = 3, hour: int = 9, **more: Any) -> dict[str, Any]:
    """Return the body of an event in March 2025 that lasts an hour."""
    zone = "Europe/Berlin"
    return {
        "start": {"dateTime": f"2025-03-{day:02d}T{hour:02d}:00:00", "timeZone": zone},
        "end": {"dateTime": f"2025-03-{day:02d}T{hour + 1:02d}:00:00", "timeZone": zone},
        **more,
    }


@contextmanager
def refused(status: int, reason: str) -> Iterator[None]:
    """Expect Google to refuse, with this status and reason."""
    with pytest.raises(HttpError) as caught:
        yield
    # `error_details` holds `details` instead of `errors` where there are both.
    error = json.loads(caught.value.content)["error"]
    assert (caught.value.status_code, error["errors"][0]["reason"]) == (status, reason)
