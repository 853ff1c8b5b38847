"""Fresh databases without the time of their migrations, of which tests would need thousands."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import sqlalchemy as sa

from sync.store import database

_MIGRATE = database._upgrade


@contextmanager
def quick_migrations() -> Iterator[None]:
    """Let an empty database be given the statements that the migrations have come to, once for all."""
    with mock.patch.object(database, "_upgrade", _upgrade):
        yield


def _upgrade(connection: sa.Connection) -> None:
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
