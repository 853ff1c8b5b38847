"""The same writes without calsync around them: what a first sync is measured against."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import httplib2
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document

from bot.app import Calsync
from tests.doubles.google.discovery import document

ODOO_BATCH = 500
IN_FLIGHT = 8
Values = dict[str, Any]


@asynccontextmanager
async def recorded(client: Any, method: str) -> AsyncIterator[list[Any]]:
    """Note the last argument of each call of a client's method during the block."""
    calls: list[Any] = []
    original = getattr(client, method)

    async def recording(*args: Any, **named: Any) -> Any:
        calls.append(args[-1])
        return await original(*args, **named)

    setattr(client, method, recording)
    try:
        yield calls
    finally:
        delattr(client, method)


def for_another(rows: Sequence[Values], uid: int, partner_id: int) -> list[Values]:
    """Return rows of calendar.event as another person's, with access tokens of their own."""
    theirs = {
        "user_id": uid,
        "partner_ids": [[6, 0, [partner_id]]],
        "attendee_ids": [[0, 0, {"partner_id": partner_id, "state": "accepted"}]],
    }
    return [row | theirs | {"access_token": secrets.token_hex(32)} for row in rows]


async def creates(calsync: Calsync, rows: Sequence[Values]) -> None:
    """Create rows in Odoo, in as few calls as are wise."""
    for start in range(0, len(rows), ODOO_BATCH):
        await calsync.odoo.create("calendar.event", rows[start : start + ODOO_BATCH])


async def inserts(api_url: str, token: str, bodies: Sequence[Mapping[str, Any]]) -> None:
    """Insert events in Google: the official client, a kept connection for each of eight threads."""
    root = api_url.removesuffix("calendar/v3/")
    addresses = {"rootUrl": root, "baseUrl": api_url}
    service = build_from_document(document() | addresses, http=httplib2.Http()).events()
    own, opened = threading.local(), list[AuthorizedHttp]()

    def insert(body: Mapping[str, Any]) -> None:
        if not hasattr(own, "http"):
            own.http = AuthorizedHttp(Credentials(token), http=httplib2.Http(timeout=30))
            opened.append(own.http)
        fresh = {**body, "id": secrets.token_hex(16)}
        service.insert(calendarId="primary", body=fresh, sendUpdates="none").execute(http=own.http)

    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(IN_FLIGHT) as threads:
        await asyncio.gather(*(loop.run_in_executor(threads, insert, body) for body in bodies))
    for http in opened:
        http.close()
