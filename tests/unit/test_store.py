"""The database: readers and one writer, nothing half-written, nothing readable that is secret."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from sync.errors import Misconfigured
from sync.model import Side
from sync.plan import Link
from sync.store import Store, accounts, connects, intents, links, parked, tables
from sync.store.connects import ConnectState
from sync.store.intents import Intent
from sync.vault import Vault
from tests.unit.conftest import KEY
from tests.unit.rows import NOW, TEAM, add_account
from tests.unit.sights import HASHER, LUNCH

SECRETS = sa.select(tables.secret.c.name)


async def names(store: Store) -> list[str]:
    """Return the names of the stored secrets."""
    async with store.read() as tx:
        return list((await tx.execute(SECRETS)).scalars())


@pytest.mark.unprepared
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 5000), ("synchronous", 1)],
)
async def test_pragmas_are_in_force_on_every_connection(store: Store, pragma: str, value: object) -> None:
    async with store.write() as writing, store.read() as reading, store.read() as other:
        for tx in (writing, reading, other):
            assert (await tx.execute(sa.text(f"PRAGMA {pragma}"))).scalar() == value


async def test_what_is_written_can_be_read_afterwards(store: Store) -> None:
    async with store.write() as tx:
        await tx.execute(sa.insert(tables.secret).values(name="a", value="x"))
        assert await names(store) == []
    assert await names(store) == ["a"]


async def test_an_exception_rolls_back(store: Store) -> None:
    async def break_off() -> None:
        async with store.write() as tx:
            await tx.execute(sa.insert(tables.secret).values(name="a", value="x"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await break_off()
    assert await names(store) == []
    await add_account(store)  # the writer is free again


async def test_a_cancellation_rolls_back_and_frees_the_writer(store: Store) -> None:
    begun = asyncio.Event()

    async def write() -> None:
        async with store.write() as tx:
            await tx.execute(sa.insert(tables.secret).values(name="a", value="x"))
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await names(store) == []
    await add_account(store)


async def test_one_writer_at_a_time(store: Store) -> None:
    inside, most = 0, 0

    async def write(number: int) -> None:
        nonlocal inside, most
        async with store.write() as tx:
            inside += 1
            most = max(most, inside)
            await tx.execute(sa.insert(tables.secret).values(name=str(number), value="x"))
            inside -= 1

    await asyncio.gather(*map(write, range(10)))
    assert most == 1
    assert len(await names(store)) == 10


async def test_another_process_cannot_write_meanwhile(store: Store, database: Path) -> None:
    with contextlib.closing(sqlite3.connect(database, timeout=0)) as other:
        async with store.write():  # from its beginning, before anything is changed
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
        async with store.read():
            other.execute("BEGIN IMMEDIATE")


async def test_what_a_reader_sees_does_not_change_meanwhile(store: Store) -> None:
    async with store.read() as tx:
        before = list((await tx.execute(SECRETS)).scalars())
        async with store.write() as writing:
            await writing.execute(sa.insert(tables.secret).values(name="a", value="x"))
        assert list((await tx.execute(SECRETS)).scalars()) == before == []
    assert await names(store) == ["a"]


async def test_closing_waits_for_a_transaction_under_way(store: Store) -> None:
    opened, done = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with store.write() as tx:
            opened.set()
            await done.wait()
            await tx.execute(sa.insert(tables.secret).values(name="late", value="x"))

    writing = asyncio.create_task(write())
    await opened.wait()
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    assert not closing.done()
    done.set()
    await asyncio.gather(writing, closing)
    assert await names(store) == ["late"]


async def test_rows_go_with_their_account(store: Store) -> None:
    account_id = await add_account(store)
    async with store.write() as tx:
        await parked.put(tx, account_id, Side.ODOO, "1", "masked", "label", NOW)
        await tx.execute(sa.delete(tables.account))
        assert await parked.of_account(tx, account_id) == []


async def test_rows_of_no_account_are_refused(store: Store) -> None:
    with pytest.raises(IntegrityError):
        async with store.write() as tx:
            await parked.put(tx, 99, Side.ODOO, "1", "masked", "label", NOW)


async def test_the_hash_key_is_made_once_and_kept(store: Store, database: Path) -> None:
    first, second = await store.hasher(), await store.hasher()
    again = Store(f"sqlite+aiosqlite:///{database}", Vault([b"n" * 32, KEY]))
    third = await again.hasher()
    await again.close()
    assert first.event(LUNCH) == second.event(LUNCH) == third.event(LUNCH) != HASHER.event(LUNCH)


async def test_without_the_vault_key_the_store_refuses(store: Store, database: Path) -> None:
    await store.hasher()
    stranger = Store(f"sqlite+aiosqlite:///{database}", Vault([b"x" * 32]))
    with pytest.raises(Misconfigured) as refused:
        await stranger.hasher()
    await stranger.close()
    assert refused.value.code == "vault_key_missing"


async def test_no_secret_and_no_calendar_text_can_be_read_in_the_file(store: Store, database: Path) -> None:
    marked = [
        "marked-token",
        "marked-title",
        "marked-link-id",
        "marked-cookie",
        "marked-verifier",
        "marked-consent",
        "marked-state",
    ]
    hashed = await store.hasher()
    bases = hashed.event(LUNCH)
    account_id = await add_account(store)
    seal: Callable[[str, str], str] = lambda purpose, text: store.vault.encrypt("T1/U1", purpose, text)  # noqa: E731
    async with store.write() as tx:
        await accounts.set_refresh_token(tx, account_id, seal("refresh_token", "marked-token"), NOW)
        await parked.put(tx, account_id, Side.ODOO, "1", "masked", seal("parked", "marked-title"), NOW)
        await links.put(tx, account_id, Link(0, 1, "g", 0, bases, bases))
        await intents.intend(tx, account_id, NOW, [Intent(0, Side.ODOO, "create", "g", 0, 0, bases, bases)])
        await connects.issue(tx, "marked-link-id", TEAM, "U1", {"name": "Alice"}, NOW)
        link = await connects.by_id(tx, "marked-link-id")
        assert link is not None
        await connects.move(
            tx,
            link,
            ConnectState.CONSENTED,
            cookie_hash=connects.digest("marked-cookie"),
            state_hash=connects.digest("marked-state"),
            code_verifier=seal("code_verifier", "marked-verifier"),
            consent=seal("consent", "marked-consent"),
        )
    files = sorted(database.parent.glob("calsync.db*"))
    assert database.with_name("calsync.db-wal") in files
    content = b"".join(file.read_bytes() for file in files)
    assert b"person1@example.com" in content  # the search would find what is there
    assert [one for one in marked if one.encode() in content] == []
    assert LUNCH.title.encode() not in content
    assert LUNCH.description.encode() not in content
