"""SQLite through aiosqlite with one trip to the connection's thread for a statement, instead of four."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any

import aiosqlite
from aiosqlite.context import contextmanager

ITER_CHUNK = 64
_Run = Callable[[sqlite3.Connection, str, Any], tuple[sqlite3.Cursor, list[Any]]]


def connect(path: str, **options: Any) -> aiosqlite.Connection:
    """Return a connection, as SQLAlchemy's `async_creator_fn` wants it; it is opened when awaited."""
    connection = _Connection(partial(sqlite3.connect, path, **options), ITER_CHUNK)
    # As SQLAlchemy does itself: an engine that nobody disposed of must not keep the process alive.
    connection._thread.daemon = True
    return connection


class _Connection(aiosqlite.Connection):
    """Gives cursors that do everything in one trip."""

    @contextmanager
    async def cursor(self) -> aiosqlite.Cursor:
        """Return a cursor; the real one is made by its first statement."""
        return _Cursor(self)


class _Cursor(aiosqlite.Cursor):
    """Executes a statement and reads all its rows at once; every result of ours is read whole anyway."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        super().__init__(connection, None)  # type: ignore[arg-type] # there is none before the first statement
        self._rows: Sequence[Any] = ()

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> aiosqlite.Cursor:
        await self._all_at_once(_run, sql, parameters or ())
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> aiosqlite.Cursor:
        await self._all_at_once(_run_many, sql, parameters)
        return self

    async def _all_at_once(self, run: _Run, sql: str, parameters: Any) -> None:
        in_thread: Callable[..., Awaitable[tuple[sqlite3.Cursor, list[Any]]]] = self._conn._execute
        self._cursor, self._rows = await in_thread(run, self._conn._conn, sql, parameters)

    async def fetchall(self) -> Iterable[Any]:
        rows, self._rows = self._rows, ()
        return rows

    async def close(self) -> None:
        """Do nothing: the cursor was closed when its rows had been read."""


def _run(connection: sqlite3.Connection, sql: str, parameters: Any) -> tuple[sqlite3.Cursor, list[Any]]:
    cursor = connection.execute(sql, parameters)
    rows = cursor.fetchall() if cursor.description else []
    cursor.close()  # here, in its own thread; what it knows of the statement stays readable
    return cursor, rows


def _run_many(connection: sqlite3.Connection, sql: str, parameters: Any) -> tuple[sqlite3.Cursor, list[Any]]:
    cursor = connection.executemany(sql, parameters)
    cursor.close()
    return cursor, []
