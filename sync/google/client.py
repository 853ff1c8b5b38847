"""Calls of the Calendar API: google-api-python-client in threads, one fresh connection a request."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib import resources
from typing import Any

import httplib2
import stamina
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document

from sync.clock import Clock
from sync.errors import CursorExpired, Gone, NeedsReconnect, Rejected, RetryLater
from sync.google import errors

PAGE = 2500
TIMEOUT = 30.0
THREADS = 16
SHORT_TRIES = 3

Tokens = Callable[[int, bool], Awaitable[str]]
"""Gives an account's access token; the flag asks for a new one even if the old should still be good."""


@dataclasses.dataclass(frozen=True)
class Listing:
    """One whole events.list, all pages: `token` continues from here; `full` when nothing was left out."""

    items: list[dict[str, Any]]
    token: str
    default_reminders: list[dict[str, Any]]
    full: bool


class GoogleClient:
    """The Calendar API for all accounts; every method raises the errors of `sync.errors`."""

    def __init__(self, api_url: str, tokens: Tokens, clock: Clock) -> None:
        self._tokens, self._clock = tokens, clock
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="google")
        self.skew = timedelta()
        """How far Google's clock is ahead of ours, from its Date headers."""
        document = json.loads(
            resources.files("googleapiclient.discovery_cache.documents")
            .joinpath("calendar.v3.json")
            .read_text("utf-8")
        )
        root = api_url.removesuffix("calendar/v3/")
        document |= {"rootUrl": root, "baseUrl": root + "calendar/v3/"}
        # Built once: building the methods costs more than a request, and the object is safe to share.
        self._events = build_from_document(document, http=httplib2.Http()).events()

    async def close(self) -> None:
        """Let running requests end and stop the threads."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)

    async def list(
        self,
        account_id: int,
        token: str | None,
        window: tuple[datetime, datetime],
        parameters: Mapping[str, Any],
    ) -> Listing:
        """List what changed since `token`, or without one all events of the window, page by page.

        Raises:
            CursorExpired: the token is no longer honoured.
        """
        try:
            return await self._pages(account_id, token, window, parameters)
        except Rejected as error:
            if not token:
                raise
            # Besides 410, Google answers some tokens with 400: nothing else in the request can be wrong.
            raise CursorExpired("google_cursor_expired", error.detail) from error

    async def _pages(
        self,
        account_id: int,
        token: str | None,
        window: tuple[datetime, datetime],
        parameters: Mapping[str, Any],
    ) -> Listing:
        items: list[dict[str, Any]] = []
        query: dict[str, Any] = {"calendarId": "primary", "maxResults": PAGE, **parameters}
        if token:
            query["syncToken"] = token
        else:
            query["timeMin"], query["timeMax"] = (moment.isoformat() for moment in window)
        while True:
            page = await self._execute(account_id, self._events.list(**query))
            items += page.get("items", ())
            if "nextSyncToken" in page:
                return Listing(items, page["nextSyncToken"], page.get("defaultReminders", []), full=not token)
            if "nextPageToken" not in page:
                raise RetryLater("google_unreadable", "a page without a token")
            query["pageToken"] = page["nextPageToken"]

    async def get(self, account_id: int, event_id: str) -> dict[str, Any] | None:
        """Return an event, cancelled ones too, or None when Google does not know it."""
        try:
            request = self._events.get(calendarId="primary", eventId=event_id)
            return await self._execute(account_id, request)
        except Gone:
            return None

    async def insert(self, account_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create an event under the id in `body`, telling nobody.

        Raises:
            Taken: the id exists, perhaps as a deleted event.
        """
        request = self._events.insert(calendarId="primary", body=body, sendUpdates="none")
        return await self._execute(account_id, request)

    async def patch(
        self, account_id: int, event_id: str, body: Mapping[str, Any], version: str
    ) -> dict[str, Any]:
        """Change the named fields of an event if it still is at `version` (an etag), telling nobody.

        Raises:
            Stale: it was changed since. Gone: it does not exist.
        """
        request = self._events.patch(calendarId="primary", eventId=event_id, body=body, sendUpdates="none")
        request.headers["If-Match"] = version
        return await self._execute(account_id, request)

    async def delete(self, account_id: int, event_id: str, version: str) -> None:
        """Delete an event if it still is at `version`, telling nobody; one that is gone is no error.

        Raises:
            Stale: it was changed since.
        """
        request = self._events.delete(calendarId="primary", eventId=event_id, sendUpdates="none")
        request.headers["If-Match"] = version
        try:
            await self._execute(account_id, request, empty=True)
        except Gone:
            return

    async def _execute(self, account_id: int, request: Any, *, empty: bool = False) -> dict[str, Any]:
        """Send a request, repeating it shortly when Google stumbles; all requests are safe to repeat."""
        async for attempt in stamina.retry_context(
            on=_worth_repeating, attempts=SHORT_TRIES, timeout=20, wait_initial=0.2, wait_max=2
        ):
            with attempt:
                return await self._once(account_id, request, empty=empty)
        raise AssertionError("retry_context returns or raises")

    async def _once(self, account_id: int, request: Any, *, empty: bool) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        for renewed in (False, True):
            token = await self._tokens(account_id, renewed)
            try:
                answer = await loop.run_in_executor(self._threads, self._send, request, token)
            except Exception as error:
                translated = errors.translate(error)
                if (
                    isinstance(translated, NeedsReconnect)
                    and translated.code == "token_refused"
                    and not renewed
                ):
                    continue
                raise translated from error
            if empty and not answer:
                return {}
            if empty or not isinstance(answer, dict):
                # Somebody between us and Google answered: a delete brings nothing, all else JSON.
                raise RetryLater("google_unreadable", "an answer that is not Google's")
            return answer
        raise AssertionError("the second pass returns or raises")

    def _send(self, request: Any, token: str) -> Any:
        http = httplib2.Http(timeout=TIMEOUT)
        try:
            # A token without its refresh parts: refreshing is the grant's work, under its lock.
            authorized = AuthorizedHttp(Credentials(token), http=http, refresh_status_codes=())
            request.add_response_callback(self._note_date)
            return request.execute(http=authorized, num_retries=0)
        finally:
            request.response_callbacks.clear()
            http.close()

    def _note_date(self, response: httplib2.Response) -> None:
        if "date" in response:
            self.skew = parsedate_to_datetime(response["date"]) - self._clock.now()


def _worth_repeating(error: Exception) -> bool:
    return isinstance(error, RetryLater) and error.code != "google_rate_limit" and error.after is None
