"""What tests need thousands of and is always the same, made once: databases, statements, Google's methods."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import MethodType
from typing import Any
from unittest import mock

import aiosqlite
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from sync.google import client
from sync.google.transport import events_resource
from sync.store import database, versions

_MIGRATE = versions.upgrade


@contextmanager
def prepared() -> Iterator[None]:
    """Let stores and clients of Google be given what is ready."""
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(versions, "upgrade", _upgrade))
        # What survives a power cut is SQLite's to test, and waiting for the disk took half of a store's time.
        stack.enter_context(mock.patch.object(database, "SYNCHRONOUS", "OFF"))
        stack.enter_context(mock.patch.object(database, "create_async_engine", _engine))
        stack.enter_context(mock.patch.object(aiosqlite.Connection, "_execute", _execute))
        stack.enter_context(mock.patch.object(client, "events_resource", _events_resource))
        yield


# --- databases


def _upgrade(connection: sa.Connection) -> None:
    """Give an empty database the statements that the migrations have come to."""
    if sa.inspect(connection).get_table_names():
        _MIGRATE(connection)
    else:
        for statement in _statements():
            connection.exec_driver_sql(statement)


@functools.cache
def _statements() -> tuple[str, ...]:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        _MIGRATE(connection)
    with engine.connect() as connection:
        plain = connection.connection.driver_connection
        assert plain is not None
        dump: Iterator[str] = plain.iterdump()
        found = tuple(one for one in dump if one not in ("BEGIN TRANSACTION;", "COMMIT;"))
    engine.dispose()
    return found


_IN_THREAD: Any = aiosqlite.Connection._execute


async def _execute(connection: aiosqlite.Connection, call: Any, *args: Any, **named: Any) -> Any:
    """Ask SQLite here, after what else is ready; by a thread, as outside of tests, it costs many times that.

    What waits for another writer is left to the thread: waiting here would keep that writer from ending.
    """
    if args[:1] == ("BEGIN IMMEDIATE",) or not connection._running or not connection._connection:
        return await _IN_THREAD(connection, call, *args, **named)
    await asyncio.sleep(0)
    return call(*args, **named)


# --- statements


class _Compiled(dict[Any, Any]):
    """Statements that are compiled for all engines of one kind; by default each engine compiles its own."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(self._shared(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(self._shared(key), compiled)

    @staticmethod
    def _shared(key: Any) -> Any:
        dialect, *rest = key
        return (dialect.name, dialect.driver, *rest)


_COMPILED = _Compiled()


def _engine(url: str) -> AsyncEngine:
    engine = create_async_engine(url)
    engine.sync_engine._compiled_cache = _COMPILED
    return engine


# --- Google's methods


def _events_resource(api_url: str) -> Any:
    """Return the methods for an address: a twin of those that were built first, with its own address."""
    first = _first_resource()
    twin = object.__new__(type(first))
    twin.__dict__ |= {
        name: MethodType(value.__func__, twin) if isinstance(value, MethodType) else value
        for name, value in first.__dict__.items()
    }
    twin._baseUrl = api_url
    return twin


@functools.cache
def _first_resource() -> Any:
    return events_resource("http://localhost/calendar/v3/")
