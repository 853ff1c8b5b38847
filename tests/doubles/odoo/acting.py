"""People of the double: seeding accounts, and acting as one of them without the network."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.doubles.odoo.database import SUPERUSER, Database
from tests.doubles.odoo.rpc import call_method

ADMINISTRATOR = 2
_MODULES = {
    "base": True,
    "web": True,
    "mail": True,
    "calendar": True,
    "calendar_sms": True,
    "google_calendar": False,
}
_NAMED = (
    ("main_partner", "res.partner", 1),
    ("partner_root", "res.partner", 2),
    ("partner_admin", "res.partner", 3),
    ("user_root", "res.users", 1),
    ("user_admin", "res.users", 2),
)
_ALARMS = (
    ("notification", 15, "minutes"),
    ("notification", 30, "minutes"),
    ("notification", 1, "hours"),
    ("notification", 2, "hours"),
    ("notification", 1, "days"),
    ("email", 3, "hours"),
    ("email", 6, "hours"),
)


@dataclass(frozen=True)
class User:
    """An account and what opens it; `secret` is its API key, or its password where it has no key."""

    id: int
    partner_id: int
    login: str
    name: str
    email: str
    password: str
    api_key: str

    @property
    def secret(self) -> str:
        """The secret a client should use."""
        return self.api_key or self.password


class Actor:
    """Acts as one person: the same rules as over RPC, but no request and no entry in the log."""

    def __init__(self, database: Database, uid: int, started: Callable[[], datetime | None]) -> None:
        self._database = database
        self._started = started
        self.uid = uid

    def call(
        self, model: str, method: str, *args: Any, context: dict[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        """Call any public method."""
        return self._database.run(
            self.uid,
            dict(context or {}),
            lambda env: call_method(env, model, method, list(args), dict(kwargs)),
            self._started(),
        )

    def create(self, model: str, vals: Any, context: dict[str, Any] | None = None) -> Any:
        """Create one record from a dict, returning its id, or several from a list."""
        return self.call(model, "create", vals, context=context)

    def write(
        self, model: str, ids: int | list[int], vals: dict[str, Any], context: dict[str, Any] | None = None
    ) -> Any:
        """Write to records."""
        return self.call(model, "write", ids, vals, context=context)

    def unlink(self, model: str, ids: int | list[int], context: dict[str, Any] | None = None) -> Any:
        """Delete records."""
        return self.call(model, "unlink", ids, context=context)

    def read(
        self,
        model: str,
        ids: int | list[int],
        fields: list[str] | None = None,
        context: dict[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        """Read records as this person sees them."""
        rows: list[dict[str, Any]] = self.call(model, "read", ids, fields or [], context=context)
        return rows

    def search(
        self,
        model: str,
        domain: list[Any] | None = None,
        context: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> list[int]:
        """Return the ids that fit a domain."""
        ids: list[int] = self.call(model, "search", domain or [], context=context, **kwargs)
        return ids


def seed(database: Database) -> User:
    """Fill a new database with what every Odoo has: modules, reminders and the administrator."""
    with database.transaction(SUPERUSER, {}, su=True) as env:
        env["res.partner"].create_all([{"name": "My Company"}])
        env["res.partner"].create_all([{"name": "System", "active": False}])
        env["res.users"].create_all([{"login": "__system__", "partner_id": 2, "active": False}])
        env["ir.model.data"].create_all(
            [{"module": "base", "name": name, "model": model, "res_id": res} for name, model, res in _NAMED]
        )
        env["ir.config_parameter"].set_param("database.uuid", str(uuid.uuid4()))
        for name, installed in _MODULES.items():
            wanted = installed or (name == "google_calendar" and database.google)
            state = "installed" if wanted else "uninstalled"
            env["ir.module.module"].create_all([{"name": name, "state": state}])
        for kind, duration, unit in _ALARMS:
            label = f"{kind.capitalize()} - {duration} {unit.capitalize()}"
            env["calendar.alarm"].create_all(
                [{"name": label, "alarm_type": kind, "duration": duration, "interval": unit}]
            )
    return add_user(database, "admin", name="Administrator", email="", tz="", admin=True)


def add_user(
    database: Database,
    login: str,
    *,
    name: str | None = None,
    email: str | None = None,
    tz: str = "Europe/Brussels",
    password: str | None = None,
    api_key: str | None = None,
    admin: bool = False,
    default_privacy: str = "public",
) -> User:
    """Create an internal user with his partner; the API key is a scope-less one without an expiry."""
    name = name or login.partition("@")[0].capitalize()
    address = f"{login.partition('@')[0]}@example.com" if email is None else email
    password = password or login
    vals = {"login": login, "name": name, "email": address or False, "tz": tz or False, "password": password}
    if database.version >= 18:
        vals["calendar_default_privacy"] = default_privacy
    with database.transaction(SUPERUSER, {}, su=True) as env:
        uid = env["res.users"].create_all([vals])[0]
        env["res.users"].table.update(env.transaction, uid, {"is_system": admin})
        partner = env["res.users"].row(uid)["partner_id"]
    if api_key:
        add_key(database, uid, secret=api_key)
    return User(uid, partner, login, name, address, password, api_key or "")


def add_key(
    database: Database, uid: int, *, secret: str = "", name: str = "key", expires: datetime | None = None
) -> str:
    """Give a user one more API key and return its secret."""
    secret = secret or secrets.token_hex(20)
    vals = {"name": name, "user_id": uid, "scope": "rpc"}
    if expires is not None and database.version >= 18:
        vals["expiration_date"] = expires.replace(tzinfo=None)
    with database.transaction(SUPERUSER, {}, su=True) as env:
        database.secrets.add_key(env["res.users.apikeys"].create_all([vals])[0], secret)
    return secret


def connect_google(database: Database, uid: int) -> None:
    """Give the server an app at Google and a user the tokens of a connected account."""
    validity = database.clock.now().replace(tzinfo=None) + timedelta(hours=1)
    tokens = {"rtoken": "refresh", "token": "access", "sync_token": "sync", "cal_id": "primary"}
    vals = {f"google_calendar_{name}": value for name, value in tokens.items()}
    with database.transaction(SUPERUSER, {}, su=True) as env:
        for key in ("google_calendar_client_id", "google_calendar_client_secret"):
            env["ir.config_parameter"].set_param(key, "client")
        settings = env["res.users"].google_settings(uid)["id"]
        env["res.users.settings"].update([settings], {**vals, "google_calendar_token_validity": validity})
