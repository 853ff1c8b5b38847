"""What the store keeps of the database, and how an installation of an earlier version comes by it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from sync.model import Recurrence, Span
from sync.plan import Link
from sync.series import Series
from sync.store import Store, cursors, identity, links
from sync.store.accounts import AccountState
from sync.store.cursors import GoogleCursor
from sync.store.identity import Known, Remembered
from sync.store.versions import alembic_config
from tests.unit.rows import NOW, add_account

SERIES = Series(
    Recurrence(("RRULE:FREQ=DAILY;COUNT=2",), "UTC"),
    Span(NOW, NOW + timedelta(hours=1)),
    "rule",
    NOW,
    NOW + timedelta(days=30),
    {41: NOW, 42: NOW + timedelta(days=1)},
)
ROWS = [Remembered(3, NOW, 7), Remembered(9, NOW - timedelta(minutes=1), 0), Remembered(2, NOW, 7)]


async def test_there_is_one_database_that_is_known(store: Store) -> None:
    async with store.write() as tx:
        assert await identity.known(tx) is None
        for what in (Known("a"), Known("b", "uuid", 7, NOW, "code", accepted=True)):
            await identity.keep(tx, what)
            assert await identity.known(tx) == what


async def test_rows_are_remembered_newest_first_until_others_take_their_place(store: Store) -> None:
    async with store.write() as tx:
        assert await identity.memory(tx) == []
        await identity.remember(tx, ROWS)
        assert await identity.memory(tx) == [ROWS[0], ROWS[2], ROWS[1]]
        await identity.forget(tx, {3, 99})
        assert await identity.memory(tx) == [ROWS[2], ROWS[1]]
        await identity.remember(tx, [])
        assert await identity.memory(tx) == []


async def test_forgetting_all_keeps_what_belongs_together(store: Store) -> None:
    account_id = await add_account(store, failures=4, next_run_at=None)
    waiting = await add_account(store, 2, state=AccountState.RECONNECT, failures=4, next_run_at=None)
    async with store.write() as tx:
        link = Link(0, 1, "g1", 3, {"title": "h"}, {"title": "h"}, '"1"', "UTC")
        await links.put(tx, account_id, link)
        await identity.remember(tx, ROWS)
        await cursors.set_google(tx, account_id, GoogleCursor("token", "f", NOW))
        await cursors.set_watermark(tx, "a", NOW)
        await cursors.add_marks(tx, [(account_id, 1)])
        await identity.forget_all(tx, NOW)
        [kept] = await links.of_account(tx, account_id)
        assert (kept.odoo_id, kept.google_id, kept.generation) == (1, "g1", 3)
        assert (kept.google_base, kept.odoo_base) == ({}, {})
        assert await identity.memory(tx) == []
        assert await cursors.google(tx, account_id) is None
        assert await cursors.watermark(tx, "a") is None
        assert await cursors.marks(tx, account_id) == {}
        query = sa.text("SELECT next_run_at IS NULL, failures FROM account WHERE id = :id")
        assert (await tx.execute(query, {"id": account_id})).one() == (0, 0)
        assert (await tx.execute(query, {"id": waiting})).one() == (1, 4)


async def test_the_events_of_an_account_are_counted_and_named(store: Store) -> None:
    account_id, other = await add_account(store, 1), await add_account(store, 2)
    async with store.write() as tx:
        for number, ends in ((1, None), (2, NOW), (3, NOW - timedelta(seconds=1))):
            link = Link(0, number, f"g{number}", 0, {}, {}, ends_at=ends)
            await links.put(tx, account_id, link)
        await links.put(tx, account_id, Link(0, -4, "g4", 0, {}, {}, series=SERIES))
        await links.put(tx, other, Link(0, 9, "g9", 0, {}, {}, series=SERIES))
        assert await links.count_current(tx, account_id, NOW) == 3
        assert await links.odoo_ids(tx, account_id) == {1, 2, 3, 41, 42}, "a series by its rows"


@pytest.mark.parametrize("polled", [[], ["http://a|old", "http://b|new"]])
async def test_links_of_an_earlier_version_belong_to_what_was_polled_last(
    tmp_path: Path, polled: list[str]
) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for number, source in enumerate(polled):
            at = NOW + timedelta(hours=number)
            values = {"source": source, "at": at.replace(tzinfo=None).isoformat(" ", "microseconds")}
            connection.execute(sa.text("INSERT INTO odoo_feed VALUES (:source, :at)"), values)
        command.upgrade(config, "0003")
        kept = connection.execute(sa.text("SELECT source, uuid, halt, accepted FROM odoo_database")).all()
    engine.dispose()
    assert kept == [(source, None, None, 0) for source in polled[1:]]
