"""Odoo's errors, translated into what we do next; told apart by their names, never by their texts.

JSON-RPC answers 200 and puts the name into `error.data.name`; JSON-2 puts it into `name` and adds a status
that means little: 404 need not be a record that is gone, nor 500 a server in trouble. `debug` holds the
server's paths and people's data, so neither it nor a message gets into our errors.
"""

from __future__ import annotations

import re
import urllib.error
from collections.abc import Mapping
from email.message import Message
from http.client import HTTPException
from typing import Any

from odoorpc.error import RPCError

from sync.errors import Gone, Misconfigured, Rejected, RetryLater, SyncError

_BAD_DATA = {
    "odoo.exceptions.ValidationError",
    "odoo.exceptions.UserError",
    "odoo.exceptions.RedirectWarning",
    "builtins.ValueError",
    "builtins.AttributeError",
    "builtins.IndexError",
    "builtins.KeyError",
    "builtins.OverflowError",
    "builtins.TypeError",
    "builtins.UnicodeEncodeError",
    "psycopg2.errors.CheckViolation",
    "psycopg2.errors.DatetimeFieldOverflow",
    "psycopg2.errors.ForeignKeyViolation",
    "psycopg2.errors.InvalidDatetimeFormat",
    "psycopg2.errors.InvalidTextRepresentation",
    "psycopg2.errors.NotNullViolation",
    "psycopg2.errors.NumericValueOutOfRange",
    "psycopg2.errors.StringDataRightTruncation",
    "psycopg2.errors.UniqueViolation",
    "pytz.exceptions.UnknownTimeZoneError",
    # JSON-2: what could not be read, unknown models and methods, arguments by wrong names.
    "werkzeug.exceptions.BadRequest",
    "werkzeug.exceptions.NotFound",
    "werkzeug.exceptions.MethodNotAllowed",
    "werkzeug.exceptions.UnsupportedMediaType",
    "werkzeug.exceptions.UnprocessableEntity",
}
_PASSING = {
    "psycopg2.errors.SerializationFailure",
    "psycopg2.errors.DeadlockDetected",
    "psycopg2.errors.LockNotAvailable",
    "odoo.exceptions.LockError",
}
_REFUSED = {"odoo.exceptions.AccessDenied", "werkzeug.exceptions.Unauthorized"}
_UNREADABLE_REQUEST = (400, 413, 415)
_MOVED = (301, 308)


def translate(error: Exception, database: str) -> SyncError:
    """Say what an exception on the way to Odoo means for us; `database` is the configured name."""
    if isinstance(error, RPCError):
        name = error_name(error)
        # Only a refused login comes without one.
        return from_name(name, str(error), database) if name else Misconfigured("odoo_login_refused")
    if isinstance(error, urllib.error.HTTPError):
        error.close()  # it holds the answer's socket
        return from_page(error.code, error.headers)
    if isinstance(error, OSError | HTTPException):  # URLError and TimeoutError are OSErrors
        return RetryLater("odoo_unreachable", type(error).__name__)
    if isinstance(error, ValueError):
        return RetryLater("odoo_unreadable", type(error).__name__)
    return RetryLater("odoo_trouble", type(error).__name__)


def error_name(error: RPCError) -> str:
    """Return `data.name` of an error, or "" (a refused login has none)."""
    info: Any = error.info
    return str(info["data"]["name"]) if isinstance(info, dict) and "data" in info else ""


def from_json2(status: int, headers: Mapping[str, str], body: Any, database: str) -> SyncError:
    """Say what an answer of JSON-2 other than 200 means; `body` is its JSON, or None if it has none."""
    if isinstance(body, dict) and isinstance(body.get("name"), str) and body["name"]:
        return from_name(body["name"], str(body.get("message", "")), database)
    if status == 401:
        return Misconfigured("odoo_login_refused")
    if status == 404 and headers.get("Content-Type", "").startswith("text/html"):
        # Before a database is chosen there is no JSON-2 to answer. Proxies in front of an Odoo that is
        # down say 502 and the like, or 404 in plain text.
        return Misconfigured("odoo_database_unknown", database)
    return from_page(status, headers)


def from_page(status: int, headers: Mapping[str, str] | Message) -> SyncError:
    """Say what an answer means that is no answer of the application's, by its HTTP status."""
    if status in _MOVED:
        return Misconfigured("odoo_moved", headers.get("Location", ""))
    if status in _UNREADABLE_REQUEST:
        return Rejected("odoo_refuses", f"HTTP {status}")
    seconds = headers.get("Retry-After", "")
    return RetryLater(
        "odoo_trouble", f"HTTP {status}", after=float(seconds) if re.fullmatch(r"\d{1,6}", seconds) else None
    )


def from_name(name: str, message: str, database: str) -> SyncError:
    """Say what an error of this name means; the message is looked at for the name of the database only."""
    if name == "odoo.exceptions.MissingError":
        return Gone("odoo_missing")
    if name == "odoo.exceptions.AccessError":
        return Rejected("odoo_forbids")
    if name in _REFUSED:
        return Misconfigured("odoo_login_refused")
    if name == "psycopg2.OperationalError":
        # The server answers, so the database does not: usually a wrong name, told by PostgreSQL's text.
        if re.search(rf'"{re.escape(database)}"', message):
            return Misconfigured("odoo_database_unknown", database)
        return RetryLater("odoo_trouble", name)
    if name in _BAD_DATA:
        return Rejected("odoo_refuses", name)
    if name in _PASSING:
        return RetryLater("odoo_busy", name)
    return RetryLater("odoo_trouble", name)
