"""Calls of Odoo's models: always quiet, every argument named, over the way that the server offers."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sync.clock import Clock
from sync.errors import Misconfigured
from sync.odoo.connection import SHORT_TRIES, Connection, Session, repeated
from sync.odoo.gateway import Access, Api, Gateway

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
    """One database through one login; every method raises the errors of `sync.errors`.

    `api` names the way: "jsonrpc", "json2", or "auto": JSON-2 where there is one that takes our key.
    """

    def __init__(
        self,
        url: str,
        database: str,
        login: str,
        key: str,
        clock: Clock,
        api: Api | Literal["auto"] = "auto",
    ) -> None:
        self.source = f"{url.rstrip('/')}|{database}"
        self._connection = Connection(Access(url, database, login, key), clock, api)

    async def for_login(self, login: str, key: str) -> OdooClient:
        """Return a client of the same database through another login, over the way that was chosen for ours.

        Raises:
            Misconfigured, RetryLater: no way is known yet, and none can be chosen now.
        """
        api = (await self.connection()).gateway.api
        twin = copy.copy(self)
        twin._connection = self._connection.twin(login, key, api)
        return twin

    @property
    def skew(self) -> timedelta:
        """How far Odoo's clock is ahead of ours, from its Date headers."""
        return self._connection.skew

    async def close(self) -> None:
        """Let running calls end and give back threads and connections."""
        await self._connection.close()

    async def session(self) -> tuple[int, int]:
        """Return our user id and the server's main version, logging in if that was not done.

        Raises:
            Misconfigured: login, key or database are wrong, or the version is older than 17.
        """
        session = await self.connection()
        return session.uid, session.version.major

    async def connection(self) -> Session:
        """Return which way was chosen, who we are and what the server is; errors as for `session`."""
        return await self._connection.session()

    async def server_version(self) -> str:
        """Return the server's version as it calls it, such as "19.0"; errors as for `session`."""
        return (await self.connection()).version.text

    def key_expires(self) -> datetime | None:
        """Return when the soonest of our login's API keys ends (aware UTC).

        None: not connected yet, keys without an end, or Odoo 17, where they have none. Odoo does not tell
        which of several keys is the one in use.
        """
        return self._connection.key_expires

    def key_warning(self) -> Misconfigured | None:
        """Return a warning when a key of our login's ends within 14 days."""
        return self._connection.key_warning()

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
        named: dict[str, Any] = {"domain": list(domain), "fields": list(fields), "order": order}
        if limit:
            named["limit"] = limit
        rows: list[dict[str, Any]] = await self.call(model, "search_read", **named)
        return rows

    async def search(self, model: str, domain: Sequence[Any]) -> list[int]:
        """Return the ids of the records that fit a domain."""
        ids: list[int] = await self.call(model, "search", domain=list(domain))
        return ids

    async def read(self, model: str, ids: Sequence[int], fields: Iterable[str]) -> list[dict[str, Any]]:
        """Return the named fields of these records; those that do not exist are left out."""
        rows: list[dict[str, Any]] = []
        for start in range(0, len(ids), BATCH):
            some = ids[start : start + BATCH]
            rows += await self.call(model, "read", ids=some, fields=list(fields))
        return rows

    async def create(self, model: str, values: Sequence[Mapping[str, Any]]) -> list[int]:
        """Create records, all or none, and return their ids in order. Never repeated by itself.

        Raises:
            RetryLater: the outcome is unknown: search before sending it again.
        """
        rows = [dict(one) for one in values]
        ids: list[int] = await self.call(model, "create", repeat=False, vals_list=rows)
        return ids

    async def write(self, model: str, ids: Sequence[int], values: Mapping[str, Any]) -> None:
        """Set fields of records, all or none.

        Raises:
            ValueError: no ids were given (Odoo would answer true and do nothing).
            Gone: one of them does not exist.
        """
        await self.call(model, "write", ids=ids, vals=dict(values))

    async def unlink(self, model: str, ids: Sequence[int]) -> None:
        """Delete records for good, all or none; with google_calendar installed Odoo archives some instead.

        Raises:
            ValueError: no ids were given.
            Gone: one of them does not exist.
        """
        await self.call(model, "unlink", ids=ids)

    async def call(
        self,
        model: str,
        method: str,
        *,
        ids: Sequence[int] | None = None,
        repeat: bool = True,
        **named: Any,
    ) -> Any:
        """Call a model's method with our context, on the records `ids` if it works on records.

        `named` are the arguments by the names they have in Odoo 19; `repeat` allows short retries when
        Odoo stumbles.

        Raises:
            ValueError: `ids` is empty: Odoo would answer true and do nothing.
        """
        if ids is not None and not ids:
            raise ValueError(f"{model}.{method} needs ids")
        session = await self.connection()
        named["context"] = {**QUIET, **named.get("context", {})}
        try:
            return await repeated(
                lambda: self._send(session.gateway, model, method, ids, named), SHORT_TRIES if repeat else 1
            )
        except Misconfigured as error:
            # The next call chooses and logs in anew, and says what is wrong.
            raise self._connection.refused(error) from error

    async def may(self, model: str, operation: str) -> bool:
        """Say whether our login may "read", "write", "create" or "unlink" on a model at all.

        Raises:
            Rejected: there is no such model, or this Odoo does not tell.
        """
        session = await self.connection()
        named: dict[str, Any] = {"operation": operation, "context": dict(QUIET)}
        if session.version.major < 18:
            named["raise_exception"] = False
            return bool(await self._send(session.gateway, model, "check_access_rights", None, named))
        # Without records has_access (Odoo 18 on) speaks of the model.
        return bool(await self._send(session.gateway, model, "has_access", [], named))

    async def _send(
        self,
        gateway: Gateway,
        model: str,
        method: str,
        ids: Sequence[int] | None,
        named: Mapping[str, Any],
    ) -> Any:
        """Make one call over the way chosen: here tests let the process die."""
        return await gateway.call(model, method, ids, named)
