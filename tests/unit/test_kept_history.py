"""What the store keeps of what was done, and for how long."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from sync.model import Side
from sync.store import Store, history
from sync.store.history import Entry
from tests.unit.rows import NOW, add_account

ENTRY = Entry(0, "run", NOW, Side.ODOO, "update", "edited_on_both", "g1", 1, ["title"], "sealed", "lost")


async def test_history_is_kept_two_weeks_newest_first(store: Store) -> None:
    account_id, other = await add_account(store, 1), await add_account(store, 2)
    async with store.write() as tx:
        await history.add(tx, account_id, [dataclasses.replace(ENTRY, at=NOW - timedelta(days=15)), ENTRY])
        new, old = [one.id for one in await history.of_account(tx, account_id)]
        listed = await history.of_account(tx, account_id)
        assert [one.id for one in listed] == [new, old]
        assert listed[0] == dataclasses.replace(ENTRY, id=new)
        assert [one.id for one in await history.of_account(tx, account_id, limit=1)] == [new]
        assert await history.get(tx, other, new) is None
        await history.purge(tx, NOW)
        assert await history.get(tx, account_id, old) is None


async def test_history_tells_what_a_run_did_and_what_was_done_shortly_before(store: Store) -> None:
    account_id, other = await add_account(store, 1), await add_account(store, 2)
    day = timedelta(days=1)
    async with store.write() as tx:
        entries = [
            dataclasses.replace(ENTRY, run=run, at=NOW + timedelta(hours=hours))
            for run, hours in (("first", 0), ("second", 1), ("third", 26))
        ]
        for entry in entries:
            await history.add(tx, account_id, [entry])
        [first], [second], [third] = [await history.of_run(tx, account_id, one.run) for one in entries]
        assert [one.run for one in (first, second, third)] == ["first", "second", "third"]
        assert await history.of_run(tx, other, "first") == []
        told = [await history.has_earlier(tx, account_id, one, day) for one in (first, second, third)]
        assert told == [False, True, False]
        elsewhere = (
            dataclasses.replace(second, google_id="other"),
            dataclasses.replace(second, reason="other"),
        )
        assert not any([await history.has_earlier(tx, account_id, one, day) for one in elsewhere])
        assert not await history.has_earlier(tx, other, second, day)


async def test_overruled_values_are_given_back_once(store: Store) -> None:
    account_id = await add_account(store)
    async with store.write() as tx:
        await history.add(tx, account_id, [ENTRY])
        [entry_id] = [one.id for one in await history.of_account(tx, account_id)]
        assert await history.settle(tx, entry_id)
        assert not await history.settle(tx, entry_id)
        found = await history.get(tx, account_id, entry_id)
    assert found is not None
    assert found.overruled is None
