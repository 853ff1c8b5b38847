"""Passwords and API keys: several keys for a user, their expiry, and the cache of checks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.doubles.odoo.database import Database


class Secrets(NamedTuple):
    """Passwords by user, and secrets by row of res.users.apikeys."""

    passwords: dict[int, str]
    keys: dict[int, str]


class Credentials:
    """Knows which secret opens which account.

    A key or password that has once passed `check` keeps passing it until the server's caches are emptied,
    even when the key has expired since; `login` always looks.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._passwords: dict[int, str] = {}
        self._keys: dict[int, str] = {}
        self._checked: set[tuple[int, str]] = set()

    def set_password(self, user_id: int, password: str) -> None:
        """Replace a user's password."""
        self._passwords[user_id] = password
        self.forget_checks()

    def add_key(self, key_id: int, secret: str) -> None:
        """Remember the secret of a row of res.users.apikeys."""
        self._keys[key_id] = secret

    def revoke(self, key_id: int) -> None:
        """Forget a key."""
        self._keys.pop(key_id, None)
        self.forget_checks()

    def forget_checks(self) -> None:
        """Empty the cache of checked secrets."""
        self._checked.clear()

    def copy(self) -> Secrets:
        """Return a copy for a backup."""
        return Secrets(dict(self._passwords), dict(self._keys))

    def set_back(self, to: Secrets) -> None:
        """Become what a copy holds."""
        self._passwords, self._keys = dict(to.passwords), dict(to.keys)
        self.forget_checks()

    def login(self, login: str, secret: str) -> int | None:
        """Return the id of the active user whose password or valid key `secret` is."""
        users = self._database.tables["res.users"].rows
        for user_id, row in users.items():
            if row["login"] == login and row["active"]:
                return user_id if self._valid(user_id, secret) else None
        return None

    def owner(self, key: str) -> int | None:
        """Return the id of the active user whose valid API key this is; passwords do not count."""
        users = self._database.tables["res.users"].rows
        return next((i for i, row in users.items() if row["active"] and self._holds(i, key)), None)

    def check(self, user_id: int, secret: str) -> bool:
        """Say whether a call with this id and secret is let through."""
        row = self._database.tables["res.users"].rows.get(user_id)
        if not secret or row is None or not row["active"]:
            return False
        if (user_id, secret) not in self._checked and self._valid(user_id, secret):
            self._checked.add((user_id, secret))
        return (user_id, secret) in self._checked

    def _valid(self, user_id: int, secret: str) -> bool:
        return self._passwords.get(user_id) == secret or self._holds(user_id, secret)

    def _holds(self, user_id: int, secret: str) -> bool:
        now = self._database.clock.now().replace(tzinfo=None)
        keys = self._database.tables["res.users.apikeys"].rows
        return any(
            held == secret
            and keys[key_id]["user_id"] == user_id
            and not _expired(keys[key_id].get("expiration_date"), now)
            for key_id, held in self._keys.items()
        )


def _expired(expiration: datetime | None, now: datetime) -> bool:
    return expiration is not None and expiration < now
