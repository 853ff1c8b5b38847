"""Series of Odoo on their way to Google: the same master is patched, whatever Odoo did to its rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from sync.store import accounts
from tests.scenarios.busy import odoo_time
from tests.scenarios.calendars import (
    BRUSSELS,
    DAY,
    EVENT,
    HOUR,
    UTC,
    WEEK,
    contact,
    edit,
    invited,
    make,
    make_series,
    masters,
    monday,
    rows,
    settle,
    sync,
    writes,
)
from tests.world import World


def days_series(world: World, count: int = 2, **values: Any) -> None:
    """Let alice make a series of whole Wednesdays in Odoo."""
    day = monday(world).date() + 2 * DAY
    rule = f"FREQ=WEEKLY;WKST=SU;COUNT={count};BYDAY=WE"
    own = {"allday": True, "start_date": str(day), "stop_date": str(day), "recurrency": True, "rrule": rule}
    make(world, "alice", "Event", **own, event_tz="Europe/Brussels", **values)


async def test_o2g_10_a_linked_event_that_becomes_a_series_stays_the_same(connected: World) -> None:
    """O2G-10: patched in place, so the Meet link and the answers stay."""
    async with connected.running.store.write() as tx:
        await accounts.update(tx, (await connected.account("alice")).id, makes_meet=True)
    event = make(connected, "alice", "Talk", contact(connected, "Dave", "dave@example.com"))
    await settle(connected)
    person = connected.in_google("alice")
    [item] = person.events()
    listed = [
        one | ({"responseStatus": "tentative"} if not one.get("self") else {}) for one in item["attendees"]
    ]
    person.patch(item["id"], attendees=listed)
    await settle(connected)
    rule = {"recurrency": True, "rrule": "FREQ=DAILY;COUNT=3", "event_tz": "Europe/Brussels"}
    edit(connected, "alice", event, **rule)
    await sync(connected)
    assert {(one.operation, one.detail["event"]) for one in writes(connected)} == {
        ("calendar.events.patch", item["id"])
    }
    assert len(await settle(connected)) == 3
    [master] = masters(connected, "alice")
    assert master["id"] == item["id"]
    assert master["conferenceData"] == item["conferenceData"]
    assert invited(master) == {"alice@example.com": "accepted", "dave@example.com": "tentative"}


async def test_o2g_11_this_and_following_renamed_is_a_new_master(connected: World) -> None:
    """O2G-11: and the old master ends before it."""
    days_series(connected)
    await settle(connected)
    [before] = masters(connected, "alice")
    second = rows(connected, "alice")[1]
    edit(connected, "alice", second["id"], name="New name", recurrence_update="future_events")
    shown = await settle(connected)
    assert [one.title for one in shown] == ["Event", "New name"]
    old, new = masters(connected, "alice")
    assert (old["id"], old["summary"]) == (before["id"], "Event")
    assert (new["summary"], new["start"]) == ("New name", {"date": shown[1].start})
    assert "COUNT=1" in new["recurrence"][0]


@pytest.mark.parametrize("field", ["name", "location"])
async def test_o2g_14_all_events_edited_is_one_patch_of_the_same_master(connected: World, field: str) -> None:
    """O2G-14."""
    days_series(connected)
    await settle(connected)
    [before] = masters(connected, "alice")
    first = rows(connected, "alice")[0]["id"]
    edit(connected, "alice", first, **{field: "New words"}, recurrence_update="all_events")
    await sync(connected)
    [patch] = writes(connected)
    assert (patch.operation, patch.detail["event"]) == ("calendar.events.patch", before["id"])
    assert patch.detail["sent"] == ["summary" if field == "name" else "location"]
    assert len(await settle(connected)) == 2
    assert masters(connected, "alice")[0]["recurrence"] == before["recurrence"]


@pytest.mark.parametrize("given", ["UNTIL={}T235959", "UNTIL={}T235959;INTERVAL=3", "UNTIL={}T215959Z"])
async def test_o2g_16_the_end_of_a_series_is_told_in_utc_with_one_z(connected: World, given: str) -> None:
    """O2G-16: the last day is that of the series' zone."""
    start = monday(connected)
    last = (start + 6 * DAY).strftime("%Y%m%d")
    make_series(connected, "alice", "Daily", f"FREQ=DAILY;{given.format(last)}", start)
    shown = await settle(connected)
    assert len(shown) == (3 if "INTERVAL" in given else 7)
    [line] = masters(connected, "alice")[0]["recurrence"]
    parts = dict(part.split("=") for part in line.removeprefix("RRULE:").split(";"))
    until = datetime.strptime(parts["UNTIL"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert until.astimezone(BRUSSELS).strftime("%Y%m%d") == last
    assert parts.get("INTERVAL", "1") == ("3" if "INTERVAL" in given else "1")


async def test_o2g_17_tags_on_all_events_are_odoos_own(connected: World) -> None:
    """O2G-17."""
    days_series(connected)
    await settle(connected)
    tag = connected.odoo.as_user("admin").create("calendar.event.type", {"name": "Urgent"})
    first = rows(connected, "alice")[0]["id"]
    edit(connected, "alice", first, categ_ids=[[6, 0, [tag]]], recurrence_update="all_events")
    await sync(connected)
    assert writes(connected) == []
    await settle(connected)
    assert [row["categ_ids"] for row in rows(connected, "alice", "categ_ids")] == [[tag], [tag]]


async def test_o2g_19_a_timed_series_is_expanded_in_its_zone(connected: World) -> None:
    """O2G-19."""
    make_series(connected, "alice", "Event", "FREQ=WEEKLY;COUNT=2;BYDAY=MO", monday(connected))
    await settle(connected)
    [before] = masters(connected, "alice")
    edit(connected, "alice", rows(connected, "alice")[0]["id"], name="New", recurrence_update="all_events")
    await settle(connected)
    [master] = masters(connected, "alice")
    assert (master["id"], master["summary"]) == (before["id"], "New")
    assert master["start"]["timeZone"] == master["end"]["timeZone"] == "Europe/Brussels"
    assert datetime.fromisoformat(master["start"]["dateTime"]) == monday(connected)


async def test_o2g_22_occurrences_deleted_one_by_one(connected: World) -> None:
    """O2G-22: the first one is cancelled by itself, with the last one the series is gone."""
    start = monday(connected) + 3 * DAY
    make_series(connected, "alice", "Talk", "FREQ=WEEKLY;COUNT=2;BYDAY=TH", start)
    await settle(connected)
    [master] = masters(connected, "alice")
    first, second = (row["id"] for row in rows(connected, "alice"))
    odoo = connected.odoo.as_user("alice")
    odoo.unlink(EVENT, first)
    await sync(connected)
    [write] = writes(connected)
    assert write.detail["event"].startswith(f"{master['id']}_")
    [shown] = await settle(connected)
    assert shown.start == odoo_time((start + WEEK).astimezone(UTC))
    [row] = rows(connected, "alice")
    series = odoo.read("calendar.recurrence", row["recurrence_id"][0], ["base_event_id"])
    assert series[0]["base_event_id"][0] == second
    odoo.unlink(EVENT, second)
    assert await settle(connected) == []
    assert connected.in_google("alice").events() == []


@pytest.mark.parametrize("side", ["google", "odoo", "odoo's archive"])
async def test_this_and_following_deleted_on_either_side(connected: World, side: str) -> None:
    make_series(connected, "alice", "Talk", "FREQ=WEEKLY;COUNT=5;BYDAY=MO", monday(connected))
    await settle(connected)
    [master] = masters(connected, "alice")
    third = rows(connected, "alice")[2]["id"]
    if side != "google":
        act = "action_mass_deletion" if side == "odoo" else "action_mass_archive"
        connected.odoo.as_user("alice").call(EVENT, act, [third], "future_events")
    else:
        person = connected.in_google("alice")
        original = person.instances(master["id"])[2]["originalStartTime"]["dateTime"]
        person.delete_following(master["id"], original)
    assert len(await settle(connected)) == 2
    assert [one["id"] for one in masters(connected, "alice")] == [master["id"]]
    assert len(connected.in_google("alice").instances(master["id"])) == 2


async def test_all_events_edited_in_odoo_under_a_rule_it_cannot_express(connected: World) -> None:
    """Odoo makes another rule of it; the true one stays, with what the person meant to change."""
    rule = "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=4"
    start = monday(connected)
    person = connected.in_google("alice")
    series = person.create("Accounts", start=start, end=start + HOUR, recurrence=[rule])
    before = await settle(connected)
    row = rows(connected, "alice")[1]
    edit(connected, "alice", row["id"], name="Books", recurrence_update="all_events")
    shown = await settle(connected)
    assert [(one.start, one.title) for one in shown] == [(one.start, "Books") for one in before]
    later = datetime.fromisoformat(row["start"]) + 2 * HOUR
    times = {"start": odoo_time(later), "stop": odoo_time(later + HOUR)}
    edit(connected, "alice", row["id"], **times, recurrence_update="all_events")
    shown = await settle(connected)
    expected = [datetime.fromisoformat(one.start) + timedelta(hours=2) for one in before]
    assert [datetime.fromisoformat(one.start) for one in shown] == expected
    [master] = masters(connected, "alice")
    assert (master["id"], master["recurrence"]) == (series["id"], [rule])
