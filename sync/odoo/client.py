"""Calls of Odoo's models: odoorpc's JSON-RPC in threads, always quiet, with every argument named."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import odoorpc
import stamina

from sync.clock import Clock
from sync.errors import Misconfigured, RetryLater
from sync.odoo.errors import translate

THREADS = 4
TIMEOUT = 30
SHORT_TRIES = 3
BATCH = 1000

QUIET: Mapping[str, Any] = {
    "no_mail_to_attendees": True,
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "dont_notify": True,
    "no_calendar_sync": True,
    "skip_contact_description": True,
    "tz": "UTC",
    "lang": "en_US",
}
"""The context of every call: nobody is mailed, Odoo's own Google sync is not woken, 19 adds no addresses."""


class OdooClient:
    """One database through one login; every method raises the errors of `sync.errors`."""

    def __init__(self, url: str, database: str, login: str, key: str, clock: Clock) -> None:
        self.source = f"{url.rstrip('/')}|{database}"
        self.skew = timedelta()
        """How far Odoo's clock is ahead of ours, from its Date headers."""
        self._database, self._login, self._key = database, login, key
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="odoo")
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        # With a version given, the constructor asks the server nothing: it may be down just now.
        self._rpc = odoorpc.ODOO(
            parts.hostname,
            protocol="jsonrpc+ssl" if secure else "jsonrpc",
            port=parts.port or (443 if secure else 80),
            timeout=TIMEOUT,
            version="17.0",
            opener=urllib.request.build_opener(_NoteDate(self, clock)),
        )
        self._session: tuple[int, int] | None = None

    async def close(self) -> None:
        """Let running calls end and stop the threads."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)

    async def session(self) -> tuple[int, int]:
        """Return our user id and the server's main version, logging in if that was not done.

        Raises:
            Misconfigured: login, key or database are wrong, or the version is older than 17.
        """
        if self._session is None:
            version = await self._call("common", "version", [])
            uid = await self._call("common", "login", [self._database, self._login, self._key])
            if not uid:
                raise Misconfigured("odoo_login_refused", self._login)
            major = int(version["server_version_info"][0])
            if major < 17:
                raise Misconfigured("odoo_too_old", str(version["server_version"]))
            self._session = uid, major
        return self._session

    async def search_read(
        self,
        model: str,
        domain: Sequence[Any],
        fields: Iterable[str],
        *,
        order: str = "id",
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Return the named fields of the records that fit a domain."""
        named: dict[str, Any] = {"fields": list(fields), "order": order}
        if limit:
            named["limit"] = limit
        rows: list[dict[str, Any]] = await self.call(model, "search_read", [list(domain)], **named)
        return rows

    async def search(self, model: str, domain: Sequence[Any]) -> list[int]:
        """Return the ids of the records that fit a domain."""
        ids: list[int] = await self.call(model, "search", [list(domain)])
        return ids

    async def read(self, model: str, ids: Sequence[int], fields: Iterable[str]) -> list[dict[str, Any]]:
        """Return the named fields of these records; those that do not exist are left out."""
        rows: list[dict[str, Any]] = []
        for start in range(0, len(ids), BATCH):
            some = list(ids[start : start + BATCH])
            rows += await self.call(model, "read", [some], fields=list(fields))
        return rows

    async def create(self, model: str, values: Sequence[Mapping[str, Any]]) -> list[int]:
        """Create records, all or none, and return their ids in order. Never repeated by itself.

        Raises:
            RetryLater: the outcome is unknown: search before sending it again.
        """
        ids: int | list[int] = await self.call(model, "create", [[dict(one) for one in values]], repeat=False)
        return ids if isinstance(ids, list) else [ids]

    async def write(self, model: str, ids: Sequence[int], values: Mapping[str, Any]) -> None:
        """Set fields of records, all or none.

        Raises:
            ValueError: no ids were given (Odoo would answer true and do nothing).
            Gone: one of them does not exist.
        """
        if not ids:
            raise ValueError("a write needs ids")
        await self.call(model, "write", [list(ids), dict(values)])

    async def call(
        self, model: str, method: str, args: list[Any], *, repeat: bool = True, **named: Any
    ) -> Any:
        """Call a model's method with our context; `repeat` allows short retries when Odoo stumbles."""
        uid, _ = await self.session()
        named["context"] = {**QUIET, **named.get("context", {})}
        params = [self._database, uid, self._key, model, method, args, named]
        try:
            return await self._call("object", "execute_kw", params, repeat=repeat)
        except Misconfigured:
            self._session = None  # the next call logs in anew and says what is wrong
            raise

    async def _call(self, service: str, method: str, args: list[Any], *, repeat: bool = True) -> Any:
        async for attempt in stamina.retry_context(
            on=RetryLater, attempts=SHORT_TRIES if repeat else 1, timeout=20, wait_initial=0.2, wait_max=2
        ):
            with attempt:
                return await self._once({"service": service, "method": method, "args": args})
        raise AssertionError("retry_context returns or raises")

    async def _once(self, params: Mapping[str, Any]) -> Any:
        loop = asyncio.get_running_loop()
        try:
            answer = await loop.run_in_executor(self._threads, self._rpc.json, "/jsonrpc", dict(params))
        except Exception as error:
            raise translate(error, self._database) from error
        return answer.get("result")


class _NoteDate(urllib.request.BaseHandler):
    """Keeps the client's idea of Odoo's clock."""

    def __init__(self, client: OdooClient, clock: Clock) -> None:
        self._client, self._clock = client, clock

    def http_response(self, _request: urllib.request.Request, response: HTTPResponse) -> HTTPResponse:
        if stamp := response.headers.get("Date"):
            self._client.skew = parsedate_to_datetime(stamp) - self._clock.now()
        return response

    https_response = http_response
