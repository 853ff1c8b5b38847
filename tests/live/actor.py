"""A person on a real Odoo server, with a login of his own."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import odoorpc


class LiveActor:
    """Acts as one person, by the methods of the double's `Actor`."""

    def __init__(self, url: str, db: str, login: str, password: str) -> None:
        parts = urlsplit(url)
        self._odoo = odoorpc.ODOO(parts.hostname, port=parts.port or 80, timeout=120)
        self._odoo.login(db, login, password)
        self.version = int(str(self._odoo.version).partition(".")[0])
        self.uid = int(self._odoo.env.uid)

    def call(self, model: str, method: str, *args: Any, **named: Any) -> Any:
        """Call any public method."""
        given = {name: value for name, value in named.items() if value is not None}
        return self._odoo.execute_kw(model, method, list(args), given)

    def create(self, model: str, vals: Any, context: dict[str, Any] | None = None) -> Any:
        """Create one record from a dict, returning its id, or several from a list."""
        return self.call(model, "create", vals, context=context)

    def write(
        self, model: str, ids: int | list[int], vals: dict[str, Any], context: dict[str, Any] | None = None
    ) -> Any:
        """Write to records."""
        return self.call(model, "write", _list(ids), vals, context=context)

    def unlink(self, model: str, ids: int | list[int], context: dict[str, Any] | None = None) -> Any:
        """Delete records."""
        return self.call(model, "unlink", _list(ids), context=context)

    def read(
        self,
        model: str,
        ids: int | list[int],
        fields: list[str] | None = None,
        context: dict[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        """Read records as this person sees them."""
        rows: list[dict[str, Any]] = self.call(model, "read", _list(ids), fields or [], context=context)
        return rows

    def search(
        self, model: str, domain: list[Any] | None = None, context: dict[str, Any] | None = None, **named: Any
    ) -> list[int]:
        """Return the ids that fit a domain."""
        ids: list[int] = self.call(model, "search", domain or [], context=context, **named)
        return ids


def _list(ids: int | list[int]) -> list[int]:
    return ids if isinstance(ids, list) else [ids]
