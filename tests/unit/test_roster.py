"""Who is connected is known to every run, and read anew only when it changed."""

from __future__ import annotations

from sync.store import Store, accounts
from sync.store.accounts import AccountState
from sync.store.roster import Member, Roster
from tests.unit.rows import NOW, add_account


async def read(store: Store) -> Roster:
    """Return the roster of this moment."""
    async with store.read() as tx:
        return await store.roster.read(tx)


async def test_nobody_is_an_empty_roster(store: Store) -> None:
    assert await read(store) == Roster(())


async def test_it_is_the_same_object_until_something_in_it_changes(store: Store) -> None:
    """Regression: every run read all accounts, 0.8 s for 10,000 in which the loop did nothing else."""
    account_id = await add_account(store)
    before = await read(store)
    async with store.write() as tx:
        await accounts.update(tx, account_id, synced_at=NOW, trouble="odoo_down", failures=1)
    assert await read(store) is before
    async with store.write() as tx:
        await accounts.pause(tx, account_id, "U1", NOW)
    after = await read(store)
    assert after is not before
    assert [one.runs for one in before.members] == [True]
    assert [one.runs for one in after.members] == [False]


async def test_it_says_what_accounts_say(store: Store) -> None:
    ids = [await add_account(store, number) for number in (1, 2, 3, 4)]
    async with store.write() as tx:
        await accounts.update(tx, ids[0], google_email="Alice@Example.com")
        await accounts.update(tx, ids[1], google_email="bob@example.com", halt="odoo_user_gone")
        await accounts.update(tx, ids[2], google_email=None, state=AccountState.DISCONNECTED)
        await accounts.update(tx, ids[3], google_email="dave@example.com", state=AccountState.PREVIEW)
    roster = await read(store)
    async with store.read() as tx:
        everybody = {one.id: one for one in await accounts.everybody(tx)}
    assert sorted(one.id for one in roster.members) == ids[:3]
    for one in roster.members:
        same = everybody[one.id]
        assert one == Member(same.id, same.odoo_uid, same.odoo_partner_id, same.google_email or "", same.runs)
    assert roster.addresses == {"alice@example.com", "bob@example.com"}
    assert roster.running == {"alice@example.com"}
    assert roster.idle == {ids[1]}


async def test_who_has_not_started_yet_counts_for_himself_alone(store: Store) -> None:
    account_id = await add_account(store, state=AccountState.PREVIEW, google_email="alice@example.com")
    async with store.read() as tx:
        own = await accounts.get(tx, account_id)
    assert own is not None
    roster = await read(store)
    assert roster.members == ()
    assert roster.including(own).addresses == {"alice@example.com"}
