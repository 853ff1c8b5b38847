"""The way to Odoo 19 and later by JSON-2 (`POST /json/2/<model>/<method>`), over aiohttp.

Source: "External JSON-2 API" in Odoo's developer documentation, and recorded exchanges (tests/contract).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp

from sync.errors import Misconfigured, RetryLater
from sync.odoo.errors import from_json2
from sync.odoo.gateway import CALLS, TIMEOUT, Access, Api, NoteDate, Version, encoded, read_version

FIRST_VERSION = 19
_CONNECT = 10
_WHOLE = 300
# What servers without JSON-2 say at /web/version, and proxies that only let some addresses through.
_NO_SUCH_PLACE = (401, 403, 404, 405)


class Json2:
    """Calls models by names alone; the key says who we are, so passwords are not accepted."""

    api: Api = "json2"

    def __init__(self, access: Access, note_date: NoteDate) -> None:
        self._access, self._note_date = access, note_date
        scheme = "https" if access.secure else "http"
        host = f"[{access.host}]" if ":" in access.host else access.host
        self._root = f"{scheme}://{host}:{access.port}"
        self._http: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Cut what is under way and close the connections."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def version(self) -> Version | None:
        """Return what the server says of itself, without a login, or None: Odoo has this from 19 on.

        Raises:
            RetryLater: it cannot answer now, so nothing is known.
        """
        status, headers, body = await self._exchange("GET", "/web/version")
        if status == 200:
            told = body if isinstance(body, dict) else {}
            return read_version(told.get("version_info"), told.get("version"))
        plain = not headers.get("Content-Type", "").startswith("text/html")
        if status in _NO_SUCH_PLACE and not (status == 404 and plain):
            return None
        raise from_json2(status, headers, body, self._access.database)

    async def login(self) -> int:
        """Return the id of the key's owner.

        Raises:
            Misconfigured: the key is not accepted, is another user's, or the database does not exist.
        """
        told = await self.call("res.users", "context_get", None, {})
        uid = told.get("uid") if isinstance(told, dict) else None
        rows = await self.call("res.users", "read", [uid], {"fields": ["login"]}) if uid else None
        if not isinstance(uid, int) or not rows:
            raise RetryLater("odoo_unreadable", "no user")
        if (login := rows[0]["login"]) != self._access.login:
            # JSON-RPC refuses such a pair, too. Acting as somebody else unawares would be worse.
            raise Misconfigured("odoo_key_of_other", str(login))
        return uid

    async def call(self, model: str, method: str, ids: Sequence[int] | None, named: Mapping[str, Any]) -> Any:
        """Call a method of a model once; a create always returns a list."""
        body = encoded(named if ids is None else {"ids": list(ids), **named})
        status, headers, answer = await self._exchange("POST", f"/json/2/{model}/{method}", body)
        if status != 200:
            raise from_json2(status, headers, answer, self._access.database)
        return answer

    async def _exchange(
        self, verb: str, path: str, body: bytes | None = None
    ) -> tuple[int, Mapping[str, str], Any]:
        """Send one request; returns status, headers and the JSON of the body, None when it has none."""
        headers = {}
        if body is not None:
            headers = {
                "Authorization": f"Bearer {self._access.key}",
                "Content-Type": "application/json",
                "X-Odoo-Database": self._access.database,
            }
        try:
            # A redirected POST would become a GET, and the key might go elsewhere.
            async with self._session().request(
                verb, self._root + path, data=body, headers=headers, allow_redirects=False
            ) as answer:
                raw = await answer.read()
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            raise RetryLater("odoo_unreachable", type(error).__name__) from error
        self._note_date(answer.headers.get("Date"))
        try:
            return answer.status, answer.headers, json.loads(raw)
        except ValueError as error:
            if answer.status == 200:
                raise RetryLater("odoo_unreadable", type(error).__name__) from error
            return answer.status, answer.headers, None

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(
                # A kept connection may be closed by the server just when a create is sent over it, and
                # nobody would know whether it arrived.
                connector=aiohttp.TCPConnector(limit=CALLS, force_close=True),
                timeout=aiohttp.ClientTimeout(total=_WHOLE, sock_connect=_CONNECT, sock_read=TIMEOUT),
                cookie_jar=aiohttp.DummyCookieJar(),
                proxy=self._proxy(),
            )
        return self._http

    def _proxy(self) -> str | None:
        """Return the proxy that the environment names for this host, as odoorpc finds it by itself.

        aiohttp's own way (`trust_env`) would put passwords out of .netrc in the place of the key.
        """
        if proxy_bypass(self._access.host):
            return None
        return getproxies().get("https" if self._access.secure else "http")
