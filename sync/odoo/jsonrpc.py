"""The way to Odoo by JSON-RPC: odoorpc in threads of its own, for all versions until Odoo 22 drops it."""

from __future__ import annotations

import urllib.request
from collections.abc import Mapping, Sequence
from http.client import HTTPResponse
from typing import Any

import odoorpc
from odoorpc.error import RPCError

from sync.errors import Misconfigured, RetryLater
from sync.odoo.errors import translate
from sync.odoo.gateway import CALLS, TIMEOUT, Access, Api, NoteDate, Version, encoded, read_version
from sync.threads import Threads

_BY_POSITION = {"create": "vals_list", "write": "vals"}
"""Arguments that must not be named: Odoo looks for the first of `create` among the positional ones, and
calendar.event calls that of `write` differently in 17 and 18 ("values") and in 19 ("vals")."""


class JsonRpc:
    """Calls services at `/jsonrpc`; login and key go along with each call, there is no session."""

    api: Api = "jsonrpc"

    def __init__(self, access: Access, note_date: NoteDate, threads: Threads | None = None) -> None:
        self._access = access
        self._uid = 0
        self._owns_threads = threads is None
        self.threads = threads or Threads(CALLS, "odoo")
        """Where the calls are made; another login may share them."""
        # With a version given, the constructor asks the server nothing: it may be down just now.
        self._rpc = odoorpc.ODOO(
            access.host,
            protocol="jsonrpc+ssl" if access.secure else "jsonrpc",
            port=access.port,
            timeout=TIMEOUT,
            version="17.0",
            opener=urllib.request.build_opener(_NoteDate(note_date), _StayHere),
        )

    async def close(self) -> None:
        """Stop the threads, once running calls are over or hang, unless they are another's."""
        if self._owns_threads:
            await self.threads.close()

    async def version(self) -> Version:
        """Return what the server says of itself; that needs no login."""
        told = await self._send("common", "version", [])
        if not isinstance(told, dict):
            raise RetryLater("odoo_unreadable", "no version")
        return read_version(told.get("server_version_info"), told.get("server_version"))

    async def login(self) -> int:
        """Return our user id.

        Unlike a call, this is never answered from the server's memory of a key that has ended since.

        Raises:
            Misconfigured: login, key or database are wrong.
        """
        access = self._access
        uid = await self._send("common", "login", [access.database, access.login, access.key])
        if not uid:
            raise Misconfigured("odoo_login_refused")
        self._uid = int(uid)
        return self._uid

    async def call(self, model: str, method: str, ids: Sequence[int] | None, named: Mapping[str, Any]) -> Any:
        """Call a method of a model once; `login` has to come before."""
        encoded(named)  # odoorpc would send half of a surrogate pair
        args: list[Any] = [] if ids is None else [list(ids)]
        keywords = dict(named)
        if (name := _BY_POSITION.get(method)) in keywords:
            args.append(keywords.pop(name))
        head = [self._access.database, self._uid, self._access.key]
        return await self._send("object", "execute_kw", [*head, model, method, args, keywords])

    async def _send(self, service: str, method: str, args: list[Any]) -> Any:
        params = {"service": service, "method": method, "args": args}
        try:
            answer = await self.threads.run(self._rpc.json, "/jsonrpc", params)
        except RPCError as error:
            # Not chained: it holds the server's traceback and people's data, which must not get into a log.
            raise translate(error, self._access.database) from None
        except Exception as error:
            raise translate(error, self._access.database) from error
        if not isinstance(answer, dict):
            raise RetryLater("odoo_unreadable", "an answer that is no object")
        return answer.get("result")


class _NoteDate(urllib.request.BaseHandler):
    """Passes on the Date headers."""

    def __init__(self, note: NoteDate) -> None:
        self._note = note

    def http_response(self, _request: urllib.request.Request, response: HTTPResponse) -> HTTPResponse:
        self._note(response.headers.get("Date"))
        return response

    https_response = http_response


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: urllib would turn the call into a GET and lose its body."""

    def redirect_request(self, *_: Any) -> None:
        return None
