"""Page tokens and sync tokens: opaque to clients, bound to their calendar and parameters."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any

from tests.doubles.google.discovery import Query
from tests.doubles.google.errors import GoogleError, invalid
from tests.doubles.google.store import Calendar

_FREE_TO_CHANGE = {
    "maxResults", "pageToken", "syncToken", "timeMin", "timeMax", "fields", "alt", "prettyPrint", "quotaUser",
    "userIp", "key", "oauth_token",
}  # fmt: skip


def fingerprint(query: Query) -> str:
    """Stand for the parameters that have to stay the same from the full sync on."""
    bound = {name: v for name, v in query.items() if name not in _FREE_TO_CHANGE and v is not False}
    return hashlib.sha256(json.dumps(bound, sort_keys=True, default=str).encode()).hexdigest()[:12]


def seal(kind: str, calendar: Calendar, content: dict[str, Any]) -> str:
    """Return a token."""
    whole = content | {"kind": kind, "calendar": calendar.id}
    return base64.urlsafe_b64encode(json.dumps(whole).encode()).decode()


def _unseal(kind: str, calendar: Calendar, token: str) -> dict[str, Any]:
    try:
        content = json.loads(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError):
        content = None
    if not isinstance(content, dict) or (content.get("kind"), content.get("calendar")) != (kind, calendar.id):
        raise invalid(f"Invalid {kind} token value.", location=f"{kind}Token")
    return content


def open_page(calendar: Calendar, query: Query) -> dict[str, Any]:
    """Return what a page token says.

    Raises:
        GoogleError: it is none, or belongs to another calendar or to other parameters.
    """
    content = _unseal("page", calendar, query["pageToken"])
    if content["parameters"] != fingerprint(query):
        raise invalid("Invalid page token value.", location="pageToken")
    return content


def open_sync(calendar: Calendar, query: Query) -> dict[str, Any]:
    """Return what a sync token says.

    Raises:
        GoogleError: it is none, belongs elsewhere, or is no longer valid (410 fullSyncRequired).
    """
    content = _unseal("sync", calendar, query["syncToken"])
    if content["epoch"] != calendar.token_epoch:
        raise GoogleError(
            410,
            "fullSyncRequired",
            "Sync token is no longer valid, a full sync is required.",
            domain="calendar",
            location="syncToken",
        )
    if content["parameters"] != fingerprint(query):
        # Google calls the outcome undefined; the double says what is wrong.
        raise invalid("The sync token was issued for other parameters.", location="syncToken")
    return content
