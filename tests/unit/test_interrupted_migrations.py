"""A migration that is cut off leaves the database as it was, and the next start goes on; no row is lost."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from sync.store import Store
from sync.store.versions import alembic_config
from sync.vault import Vault
from tests.unit.conftest import KEY

pytestmark = pytest.mark.unprepared

REVISIONS = [one.revision for one in ScriptDirectory.from_config(alembic_config()).walk_revisions()][::-1]
BEFORE = ["", *REVISIONS[:-1]]
"""From which versions there is a way on; the first is an empty file."""


class Cut(Exception):
    """The process is gone."""


def store_at(path: Path) -> Store:
    return Store(f"sqlite+aiosqlite:///{path}", Vault([KEY]))


async def made(path: Path, revision: str) -> None:
    """Make a database as calsync of that version left it, with a row in every table."""
    if not revision:
        return
    store = store_at(path)

    def upgrade(connection: sa.Connection) -> None:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    async with store._rebuilding() as tx:
        await tx.run_sync(upgrade)
    await store.close()
    with closing(sqlite3.connect(path)) as file, file:
        for (table,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if table != "alembic_version":
                _add_row(file, table)


def _add_row(file: sqlite3.Connection, table: str) -> None:
    columns = file.execute(f'PRAGMA table_info("{table}")').fetchall()
    values = {name: _value(kind) for _, name, kind, *_ in columns}
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join("?" * len(values))
    file.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(values.values()))  # noqa: S608 (our own names)


def _value(kind: str) -> Any:
    if kind in ("INTEGER", "BOOLEAN", "FLOAT"):
        return 1
    return "2026-01-01 00:00:00.000000" if kind == "DATETIME" else "{}"


def content(path: Path) -> tuple[list[Any], dict[str, list[Any]]]:
    """Return the schema and all rows of a database."""
    with closing(sqlite3.connect(path)) as file:
        schema = file.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
        tables = [name for name, _ in schema if name and _is_table(file, name)]
        rows = {name: file.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}  # noqa: S608
        return schema, rows


def in_any_order(found: tuple[list[Any], dict[str, list[Any]]]) -> tuple[Any, ...]:
    """Return a content in which neither the order of constraints counts nor the moment of migrating."""
    schema, rows = found
    lines = {name: sorted(line.strip(" \t,") for line in (sql or "").split("\n")) for name, sql in schema}
    return lines, {name: len(some) if name == "told" else some for name, some in rows.items()}


def _is_table(file: sqlite3.Connection, name: str) -> bool:
    found = file.execute("SELECT type FROM sqlite_master WHERE name = ?", [name]).fetchone()
    return bool(found) and found[0] == "table"


async def cut_at(path: Path, number: int) -> bool:
    """Migrate, and die before the given statement of a migration; false when there are fewer."""
    store, count = store_at(path), 0

    @sa.event.listens_for(store.engine.sync_engine, "before_cursor_execute")
    def _count(_c: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal count
        if statement.split()[0] in ("CREATE", "ALTER", "INSERT", "UPDATE", "DELETE", "DROP"):
            count += 1
            if count == number:
                raise Cut

    try:
        await store.migrate()
    except Cut:
        return True
    finally:
        await store.close()
    return False


@pytest.mark.parametrize("revision", BEFORE)
async def test_no_row_is_lost_on_the_way_to_the_newest_form(tmp_path: Path, revision: str) -> None:
    """Regression: making the table of accounts anew took along every grant, link and intent."""
    path = tmp_path / "calsync.db"
    await made(path, revision)
    before = content(path)[1] if revision else {}
    store = store_at(path)
    await store.migrate()
    await store.close()
    after = content(path)[1]
    kept = {name: len(rows) for name, rows in after.items() if name in before}
    assert kept == {name: len(rows) for name, rows in before.items()}


@pytest.mark.parametrize(
    "revision", [*(pytest.param(one, marks=pytest.mark.long) for one in BEFORE[:-2]), *BEFORE[-2:]]
)
async def test_cut_off_at_any_statement_it_is_as_before_and_the_next_start_goes_on(
    tmp_path: Path, revision: str
) -> None:
    origin, path = tmp_path / "origin.db", tmp_path / "calsync.db"
    await made(origin, revision)
    if not revision:
        sqlite3.connect(origin).close()
    before, number = content(origin), 1
    shutil.copy(origin, path)
    while await cut_at(path, number):
        assert content(path) == before, number
        number += 1 if number < 12 else 7
    assert number > 1
    shutil.copy(origin, tmp_path / "undisturbed.db")
    store = store_at(tmp_path / "undisturbed.db")
    await store.migrate()
    await store.close()
    assert in_any_order(content(path)) == in_any_order(content(tmp_path / "undisturbed.db"))


KILLED = """
import asyncio, os, signal, sys
import sqlalchemy as sa
from sync.store import Store
from sync.vault import Vault

store = Store(f"sqlite+aiosqlite:///{sys.argv[1]}", Vault([b"v" * 32]))

@sa.event.listens_for(store.engine.sync_engine, "before_cursor_execute")
def count(_connection, _cursor, statement, *_):
    if statement.strip().startswith(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(store.migrate())
"""


@pytest.mark.parametrize(
    ("revision", "statement"),
    [
        pytest.param("", "CREATE TABLE odoo_database", marks=pytest.mark.long),
        pytest.param("0006", "CREATE TABLE postponed", marks=pytest.mark.long),
        ("0008", "UPDATE connect"),
    ],
)
async def test_killed_in_a_migration_it_is_as_before(tmp_path: Path, revision: str, statement: str) -> None:
    path = tmp_path / "calsync.db"
    await made(path, revision)
    before = content(path)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, str(path), statement)
    assert await process.wait() == -signal.SIGKILL, "it met no such statement"
    assert content(path) == before
    store = store_at(path)
    await store.migrate()
    await store.close()
