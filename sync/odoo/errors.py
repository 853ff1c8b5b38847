"""Odoo's errors, translated into what we do next; told apart by `data.name`, never by their texts."""

from __future__ import annotations

import re
import urllib.error
from http.client import HTTPException
from typing import Any

from odoorpc.error import RPCError

from sync.errors import Gone, Misconfigured, Rejected, RetryLater, SyncError

_BAD_DATA = {
    "odoo.exceptions.ValidationError",
    "odoo.exceptions.UserError",
    "builtins.ValueError",
    "builtins.AttributeError",
    "builtins.KeyError",
    "builtins.TypeError",
    "psycopg2.errors.DatetimeFieldOverflow",
    "pytz.exceptions.UnknownTimeZoneError",
}
_PASSING = {
    "psycopg2.errors.SerializationFailure",
    "psycopg2.errors.DeadlockDetected",
    "psycopg2.errors.LockNotAvailable",
    "odoo.exceptions.LockError",
}


def translate(error: Exception, database: str) -> SyncError:
    """Say what an exception out of odoorpc means for us; `database` is the configured name."""
    if isinstance(error, RPCError):
        return _from_name(error, database)
    if isinstance(error, urllib.error.HTTPError):
        error.close()  # it holds the answer's socket
        if error.code in (400, 415):
            return Rejected("odoo_refuses", f"HTTP {error.code}")
        return RetryLater("odoo_trouble", f"HTTP {error.code}")
    if isinstance(error, OSError | HTTPException):  # URLError and TimeoutError are OSErrors
        return RetryLater("odoo_unreachable", type(error).__name__)
    if isinstance(error, ValueError):
        return RetryLater("odoo_unreadable", type(error).__name__)
    return RetryLater("odoo_trouble", type(error).__name__)


def error_name(error: RPCError) -> str:
    """Return `data.name` of an error, or "" (a refused login has none)."""
    info: Any = error.info
    return str(info["data"]["name"]) if isinstance(info, dict) and "data" in info else ""


def _from_name(error: RPCError, database: str) -> SyncError:
    name = error_name(error)
    if name == "odoo.exceptions.MissingError":
        return Gone("odoo_missing")
    if name == "odoo.exceptions.AccessError":
        return Rejected("odoo_forbids")
    if name in ("odoo.exceptions.AccessDenied", ""):
        return Misconfigured("odoo_login_refused")
    if name == "psycopg2.OperationalError":
        # The server answers, so the database does not: usually a wrong name, told by PostgreSQL's text.
        if re.search(rf'"{re.escape(database)}"', str(error)):
            return Misconfigured("odoo_database_unknown", database)
        return RetryLater("odoo_trouble", name)
    if name in _BAD_DATA:
        return Rejected("odoo_refuses", name)
    if name in _PASSING:
        return RetryLater("odoo_busy", name)
    return RetryLater("odoo_trouble", name)
