"""The migrations build exactly the tables that the code knows, and refuse a database from the future."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from sync.errors import Misconfigured
from sync.store import Store
from sync.store.tables import metadata
from sync.store.versions import alembic_config
from sync.vault import Vault

pytestmark = pytest.mark.unprepared


async def differences(store: Store, expected: sa.MetaData) -> list[Any]:
    """Return what autogenerate would change to turn the migrated database into `expected`."""

    def compare(connection: sa.Connection) -> list[Any]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), expected))

    async with store.read() as tx:
        return await tx.run_sync(compare)


async def test_the_migrations_build_the_tables_of_the_code(store: Store) -> None:
    assert await differences(store, metadata) == []


def _copy() -> sa.MetaData:
    altered = sa.MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(altered)
    return altered


async def test_a_copy_of_the_tables_is_the_same(store: Store) -> None:
    assert await differences(store, _copy()) == []


async def test_the_comparison_sees_a_column_more(store: Store) -> None:
    altered = _copy()
    altered.tables["link"].append_column(sa.Column("extra", sa.String))
    [(what, *_)] = await differences(store, altered)
    assert what == "add_column"


async def test_the_comparison_sees_a_table_more_and_one_less(store: Store) -> None:
    altered = _copy()
    altered.remove(altered.tables["secret"])
    sa.Table("extra", altered, sa.Column("id", sa.Integer, primary_key=True))
    assert {what for what, *_ in await differences(store, altered)} == {"add_table", "remove_table"}


async def test_the_comparison_sees_another_type_index_and_constraint(store: Store) -> None:
    altered = _copy()
    link = altered.tables["link"]
    link.c.odoo_id.type = sa.JSON()
    sa.Index("ix_link_generation", link.c.generation)
    link.append_constraint(sa.UniqueConstraint("generation", "google_id"))
    kinds = {one[0][0] if isinstance(one, list) else one[0] for one in await differences(store, altered)}
    assert {"modify_type", "add_index", "add_constraint"} <= kinds


def test_there_is_one_line_of_migrations() -> None:
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


async def test_migrating_again_changes_nothing(store: Store) -> None:
    await store.migrate()
    assert await differences(store, metadata) == []


async def test_a_database_of_a_newer_version_is_refused(store: Store) -> None:
    async with store.write() as tx:
        await tx.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Misconfigured) as refused:
        await store.migrate()
    assert (refused.value.code, refused.value.detail) == ("database_newer", "its version is 9999")


@pytest.mark.parametrize(
    ("path", "code"), [("calsync.db", "database_damaged"), ("missing/calsync.db", "database_unusable")]
)
async def test_a_place_that_holds_no_database_is_refused(tmp_path: Path, path: str, code: str) -> None:
    (tmp_path / "calsync.db").write_text("this is no database " * 100)
    before = set(threading.enumerate())
    store = Store(f"sqlite+aiosqlite:///{tmp_path / path}", Vault([b"v" * 32]))
    with pytest.raises(Misconfigured) as refused:
        await store.migrate()
    await store.close()
    for thread in set(threading.enumerate()) - before:  # the driver's own has still to say that it ends
        await asyncio.to_thread(thread.join, 5)
    assert refused.value.code == code
