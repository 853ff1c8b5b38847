"""What goes wrong on the way, and what Odoo's own sync then drops: nothing is lost, nobody is held up."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.slack.screen import NotVisible
from tests.scenarios.busy import NOON
from tests.scenarios.calendars import BRUSSELS, EVENT, HOUR, edit, make, rows, settle, sync, writes
from tests.world import PEOPLE, World, browse, make_world, unasked

LOCKED = "psycopg2.errors.LockNotAvailable"


async def test_hnd_14_a_row_that_somebody_holds_is_written_later(connected: World) -> None:
    """HND-14: and not skipped for good."""
    person = connected.in_google("alice")
    item = person.create("Before", start=NOON, end=NOON + HOUR)
    await settle(connected)
    person.patch(item["id"], summary="After")
    held = connected.odoo.faults.add(operation="calendar.event.write", status=200, reason=LOCKED, times=None)
    await connected.sync("alice")
    assert held.hits
    assert [row["name"] for row in rows(connected, "alice")] == ["Before"]
    connected.odoo.faults.clear()
    connected.advance(hours=7)
    await settle(connected)
    assert [row["name"] for row in rows(connected, "alice")] == ["After"]


async def test_hnd_17_what_one_item_or_one_person_meets_stops_nobody_else(team: World) -> None:
    """HND-17."""
    bad = make(team, "alice", "Bad")
    make(team, "alice", "Good")
    make(team, "bob", "Of bob")
    refused = team.google.faults.add(
        operation="calendar.events.insert", status=400, reason="invalid", times=1
    )
    await sync(team, "alice")
    assert refused.hits == 1
    assert len(team.in_google("alice").events()) == 1
    await sync(team, "bob")
    assert len(team.in_google("bob").events()) == 1
    team.google.grants.revoke_all("bob@example.com")
    team.running.grants.forget((await team.account("bob")).id)
    make(team, "carol", "Of carol")
    assert (await team.sync("bob")).code == "grant_dead"
    await sync(team, "carol")
    assert [one["summary"] for one in team.in_google("carol").events()] == ["Of carol"]
    team.advance(hours=7)
    await settle(team, "alice")
    assert {one["summary"] for one in team.in_google("alice").events()} == {"Bad", "Good"}
    assert bad in {row["id"] for row in rows(team, "alice")}


TROUBLE: dict[str, dict[str, Any]] = {
    "404": dict(status=404, reason="notFound"),
    "410": dict(status=410, reason="deleted"),
    "429": dict(status=429, reason="rateLimitExceeded"),
    "500": dict(status=500, reason="backendError"),
    "503": dict(status=503, body="<html>"),
}


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE.keys())
async def test_hnd_31_an_edit_that_google_does_not_take_now_is_not_dropped(
    connected: World, trouble: dict[str, Any]
) -> None:
    """HND-31."""
    event = make(connected, "alice", "Before")
    await settle(connected)
    edit(connected, "alice", event, name="After")
    planned = connected.google.faults.add(operation="calendar.events.patch", times=9, **trouble)
    await connected.sync("alice")
    assert planned.hits
    connected.google.faults.clear()
    connected.advance(hours=7)
    await settle(connected)
    assert [one["summary"] for one in connected.in_google("alice").events()] == ["After"]


async def test_hnd_32_deleting_what_is_deleted_is_done(connected: World) -> None:
    """HND-32, 410."""
    event = make(connected, "alice")
    await settle(connected)
    connected.odoo.as_user("alice").unlink(EVENT, event)
    [item] = connected.in_google("alice").events()
    connected.in_google("alice").delete(item["id"])
    outcome = await sync(connected)
    assert "parked" not in outcome.counts
    await settle(connected)
    assert connected.in_google("alice").events() == []


async def test_hnd_32_a_deletion_that_google_forbids_is_told(connected: World) -> None:
    """HND-32, 403: named in the status, and tried again."""
    event = make(connected, "alice", "Board meeting")
    await settle(connected)
    connected.odoo.as_user("alice").unlink(EVENT, event)
    connected.google.faults.add(
        operation="calendar.events.delete", status=403, reason="forbiddenForNonOrganizer"
    )
    assert (await sync(connected)).counts["parked"] == 1
    alice = connected.in_slack("alice")
    await alice.command("/calsync status")
    await alice.see("Board meeting")
    connected.advance(hours=7)
    await settle(connected)
    assert connected.in_google("alice").events() == []


async def test_hnd_43_two_syncs_at_a_time_make_nothing_twice(connected: World) -> None:
    """HND-43: the second one waits for the first and finds nothing left to do."""
    make(connected, "alice", "From Odoo")
    connected.in_google("alice").create("From Google", start=NOON, end=NOON + HOUR)
    await asyncio.gather(*(connected.sync("alice") for _ in range(3)))
    titles = ["From Google", "From Odoo"]
    assert sorted(one["summary"] for one in connected.in_google("alice").events()) == titles
    assert sorted(row["name"] for row in rows(connected, "alice")) == titles
    assert connected.google.log.count("calendar.events.insert") == 1
    await settle(connected)


async def test_hnd_59_links_of_an_earlier_google_account_are_not_used_again(connected: World) -> None:
    """HND-59: what is deleted in the old calendar after that is not deleted in Odoo."""
    event = make(connected, "alice", "Meeting")
    await settle(connected)
    new = "alice.new@example.com"
    connected.google.add_person(new)
    await connected.slack.change_person(PEOPLE["alice"], email=new)
    admin = connected.odoo.as_user("admin")
    admin.write("res.users", connected.odoo.users["alice"].id, {"login": new})
    person = connected.in_slack("alice")
    person.reload()
    await person.command("/calsync connect")
    await person.see("works once")
    pressed = await person.click("Connect Google Account")
    assert pressed.url
    with unasked():
        assert "Connected" in await browse(pressed.url, new)
    await sync(connected)
    [copy] = connected.google.people[new].events()
    connected.in_google("alice").empty()
    await sync(connected)
    assert [(row["id"], row["name"]) for row in rows(connected, "alice")] == [(event, "Meeting")]
    edit(connected, "alice", event, name="Later")
    await sync(connected)
    assert [one.detail["account"] for one in writes(connected)] == [new]
    assert connected.google.people[new].event(copy["id"])["summary"] == "Later"


@pytest.fixture(params=[17, 18, 19])
def version(request: pytest.FixtureRequest) -> int:
    """Each Odoo that is served."""
    number: int = request.param
    return number


async def go_over(world: World) -> None:
    """Let everything go over; a further run is quiet. Odoo 19's words of its own in texts may differ."""
    for _ in range(3):
        await sync(world)
    assert writes(world) == world.odoo.log.writes() == []


async def test_hnd_44_with_odoos_own_sync_installed_but_stopped(tmp_path: Path, version: int) -> None:
    """HND-44: nothing that we write is marked for it to push, and people's marks stay as they are."""
    async with make_world(tmp_path, odoo_version=version, google_module=True) as world, world.run():
        alice = world.odoo.users["alice"].id
        world.odoo.as_user("alice").call("res.users", "stop_google_synchronization", [alice])
        await world.connect("alice")
        person = world.in_google("alice")
        item = person.create("From Google", start=NOON, end=NOON + HOUR)
        rule = ["RRULE:FREQ=DAILY;COUNT=3"]
        start = NOON.astimezone(BRUSSELS)
        series = person.create("Series", start=start, end=start + HOUR, recurrence=rule)
        event = make(world, "alice", "From Odoo")
        await go_over(world)
        person.patch(item["id"], summary="Edited", location="Room 1")
        person.patch(series["id"], summary="Edited series")
        person.patch(person.instances(series["id"])[1]["id"], summary="Edited once")
        await go_over(world)
        for row in rows(world, "alice", "need_sync", "google_id", archived=True):
            assert row["google_id"] is False
            assert row["need_sync"] is False, row["name"]
        rules = world.odoo.as_user("admin")
        found = rules.search("calendar.recurrence")
        assert [one["need_sync"] for one in rules.read("calendar.recurrence", found, ["need_sync"])] == [
            False
        ]
        person.delete(series["id"])
        edit(world, "alice", event, location="Room 2")
        await go_over(world)
        assert not any(row["need_sync"] for row in rows(world, "alice", "need_sync", archived=True))


async def test_hnd_44_while_odoos_own_sync_is_active_nobody_connects(tmp_path: Path) -> None:
    """HND-44: the person is told how to stop it, and can connect after that."""
    async with make_world(tmp_path, google_module=True) as world, world.run():
        world.odoo.connect_google("alice")
        alice = world.in_slack("alice")
        await alice.command("/calsync connect")
        await alice.see("Stop it in Odoo")
        with pytest.raises(NotVisible):
            await alice.click("Connect Google Account")
        world.odoo.as_user("alice").call(
            "res.users", "stop_google_synchronization", [world.odoo.users["alice"].id]
        )
        assert "Connected" in await world.connect("alice")
