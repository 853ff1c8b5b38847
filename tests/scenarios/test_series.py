"""Series both ways: made, edited, moved, split and ended on either side, and the same on both after it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sync.store import cursors, links
from tests.scenarios.busy import odoo_time
from tests.shown import Shown, assert_same, in_google, in_odoo
from tests.world import World

pytestmark = pytest.mark.on_real_odoo

BRUSSELS = ZoneInfo("Europe/Brussels")
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
EVENT = "calendar.event"


def next_monday(world: World) -> datetime:
    """Return nine o'clock of next Monday in Brussels."""
    today = world.clock.now().astimezone(BRUSSELS).replace(hour=9, minute=0, second=0, microsecond=0)
    return today + timedelta(days=7 - today.weekday())


@pytest.fixture
async def alice(world: World) -> AsyncIterator[World]:
    """A world in which alice is connected and calsync runs."""
    async with world.run():
        await world.connect("alice")
        await world.sync("alice")
        yield world


def weekly_in_google(world: World, *rules: str, title: str = "Standup", **more: Any) -> dict[str, Any]:
    """Let alice make a weekly series in Google, five times if no rule is given."""
    start = next_monday(world)
    lines = list(rules) or ["RRULE:FREQ=WEEKLY;COUNT=5"]
    return world.in_google("alice").create(title, start=start, end=start + HOUR, recurrence=lines, **more)


def weekly_in_odoo(world: World, rule: str = "FREQ=WEEKLY;COUNT=5;BYDAY=MO", **more: Any) -> int:
    """Let alice make a weekly series in Odoo and return its base event."""
    start = next_monday(world)
    values = {
        "name": "Standup",
        "start": odoo_time(start.astimezone(ZoneInfo("UTC"))),
        "stop": odoo_time((start + HOUR).astimezone(ZoneInfo("UTC"))),
        "recurrency": True,
        "rrule": rule,
        "event_tz": "Europe/Brussels",
    }
    made: int = world.odoo.as_user("alice").create(EVENT, values | more)
    return made


def rows(world: World, *fields: str) -> list[dict[str, Any]]:
    """Return alice's rows in Odoo, earliest first."""
    return world.odoo.events("alice", "name", "start", "recurrence_id", *fields)


async def settle(world: World, name: str = "alice") -> list[Shown]:
    """Let a person's changes go over, twice over, and assert that both calendars are the same and quiet."""
    for _ in range(3):
        outcome = await world.sync(name)
        assert outcome.code == "ok", outcome
    world.google.log.clear()
    world.odoo.log.clear()
    await world.sync(name)
    assert world.google.log.writes() == world.odoo.log.writes() == []
    assert not world.google.mails
    assert not world.odoo.mails
    return assert_same(world, name)


async def test_a_series_of_google_has_a_row_for_each_occurrence(alice: World) -> None:
    weekly_in_google(alice, description="daily news", location="Room 1")
    shown = await settle(alice)
    assert [one.title for one in shown] == ["Standup"] * 5
    assert len({row["recurrence_id"][0] for row in rows(alice)}) == 1


async def test_a_series_of_odoo_is_one_series_in_google(alice: World) -> None:
    weekly_in_odoo(alice)
    shown = await settle(alice)
    assert len(shown) == 5
    [master] = alice.in_google("alice").events()
    assert master["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=MO"]
    assert master["start"]["timeZone"] == "Europe/Brussels"


async def test_an_endless_series_reaches_as_far_as_the_window_and_grows_with_it(alice: World) -> None:
    weekly_in_google(alice, "RRULE:FREQ=WEEKLY")
    await settle(alice)
    before = len(rows(alice))
    assert 103 <= before <= 105  # two years
    alice.advance(days=28)
    assert (await alice.sync("alice")).code == "ok"
    assert len(rows(alice)) == before + 4
    assert_same(alice, "alice")


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=4",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=6",
        "RRULE:FREQ=MONTHLY;BYDAY=1MO,3WE;COUNT=6",
        "RRULE:FREQ=DAILY;INTERVAL=3;COUNT=10",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=9",
        "RRULE:FREQ=YEARLY;BYMONTH=1,2,3;BYDAY=2TU;COUNT=5",
    ],
)
async def test_rules_that_odoo_cannot_express_are_kept_in_full(alice: World, rule: str) -> None:
    weekly_in_google(alice, rule)
    await settle(alice)
    [master] = [one for one in alice.in_google("alice").events() if "recurrence" in one]
    assert master["recurrence"] == [rule]


async def test_an_occurrence_moved_and_one_cancelled_in_google(alice: World) -> None:
    series = weekly_in_google(alice)
    await settle(alice)
    person = alice.in_google("alice")
    second, third, *_ = [one["id"] for one in person.instances(series["id"])][1:]
    start = next_monday(alice) + WEEK + 3 * HOUR
    person.patch(second, start=start, end=start + HOUR, summary="Late standup")
    person.delete(third)
    shown = await settle(alice)
    assert [one.title for one in shown] == ["Standup", "Late standup", "Standup", "Standup"]


async def test_an_occurrence_edited_and_one_deleted_in_odoo(alice: World) -> None:
    series = weekly_in_google(alice)
    await settle(alice)
    odoo = alice.odoo.as_user("alice")
    listed = rows(alice)
    odoo.write(EVENT, listed[1]["id"], {"name": "Review", "location": "Roof"})
    odoo.unlink(EVENT, listed[3]["id"])
    shown = await settle(alice)
    assert [one.title for one in shown] == ["Standup", "Review", "Standup", "Standup"]
    assert alice.in_google("alice").event(series["id"])["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=5"]


async def test_a_cancelled_occurrence_comes_back_with_a_later_edit_on_the_other_side(alice: World) -> None:
    series = weekly_in_google(alice)
    await settle(alice)
    person = alice.in_google("alice")
    second = person.instances(series["id"])[1]["id"]
    person.delete(second)
    alice.odoo.as_user("alice").write(EVENT, rows(alice)[1]["id"], {"location": "Roof"})
    shown = await settle(alice)
    assert [one.place for one in shown] == ["", "Roof", "", "", ""]


async def test_the_whole_series_renamed_on_either_side_keeps_rows_and_master(alice: World) -> None:
    series = weekly_in_google(alice)
    await settle(alice)
    before = [row["id"] for row in rows(alice)]
    alice.in_google("alice").patch(series["id"], summary="Daily")
    assert {one.title for one in await settle(alice)} == {"Daily"}
    assert [row["id"] for row in rows(alice)] == before
    values = {"name": "Huddle", "recurrence_update": "all_events"}
    alice.odoo.as_user("alice").write(EVENT, before[2], values)
    assert {one.title for one in await settle(alice)} == {"Huddle"}
    assert alice.in_google("alice").event(series["id"])["summary"] == "Huddle"


async def test_all_events_moved_in_odoo_move_the_same_master(alice: World) -> None:
    series = weekly_in_google(alice, attendees=[{"email": "zoe@elsewhere.example"}])
    await settle(alice)
    third = rows(alice)[2]
    start = datetime.fromisoformat(third["start"]) + 2 * HOUR
    values = {"start": odoo_time(start), "stop": odoo_time(start + HOUR), "recurrence_update": "all_events"}
    alice.odoo.as_user("alice").write(EVENT, third["id"], values)
    shown = await settle(alice)
    assert len(shown) == 5
    [master] = [one for one in alice.in_google("alice").events() if "recurrence" in one]
    assert master["id"] == series["id"]
    assert [one["email"] for one in master["attendees"]] == ["alice@example.com", "zoe@elsewhere.example"]
    assert datetime.fromisoformat(master["start"]["dateTime"]).astimezone(BRUSSELS).hour == 11


async def test_this_and_following_in_google(alice: World) -> None:
    series = weekly_in_google(alice)
    await settle(alice)
    person = alice.in_google("alice")
    third = person.instances(series["id"])[2]["originalStartTime"]["dateTime"]
    person.split(series["id"], third, summary="New standup")
    shown = await settle(alice)
    assert [one.title for one in shown] == ["Standup"] * 2 + ["New standup"] * 3


async def test_this_and_following_in_odoo(alice: World) -> None:
    series = weekly_in_google(alice)
    await settle(alice)
    third = rows(alice)[2]
    values = {"name": "New standup", "recurrence_update": "future_events"}
    alice.odoo.as_user("alice").write(EVENT, third["id"], values)
    shown = await settle(alice)
    assert [one.title for one in shown] == ["Standup"] * 2 + ["New standup"] * 3
    masters = [one for one in alice.in_google("alice").events() if "recurrence" in one]
    assert len(masters) == 2
    assert series["id"] in {one["id"] for one in masters}


async def test_an_all_day_series_and_its_split(alice: World) -> None:
    day = next_monday(alice).date()
    person = alice.in_google("alice")
    series = person.create("Shift", start=day, end=day + DAY, recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"])
    await settle(alice)
    person.split(series["id"], day + 2 * WEEK, summary="Other shift")
    shown = await settle(alice)
    assert [one.title for one in shown] == ["Shift"] * 2 + ["Other shift"] * 2
    tail = next(one for one in person.events() if one.get("summary") == "Other shift")
    assert "_R" in tail["id"]
    person.patch(
        person.instances(tail["id"])[1]["id"], start=day + 3 * WEEK + DAY, end=day + 3 * WEEK + 2 * DAY
    )
    shown = await settle(alice)
    assert shown[-1].start == str(day + 3 * WEEK + DAY)


async def test_a_single_event_becomes_a_series_and_back_in_google(alice: World) -> None:
    start = next_monday(alice)
    person = alice.in_google("alice")
    event = person.create("Lunch", start=start, end=start + HOUR)
    await settle(alice)
    [row] = rows(alice)
    person.patch(event["id"], recurrence=["RRULE:FREQ=DAILY;COUNT=3"], start=start, end=start + HOUR)
    assert len(await settle(alice)) == 3
    assert row["id"] in {one["id"] for one in rows(alice)}
    person.patch(event["id"], recurrence=None)
    assert len(await settle(alice)) == 1


async def test_a_single_event_becomes_a_series_and_back_in_odoo(alice: World) -> None:
    start = next_monday(alice)
    person, odoo = alice.in_google("alice"), alice.odoo.as_user("alice")
    event = person.create("Lunch", start=start, end=start + HOUR)
    await settle(alice)
    [row] = rows(alice)
    values = {"recurrency": True, "rrule": "FREQ=DAILY;COUNT=3", "event_tz": "Europe/Brussels"}
    odoo.write(EVENT, row["id"], values)
    assert len(await settle(alice)) == 3
    assert person.event(event["id"])["recurrence"] == ["RRULE:FREQ=DAILY;COUNT=3"]
    odoo.write(EVENT, row["id"], {"recurrency": False, "recurrence_update": "all_events"})
    assert len(await settle(alice)) == 1
    assert "recurrence" not in person.event(event["id"])


async def test_a_series_deleted_on_either_side_goes_from_both(alice: World) -> None:
    weekly_in_google(alice, title="One")
    two = weekly_in_google(alice, title="Two")
    await settle(alice)
    alice.in_google("alice").delete(two["id"])
    assert {one.title for one in await settle(alice)} == {"One"}
    alice.odoo.as_user("alice").call(EVENT, "action_mass_deletion", [rows(alice)[0]["id"]], "all_events")
    assert await settle(alice) == []
    assert in_google(alice, "alice") == in_odoo(alice, "alice") == []


@pytest.mark.parametrize("rule", ["RRULE:FREQ=WEEKLY;COUNT=5", "RRULE:FREQ=MONTHLY;BYDAY=-2MO;COUNT=4"])
async def test_a_series_is_found_again_when_our_own_database_was_lost(alice: World, rule: str) -> None:
    """Also one whose rule Odoo cannot hold: set aside rather than made a second time."""
    series = weekly_in_google(alice, rule)
    await settle(alice)
    before = [row["id"] for row in rows(alice)]
    account = await alice.account("alice")
    async with alice.running.store.write() as tx:
        await links.end_all(tx, account.id)
        await cursors.set_google(tx, account.id, None)
    assert (await alice.sync("alice")).code == "ok"
    assert [row["id"] for row in rows(alice)] == before
    assert [one["id"] for one in alice.in_google("alice").events() if "recurrence" in one] == [series["id"]]
    assert in_google(alice, "alice") == in_odoo(alice, "alice")
