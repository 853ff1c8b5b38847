"""Which accounts a look at Google can pass over, and what is noted of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sync.model import Side
from sync.store import Store, accounts, cursors, intents, parked, quiet, runs
from sync.store.accounts import AccountState
from sync.store.cursors import GoogleCursor
from sync.store.intents import Intent
from sync.store.runs import Run
from tests.unit.rows import NOW, add_account

CURSOR = GoogleCursor("token", "fingerprint", NOW)
LATER = NOW + timedelta(days=1)
INTENT = Intent(0, Side.ODOO, "create", "g", 0, 0, {}, {})


async def prepared(store: Store) -> tuple[int, int]:
    """Keep two accounts that have been listed."""
    first, second = await add_account(store, 1), await add_account(store, 2)
    async with store.write() as tx:
        for account_id in (first, second):
            await cursors.set_google(tx, account_id, CURSOR)
    return first, second


async def test_accounts_for_which_nothing_waits_are_found_with_their_cursors(store: Store) -> None:
    first, second = await prepared(store)
    third = await add_account(store, 3)
    async with store.read() as tx:
        found = await quiet.nothing_waits(tx, [first, third, *range(100, 1200)], NOW)
        assert found == {first: CURSOR}
        assert await quiet.nothing_waits(tx, [first, second], NOW) == {first: CURSOR, second: CURSOR}


@pytest.mark.parametrize(
    "change",
    [
        {"state": AccountState.RECONNECT},
        {"failures": 1},
        {"trouble": "google_trouble"},
        {"deletions": "delete"},
        {"deletions": "restore"},
    ],
)
async def test_an_account_in_any_other_state_is_left_to_a_run(
    store: Store, change: dict[str, object]
) -> None:
    first, second = await prepared(store)
    async with store.write() as tx:
        await accounts.update(tx, first, **change)
        assert (await quiet.nothing_waits(tx, [first, second], NOW)).keys() == {second}


@pytest.mark.parametrize("what", ["mark", "intent", "parked", "cursor"])
async def test_an_account_for_which_something_waits_is_left_to_a_run(store: Store, what: str) -> None:
    first, second = await prepared(store)
    async with store.write() as tx:
        match what:
            case "mark":
                await cursors.add_marks(tx, [(first, 7)])
            case "intent":
                await intents.intend(tx, first, NOW, [INTENT])
            case "parked":
                await parked.put(tx, first, Side.ODOO, "7", "odoo_refuses", "label", NOW)
                assert (await quiet.nothing_waits(tx, [first], NOW)).keys() == {first}, "not due yet"
            case "cursor":
                await cursors.set_google(tx, first, None)
        assert (await quiet.nothing_waits(tx, [first, second], LATER)).keys() == {second}


async def test_what_was_quiet_is_noted_in_the_accounts_and_their_cursors(store: Store) -> None:
    first, second = await prepared(store)
    next_run, before = LATER + timedelta(minutes=2), {first: CURSOR, second: CURSOR}
    async with store.write() as tx:
        await quiet.note(tx, before, {first: "next token"}, LATER, next_run)
        noted, other = await accounts.get(tx, first), await accounts.get(tx, second)
        assert await cursors.google(tx, first) == GoogleCursor("next token", "fingerprint", NOW)
        assert await cursors.google(tx, second) == CURSOR
    assert noted
    assert other
    assert (noted.synced_at, noted.next_run_at) == (LATER, next_run)
    assert (other.synced_at, other.next_run_at) == (None, NOW)


async def test_a_cursor_that_was_replaced_meanwhile_is_not_overwritten(store: Store) -> None:
    first, second = await prepared(store)
    replaced = GoogleCursor("of another calendar", "fingerprint", LATER)
    async with store.write() as tx:
        await cursors.set_google(tx, first, replaced)
        await accounts.update(tx, second, state=AccountState.RECONNECT, next_run_at=None)
        await quiet.note(tx, {first: CURSOR, second: CURSOR}, {first: "a", second: "b"}, LATER, LATER)
        assert await cursors.google(tx, first) == replaced
        asleep = await accounts.get(tx, second)
    assert asleep
    assert asleep.next_run_at is None, "it waits for its person"


async def test_old_runs_of_quiet_accounts_go_as_well(store: Store) -> None:
    first, _ = await prepared(store)
    async with store.write() as tx:
        await runs.add(tx, first, Run(NOW, NOW, "ok", {"new_in_google": 1}))
        await quiet.note(tx, {first: CURSOR}, {first: "token"}, NOW + runs.KEPT, NOW)
        assert await runs.last(tx, first)
        later = NOW + runs.KEPT + timedelta(seconds=1)
        await quiet.note(tx, {first: CURSOR}, {first: "token"}, later, NOW)
        assert await runs.last(tx, first) is None
