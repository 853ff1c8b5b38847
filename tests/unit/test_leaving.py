"""What a pause and an end do to an account's row, and that erasing finds every row of a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from sync.store import Store, accounts, alerts, connects, erasing, switches, told
from sync.store.accounts import Account, AccountState
from sync.store.connects import ConnectState
from sync.store.overview import overview
from sync.store.tables import metadata
from tests.unit.rows import NOW, TEAM, add_account

LATER = NOW + timedelta(hours=1)


async def get(store: Store, account_id: int) -> Account:
    async with store.read() as tx:
        account = await accounts.get(tx, account_id)
    assert account
    return account


async def test_a_paused_account_is_not_due_and_no_news_brings_it_to_run(store: Store) -> None:
    one, other = await add_account(store, 1), await add_account(store, 2)
    async with store.write() as tx:
        assert await accounts.pause(tx, one, "U1", NOW)
        assert not await accounts.pause(tx, one, "U9", LATER), "who paused it first did"
        assert await accounts.due(tx, LATER) == [other]
        assert await accounts.resting(tx) == [one]
    account = await get(store, one)
    assert (account.paused_at, account.paused_by) == (NOW, "U1")


async def test_a_resumed_account_is_due_at_once(store: Store) -> None:
    one = await add_account(store, 1, failures=3, next_run_at=None)
    async with store.write() as tx:
        assert not await accounts.resume(tx, one, LATER), "it is not paused"
        await accounts.pause(tx, one, "U1", NOW)
        assert await accounts.resume(tx, one, LATER)
        assert await accounts.due(tx, LATER) == [one]
        assert await accounts.resting(tx) == []
    assert (await get(store, one)).paused_by is None


async def test_resuming_makes_no_account_due_that_waits_for_its_person(store: Store) -> None:
    one = await add_account(store, 1, state=AccountState.RECONNECT, next_run_at=None)
    async with store.write() as tx:
        await accounts.pause(tx, one, "U1", NOW)
        await accounts.resume(tx, one, LATER)
        assert await accounts.due(tx, LATER) == []


async def test_what_a_run_found_changes_no_account_that_was_disconnected_meanwhile(store: Store) -> None:
    one = await add_account(store, 1, state=AccountState.DISCONNECTED)
    two = await add_account(store, 2)
    async with store.write() as tx:
        for account_id in (one, two):
            await accounts.record(tx, account_id, state=AccountState.RECONNECT)
    assert (await get(store, one)).state is AccountState.DISCONNECTED
    assert (await get(store, two)).state is AccountState.RECONNECT


@pytest.mark.parametrize(
    ("changes", "runs"),
    [
        ({}, True),
        ({"trouble": "google_trouble", "failures": 3}, True),
        ({"paused_at": NOW, "paused_by": "U1"}, False),
        ({"state": AccountState.DISCONNECTED}, False),
        ({"state": AccountState.RECONNECT}, False),
        ({"halt": "odoo_user_gone"}, False),
    ],
)
async def test_an_account_runs_that_is_connected_and_neither_paused_nor_stopped(
    store: Store, changes: dict[str, Any], runs: bool
) -> None:
    account = await get(store, await add_account(store, **changes))
    assert account.runs is runs


async def test_who_has_disconnected_is_not_asked_to_connect_again(store: Store) -> None:
    """Regression: only those whose grant died have something to mend."""
    trouble = {"trouble": "odoo_user_gone"}
    waiting = await add_account(store, 1, **trouble)
    await add_account(store, 2, state=AccountState.DISCONNECTED, **trouble)
    async with store.read() as tx:
        assert await told.waiting(tx, ["odoo_user_gone"]) == {waiting: "odoo_user_gone"}


async def test_administrators_see_who_is_paused_and_who_has_disconnected(store: Store) -> None:
    await add_account(store, 1, paused_at=NOW, synced_at=NOW - timedelta(days=9))
    await add_account(store, 2, state=AccountState.DISCONNECTED, synced_at=NOW - timedelta(days=9))
    await add_account(store, 3, synced_at=NOW)
    async with store.read() as tx:
        seen = await overview(tx)
    assert seen.states == {"paused": 1, "disconnected": 1, "working": 1}
    assert seen.oldest == ("person3", NOW), "nobody waits for a sync of the others"


async def test_only_accounts_that_were_left_long_ago_are_over(store: Store) -> None:
    old = await add_account(store, 1, state=AccountState.DISCONNECTED, disconnected_at=NOW)
    await add_account(store, 2, state=AccountState.DISCONNECTED, disconnected_at=LATER)
    await add_account(store, 3, disconnected_at=NOW)
    async with store.read() as tx:
        assert [one.id for one in await accounts.left_before(tx, LATER)] == [old]


async def test_a_refresh_token_is_taken_once(store: Store) -> None:
    one = await add_account(store, 1)
    async with store.write() as tx:
        await accounts.set_refresh_token(tx, one, "secret", NOW)
        assert await accounts.take_refresh_token(tx, one) == "secret"
        assert await accounts.take_refresh_token(tx, one) is None


async def test_open_links_are_cancelled_and_others_peoples_are_not(store: Store) -> None:
    async with store.write() as tx:
        for user in ("U1", "U2"):
            await connects.issue(tx, f"link of {user}", TEAM, user, {}, LATER)
        await connects.cancel(tx, TEAM, "U1")
        found = [await connects.by_id(tx, f"link of {user}") for user in ("U1", "U2")]
    assert [one and one.state for one in found] == [ConnectState.CANCELLED, ConnectState.ISSUED]


async def test_every_table_that_could_hold_rows_of_a_person_is_known_to_erasing(store: Store) -> None:
    """A new table needs an account_id, a slack_user_id or an owner with one; or it knows nobody."""
    account = await get(store, await add_account(store))
    known = {table.name for table in metadata.sorted_tables if erasing._theirs(table, account) is not None}
    of_nobody = {"odoo_database", "odoo_feed", "odoo_memory", "secret", "alembic_version", "revocation"}
    of_nobody |= {"alert", "switch"}  # whom they name is taken out, see below
    assert {table.name for table in metadata.sorted_tables} - known <= of_nobody
    assert {"account", "grant", "link", "occurrence", "history", "connect", "prompt", "removal"} <= known


@pytest.mark.parametrize("by", ["U1", "person1"])
async def test_who_is_erased_is_named_by_nobody_elses_row(store: Store, by: str) -> None:
    one, two = await add_account(store, 1), await add_account(store, 2)
    account = await get(store, one)
    async with store.write() as tx:
        await accounts.pause(tx, two, by, NOW)
        await switches.turn_on(tx, switches.PAUSED, NOW, by)
        await alerts.seen(tx, "odoo-user", "account 1", "odoo_user_gone", by, loud=True, now=NOW)
        await tx.execute(sa.update(metadata.tables["alert"]).values(muted_by=by))
        traces = await erasing.traces(tx, account)
        gone = await erasing.erase(tx, account)
        assert gone["account"] == 1
        assert await erasing.found_in(tx, traces) == {}
        assert (await tx.execute(sa.select(metadata.tables["account"].c.paused_by))).scalars().all() == [""]


async def test_a_name_that_is_part_of_another_is_no_trace(store: Store) -> None:
    await add_account(store, 1)
    await add_account(store, 11)
    account = await get(store, 1)
    async with store.write() as tx:
        traces = await erasing.traces(tx, account)
        await erasing.erase(tx, account)
        assert await erasing.found_in(tx, traces) == {}
        assert "person1" in await erasing.still_part_of_others(tx, traces), "of person11"
