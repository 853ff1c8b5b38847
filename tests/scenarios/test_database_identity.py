"""A database that went back in time, is another one, or lacks a user: all stands still, nothing is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.demo.child import environment
from tests.doubles.odoo import OdooDouble
from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.scenarios.test_process import calsync
from tests.world import ADMIN, ALERTS, PEOPLE, World, make_world

EVENT = "calendar.event"


def titles(world: World) -> tuple[list[str], list[str]]:
    """Return the titles of alice's events in Google and in Odoo."""
    google = sorted(event.title for event in world.google_events("alice"))
    return google, sorted(event.title for event in world.odoo_events("alice"))


def writes(world: World) -> int:
    """Count what was written to both calendars since the last time, and forget it."""
    number = len(world.google.log.writes()) + len(world.odoo.log.writes())
    world.google.log.clear()
    world.odoo.log.clear()
    return number


async def go_back(connected: World) -> None:
    """Set alice's Odoo back to a copy, since which an event was renamed, one made and one deleted."""
    google = connected.in_google("alice")
    for title in ("renamed", "untouched", "deleted since"):
        google.create(title, start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    copy = connected.odoo.back_up()
    connected.advance(minutes=10)
    [renamed] = [item["id"] for item in google.events() if item["summary"] == "renamed"]
    [deleted] = [item["id"] for item in google.events() if item["summary"] == "deleted since"]
    google.patch(renamed, summary="renamed later")
    google.delete(deleted)
    make_in_odoo(connected, "alice", "made since")
    for _ in range(2):
        await connected.sync("alice")
        connected.advance(minutes=1)
    assert titles(connected) == (["made since", "renamed later", "untouched"],) * 2
    connected.odoo.restore(copy)
    writes(connected)


@pytest.fixture
async def restored(connected: World) -> World:
    """Alice's Odoo was set back to a copy."""
    await go_back(connected)
    return connected


async def test_a_database_that_went_back_stops_every_run_and_writes_nothing(restored: World) -> None:
    for _ in range(2):
        outcome = await restored.sync("alice")
        assert outcome.code == "odoo_went_back"
        restored.advance(hours=7)
    assert writes(restored) == 0
    assert titles(restored)[0] == ["made since", "renamed later", "untouched"]
    alice = restored.in_slack("alice")
    await alice.command("/calsync status")
    await alice.see("Odoo's database went back in time")
    await restored.in_slack("carol").see("went back in time", channel=ALERTS)
    assert len(restored.slack.screen(ADMIN, ALERTS).messages) == 1


async def test_it_stays_so_after_a_restart(world: World) -> None:
    async with world.run():
        await world.connect("alice")
        await go_back(world)
        assert (await world.sync("alice")).code == "odoo_went_back"
    async with world.run():
        assert (await world.sync("alice")).code == "odoo_went_back"
    assert writes(world) == 0


async def test_once_confirmed_nothing_old_overwrites_anything_newer_and_nothing_is_deleted(
    restored: World,
) -> None:
    await restored.sync("alice")
    carol = restored.in_slack("carol")
    await carol.see("went back in time", channel=ALERTS)
    asked = await carol.click("Use This Database", confirm=False)
    assert asked.confirm
    await carol.click("Use This Database")
    await carol.see("Confirmed. All calendars are compared anew now.", channel=ALERTS)
    await carol.see("Resolved after", channel=ALERTS)
    for _ in range(3):
        assert (await restored.sync("alice")).code == "ok"
        restored.advance(minutes=1)
    # What the copy lacked came back from Google; what was deleted since is there again, as the copy says.
    assert titles(restored) == (["deleted since", "made since", "renamed later", "untouched"],) * 2
    restored.assert_agree("alice")
    writes(restored)
    await restored.sync("alice")
    assert writes(restored) == 0


async def test_a_copy_is_noticed_at_the_first_look_after_a_restart(world: World) -> None:
    async with world.run():
        await world.connect("alice")
        event = make_in_odoo(world, "alice", "One")
        copy = world.odoo.back_up()
        world.advance(minutes=1)
        world.odoo.as_user("alice").write(EVENT, event, {"name": "Two"})
        await world.sync("alice")
    world.odoo.restore(copy)
    writes(world)
    async with world.run():
        assert (await world.sync("alice")).code == "odoo_went_back"
        assert writes(world) == 0


async def test_the_command_confirms_as_well(restored: World, tmp_path: Path) -> None:
    env = environment(restored.settings)
    code, said = await calsync(tmp_path, env, "accept-database")
    assert (code, "nothing to accept" in said) == (0, True), said
    await restored.sync("alice")
    code, said = await calsync(tmp_path, env, "accept-database")
    assert (code, "accepted" in said) == (0, True), said
    assert (await restored.sync("alice")).code == "ok"


async def test_only_an_administrator_can_confirm(tmp_path: Path) -> None:
    async with make_world(tmp_path, admins=PEOPLE["bob"]) as world, world.run():
        await world.connect("alice")
        await world.sync("alice")
        event = make_in_odoo(world, "alice", "One")
        copy = world.odoo.back_up()
        world.advance(minutes=1)
        world.odoo.as_user("alice").write(EVENT, event, {"name": "Two"})
        await world.sync("alice")
        world.odoo.restore(copy)
        await world.sync("alice")
        carol = world.in_slack("carol")
        await carol.see("went back in time", channel=ALERTS)
        await carol.click("Use This Database")
        await carol.see("Only administrators can confirm", channel=ALERTS)
        assert (await world.sync("alice")).code == "odoo_went_back"


@pytest.fixture
async def knowing(tmp_path: Path) -> AsyncIterator[World]:
    """A world in which the service account may read the database's uuid; alice has an event."""
    odoo = OdooDouble(18)
    odoo.add_user("svc", api_key="svc-key", admin=True)
    for name in PEOPLE:
        odoo.add_user(name)
    async with make_world(tmp_path, odoo=odoo) as world, world.run():
        await world.connect("alice")
        world.in_google("alice").create("One", start=NOON, end=NOON + HOUR)
        await world.sync("alice")
        yield world


async def test_a_duplicate_of_the_database_is_another_one(knowing: World) -> None:
    knowing.odoo.uuid = "of the duplicate"
    knowing.in_google("alice").create("Two", start=NOON, end=NOON + HOUR)
    knowing.advance(minutes=6)
    writes(knowing)
    assert (await knowing.sync("alice")).code == "odoo_other_database"
    assert writes(knowing) == 0
    await knowing.in_slack("carol").see("not the Odoo database", channel=ALERTS)


async def test_other_settings_are_another_database_until_they_are_put_right(world: World) -> None:
    async with world.run():
        await world.connect("alice")
        await world.sync("alice")
    right = world.settings
    elsewhere = right.odoo_url.replace("127.0.0.1", "localhost")
    world.settings = right.model_copy(update={"odoo_url": elsewhere})
    world.in_google("alice").create("One", start=NOON, end=NOON + HOUR)
    writes(world)
    async with world.run():
        assert (await world.sync("alice")).code == "odoo_other_database"
    assert writes(world) == 0
    world.settings = right
    async with world.run():
        assert (await world.sync("alice")).counts == {"new_in_google": 1}


# --- a vanished user


async def test_who_was_archived_in_odoo_stops_and_goes_on_when_back(connected: World) -> None:
    for n in range(3):
        connected.in_google("alice").create(f"Event {n}", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    uid = (await connected.account("alice")).odoo_uid
    admin = connected.odoo.as_user("admin")
    admin.write("res.users", uid, {"active": False})
    connected.advance(minutes=6)
    writes(connected)
    for _ in range(3):
        assert (await connected.sync("alice")).code == "odoo_user_gone"
        connected.advance(hours=1)
    assert writes(connected) == 0
    alice, carol = connected.in_slack("alice"), connected.in_slack("carol")
    told = [one for one in alice.screen().messages if "was archived or deleted" in one.text]
    assert len(told) == 1, "the person is told once"
    await carol.see("It concerns alice in Odoo.", channel=ALERTS)
    assert len(connected.slack.screen(ADMIN, ALERTS).messages) == 1
    await alice.command("/calsync status")
    await alice.see("*Waiting.* The Odoo user of this connection was archived")
    admin.write("res.users", uid, {"active": True})
    connected.in_google("alice").create("Later", start=NOON, end=NOON + HOUR)
    connected.advance(minutes=6)
    assert (await connected.sync("alice")).counts == {"new_in_google": 1}
    connected.assert_agree("alice")
    await carol.see("Resolved after", channel=ALERTS)


async def test_one_users_absence_touches_nobody_else(connected: World) -> None:
    await connected.connect("bob")
    await connected.sync("bob")
    connected.odoo.as_user("admin").write(
        "res.users", (await connected.account("alice")).odoo_uid, {"active": False}
    )
    connected.in_google("bob").create("One", start=NOON, end=NOON + HOUR)
    connected.advance(minutes=6)
    assert (await connected.sync("bob")).counts == {"new_in_google": 1}


# --- rights that were taken away


async def test_rows_that_we_may_not_see_any_more_are_not_deleted(connected: World) -> None:
    for n in range(6):
        connected.in_google("alice").create(f"Event {n}", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    ids = [row["id"] for row in connected.odoo.events("alice", "id")]
    connected.advance(minutes=10)
    connected.odoo.keep_back("svc", EVENT, ids[:4])
    for _ in range(3):
        await connected.sync("alice")
        connected.advance(hours=7)
    assert len(connected.google_events("alice")) == len(connected.odoo_events("alice")) == 6
    connected.odoo.keep_back("svc", EVENT, [])
    connected.odoo.as_user("alice").write(EVENT, ids[0], {"name": "seen again"})
    assert (await connected.sync("alice")).code == "ok"
    assert "seen again" in titles(connected)[0]
    connected.assert_agree("alice")


async def test_occurrences_that_we_may_not_see_any_more_are_not_cancelled(connected: World) -> None:
    google = connected.in_google("alice")
    start = {"dateTime": NOON.isoformat(), "timeZone": "UTC"}
    end = {"dateTime": (NOON + HOUR).isoformat(), "timeZone": "UTC"}
    google.create("Daily", start=start, end=end, recurrence=["RRULE:FREQ=DAILY;COUNT=5"])
    await connected.sync("alice")
    before = google.events()
    ids = [row["id"] for row in connected.odoo.events("alice", "id")]
    assert len(ids) == 5
    connected.advance(minutes=10)
    connected.odoo.keep_back("svc", EVENT, ids[1:3])
    connected.odoo.as_user("alice").write(EVENT, ids[4], {"location": "Room 1"})
    for _ in range(3):
        await connected.sync("alice")
        connected.advance(hours=7)
    assert google.events() == before
    connected.odoo.keep_back("svc", EVENT, [])
    connected.advance(hours=7)
    assert (await connected.sync("alice")).code == "ok"
    assert [item.get("location") for item in google.events() if "recurringEventId" in item] == ["Room 1"]


async def test_no_right_to_calendars_at_all_is_told_and_deletes_nothing(connected: World) -> None:
    connected.in_google("alice").create("One", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    fault = connected.odoo.faults.add(
        operation=f"{EVENT}.*", reason="odoo.exceptions.AccessError", times=None
    )
    connected.advance(minutes=10)
    writes(connected)
    await connected.sync("alice")
    await connected.in_slack("carol").see("does not let the service account see calendars", channel=ALERTS)
    connected.advance(days=2)  # the daily pass looks at everything
    await connected.sync("alice")
    assert titles(connected) == (["One"], ["One"])
    connected.odoo.faults.remove(fault)
    connected.advance(hours=7)
    assert (await connected.sync("alice")).code == "ok"
    assert titles(connected) == (["One"], ["One"])
