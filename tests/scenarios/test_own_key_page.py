"""A person's own key on its way from Odoo's page to ours: who may enter which, what is said, what is kept."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.key import LIFETIME
from bot.web.key import TRIES
from sync.store import own_keys
from sync.store.own_keys import OwnKey
from tests.conftest import Worlds
from tests.scenarios.calendars import make
from tests.scenarios.linking import browser
from tests.scenarios.own_key import enter, give_key, key_link, take_keys
from tests.scenarios.test_secrets import content
from tests.scenarios.test_uninstall import uninstall
from tests.world import World

END = datetime(2031, 5, 6, tzinfo=UTC)


async def held(world: World, name: str = "alice") -> OwnKey | None:
    async with world.running.store.read() as tx:
        return await own_keys.get(tx, (await world.account(name)).id)


async def test_a_key_is_entered_once_and_private_events_take_part_at_once(
    connected: World, tmp_path: Path
) -> None:
    make(connected, "alice", "Surgery", privacy="private")
    connected.odoo.add_key("alice", expires=END - timedelta(days=1), name="an older one")
    key = connected.odoo.add_key("alice", expires=END)
    url = await key_link(connected)
    status, page = await enter(url, key)
    assert (status, "Key kept" in page, "May 6, 2031" in page) == (200, True, True)
    assert key not in page
    stored = await held(connected)
    assert stored
    assert stored.secret
    assert stored.ends_at == END
    assert key.encode() not in content(tmp_path)
    await connected.running.services.errands.settled()
    alice = connected.in_slack("alice")
    await alice.see("A key of yours for Odoo was entered")
    await connected.sync("alice")
    assert [item["summary"] for item in connected.in_google("alice").events()] == ["Surgery"]
    await alice.command("/calsync status")
    await alice.see("synced with your key until")
    assert (await enter(url, key))[0] == 404
    await alice.command("/calsync key")
    await alice.click("Remove Key")
    await alice.see("Your key is removed here")
    assert await held(connected) is None
    await connected.running.services.errands.settled()


async def test_every_key_that_is_no_use_is_refused_with_its_reason(connected: World) -> None:
    """Nothing of it is kept, and the link is still good for the right one."""
    odoo = connected.odoo
    url, past = await key_link(connected), connected.clock.now() - timedelta(days=1)
    for key, said in (
        ("alice", "This is no API key"),  # her password
        ("", "This is no API key"),
        ("0" * 40, "does not take this key for"),
        (odoo.add_key("bob"), "does not take this key for"),
        (odoo.add_key("alice", expires=past), "does not take this key for"),
    ):
        status, page = await enter(url, key)
        assert (status, said in page, await held(connected)) == (400, True, None), key
        assert not key or f'value="{key}"' not in page
    fault = odoo.faults.add(operation="*", drop="before", times=None)
    status, page = await enter(url, odoo.add_key("alice"))
    assert (status, "cannot be reached" in page, await held(connected)) == (502, True, None)
    odoo.faults.remove(fault)
    odoo.as_user("admin").write("res.users", odoo.users["alice"].id, {"active": False})
    status, page = await enter(url, odoo.add_key("alice"))
    assert (status, "was archived or deleted" in page, await held(connected)) == (400, True, None)
    odoo.as_user("admin").write("res.users", odoo.users["alice"].id, {"active": True})
    assert (await enter(url, odoo.add_key("alice")))[0] == 200
    await connected.running.services.errands.settled()


@pytest.mark.parametrize("whose", ["svc", "bob"])
async def test_json2_tells_that_a_key_is_somebody_elses(worlds: Worlds, tmp_path: Path, whose: str) -> None:
    service = "f" * 40
    async with worlds(tmp_path, odoo_version=19, odoo_api_key=service) as world:
        world.odoo.add_key("svc", secret=service)
        async with world.run():
            await world.connect("alice")
            await world.sync("alice")
            url = await key_link(world)
            key = service if whose == "svc" else world.odoo.add_key(whose)
            status, page = await enter(url, key)
            assert (status, "belongs to another user" in page, await held(world)) == (400, True, None)
            make(world, "alice", "Surgery", privacy="private")
            assert (await enter(url, world.odoo.add_key("alice")))[0] == 200
            await world.running.services.errands.settled()
            await world.sync("alice")
            assert [one["summary"] for one in world.in_google("alice").events()] == ["Surgery"]


async def test_links_are_private_end_soon_and_mean_nothing_to_who_only_looks(connected: World) -> None:
    key = connected.odoo.add_key("alice")
    url = await key_link(connected)
    async with browser() as scanner:
        for _ in range(2):
            async with scanner.get(url) as answer:
                assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
                assert "script" not in answer.headers["Content-Security-Policy"]
        async with scanner.post(url, data={"key": key}) as answer:
            assert answer.status == 403  # the cookie alone does not prove where the form comes from
        for headers in ({"Host": "calsync.example"}, {"X-Forwarded-Proto": "ftp"}):
            async with scanner.get(url, headers=headers) as answer:
                assert (answer.status, "not opened over https" in await answer.text()) == (403, True)
    newer = await key_link(connected)
    assert (await enter(url, key))[0] == 404
    for _ in range(TRIES):
        assert (await enter(newer, "0" * 40))[0] == 400
    assert (await enter(newer, key))[0] == 403
    late = await key_link(connected)
    connected.advance(seconds=LIFETIME.total_seconds())
    status, page = await enter(late, key)
    assert (status, "/calsync key" in page, await held(connected)) == (404, True, None)


async def test_a_key_in_slack_is_neither_taken_nor_repeated(connected: World) -> None:
    alice, key = connected.in_slack("alice"), connected.odoo.add_key("alice")
    alice.reload()
    await alice.command(f"/calsync key {key}")
    await alice.see("Did you mean")
    assert key not in alice.screen().text()
    assert await held(connected) is None


async def test_the_person_is_reminded_once_and_told_once_when_it_has_ended(
    worlds: Worlds, tmp_path: Path
) -> None:
    async with worlds(tmp_path) as world:
        world.stop_clocks()
        async with world.run():
            await world.connect("alice")
            await world.sync("alice")
            await give_key(world, "alice", world.clock.now() + timedelta(days=10))
            await world.running.keys.daily()
            world.advance(days=4)
            await _told(world, "ends on", 1)
        async with world.run():  # nor after a restart
            await _told(world, "ends on", 1)
            world.advance(days=7)
            await _told(world, "does not take your own key any more", 1)
            await _told(world, "does not take your own key any more", 1)
            await world.running.keys.tell_stopped()
            stopped = await held(world)
            assert stopped
            assert stopped.secret is None
            assert _count(world, "does not take your own key any more") == 1
            alice = world.in_slack("alice")
            await alice.click("Enter New Key")
            await alice.see("New API Key")
            await alice.open_home()
            await alice.see_home("hidden from me: Odoo refuses your key")


async def _told(world: World, text: str, times: int) -> None:
    """Let a day's pass go over the keys, after which the person has been told so often."""
    await world.running.keys.daily()
    assert _count(world, text) == times


def _count(world: World, text: str) -> int:
    screen = world.in_slack("alice").screen()
    return sum(text in screen.read(one) for one in screen.messages)


async def test_the_end_of_another_of_several_keys_ends_nothing(connected: World) -> None:
    """Odoo does not tell which key is which, so what is taken for the end may be another's."""
    await give_key(connected, "alice")
    async with connected.running.store.write() as tx:
        stored = await own_keys.get(tx, (await connected.account("alice")).id)
        assert stored
        assert await own_keys.note(tx, stored, ends_at=connected.clock.now() - timedelta(days=1))
    await connected.running.keys.daily()
    stored = await held(connected)
    assert stored
    assert stored.secret
    assert stored.ends_at is None


@pytest.mark.parametrize("how", ["disconnect", "forget", "uninstall"])
async def test_who_leaves_leaves_no_key_behind(connected: World, how: str) -> None:
    await give_key(connected, "alice")
    await key_link(connected)
    account, calsync = await connected.account("alice"), connected.running
    match how:
        case "disconnect":
            await calsync.services.leaving.disconnect(account.id)
        case "forget":
            erased = await calsync.services.leaving.forget_and_prove(account)
            assert not erased.left
            assert (erased.rows["own_key"], erased.rows["key_link"]) == (0, 0)  # gone with the connection
        case _:
            await uninstall(connected)
    async with calsync.store.read() as tx:
        assert await own_keys.everyone(tx) == []


async def test_a_key_that_was_removed_in_odoo_is_given_up_and_told(connected: World) -> None:
    make(connected, "alice", "Surgery", privacy="private")
    await give_key(connected, "alice")
    await connected.sync("alice")
    take_keys(connected, "alice")
    await connected.sync("alice")
    connected.in_google("alice").patch(connected.in_google("alice").events()[0]["id"], summary="Later")
    assert (await connected.sync("alice")).code == "ok"
    await connected.running.keys.tell_stopped()
    await connected.in_slack("alice").see("does not take your own key any more")
    stored = await held(connected)
    assert stored
    assert dataclasses.replace(stored, secret=None) == stored
