"""A database that cannot be used says why, and does not stay in trouble longer than it has to."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.doctor import FIXES
from sync.errors import DatabaseTrouble, Misconfigured
from sync.store import Store, database, tables
from sync.store.sole import sole
from sync.store.trouble import translate
from sync.vault import Vault
from tests.unit.conftest import KEY


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def refusal(url: str) -> str:
    """Return with which code a store refuses to start."""
    store = Store(url, Vault([KEY]))
    with pytest.raises(Misconfigured) as refused:
        await store.migrate()
    await store.close()
    assert refused.value.code in FIXES
    return refused.value.code


async def fill(store: Store) -> None:
    """Give the database many pages."""
    rows = [{"name": str(number), "value": "x" * 2000} for number in range(200)]
    async with store.write() as tx:
        await tx.execute(sa.insert(tables.secret), rows)


def some_error() -> sa.exc.DBAPIError:
    return sa.exc.OperationalError("SELECT 1", None, sqlite3.OperationalError("no such table: x"))


async def test_a_damaged_file_is_found_at_the_start(store: Store, database: Path) -> None:
    """Regression: it was found in the middle of some run, page by page."""
    await fill(store)
    await store.close()
    with database.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(size - size // 3)
        file.write(b"\xff" * (size // 4))
    assert await refusal(url_of(database)) == "database_damaged"


async def test_a_file_that_was_cut_is_found_at_the_start(store: Store, database: Path) -> None:
    await fill(store)
    await store.close()
    with database.open("r+b") as file:
        file.truncate(file.seek(0, os.SEEK_END) // 2)
    assert await refusal(url_of(database)) == "database_damaged"


async def test_a_file_that_may_not_be_written_is_told(store: Store, database: Path) -> None:
    await store.close()
    assert await refusal(url_of(Path(f"file:{database}?mode=ro&uri=true"))) == "database_readonly"


async def test_another_programs_lock_is_told_and_passes(
    store: Store, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.store.database.BUSY", 1)
    ours = Store(url_of(database), Vault([KEY]))
    with contextlib.closing(sqlite3.connect(database)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await refusal(url_of(database)) == "database_locked"
        with pytest.raises(DatabaseTrouble) as met:
            async with ours.write():
                pass
        assert ours.trouble is met.value
        assert not await ours.works_again()
        async with ours.read():
            pass
        assert ours.trouble, "that it can be read says nothing"
    assert await ours.works_again()
    assert ours.trouble is None
    await ours.close()


async def test_no_room_is_told_and_passes_and_nothing_is_half_written(store: Store) -> None:
    room = [2]

    @sa.event.listens_for(store.engine.sync_engine, "begin")
    def _limit(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={room[0]}")

    with pytest.raises(DatabaseTrouble) as met:
        await fill(store)
    assert met.value.code == "database_full"
    assert not await store.works_again()
    room[0] = 10**6
    assert await store.works_again()
    async with store.read() as tx:
        assert (await tx.execute(sa.select(sa.func.count()).select_from(tables.secret))).scalar() == 0


async def test_a_mistake_in_a_statement_is_no_trouble_of_the_database(store: Store) -> None:
    with pytest.raises(sa.exc.OperationalError):
        async with store.read() as tx:
            await tx.execute(sa.text("SELECT * FROM nothing"))
    assert store.trouble is None
    assert translate(some_error()) is None


def test_a_server_that_went_away_is() -> None:
    gone = sa.exc.OperationalError("SELECT 1", None, RuntimeError("server closed the connection"))
    found = translate(gone)
    assert found
    assert found.code == "database_failing"
    assert translate(sa.exc.IntegrityError("INSERT", None, RuntimeError("duplicate"))) is None


def test_a_database_belongs_to_one_process(tmp_path: Path) -> None:
    """Regression: with another address to listen on, as in containers, two worked with one database."""
    url = url_of(tmp_path / "calsync.db")
    with sole(url), pytest.raises(Misconfigured, match="database_in_use"), sole(url):
        pass
    with sole(url), sole(url_of(tmp_path / "other.db")):
        assert (tmp_path / "calsync.db-lock").stat().st_mode & 0o777 == 0o600


def test_where_nothing_can_be_written_nothing_is_held(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="database_unusable"), sole(url_of(tmp_path / "no" / "x.db")):
        pass


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "postgresql+psycopg://host/calsync"])
def test_what_has_no_file_is_not_held(url: str) -> None:
    with sole(url), sole(url):
        pass


async def test_the_check_is_of_the_whole_file(store: Store) -> None:
    """So that what it costs can be said: it reads every page, and compares no index."""
    statements: list[str] = []

    @sa.event.listens_for(store.engine.sync_engine, "before_cursor_execute")
    def _note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    await store.migrate()
    assert "PRAGMA quick_check(1)" in statements
    assert database.BUSY == 5000
