"""Series that Odoo's own sync handles without a test, or handles wrongly: rules, ends, splits, deletions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.scenarios.busy import odoo_time
from tests.scenarios.calendars import (
    DAY,
    HOUR,
    UTC,
    WEEK,
    edit,
    make_series,
    masters,
    monday,
    rows,
    settle,
    sync,
    writes,
)
from tests.world import World


async def test_hnd_13_a_series_and_its_parts_deleted_in_one_listing(connected: World) -> None:
    """HND-13: what goes with something else is not deleted a second time, and stops nothing."""
    person, start = connected.in_google("alice"), monday(connected)
    series = person.create("Talk", start=start, end=start + HOUR, recurrence=["RRULE:FREQ=DAILY;COUNT=4"])
    single = person.create("Lunch", start=start, end=start + HOUR)
    await settle(connected)
    second, third, *_ = [one["id"] for one in person.instances(series["id"])][1:]
    person.delete(second)
    person.patch(third, summary="Late talk")
    person.delete(series["id"])
    person.patch(single["id"], summary="Dinner")
    [shown] = await settle(connected)
    assert shown.title == "Dinner"


EXOTIC = {
    "monthly on the last Friday": ["RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=4"],
    "the last working day": ["RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=4"],
    "yearly in two months": ["RRULE:FREQ=YEARLY;BYMONTH=1,2;BYMONTHDAY=5;COUNT=4"],
    "counted back from the end of the month": ["RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3"],
    "with days of its own": ["RRULE:FREQ=WEEKLY;COUNT=2", "RDATE;TZID=Europe/Brussels:{0}T153000,{1}T153000"],
    "nothing but days of its own": ["RDATE;TZID=Europe/Brussels:{0}T090000,{1}T090000"],
    "with days left out": ["RRULE:FREQ=DAILY;COUNT=9", "EXDATE;TZID=Europe/Brussels:{0}T090000,{1}T090000"],
    "with days left out in UTC": ["RRULE:FREQ=DAILY;COUNT=9", "EXDATE:{2}"],
}


@pytest.mark.parametrize("lines", EXOTIC.values(), ids=EXOTIC.keys())
async def test_hnd_19_exotic_rules_are_the_same_on_both_sides(connected: World, lines: list[str]) -> None:
    """HND-19: also after an edit of a row in Odoo; the lines stay as they were written."""
    person, start = connected.in_google("alice"), monday(connected)
    days = [(start + number * DAY).strftime("%Y%m%d") for number in (2, 5)]
    utc = (start + 2 * DAY).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    given = [line.format(*days, utc) for line in lines]
    series = person.create("Talk", start=start, end=start + HOUR, recurrence=given)
    before = await settle(connected)
    row = rows(connected, "alice")[-1]
    edit(connected, "alice", row["id"], name="Last one")
    shown = await settle(connected)
    assert [one.start for one in shown] == [one.start for one in before]
    assert rows(connected, "alice")[-1]["name"] == "Last one"
    assert person.event(series["id"])["recurrence"] == given
    edit(
        connected, "alice", rows(connected, "alice")[0]["id"], location="Room", recurrence_update="all_events"
    )
    assert {one.place for one in await settle(connected)} == {"Room"}
    assert person.event(series["id"])["recurrence"] == given


@pytest.mark.parametrize("side", ["google", "odoo"])
async def test_hnd_20_an_endless_series_fills_the_window_and_stays_endless(
    connected: World, side: str
) -> None:
    """HND-20: as many rows as the window has, not Odoo's 720, and no end for Google that nobody gave."""
    start = monday(connected)
    if side == "google":
        rule = ["RRULE:FREQ=WEEKLY"]
        connected.in_google("alice").create("Talk", start=start, end=start + HOUR, recurrence=rule)
    else:
        more = {"end_type": "forever"}
        make_series(connected, "alice", "Talk", "FREQ=WEEKLY;BYDAY=MO", start, **more)
    await settle(connected)
    window = connected.clock.now() + timedelta(days=730)
    inside = [row for row in rows(connected, "alice") if row["start"] < odoo_time(window)]
    assert 103 <= len(inside) <= 105
    [master] = masters(connected, "alice")
    assert not any(word in master["recurrence"][0] for word in ("COUNT", "UNTIL"))
    edit(connected, "alice", inside[3]["id"], name="New", recurrence_update="all_events")
    assert {one.title for one in await settle(connected)} == {"New"}
    [master] = masters(connected, "alice")
    assert not any(word in master["recurrence"][0] for word in ("COUNT", "UNTIL"))


async def test_hnd_22_an_instance_cancelled_after_a_split_is_removed(connected: World) -> None:
    """HND-22."""
    person, start = connected.in_google("alice"), monday(connected)
    series = person.create("Talk", start=start, end=start + HOUR, recurrence=["RRULE:FREQ=WEEKLY;COUNT=6"])
    await settle(connected)
    third = person.instances(series["id"])[2]["originalStartTime"]["dateTime"]
    tail = person.split(series["id"], third, summary="New talk")
    await settle(connected)
    person.delete(person.instances(tail["id"])[1]["id"])
    person.delete(person.instances(series["id"])[1]["id"])
    shown = await settle(connected)
    assert [one.title for one in shown] == ["Talk"] + ["New talk"] * 3
    assert odoo_time((start + 3 * WEEK).astimezone(UTC)) not in {one.start for one in shown}


@pytest.mark.parametrize("seen_before", [True, False])
async def test_hnd_23_whole_days_split_with_an_instance_moved(connected: World, seen_before: bool) -> None:
    """HND-23: whether the split is seen by itself or together with the move."""
    person, day = connected.in_google("alice"), monday(connected).date()
    series = person.create("Shift", start=day, end=day + DAY, recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"])
    await settle(connected)
    tail = person.split(series["id"], day + 2 * WEEK, summary="Other shift")
    if seen_before:
        await settle(connected)
    last = person.instances(tail["id"])[1]["id"]
    person.patch(last, start=day + 3 * WEEK + DAY, end=day + 3 * WEEK + 2 * DAY)
    shown = await settle(connected)
    assert [one.start for one in shown] == [
        str(day), str(day + WEEK), str(day + 2 * WEEK), str(day + 3 * WEEK + DAY),
    ]  # fmt: skip
    assert [one.title for one in shown] == ["Shift"] * 2 + ["Other shift"] * 2


async def test_a_leap_day_comes_every_four_years(world: World) -> None:
    """RFC 5545 3.3.10: a date that a year does not have is no occurrence; Odoo would move it."""
    world.stop_clocks()
    async with world.run():
        await world.connect("alice")
        await sync(world)
        leap = date(2028, 2, 29)
        rule = ["RRULE:FREQ=YEARLY"]
        world.in_google("alice").create("Birthday", start=leap, end=leap + DAY, recurrence=rule)
        for _ in range(2):
            await sync(world)
        starts = [row["start_date"] for row in rows(world, "alice", "start_date")]
        assert starts == [str(leap)]
        await sync(world)
        assert writes(world) == world.odoo.log.writes() == []
        assert masters(world, "alice")[0]["recurrence"] == rule
        for _ in range(9):  # a grant that is not used for half a year ends
            world.advance(days=162)
            await sync(world)
        starts = [row["start_date"] for row in rows(world, "alice", "start_date")]
        assert starts == [str(leap), "2032-02-29"]
