"""A real Odoo server behind the same methods as the double, so that the same scenarios run on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

import odoorpc

PREFIX = "CALSYNC_LIVE_ODOO_"
NEEDED = ("URL", "DB", "ADMIN", "ADMIN_PASSWORD")
PEOPLE = "PEOPLE"
"""What the logins of the people begin with, where a server is shared ("" if it is not set)."""
EVENT = "calendar.event"
ALL = {"active_test": False}


def missing() -> list[str]:
    """Name the environment variables that are not set."""
    return [PREFIX + name for name in NEEDED if not os.environ.get(PREFIX + name)]


@dataclass(frozen=True)
class LiveUser:
    """A user that exists on the server."""

    id: int
    partner_id: int


class LiveActor:
    """Acts as one person, with that person's own login."""

    def __init__(self, url: str, db: str, login: str, password: str) -> None:
        parts = urlsplit(url)
        self._odoo = odoorpc.ODOO(parts.hostname, port=parts.port or 80, timeout=60)
        self._odoo.login(db, login, password)
        self.version = int(str(self._odoo.version).partition(".")[0])
        self.uid = int(self._odoo.env.uid)

    def call(self, model: str, method: str, *args: Any, **named: Any) -> Any:
        """Call any public method."""
        return self._odoo.execute_kw(
            model, method, list(args), {k: v for k, v in named.items() if v is not None}
        )

    def create(self, model: str, vals: Any, context: dict[str, Any] | None = None) -> Any:
        """Create one record from a dict, returning its id, or several from a list."""
        return self.call(model, "create", vals, context=context)

    def write(self, model: str, ids: int | list[int], vals: dict[str, Any]) -> Any:
        """Write to records."""
        return self.call(model, "write", _list(ids), vals)

    def unlink(self, model: str, ids: int | list[int]) -> Any:
        """Delete records."""
        return self.call(model, "unlink", _list(ids))

    def read(self, model: str, ids: int | list[int], fields: list[str]) -> list[dict[str, Any]]:
        """Read records as this person sees them."""
        rows: list[dict[str, Any]] = self.call(model, "read", _list(ids), fields)
        return rows

    def search(
        self, model: str, domain: list[Any] | None = None, context: dict[str, Any] | None = None, **named: Any
    ) -> list[int]:
        """Return the ids that fit a domain."""
        ids: list[int] = self.call(model, "search", domain or [], context=context, **named)
        return ids


def _list(ids: int | list[int]) -> list[int]:
    return ids if isinstance(ids, list) else [ids]


class Since:
    """Rows within a domain that appeared or changed since the last `clear`, in place of the double's logs."""

    def __init__(self, admin: LiveActor, model: str, domain: list[Any], *fields: str) -> None:
        self._admin, self._model, self._domain, self._fields = admin, model, domain, list(fields)
        self._before: dict[int, Any] = {}
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self._before = self._now()

    def writes(self) -> list[Any]:
        """Return the rows that are new or different."""
        return [row for key, row in self._now().items() if self._before.get(key) != row]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.writes())

    def __len__(self) -> int:
        return len(self.writes())

    def __repr__(self) -> str:
        return repr(self.writes())

    def _now(self) -> dict[int, Any]:
        ids = self._admin.search(self._model, self._domain, ALL)
        return {row["id"]: row for row in self._admin.read(self._model, ids, self._fields)} if ids else {}


class RealOdoo:
    """The server of the environment, with people in it and no events of theirs."""

    def __init__(self, people: tuple[str, ...]) -> None:
        setting = {name: os.environ[PREFIX + name] for name in NEEDED}
        self.url, self.db = setting["URL"], setting["DB"]
        self.prefix = os.environ.get(PREFIX + PEOPLE, "")
        self._admin = LiveActor(self.url, self.db, setting["ADMIN"], setting["ADMIN_PASSWORD"])
        self.version = self._admin.version
        self.users = {name: self._user(name) for name in ("svc", *people)}
        self._actors: dict[str, LiveActor] = {}
        self.clean()
        ours = [user.id for user in self.users.values()]
        self.log = Since(self._admin, EVENT, [("user_id", "in", ours)], "write_date")
        self.mails = Since(self._admin, "mail.mail", [("create_uid", "in", ours)], "subject", "create_uid")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.clean()

    def as_user(self, login: str) -> LiveActor:
        """Act as a user."""
        if login == "admin":
            return self._admin
        if login not in self._actors:
            self._actors[login] = LiveActor(self.url, self.db, self.prefix + login, _password(login))
        return self._actors[login]

    def events(self, login: str, *fields: str, archived: bool = False) -> list[dict[str, Any]]:
        """Return the events a user takes part in, earliest first, as he sees them."""
        actor, user = self.as_user(login), self.users[login]
        mine = ["|", ("user_id", "=", user.id), ("partner_ids", "in", [user.partner_id])]
        ids = actor.search(EVENT, mine, {"active_test": not archived}, order="start, id")
        by_id = {row["id"]: row for row in actor.read(EVENT, ids, list(fields))}
        return [by_id[key] for key in ids]

    def clean(self) -> None:
        """Delete all events of the people."""
        for login in self.users:
            if ids := [row["id"] for row in self.events(login, "id", archived=True)]:
                self.as_user(login).unlink(EVENT, ids)

    def _user(self, login: str) -> LiveUser:
        name = self.prefix + login
        found = self._admin.search("res.users", [("login", "=", name)], ALL)
        values = {"password": _password(login), "tz": "Europe/Brussels", "email": f"{name}@example.com"}
        if found:
            self._admin.write("res.users", found, values)
        else:
            found = [self._admin.create("res.users", {"name": name, "login": name, **values})]
        [row] = self._admin.read("res.users", found, ["partner_id"])
        return LiveUser(row["id"], row["partner_id"][0])


def _password(login: str) -> str:
    return f"live-{login}"
