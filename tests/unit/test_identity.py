"""The database that the links belong to: what is noticed, and that everything stops."""

from __future__ import annotations

import dataclasses

import pytest

from sync.errors import NeedsHuman
from sync.odoo.identity import OTHER, UUID_EVERY, WENT_BACK
from sync.store import accounts, identity
from tests.unit.stage import Stage, doubt, known, remembered

GET_PARAM = "ir.config_parameter.get_param"


async def test_what_is_there_at_first_is_remembered(stage: Stage) -> None:
    old = stage.create("alice")
    stage.advance(days=30)
    assert await doubt(stage) == ""
    assert await remembered(stage) == {old}
    new = stage.create("bob")
    await stage.feed.poll()
    assert await remembered(stage) == {old, new}
    assert (await known(stage)).newest_id == new
    stage.unlink("alice", old)
    await stage.feed.poll()
    assert await remembered(stage) == {new}


async def test_before_it_was_seen_first_a_database_stops_nobody(stage: Stage) -> None:
    await stage.identity.require(await stage.account("alice"))


async def test_an_older_copy_is_noticed_and_nothing_is_marked(stage: Stage) -> None:
    event = stage.create("alice", name="before")
    copy = stage.odoo.back_up()
    await stage.settle()
    stage.write("alice", event, name="after")
    await stage.settle()
    stage.odoo.restore(copy)
    stage.create("bob")
    assert await doubt(stage) == WENT_BACK
    assert await stage.marked("bob") == set()
    stage.advance(days=1)
    stage.restarted()
    assert await doubt(stage) == WENT_BACK, "it stays so until somebody confirms"


async def test_rows_of_several_people_that_never_were_are_noticed(stage: Stage) -> None:
    copy = stage.odoo.back_up()
    for name in ("alice", "bob", "alice"):
        stage.create(name)
    await stage.settle()
    stage.odoo.restore(copy)
    assert await doubt(stage) == WENT_BACK


async def test_one_person_may_delete_everything(stage: Stage) -> None:
    events = [stage.create("alice") for _ in range(9)]
    await stage.settle()
    stage.unlink("alice", *events)
    assert await doubt(stage) == ""
    assert await remembered(stage) == set()
    later = stage.create("alice")
    await stage.feed.poll()
    assert await remembered(stage) == {later}


async def test_rows_that_a_rule_hides_are_no_sign(stage: Stage) -> None:
    events = [stage.create(name) for name in ("alice", "bob", "alice")]
    await stage.settle()
    stage.odoo.keep_back("svc", "calendar.event", events)
    assert await doubt(stage) == ""


async def test_an_id_given_out_twice_is_noticed(stage: Stage) -> None:
    copy = stage.odoo.back_up()
    stage.create("alice")
    await stage.settle()
    stage.odoo.restore(copy)
    assert await doubt(stage) == "", "a single event that is gone may well have been deleted"
    stage.advance(minutes=10)
    stage.create("bob")
    assert await doubt(stage) == WENT_BACK


async def test_another_uuid_is_another_database(knowing: Stage) -> None:
    stage = knowing
    await stage.feed.poll()
    assert (await known(stage)).uuid == stage.odoo.uuid
    stage.odoo.uuid = "another"
    assert await doubt(stage) == "", "it is asked now and then"
    stage.advance(seconds=UUID_EVERY.total_seconds())
    assert await doubt(stage) == OTHER
    stage.restarted()
    assert await doubt(stage) == OTHER


async def test_a_uuid_that_cannot_be_read_is_asked_once_and_no_alarm(stage: Stage) -> None:
    assert (await stage.polled())[GET_PARAM] == 1
    stage.advance(days=1)
    assert GET_PARAM not in await stage.polled()
    assert (await known(stage)).uuid is None


async def test_a_uuid_that_can_be_read_no_longer_or_at_last_is_no_alarm(knowing: Stage) -> None:
    stage = knowing
    await stage.feed.poll()
    fault = stage.odoo.faults.add(operation=GET_PARAM, reason="odoo.exceptions.AccessError", times=None)
    stage.advance(seconds=UUID_EVERY.total_seconds())
    assert await doubt(stage) == ""
    assert (await known(stage)).uuid == stage.odoo.uuid
    stage.odoo.faults.remove(fault)
    async with stage.store.write() as tx:
        await identity.keep(tx, dataclasses.replace(await known(stage), uuid=None))
    stage.restarted()
    assert await doubt(stage) == ""
    assert (await known(stage)).uuid == stage.odoo.uuid


async def test_an_odoo_without_a_uuid_is_asked_on(knowing: Stage) -> None:
    knowing.odoo.as_user("admin").call("ir.config_parameter", "set_param", "database.uuid", False)
    await knowing.feed.poll()
    assert (await known(knowing)).uuid is None


async def test_other_settings_are_another_database_until_they_are_put_right(stage: Stage) -> None:
    await stage.feed.poll()
    right = stage.client.source
    for wrong in (right.replace("127.0.0.1", "localhost"), f"{right}2"):
        stage.client.source = wrong
        stage.restarted()
        assert await doubt(stage) == OTHER
        with pytest.raises(NeedsHuman, match=OTHER):
            await stage.identity.require(await stage.account("alice"))
    stage.client.source = right
    assert await doubt(stage) == ""


# --- what runs ask


async def test_a_run_is_let_through_without_a_call(stage: Stage) -> None:
    await stage.feed.poll()
    alice = await stage.account("alice")
    stage.odoo.log.clear()
    await stage.identity.require(alice)
    assert stage.odoo.log.count() == 0
    await stage.identity.confirm(alice, deleting=False)
    assert stage.odoo.log.count() == 1


async def test_before_the_first_poll_a_run_looks_for_itself(stage: Stage) -> None:
    event = stage.create("alice")
    copy = stage.odoo.back_up()
    await stage.settle()
    stage.write("alice", event, name="after")
    await stage.settle()
    stage.odoo.restore(copy)
    stage.restarted()
    alice = await stage.account("alice")
    await stage.identity.require(alice)
    with pytest.raises(NeedsHuman, match=WENT_BACK):
        await stage.identity.confirm(alice, deleting=False)


async def test_a_run_that_looked_while_a_copy_was_restored_writes_nothing(stage: Stage) -> None:
    event = stage.create("alice")
    copy = stage.odoo.back_up()
    await stage.settle()
    stage.write("alice", event, name="after")
    await stage.settle()
    alice = await stage.account("alice")
    await stage.identity.require(alice)
    stage.odoo.restore(copy)
    with pytest.raises(NeedsHuman, match=WENT_BACK):
        await stage.identity.confirm(alice, deleting=False)
    with pytest.raises(NeedsHuman, match=WENT_BACK):
        await stage.identity.require(alice)


async def test_nothing_is_deleted_for_a_user_who_has_just_gone(stage: Stage) -> None:
    await stage.feed.poll()
    alice = await stage.account("alice")
    await stage.identity.confirm(alice, deleting=True)
    stage.odoo.as_user("admin").write("res.users", alice.odoo_uid, {"active": False})
    await stage.identity.confirm(alice, deleting=False)
    with pytest.raises(NeedsHuman, match="odoo_user_gone"):
        await stage.identity.confirm(alice, deleting=True)


async def test_the_account_of_a_user_who_is_gone_does_not_run(stage: Stage) -> None:
    await stage.feed.poll()
    async with stage.store.write() as tx:
        await accounts.update(tx, stage.ids["alice"], halt="odoo_user_gone")
    with pytest.raises(NeedsHuman, match="odoo_user_gone"):
        await stage.identity.require(await stage.account("alice"))
    await stage.identity.require(await stage.account("bob"))


async def test_nothing_is_learnt_from_a_database_in_doubt(stage: Stage) -> None:
    await stage.settle()
    at = "2026-03-02 12:00:00"
    row = {"id": 7, "write_date": at, "create_date": at, "user_id": False}
    async with stage.store.write() as tx:
        found = await identity.known(tx)
        assert found is not None
        await identity.keep(tx, dataclasses.replace(found, halt=OTHER))
        await stage.identity.learn(tx, [row])
        assert await identity.memory(tx) == []
        await identity.keep(tx, found)
        await stage.identity.learn(tx, [row])
        assert [one.odoo_id for one in await identity.memory(tx)] == [7]


# --- going on
