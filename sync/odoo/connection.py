"""How we are let into Odoo: which way, with which secret, and until when the key is good."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal, TypeVar

import stamina

from sync.clock import Clock
from sync.errors import Misconfigured, Rejected, RetryLater
from sync.odoo.gateway import Access, Api, Gateway, Version
from sync.odoo.json2 import FIRST_VERSION, Json2
from sync.odoo.jsonrpc import JsonRpc
from sync.threads import Threads

SHORT_TRIES = 3
OLDEST = 17
KEY_WARNING = timedelta(days=14)

_T = TypeVar("_T")


@dataclasses.dataclass(frozen=True)
class Session:
    """The way that was chosen and who we are; `password`: the secret is no API key, which JSON-2 wants."""

    gateway: Gateway
    uid: int
    version: Version
    password: bool = False


class Connection:
    """Chooses the way to one database and logs in, when first asked and again after a refusal.

    `api` names the way: "jsonrpc", "json2", or "auto": JSON-2 where there is one that takes our key.
    """

    def __init__(
        self,
        access: Access,
        clock: Clock,
        api: Api | Literal["auto"],
        threads: Threads | None = None,
    ) -> None:
        self.skew = timedelta()
        """How far Odoo's clock is ahead of ours, from its Date headers."""
        self.key_expires: datetime | None = None
        """When the soonest of our login's API keys ends, as last seen (aware UTC)."""
        self._access, self._clock, self._api = access, clock, api
        self._jsonrpc = JsonRpc(access, self._note_date, threads)
        self._json2 = Json2(access, self._note_date)
        self._session: Session | None = None
        self._opening: asyncio.Task[Session] | None = None

    def twin(self, login: str, key: str, api: Api) -> Connection:
        """Return a connection of another login to the same database, which makes its calls in our threads."""
        access = dataclasses.replace(self._access, login=login, key=key)
        return Connection(access, self._clock, api, self._jsonrpc.threads)

    async def close(self) -> None:
        """Let running calls end and give back threads and connections."""
        if self._opening:
            self._opening.cancel()
        await self._json2.close()
        await self._jsonrpc.close()

    async def session(self) -> Session:
        """Return how we are let in.

        The way is not chosen at the start, when the server may be down.

        Raises:
            Misconfigured: login, key or database are wrong, or the version is older than 17.
        """
        if self._session:
            return self._session
        if self._opening is None:
            self._opening = asyncio.create_task(self._open())
            self._opening.add_done_callback(self._opened)
        # All who wait share one attempt: one after the other they would wait for a dead server in turn.
        return await asyncio.shield(self._opening)

    def _opened(self, task: asyncio.Task[Session]) -> None:
        self._opening = None
        if not task.cancelled() and task.exception() is None:
            self._session = task.result()

    def refused(self, error: Misconfigured) -> Misconfigured:
        """Forget the session: a call was refused. Returns the error in its most telling form."""
        self._session = None
        return self._told(error)

    def key_warning(self) -> Misconfigured | None:
        """Return a warning when a key of ours ends within 14 days."""
        if self.key_expires is None or self.key_expires - self._now() > KEY_WARNING:
            return None
        return Misconfigured("odoo_key_ends_soon", f"{self.key_expires:%Y-%m-%d}")

    async def _open(self) -> Session:
        session = await self._enter()
        self.key_expires = await self._soonest_expiry(session)
        return session

    async def _enter(self) -> Session:
        version = None if self._api == "jsonrpc" else await repeated(self._json2.version)
        if version and version.major >= FIRST_VERSION:
            return await self._enter_json2(version)
        if self._api == "json2":
            raise Misconfigured("odoo_json2_missing")
        version = await repeated(self._jsonrpc.version)
        if version.major < OLDEST:
            raise Misconfigured("odoo_too_old", version.text)
        try:
            return Session(self._jsonrpc, await repeated(self._jsonrpc.login), version)
        except Misconfigured as error:
            raise self._told(error) from error

    async def _enter_json2(self, version: Version) -> Session:
        try:
            return Session(self._json2, await repeated(self._json2.login), version)
        except Misconfigured as error:
            if error.code != "odoo_login_refused":
                raise
            refusal = self._told(error)
        uid = await self._uid_by_password()
        if uid is None:
            raise refusal
        if self._api == "json2":
            raise Misconfigured("odoo_needs_key", self._access.login)
        return Session(self._jsonrpc, uid, version, password=True)

    async def _uid_by_password(self) -> int | None:
        """Return our user id if JSON-RPC takes what JSON-2 refused: then it is a password."""
        try:
            return await repeated(self._jsonrpc.login)
        except Misconfigured:
            return None
        except RetryLater as error:
            if error.detail == "HTTP 404":  # a later Odoo, without JSON-RPC
                return None
            raise

    async def _soonest_expiry(self, session: Session) -> datetime | None:
        """Ask when our keys end; Odoo does not tell which of several is the one in use."""
        if session.version.major < 18 or session.password:
            return None
        named = {
            "domain": [("user_id", "=", session.uid), ("scope", "in", [False, "rpc"])],
            "fields": ["expiration_date"],
        }
        try:
            rows = await repeated(
                lambda: session.gateway.call("res.users.apikeys", "search_read", None, named)
            )
        except Rejected:
            return None
        dates = [datetime.fromisoformat(row["expiration_date"]) for row in rows if row["expiration_date"]]
        ends = [one.replace(tzinfo=UTC) for one in dates]
        # We are in, so ours is not among those that have ended.
        return min((one for one in ends if one > self._now()), default=None)

    def _told(self, error: Misconfigured) -> Misconfigured:
        """Tell a key that has ended from a wrong one, as far as we have seen its end."""
        if error.code != "odoo_login_refused":
            return error
        if self.key_expires and self.key_expires <= self._now():
            return Misconfigured("odoo_key_expired", self._access.login)
        return Misconfigured("odoo_login_refused", self._access.login)

    def _now(self) -> datetime:
        return self._clock.now() + self.skew

    def _note_date(self, stamp: str | None) -> None:
        with contextlib.suppress(TypeError, ValueError):  # no date, or one that a proxy made up
            self.skew = parsedate_to_datetime(stamp or "") - self._clock.now()


async def repeated(work: Callable[[], Awaitable[_T]], tries: int = SHORT_TRIES) -> _T:
    """Do `work`, repeating it shortly when Odoo stumbles, but not when it names a time to wait."""
    async for attempt in stamina.retry_context(
        on=_worth_repeating, attempts=tries, timeout=20, wait_initial=0.2, wait_max=2
    ):
        with attempt:
            return await work()
    raise AssertionError("retry_context returns or raises")


def _worth_repeating(error: Exception) -> bool:
    return isinstance(error, RetryLater) and error.after is None
