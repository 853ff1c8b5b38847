"""How it goes on when an administrator says that another database, or an older copy, is right."""

from __future__ import annotations

import pytest

from sync.errors import NeedsHuman, SyncError
from sync.odoo.client import OdooClient
from sync.odoo.identity import OTHER, WENT_BACK, Identity
from sync.odoo.users import read_users
from sync.plan import Link
from sync.store import accounts, cursors, links
from tests.unit.rows import NOW
from tests.unit.stage import Stage, confirmed, doubt, known


async def gone_back(stage: Stage) -> None:
    """Let the database go back in time and the poll notice it; alice has a link, a cursor and a mark."""
    event = stage.create("alice")
    copy = stage.odoo.back_up()
    await stage.settle()
    stage.write("alice", event, name="after")
    await stage.settle()
    async with stage.store.write() as tx:
        link = Link(0, event, "g1", 0, {"title": "h"}, {"title": "h"})
        await links.put(tx, stage.ids["alice"], link)
        await cursors.set_google(tx, stage.ids["alice"], cursors.GoogleCursor("token", "f", NOW))
        await cursors.add_marks(tx, [(stage.ids["alice"], 999)])
        await accounts.update(tx, stage.ids["alice"], failures=3, next_run_at=None)
    stage.odoo.restore(copy)
    assert await doubt(stage) == WENT_BACK


async def test_a_confirmed_database_is_met_as_if_for_the_first_time(stage: Stage) -> None:
    await gone_back(stage)
    assert await confirmed(stage)
    assert not await confirmed(stage), "one word is enough"
    with pytest.raises(NeedsHuman):  # what is confirmed is not yet carried out
        await stage.identity.require(await stage.account("alice"))
    assert await doubt(stage) == ""
    alice = await stage.account("alice")
    await stage.identity.require(alice)
    async with stage.store.read() as tx:
        [link] = await links.of_account(tx, alice.id)
        assert (link.google_base, link.odoo_base) == ({}, {})
        assert await cursors.google(tx, alice.id) is None
        assert 999 not in await cursors.marks(tx, alice.id)
    assert alice.failures == 0
    assert alice.next_run_at is not None
    assert alice.next_run_at <= stage.clock.now()
    assert alice.halt is None
    assert not await confirmed(stage), "nothing is asked any more"


async def test_without_a_doubt_there_is_nothing_to_confirm(stage: Stage) -> None:
    assert not await confirmed(stage)
    await stage.feed.poll()
    assert not await confirmed(stage)


async def test_what_was_confirmed_while_odoo_was_down_is_carried_out_later(stage: Stage) -> None:
    await gone_back(stage)
    assert await confirmed(stage)
    fault = stage.odoo.faults.add(operation="res.users.*", drop="before", times=None)
    with pytest.raises(SyncError):
        await stage.feed.poll()
    with pytest.raises(NeedsHuman):
        await stage.identity.require(await stage.account("alice"))
    stage.odoo.faults.remove(fault)
    stage.restarted()
    assert await doubt(stage) == ""


async def test_other_settings_can_be_confirmed_and_the_uuid_is_learnt_anew(knowing: Stage) -> None:
    stage = knowing
    await stage.feed.poll()
    stage.client.source += "2"
    stage.odoo.uuid = "another"
    assert await doubt(stage) == OTHER
    assert await confirmed(stage)
    assert await doubt(stage) == ""
    now = await known(stage)
    assert (now.source, now.uuid, now.halt, now.accepted) == (stage.client.source, "another", None, False)


async def test_in_a_confirmed_database_a_user_with_another_login_is_somebody_else(stage: Stage) -> None:
    await gone_back(stage)
    stage.odoo.as_user("admin").write(
        "res.users", (await stage.account("bob")).odoo_uid, {"login": "mallory"}
    )
    assert await confirmed(stage)
    await stage.feed.poll()
    assert (await stage.account("bob")).halt == "odoo_user_gone"
    assert (await stage.account("alice")).halt is None
    stage.advance(minutes=6)
    await stage.feed.poll()
    assert (await stage.account("bob")).halt == "odoo_user_gone"


async def test_two_who_carry_out_a_word_at_once_do_it_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await gone_back(stage)
    assert await confirmed(stage)
    asked, other = "sync.odoo.identity.read_users", Identity(stage.client, stage.store, stage.clock)

    async def overtaken(client: OdooClient, uids: list[int]) -> object:
        monkeypatch.setattr(asked, read_users)
        await other.check()
        async with stage.store.write() as tx:  # the quicker one's run has listed already
            await cursors.set_google(tx, stage.ids["alice"], cursors.GoogleCursor("new", "f", NOW))
        return await read_users(client, uids)

    monkeypatch.setattr(asked, overtaken)
    await stage.feed.poll()
    async with stage.store.read() as tx:
        assert await cursors.google(tx, stage.ids["alice"]) is not None
