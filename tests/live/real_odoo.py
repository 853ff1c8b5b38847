"""A real Odoo server behind the methods of the double, so that the same tests run on both.

What calsync sends passes through a server here that hands it on: so there is a log of the requests, and
faults can be planned, as with the double. People's own doings go to Odoo directly.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.doubles.clock import DoubleClock
from tests.doubles.faults import Fault
from tests.doubles.odoo import answers, operations
from tests.doubles.odoo.acting import User
from tests.doubles.server import Double, Operation
from tests.live.actor import LiveActor
from tests.live.keys import DAYS, make_key

PREFIX = "CALSYNC_LIVE_ODOO_"
NEEDED = ("URL", "DB", "ADMIN", "ADMIN_PASSWORD")
SERVICE = "svc"
PEOPLE = ("alice", "bob", "carol")
EVENT = "calendar.event"
NAMES = "PEOPLE"
"""What the logins of the people begin with ("" if it is not set), for several runs on one database.

Scenarios need the plain ones, as they name addresses.
"""
KEPT = frozenset({"Content-Type", "Date", "Location"})
"""Headers of Odoo's answers that are handed on."""
APP = ("google_calendar_client_id", "google_calendar_client_secret")
ALL = {"active_test": False}


def missing() -> list[str]:
    """Name the environment variables that are not set."""
    return [PREFIX + name for name in NEEDED if not os.environ.get(PREFIX + name)]


class RealClock(DoubleClock):
    """The time of a server that nobody can set: it is waited for, no longer than its times are fine."""

    def set(self, moment: datetime, *, frozen: bool = False) -> None:
        """Leave the time as it is."""

    def advance(self, **amount: float) -> None:
        """Let so much time pass, but at most a second, so that what comes next is dated later."""
        time.sleep(min(timedelta(**amount).total_seconds(), 1))


class Mails:
    """The mails that the server has made in the name of the people since the last `clear`."""

    def __init__(self, admin: LiveActor, uids: list[int]) -> None:
        self._admin, self._domain, self._last = admin, [("create_uid", "in", uids)], 0
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        newest = self._admin.search("mail.mail", [], order="id desc", limit=1)
        self._last = newest[0] if newest else 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def __repr__(self) -> str:
        return repr(self._now())

    def _now(self) -> list[dict[str, Any]]:
        ids = self._admin.search("mail.mail", [*self._domain, ("id", ">", self._last)])
        return self._admin.read("mail.mail", ids, ["subject", "create_uid"]) if ids else []


class RealOdoo(Double):
    """The server that the environment names, with people in it and no events of theirs."""

    name = "odoo"

    def __init__(self, people: tuple[str, ...] = PEOPLE) -> None:
        super().__init__()
        self.clock = RealClock()
        self.db, self.prefix = _setting("DB"), _login("")
        self.users: dict[str, User] = {name: _user(name) for name in (SERVICE, *people)}
        self.version = _actor("admin").version
        self.mails = Mails(_actor("admin"), [user.id for user in self.users.values()])
        self._onward: aiohttp.ClientSession | None = None

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> Self:
        """Listen, with nothing left in Odoo of earlier tests."""
        self.clean()
        self.mails.clear()
        self._onward = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(600))
        return await super().start(port, host)

    async def stop(self) -> None:
        """Stop listening and leave nothing behind."""
        await super().stop()
        if self._onward:
            await self._onward.close()
        self.clean()

    # --- people

    def as_user(self, login: str) -> LiveActor:
        """Act as a user, without an entry in the log."""
        return _actor(login)

    def add_key(self, login: str) -> str:
        """Let a user make one more API key, as people do, and return its secret."""
        return make_key(_setting("URL"), self.db, _login(login), _password(login))

    def events(self, login: str, *fields: str, archived: bool = False) -> list[dict[str, Any]]:
        """Return the events a user takes part in, earliest first, as he sees them."""
        actor, user = self.as_user(login), self.users[login]
        mine = ["|", ("user_id", "=", user.id), ("partner_ids", "in", [user.partner_id])]
        ids = actor.search(EVENT, mine, {"active_test": not archived}, order="start, id")
        by_id = {row["id"]: row for row in actor.read(EVENT, ids, list(fields))} if ids else {}
        return [by_id[key] for key in ids]

    def clean(self) -> None:
        """Delete all events of the people."""
        for login in self.users:
            if ids := [row["id"] for row in self.events(login, "id", archived=True)]:
                self.as_user(login).unlink(EVENT, ids)

    # --- Odoo's own Google sync

    @property
    def has_own_sync(self) -> bool:
        """Whether the module google_calendar is installed."""
        return bool(_actor("admin").call(EVENT, "fields_get", ["need_sync"]))

    def connect_google(self, login: str) -> None:
        """Let Odoo's own sync have an app at Google and this user's tokens, which are worth nothing."""
        admin = _actor("admin")
        for name in APP:
            admin.call("ir.config_parameter", "set_param", name, "client")
        ids = [self.users[login].id]
        if self.version < 18:  # makes the row that holds the tokens
            admin.call("res.users", "restart_google_synchronization", ids)
        validity = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S")
        self._set_tokens(ids, {"rtoken": "refresh", "token": "access", "token_validity": validity})

    def disconnect_google(self) -> None:
        """Take that back from everybody."""
        for name in APP:
            _actor("admin").call("ir.config_parameter", "set_param", name, False)
        ids = [user.id for user in self.users.values()]
        self._set_tokens(ids, dict.fromkeys(("rtoken", "token", "token_validity"), False))
        _actor("admin").write("res.users", ids, {"google_synchronization_stopped": False})

    def _set_tokens(self, ids: list[int], tokens: Mapping[str, Any]) -> None:
        admin = _actor("admin")
        model, path, prefix = "res.users.settings", "user_id", "google_"
        if self.version < 18:
            model, path, prefix = "google.calendar.credentials", "user_ids", ""
        if rows := admin.search(model, [(path, "in", ids)]):
            admin.write(model, rows, {f"{prefix}calendar_{name}": value for name, value in tokens.items()})

    # --- the server

    def add_routes(self, app: web.Application) -> None:
        """Hand everything on."""
        app.router.add_route("*", "/{anything:.*}", self._hand_on)

    async def operation(self, request: web.Request) -> Operation:
        """Name a request as the double does."""
        try:
            return operations.of_jsonrpc(await request.json())
        except (ValueError, TypeError, KeyError):
            return Operation(request.path)

    def error_response(self, fault: Fault) -> web.StreamResponse:
        """Answer as the double does."""
        return answers.failure(fault, self.version)

    async def _stamp(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Leave the date of what was handed on: it is the real server's."""

    async def _hand_on(self, request: web.Request) -> web.Response:
        assert self._onward
        headers = {"Content-Type": request.headers.get("Content-Type", "application/json")}
        address = _setting("URL").rstrip("/") + request.path_qs
        async with self._onward.request(
            request.method, address, data=await request.read(), headers=headers, allow_redirects=False
        ) as answer:
            kept = {
                name: answer.headers[name]
                for name in ("Content-Type", "Date", "Location")
                if name in answer.headers
            }
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)


def _setting(name: str) -> str:
    return os.environ[PREFIX + name]


@functools.cache
def service_key() -> str:
    """Return an API key of the service account."""
    admin = _actor("admin")
    if admin.call("res.groups", "fields_get", ["api_key_duration"]):
        named = [("module", "=", "base"), ("name", "=", "group_user")]
        [row] = admin.call("ir.model.data", "search_read", named, ["res_id"])
        internal = row["res_id"]
        admin.write("res.groups", internal, {"api_key_duration": float(DAYS)})
    _user(SERVICE)
    return make_key(_setting("URL"), _setting("DB"), _login(SERVICE), _password(SERVICE))


def _login(name: str) -> str:
    return os.environ.get(PREFIX + NAMES, "") + name


def _password(login: str) -> str:
    return f"live-{login}"


@functools.cache
def _actor(login: str) -> LiveActor:
    if login == "admin":
        return LiveActor(_setting("URL"), _setting("DB"), _setting("ADMIN"), _setting("ADMIN_PASSWORD"))
    return LiveActor(_setting("URL"), _setting("DB"), _login(login), _password(login))


@functools.cache
def _user(name: str) -> User:
    """Return a person of the server, made or given the password first; once, as Odoo hashes that slowly."""
    admin, login, password = _actor("admin"), _login(name), _password(name)
    found = admin.search("res.users", [("login", "=", login)], ALL)
    values = {"name": login.capitalize(), "email": f"{login}@example.com", "password": password}
    more = {"tz": "Europe/Brussels", "active": True}
    if found:
        admin.write("res.users", found, values | more)
    else:
        found = [admin.create("res.users", {"login": login, **values, **more})]
    [row] = admin.read("res.users", found, ["partner_id"])
    return User(row["id"], row["partner_id"][0], login, values["name"], values["email"], password, "")
