"""Copies of a database in use: whole, of one moment, for their owner alone, and never over anything else."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from sync.model import Side
from sync.store import Store, intents, jobs, postponed, restored, switches, tables, versions
from sync.store.backup import NotCopied, Why, copy
from sync.store.intents import KEEP, Intent
from sync.store.jobs import Job
from sync.vault import Vault
from tests.unit.conftest import KEY
from tests.unit.rows import NOW, add_account


async def in_copy(path: Path) -> list[str]:
    """Return the names of the secrets in a copy."""
    with contextlib.closing(sqlite3.connect(path)) as file:
        return [name for (name,) in file.execute("SELECT name FROM secret ORDER BY name")]


def refused(source: Path, target: Path, *, replace: bool = False) -> Why:
    """Return why there is no copy; nothing of it is left behind."""
    before = sorted(target.parent.glob("*")), sorted(target.parent.glob(".*"))
    with pytest.raises(NotCopied) as error:
        copy(source, target, replace=replace)
    assert (sorted(target.parent.glob("*")), sorted(target.parent.glob(".*"))) == before
    return error.value.why


async def test_what_is_committed_is_in_it_and_what_is_not_is_not(
    store: Store, database: Path, tmp_path: Path
) -> None:
    await add_account(store)
    async with store.write() as tx:
        await tx.execute(sa.insert(tables.secret).values(name="committed", value="x"))
    async with store.write() as tx:
        await tx.execute(sa.insert(tables.secret).values(name="under way", value="x"))
        made = copy(database, tmp_path / "copy.db")
    assert await in_copy(tmp_path / "copy.db") == ["committed"]
    assert (made.version, made.accounts, made.links) == (versions.revisions()[1], 1, 0)
    assert made.size == os.stat(tmp_path / "copy.db").st_size


async def test_its_owner_alone_may_read_it(store: Store, database: Path, tmp_path: Path) -> None:
    copy(database, tmp_path / "copy.db")
    assert os.stat(tmp_path / "copy.db").st_mode & 0o777 == 0o600
    assert [one for one in os.listdir(tmp_path) if "copy" in one] == ["copy.db"], "no log beside it"


async def test_another_file_stays_unless_it_is_to_be_replaced(
    store: Store, database: Path, tmp_path: Path
) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")
    assert refused(database, target) == "exists"
    assert target.read_text() == "precious"
    copy(database, target, replace=True)
    assert await in_copy(target) == []


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-lock"])
async def test_the_databases_own_files_are_never_replaced(store: Store, database: Path, ending: str) -> None:
    assert refused(database, database.with_name(f"calsync.db{ending}"), replace=True) == "own"


async def test_nor_by_another_name(store: Store, database: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(database)
    assert refused(database, link, replace=True) == "own"


async def test_what_cannot_be_copied_is_told(store: Store, database: Path, tmp_path: Path) -> None:
    assert refused(tmp_path / "no.db", tmp_path / "copy.db") == "no_database"
    assert refused(database, tmp_path / "no" / "copy.db") == "no_place"
    assert refused(database, tmp_path, replace=True) == "no_place"
    other = tmp_path / "other.db"
    with contextlib.closing(sqlite3.connect(other)) as file:
        file.execute("CREATE TABLE theirs (id INTEGER)")
    assert refused(other, tmp_path / "copy.db") == "damaged"
    (tmp_path / "text.db").write_text("no database " * 100)
    assert refused(tmp_path / "text.db", tmp_path / "copy.db") == "damaged"


async def test_a_damaged_database_replaces_no_good_copy(store: Store, database: Path, tmp_path: Path) -> None:
    async with store.write() as tx:
        await tx.execute(sa.insert(tables.secret).values(name="a", value="x" * 100_000))
    await store.close()
    good = tmp_path / "good.db"
    copy(database, good)
    with database.open("r+b") as file:
        file.truncate(file.seek(0, os.SEEK_END) // 2)
    assert refused(database, good, replace=True) == "damaged"
    assert await in_copy(good) == ["a"]


async def test_only_a_copy_is_settled_and_only_once(store: Store, database: Path, tmp_path: Path) -> None:
    account_id = await add_account(store)
    kept = Intent(0, Side.GOOGLE, KEEP, "g", 0, 0, {}, {}, kept="sealed")
    begun = Intent(0, Side.GOOGLE, "create", "h", 1, 0, {}, {})
    async with store.write() as tx:
        await intents.intend(tx, account_id, NOW, [kept, begun])
        await jobs.add(tx, Job(0, account_id, jobs.RESET, "U1", NOW))
        await postponed.put(tx, account_id, NOW - timedelta(hours=1), "told since")
        await postponed.put(tx, account_id, NOW + timedelta(hours=1), "to be told")
    assert not await restored.settle(store, NOW)
    copy(database, tmp_path / "copy.db")
    assert not await restored.settle(store, NOW), "what was copied goes on as it is"
    again = Store(f"sqlite+aiosqlite:///{tmp_path / 'copy.db'}", Vault([KEY]))
    await again.migrate()
    assert await restored.settle(again, NOW)
    assert not await restored.settle(again, NOW)
    async with again.read() as tx:
        [job] = await jobs.under_way(tx)
        assert [one.action for one in await intents.open_intents(tx, account_id)] == ["create"]
        assert [one.message for one in await postponed.due(tx, NOW + timedelta(days=1))] == ["to be told"]
    assert job.state == jobs.CANCELLING
    await again.close()


async def test_the_copy_knows_when_it_was_made(store: Store, database: Path, tmp_path: Path) -> None:
    copy(database, tmp_path / "copy.db")
    again = Store(f"sqlite+aiosqlite:///{tmp_path / 'copy.db'}", Vault([KEY]))
    async with again.read() as tx:
        made = await switches.get(tx, restored.COPIED)
    assert made
    assert abs(made.since - datetime.now(UTC)) < timedelta(minutes=1)
    await again.close()
