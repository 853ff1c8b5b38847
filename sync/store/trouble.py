"""What keeps calsync's own database from being read or written, told apart from mistakes in statements."""

from __future__ import annotations

import sqlite3
from typing import Any

import sqlalchemy as sa

from sync.errors import DatabaseTrouble

_OF_SQLITE = {
    sqlite3.SQLITE_FULL: "database_full",
    sqlite3.SQLITE_BUSY: "database_locked",
    sqlite3.SQLITE_LOCKED: "database_locked",
    sqlite3.SQLITE_READONLY: "database_readonly",
    sqlite3.SQLITE_CORRUPT: "database_damaged",
    sqlite3.SQLITE_NOTADB: "database_damaged",
    sqlite3.SQLITE_IOERR: "database_failing",
    sqlite3.SQLITE_CANTOPEN: "database_failing",
    sqlite3.SQLITE_NOMEM: "database_failing",
}
"""By primary result codes (sqlite.org/rescode.html); what is not here is a mistake of ours."""


def translate(error: sa.exc.DBAPIError) -> DatabaseTrouble | None:
    """Return the trouble that an error of the driver's means, None if it is about the statement."""
    driver: Any = error.orig
    detail = str(driver)
    if isinstance(driver, sqlite3.Error):
        # SQLite keeps what it knows more precisely in the higher bits.
        code = _OF_SQLITE.get(getattr(driver, "sqlite_errorcode", 0) & 0xFF)
        return DatabaseTrouble(code, detail) if code else None
    if isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError):
        return DatabaseTrouble("database_failing", detail)
    return None
