"""What the store keeps of links, intents, cursors, parked items and runs."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

from sync.model import Side
from sync.store import Store, cursors, intents, links, parked, runs
from sync.store.intents import Intent
from sync.store.parked import FIRST_PAUSE, LONGEST_PAUSE
from sync.store.runs import KEPT, Run
from tests.unit.rows import NOW, add_account, numbered

INTENT = Intent(0, Side.ODOO, "create", "g1", 0, 2, {"title": "h"}, {"title": "i"})


async def test_many_intents_get_their_own_ids_and_settle_together(store: Store) -> None:
    account_id = await add_account(store)
    planned = [dataclasses.replace(INTENT, google_id=f"g{number % 1100}") for number in range(1200)]
    async with store.write() as tx:
        made = await intents.intend(tx, account_id, NOW, planned)
        assert [dataclasses.replace(one, id=0) for one in made] == planned
        assert {one.id: one.google_id for one in await intents.open_intents(tx, account_id)} == {
            one.id: one.google_id for one in made
        }
        await intents.settle(tx, [one.id for one in made[1:]])
        assert await intents.open_intents(tx, account_id) == [made[0]]


async def test_links_end_one_by_one_or_all_with_their_intents(store: Store) -> None:
    first, second = await add_account(store, 1), await add_account(store, 2)
    async with store.write() as tx:
        for account_id in (first, second):
            await links.put(tx, account_id, numbered(1))
            await links.put(tx, account_id, numbered(2))
            await intents.intend(tx, account_id, NOW, [INTENT])
        await links.end(tx, (await links.of_account(tx, first, odoo_ids=[1]))[0].id)
        assert [one.odoo_id for one in await links.of_account(tx, first)] == [2]
        await links.end_all(tx, first)
        assert await links.count(tx, first) == 0
        assert await intents.open_intents(tx, first) == []
        assert await links.count(tx, second) == 2
        assert len(await intents.open_intents(tx, second)) == 1


async def test_intents_are_open_until_settled_oldest_first(store: Store) -> None:
    account_id = await add_account(store)
    async with store.write() as tx:
        planned = [INTENT, dataclasses.replace(INTENT, side=Side.GOOGLE, action="delete", odoo_id=4)]
        one, two = await intents.intend(tx, account_id, NOW, planned)
        assert 0 < one.id < two.id
        assert [dataclasses.replace(each, id=0) for each in (one, two)] == planned
        assert await intents.open_intents(tx, account_id) == [one, two]
        await intents.settle(tx, [one.id])
        assert await intents.open_intents(tx, account_id) == [two]


async def test_the_cursor_of_a_listing_is_replaced_and_forgotten(store: Store) -> None:
    account_id = await add_account(store)
    async with store.write() as tx:
        assert await cursors.google(tx, account_id) is None
        for token in ("old", "token"):
            cursor = cursors.GoogleCursor(token, "p", datetime(2026, 3, 2, tzinfo=UTC))
            await cursors.set_google(tx, account_id, cursor)
            assert await cursors.google(tx, account_id) == cursor
        await cursors.set_google(tx, account_id, None)
        assert await cursors.google(tx, account_id) is None


async def test_each_database_has_its_own_watermark(store: Store) -> None:
    async with store.write() as tx:
        assert await cursors.watermark(tx, "a") is None
        await cursors.set_watermark(tx, "a", NOW)
        await cursors.set_watermark(tx, "a", NOW + timedelta(hours=1))
        assert await cursors.watermark(tx, "a") == NOW + timedelta(hours=1)
        assert await cursors.watermark(tx, "b") is None


async def test_a_mark_made_again_survives_the_clearing_of_the_older(store: Store) -> None:
    account_id, other = await add_account(store, 1), await add_account(store, 2)
    async with store.write() as tx:
        await cursors.add_marks(tx, [(account_id, 7), (account_id, 8), (account_id, 7), (other, 7)])
        before = await cursors.marks(tx, account_id)
        assert before.keys() == {7, 8}
        assert sorted(await cursors.marked_accounts(tx)) == [account_id, other]
        await cursors.add_marks(tx, [(account_id, 7)])
        await cursors.clear_marks(tx, before.values())
        assert (await cursors.marks(tx, account_id)).keys() == {7}
        assert not set((await cursors.marks(tx, account_id)).values()) & set(before.values())
        await cursors.clear_marks(tx, (await cursors.marks(tx, account_id)).values())
        await cursors.add_marks(tx, [(account_id, 9)])
        assert max((await cursors.marks(tx, account_id)).values()) > max(before.values())


async def test_parked_items_wait_longer_each_time(store: Store) -> None:
    account_id, now = await add_account(store), NOW
    pauses = []
    async with store.write() as tx:
        for attempt in range(1, 40):
            await parked.put(tx, account_id, Side.ODOO, "7", "masked", f"label {attempt}", now)
            [item] = await parked.of_account(tx, account_id)
            assert (item.attempts, item.label, item.parked_at) == (attempt, f"label {attempt}", NOW)
            pauses.append(item.retry_at - now)
            now = item.retry_at
    assert pauses == sorted(pauses)
    assert pauses[:2] == [FIRST_PAUSE, FIRST_PAUSE * 2]
    assert pauses[-1] == LONGEST_PAUSE


async def test_parked_items_are_told_apart_released_and_made_due(store: Store) -> None:
    account_id, other = await add_account(store, 1), await add_account(store, 2)
    async with store.write() as tx:
        await parked.put(tx, account_id, Side.ODOO, "7", "masked", "x", NOW + timedelta(seconds=2))
        await parked.put(tx, account_id, Side.GOOGLE, "7", "held_back", "y", NOW + timedelta(seconds=1))
        await parked.put(tx, other, Side.ODOO, "7", "masked", "z", NOW)
        items = await parked.of_account(tx, account_id)
        assert [(one.side, one.reason) for one in items] == [
            (Side.GOOGLE, "held_back"),
            (Side.ODOO, "masked"),
        ]
        await parked.make_due(tx, account_id, NOW, "masked")
        assert [one.retry_at == NOW for one in await parked.of_account(tx, account_id)] == [False, True]
        await parked.make_due(tx, account_id, NOW)
        assert [one.retry_at == NOW for one in await parked.of_account(tx, account_id)] == [True, True]
        await parked.release(tx, account_id, Side.ODOO, "7")
        await parked.release(tx, account_id, Side.ODOO, "7")
        assert [one.side for one in await parked.of_account(tx, account_id)] == [Side.GOOGLE]
        await parked.release_all(tx, account_id)
        assert await parked.of_account(tx, account_id) == []
        [untouched] = await parked.of_account(tx, other)
    assert untouched.retry_at == NOW + FIRST_PAUSE


async def test_runs_that_did_something_or_failed_are_kept_for_a_while(store: Store) -> None:
    account_id, other = await add_account(store, 1), await add_account(store, 2)
    did = Run(NOW, NOW, "ok", {"merged": 2})
    failed = Run(NOW, NOW + timedelta(minutes=1), "odoo_trouble", {})
    quiet = Run(NOW, NOW + KEPT + timedelta(seconds=30), "ok", {})
    async with store.write() as tx:
        assert await runs.last(tx, account_id) is None
        await runs.add(tx, account_id, did)
        await runs.add(tx, other, did)
        assert await runs.last(tx, account_id) == did
        await runs.add(tx, account_id, failed)
        assert await runs.last(tx, account_id) == failed
        await runs.add(tx, account_id, quiet)
        assert await runs.last(tx, account_id) == failed
        await runs.add(
            tx, account_id, dataclasses.replace(quiet, ended_at=quiet.ended_at + timedelta(hours=1))
        )
        assert await runs.last(tx, account_id) is None
        assert await runs.last(tx, other) == did
