"""What the store keeps of accounts and connect links."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from sync.store import Store, accounts, connects
from sync.store.accounts import AccountState
from sync.store.connects import Connect, ConnectState
from tests.unit.rows import NOW, TEAM, add_account

PROFILE = {"name": "Alice", "odoo_uid": 7}


async def test_an_account_is_found_by_id_person_and_google_account(store: Store) -> None:
    first, second = await add_account(store, 1), await add_account(store, 2)
    async with store.read() as tx:
        account = await accounts.get(tx, second)
        assert account is not None
        assert account == await accounts.of_person(tx, TEAM, "U2") == await accounts.of_google(tx, "sub2")
        assert [one.id for one in await accounts.everybody(tx)] == [first, second]
        for nobody in (
            await accounts.get(tx, 99),
            await accounts.of_person(tx, "T2", "U2"),
            await accounts.of_google(tx, "sub3"),
        ):
            assert nobody is None
    assert account.owner == "T1/U2"
    assert account.state is AccountState.CONNECTED
    assert (account.created_at, account.synced_at, account.failures, account.deletions) == (
        NOW,
        None,
        0,
        "ask",
    )


@pytest.mark.parametrize("word", ["U2", "u2", "Person2", "PERSON2@example.com"])
async def test_an_account_goes_by_slack_id_login_or_google_address(store: Store, word: str) -> None:
    await add_account(store, 1)
    second = await add_account(store, 2)
    async with store.read() as tx:
        assert [one.id for one in await accounts.called(tx, word)] == [second]
        for other in ("", "person", "person%", "sub2", str(second)):
            assert await accounts.called(tx, other) == []
        both = await add_account(store, 3, odoo_login="person2@example.com")
    async with store.read() as tx:
        assert {one.id for one in await accounts.called(tx, "person2@example.com")} == {second, both}


async def test_times_come_back_aware_whatever_zone_they_were_given_in(store: Store) -> None:
    account_id = await add_account(store, next_run_at=(NOW + timedelta(hours=1)).astimezone())
    async with store.read() as tx:
        account = await accounts.get(tx, account_id)
    assert account is not None
    assert account.next_run_at == NOW + timedelta(hours=1)
    assert account.next_run_at.utcoffset() == timedelta()


async def test_saving_again_changes_the_same_account(store: Store) -> None:
    first = await add_account(store)
    assert await add_account(store, google_email="new@example.com") == first
    async with store.read() as tx:
        [account] = await accounts.everybody(tx)
    assert account.google_email == "new@example.com"


@pytest.mark.parametrize("taken", [{"odoo_uid": 1}, {"google_sub": "sub1"}])
async def test_nobody_gets_an_odoo_user_or_google_account_that_is_taken(
    store: Store, taken: dict[str, object]
) -> None:
    await add_account(store, 1)
    with pytest.raises(IntegrityError):
        await add_account(store, 2, **taken)


async def test_due_are_the_connected_ones_longest_waiting_first(store: Store) -> None:
    late = await add_account(store, 1, next_run_at=NOW - timedelta(minutes=1))
    later = await add_account(store, 2, next_run_at=NOW - timedelta(minutes=2))
    just = await add_account(store, 3, next_run_at=NOW)
    await add_account(store, 4, next_run_at=NOW + timedelta(seconds=1))
    await add_account(store, 5, state=AccountState.RECONNECT)
    await add_account(store, 6, next_run_at=None)
    async with store.read() as tx:
        assert list(await accounts.due(tx, NOW)) == [later, late, just]


async def test_updating_changes_the_named_columns_of_one_account(store: Store) -> None:
    first, second = await add_account(store, 1), await add_account(store, 2)
    async with store.write() as tx:
        await accounts.update(tx, first, failures=3, trouble="odoo_trouble")
        changed, other = await accounts.get(tx, first), await accounts.get(tx, second)
    assert changed is not None
    assert other is not None
    assert (changed.failures, changed.trouble, changed.odoo_login) == (3, "odoo_trouble", "person1")
    assert (other.failures, other.trouble) == (0, None)


async def test_only_the_first_answer_about_deletions_counts(store: Store) -> None:
    account_id = await add_account(store)
    async with store.write() as tx:
        assert await accounts.answer_deletions(tx, account_id, "restore")
        assert not await accounts.answer_deletions(tx, account_id, "delete")
        account = await accounts.get(tx, account_id)
        assert account is not None
        assert account.deletions == "restore"
        await accounts.update(tx, account_id, deletions="ask")
        assert await accounts.answer_deletions(tx, account_id, "delete")


async def test_a_refresh_token_replaces_the_one_before(store: Store) -> None:
    account_id = await add_account(store)
    async with store.write() as tx:
        assert await accounts.refresh_token(tx, account_id) is None
        await accounts.set_refresh_token(tx, account_id, "one", NOW)
        await accounts.set_refresh_token(tx, account_id, "two", NOW)
        assert await accounts.refresh_token(tx, account_id) == "two"


async def test_a_connect_link_is_found_by_its_id_and_state(store: Store) -> None:
    async with store.write() as tx:
        await connects.issue(tx, "id", TEAM, "U1", PROFILE, NOW)
        link = await connects.by_id(tx, "id")
        assert link is not None
        assert (link.state, link.profile, link.expires_at) == (ConnectState.ISSUED, PROFILE, NOW)
        assert link.id_hash == connects.digest("id") != "id"
        assert await connects.move(tx, link, ConnectState.OPENED, state_hash=connects.digest("state"))
        assert await connects.by_state(tx, "state") == await connects.by_id(tx, "id")
        assert await connects.by_id(tx, link.id_hash) is None
        assert await connects.by_state(tx, "other") is None


async def test_a_new_link_cancels_the_open_one_and_forgets_the_ended(store: Store) -> None:
    async with store.write() as tx:
        for number in ("1", "2", "3"):
            await connects.issue(tx, number, TEAM, "U1", PROFILE, NOW)
        await connects.issue(tx, "other", TEAM, "U2", PROFILE, NOW)
        found = [await connects.by_id(tx, number) for number in ("1", "2", "3", "other")]
    assert [one and one.state for one in found] == [
        None,
        ConnectState.CANCELLED,
        ConnectState.ISSUED,
        ConnectState.ISSUED,
    ]


async def read(store: Store, link_id: str = "id") -> Connect:
    async with store.read() as tx:
        link = await connects.by_id(tx, link_id)
    assert link is not None
    return link


async def test_each_step_of_a_link_is_taken_once_and_an_end_takes_its_secrets_away(store: Store) -> None:
    async with store.write() as tx:
        await connects.issue(tx, "id", TEAM, "U1", PROFILE, NOW)
    issued = await read(store)
    async with store.write() as tx:
        secrets = {"state_hash": connects.digest("state"), "code_verifier": "v", "consent": "c"}
        assert await connects.move(tx, issued, ConnectState.OPENED, **secrets)
        assert not await connects.move(tx, issued, ConnectState.CONSENTED)
    opened = await read(store)
    assert (opened.code_verifier, opened.consent) == ("v", "c")
    async with store.write() as tx:
        assert await connects.move(tx, opened, ConnectState.CONFIRMED)
        assert not await connects.move(tx, opened, ConnectState.CANCELLED)
        assert not await connects.keep(tx, opened, consent="c")
        assert await connects.by_state(tx, "state") is None
    ended = await read(store)
    assert ended.state is ConnectState.CONFIRMED
    assert (ended.state_hash, ended.code_verifier, ended.consent) == (None, None, None)


async def test_a_consent_that_waits_comes_back_from_the_link_that_cancels_it(store: Store) -> None:
    async with store.write() as tx:
        await connects.issue(tx, "id", TEAM, "U1", PROFILE, NOW)
    async with store.write() as tx:
        assert await connects.move(tx, await read(store), ConnectState.CONSENTED, consent="sealed")
        assert await connects.waiting(tx, TEAM, "U2") is None
        waiting = await connects.waiting(tx, TEAM, "U1")
        assert waiting is not None
        [cancelled] = await connects.issue(tx, "newer", TEAM, "U1", PROFILE, NOW)
        assert cancelled == waiting
        assert cancelled.consent == "sealed"
        assert await connects.waiting(tx, TEAM, "U1") is None


async def test_tries_are_counted_up_to_their_number(store: Store) -> None:
    async with store.write() as tx:
        await connects.issue(tx, "id", TEAM, "U1", PROFILE, NOW)
    link = await read(store)
    async with store.write() as tx:
        assert [await connects.count_try(tx, link, 2) for _ in range(4)] == [True, True, False, False]
        assert await connects.move(tx, link, ConnectState.CANCELLED)
        assert not await connects.count_try(tx, link, 9)


async def test_links_are_overdue_from_their_end_on_until_they_say_so(store: Store) -> None:
    async with store.write() as tx:
        await connects.issue(tx, "id", TEAM, "U1", PROFILE, NOW)
        await connects.issue(tx, "later", TEAM, "U2", PROFILE, NOW + timedelta(minutes=1))
        assert await connects.overdue(tx, NOW - timedelta(seconds=1)) == []
        [link] = await connects.overdue(tx, NOW)
        assert link.id_hash == connects.digest("id")
        assert await connects.move(tx, link, ConnectState.EXPIRED)
        assert await connects.overdue(tx, NOW) == []


async def test_an_account_is_moved_only_from_the_state_it_is_in(store: Store) -> None:
    account_id = await add_account(store, state=AccountState.PREVIEW)
    async with store.write() as tx:
        started = {"state": AccountState.CONNECTED}
        assert await accounts.move(tx, account_id, AccountState.PREVIEW, **started)
        assert not await accounts.move(tx, account_id, AccountState.PREVIEW, **started)


async def test_a_removed_account_leaves_nothing(store: Store) -> None:
    account_id = await add_account(store)
    async with store.write() as tx:
        await accounts.set_refresh_token(tx, account_id, "one", NOW, NOW + timedelta(days=7))
        assert await accounts.granted(tx, account_id) == (NOW, NOW + timedelta(days=7))
        await accounts.remove(tx, account_id)
        assert await accounts.get(tx, account_id) is None
        assert await accounts.granted(tx, account_id) is None
        assert await accounts.refresh_token(tx, account_id) is None


async def test_accounts_are_found_by_their_people_in_odoo(store: Store) -> None:
    first, second = await add_account(store, 1), await add_account(store, 2)
    async with store.read() as tx:
        assert await accounts.in_odoo(tx, [1, 2, 9], [102, 9]) == ({1: first, 2: second}, {102: second})
        assert await accounts.in_odoo(tx, range(1, 2000), ()) == ({1: first, 2: second}, {})
