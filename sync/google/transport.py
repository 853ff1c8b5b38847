"""Sends requests to Google: in threads, a fresh connection each, with a token, within the limits."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from importlib import resources
from typing import Any

import httplib2
import stamina
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document

from sync.clock import Clock
from sync.errors import Gone, NeedsReconnect, RetryLater
from sync.google import errors
from sync.google.limits import PATCH_UNITS, Limits
from sync.threads import Threads

TIMEOUT = 30.0
THREADS = 16
SHORT_TRIES = 3

Tokens = Callable[[int, bool], Awaitable[str]]
"""Gives an account's access token; the flag asks for a new one even if the old should still be good."""


def events_resource(api_url: str) -> Any:
    """Return the methods of `events`, for the API at this address; to be built once and shared.

    Building costs more than a request does, and threads may share what is built.
    """
    document = json.loads(
        resources.files("googleapiclient.discovery_cache.documents")
        .joinpath("calendar.v3.json")
        .read_text("utf-8")
    )
    root = api_url.removesuffix("calendar/v3/")
    document |= {"rootUrl": root, "baseUrl": root + "calendar/v3/"}
    return build_from_document(document, http=httplib2.Http()).events()


class Transport:
    """Executes requests of googleapiclient; all of them are safe to repeat: they carry ids or etags."""

    def __init__(self, tokens: Tokens, clock: Clock, limits: Limits) -> None:
        self._tokens, self._clock, self._limits = tokens, clock, limits
        self._threads = Threads(THREADS, "google")
        self.skew = timedelta()
        """How far Google's clock is ahead of ours, from its Date headers."""

    async def close(self) -> None:
        """Stop the threads, once running requests are over or hang."""
        await self._threads.close()

    async def execute(self, account_id: int, request: Any) -> dict[str, Any]:
        """Send a request, repeating it shortly when Google stumbles or does not know the record (yet).

        Raises:
            SyncError: what Google's refusal means, translated in `sync.google.errors`.
        """
        await self._spend(account_id, request)
        async for attempt in stamina.retry_context(
            on=_worth_repeating, attempts=SHORT_TRIES, timeout=20, wait_initial=0.2, wait_max=2
        ):
            with attempt:
                if attempt.num > 1:
                    await self._spend(account_id, request)
                return await self._once(account_id, request)
        raise AssertionError("retry_context returns or raises")

    async def _spend(self, account_id: int, request: Any) -> None:
        units = PATCH_UNITS if request.method == "PATCH" else 1
        await self._limits.spend(account_id, units, write=request.method != "GET")

    async def _once(self, account_id: int, request: Any) -> dict[str, Any]:
        for renewed in (False, True):
            token = await self._tokens(account_id, renewed)
            try:
                answer = await self._threads.run(self._send, request, token)
            except Exception as error:
                translated = errors.translate(error)
                if (
                    isinstance(translated, NeedsReconnect)
                    and translated.code == "token_refused"
                    and not renewed
                ):
                    continue
                self._limits.refused(account_id, translated)
                raise translated from error
            self._limits.answered(account_id, write=request.method != "GET")
            empty = request.method == "DELETE"
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
        # A proxy's broken date is no reason to refuse what else it brought.
        with contextlib.suppress(ValueError, TypeError):
            self.skew = parsedate_to_datetime(response.get("date", "")) - self._clock.now()


def _worth_repeating(error: Exception) -> bool:
    if isinstance(error, Gone):
        return error.code == "google_not_found"  # Google asks for it: what is new may not be everywhere yet
    limited = {"google_rate_limit", "google_usage_limit", "google_daily_limit"}
    return isinstance(error, RetryLater) and error.code not in limited and error.after is None
