"""Scenarios of series that Google brings: G2O-10, 11, 13, 14, 16, 17, 19, 20, 22, 23, 53."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from tests.scenarios.calendars import DAY, EVENT, HOUR, WEEK, partner, settle
from tests.scenarios.stage import (
    Odd,
    addresses,
    answers,
    bring_over,
    brussels,
    days,
    names,
    on_day,
    rows,
    starts,
    weekly,
)
from tests.world import World

NEW_YEAR = brussels(2020, 1, 1)
MONDAYS = ["2020-01-06", "2020-01-13", "2020-01-20"]


def all_day(world: World, rule: str = "FREQ=WEEKLY;COUNT=3;BYDAY=MO", title: str = "coucou") -> str:
    """Let alice make a series of whole days from 6 January 2020 on and return its id."""
    day = date(2020, 1, 6)
    series = world.in_google("alice").create(title, start=day, end=day + DAY, recurrence=[f"RRULE:{rule}"])
    return str(series["id"])


async def test_g2o_10_a_new_timed_series(world: World) -> None:
    async with on_day(world, NEW_YEAR):
        weekly(world, brussels(2020, 1, 6, 18), "FREQ=WEEKLY;COUNT=3;BYDAY=MO")
        await bring_over(world)
        found = rows(world, "allday")
        assert starts(found) == [f"{day} 17:00:00" for day in MONDAYS]
        assert {row["allday"] for row in found} == {False}
        assert len({row["recurrence_id"][0] for row in found}) == 1
        await settle(world)


async def test_g2o_11_a_master_and_its_cancelled_middle_instance(world: World) -> None:
    async with on_day(world, NEW_YEAR):
        google = world.in_google("alice")
        google.delete(google.instances(all_day(world))[1]["id"])
        await bring_over(world)
        assert days(rows(world)) == ["2020-01-06", "2020-01-20"]
        await settle(world)


async def test_g2o_11_even_if_the_instance_names_another_series(world: World, odd: Odd) -> None:
    async with on_day(world, NEW_YEAR):
        google = world.in_google("alice")
        series = all_day(world)
        instance = google.instances(series)[1]["id"]
        assert instance == f"{series}_20200113"
        google.delete(instance)
        odd[instance] = {"recurringEventId": "oj44nep1ldf8a3ll02uip0c9aa"}
        await bring_over(world)
        assert days(rows(world)) == ["2020-01-06", "2020-01-20"]
        await bring_over(world)
        assert days(rows(world)) == ["2020-01-06", "2020-01-20"]


async def test_g2o_13_the_first_instance_is_edited_before_the_series_was_seen(world: World) -> None:
    async with on_day(world, brussels(2019, 12, 31)):
        google = world.in_google("alice")
        day = date(2020, 1, 1)
        rule = "RRULE:FREQ=WEEKLY;WKST=MO;COUNT=3;BYDAY=WE"
        series = google.create("rrule", start=day, end=day + DAY, recurrence=[rule])
        google.patch(f"{series['id']}_20200101", summary="edited")
        await bring_over(world)
        assert names(rows(world)) == ["edited", "rrule", "rrule"]
        await settle(world)


async def test_g2o_14_the_first_instance_of_a_known_series_is_edited(world: World) -> None:
    async with on_day(world, NEW_YEAR):
        series = all_day(world)
        await bring_over(world)
        before = [row["id"] for row in rows(world)]
        world.in_google("alice").patch(f"{series}_20200106", summary="edited")
        await bring_over(world)
        assert names(rows(world)) == ["edited", "coucou", "coucou"]
        assert [row["id"] for row in rows(world)] == before
        await settle(world)


async def test_g2o_16_the_whole_series_is_moved_and_its_rule_changed(world: World) -> None:
    async with on_day(world, NEW_YEAR):
        series = all_day(world, "FREQ=WEEKLY;COUNT=2;BYDAY=MO")
        await bring_over(world)
        day = date(2020, 1, 8)
        rule = "RRULE:FREQ=WEEKLY;WKST=SU;COUNT=2;BYDAY=WE"
        world.in_google("alice").patch(series, start=day, end=day + DAY, recurrence=[rule])
        await bring_over(world)
        found = rows(world)
        assert days(found) == ["2020-01-08", "2020-01-15"]
        [number] = {row["recurrence_id"][0] for row in found}
        fields = ["rrule_type", "count", "wed", "mon"]
        [record] = world.odoo.as_user("alice").read("calendar.recurrence", [number], fields)
        assert [record[name] for name in fields] == ["weekly", 2, True, False]
        await settle(world)
        assert world.in_google("alice").event(series)["recurrence"] == [rule]


async def test_g2o_17_a_series_is_renamed(world: World) -> None:
    async with on_day(world, NEW_YEAR):
        series = all_day(world, "FREQ=WEEKLY;COUNT=2;BYDAY=MO")
        await bring_over(world)
        before = [(row["id"], row["start"], row["recurrence_id"]) for row in rows(world)]
        world.in_google("alice").patch(series, summary="coucou again", attendees=addresses(alice="accepted"))
        await bring_over(world)
        found = rows(world)
        assert names(found) == ["coucou again", "coucou again"]
        assert [(row["id"], row["start"], row["recurrence_id"]) for row in found] == before
        await settle(world)


async def test_g2o_19_time_and_rule_of_the_master_are_changed(world: World) -> None:
    async with on_day(world, brussels(2021, 2, 10)):
        start = datetime(2021, 2, 15, 8, tzinfo=UTC).astimezone(ZoneInfo("Europe/Brussels"))
        series = weekly(world, start, "FREQ=WEEKLY;COUNT=3;BYDAY=MO")
        world.in_google("alice").patch(series["id"], end=start + 2 * HOUR)
        await bring_over(world)
        assert starts(rows(world))[0] == "2021-02-15 08:00:00"
        start = brussels(2021, 2, 15, 12)
        rule = "RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=MO"
        world.in_google("alice").patch(series["id"], start=start, end=start + 3 * HOUR, recurrence=[rule])
        await bring_over(world)
        found = rows(world)
        wanted = ["2021-02-15", "2021-02-22", "2021-03-01", "2021-03-08"]
        assert starts(found) == [f"{day} 11:00:00" for day in wanted]
        assert [row["stop"] for row in found] == [f"{day} 14:00:00" for day in wanted]
        await settle(world)


async def test_g2o_19_a_rule_made_shorter_and_longer_again(world: World) -> None:
    async with on_day(world, NEW_YEAR):
        series = all_day(world)
        await bring_over(world)
        world.in_google("alice").patch(series, recurrence=["RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=MO"])
        await bring_over(world)
        world.in_google("alice").patch(series, recurrence=["RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=MO"])
        await bring_over(world)
        assert days(rows(world)) == [*MONDAYS, str(date(2020, 1, 6) + 3 * WEEK)]
        assert len({row["recurrence_id"][0] for row in rows(world)}) == 1
        await settle(world)


async def test_g2o_20_a_series_is_deleted(world: World) -> None:
    async with on_day(world, NEW_YEAR):
        series = weekly(world, brussels(2020, 1, 6, 9), "FREQ=WEEKLY;COUNT=3;BYDAY=MO")
        await bring_over(world)
        [number] = {row["recurrence_id"][0] for row in rows(world)}
        world.in_google("alice").delete(series["id"])
        await bring_over(world)
        assert rows(world) == []
        everybody = world.odoo.as_user("admin")
        assert everybody.search(EVENT, [("recurrence_id", "=", number)]) == []
        await settle(world)


async def test_g2o_22_two_endless_series_at_once_double_no_first_row(world: World) -> None:
    async with on_day(world, brussels(2023, 2, 20)):
        google = world.in_google("alice")
        zurich = ZoneInfo("Europe/Zurich")
        guests = addresses("alice", "jane.doe@elsewhere.example", "john.doe@elsewhere.example")
        for organizer, weekday, day in (("john", "SA", 25), ("jane", "SU", 26)):
            start = datetime(2023, 2, day, 15, 30, tzinfo=zurich)
            google.invited(
                f"{organizer}.doe@elsewhere.example", f"{organizer}@elsewhere.example", "Weekly test",
                start=start, end=start + timedelta(minutes=50), attendees=guests,
                recurrence=[f"RRULE:FREQ=WEEKLY;WKST=MO;BYDAY={weekday}"],
            )  # fmt: skip
        await bring_over(world)
        found = rows(world, "user_id")
        assert days(found)[:4] == ["2023-02-25", "2023-02-26", "2023-03-04", "2023-03-05"]
        assert days(found).count("2023-02-25") == 1
        assert len(days(found)) == len(set(days(found)))
        assert {row["user_id"] for row in found} == {False}
        await settle(world)


async def test_g2o_23_several_lines_of_recurrence_with_parameters_of_others(world: World, odd: Odd) -> None:
    async with on_day(world, NEW_YEAR):
        lines = [
            "EXDATE;TZID=Europe/Rome:20200113",
            "RRULE;X-EVOLUTION-ENDDATE=20200120:FREQ=WEEKLY;COUNT=3;BYDAY=MO;X-RELATIVE=1",
        ]
        odd[all_day(world)] = {"recurrence": lines}
        await bring_over(world)
        found = rows(world, "start_date", "stop_date")
        assert days(found) == ["2020-01-06", "2020-01-20"]
        assert [row["stop_date"] for row in found] == [row["start_date"] for row in found]
        await bring_over(world)
        assert rows(world, "start_date", "stop_date") == found


async def test_g2o_53_the_organizer_stays_when_the_master_has_no_attendees(world: World) -> None:
    async with on_day(world, brussels(2024, 4, 1)):
        london = ZoneInfo("Europe/London")
        start = datetime(2024, 4, 11, 10, tzinfo=london)
        series = weekly(world, start, "FREQ=DAILY;COUNT=4")
        await bring_over(world)
        assert starts(rows(world))[0] == "2024-04-11 09:00:00"
        start = datetime(2024, 4, 13, 8, tzinfo=london)
        assert start.utcoffset() == timezone(HOUR).utcoffset(None)
        world.in_google("alice").patch(
            series["id"], start=start, end=start + HOUR, recurrence=["RRULE:FREQ=DAILY;COUNT=3"], attendees=[]
        )
        await bring_over(world)
        found = rows(world)
        assert starts(found) == [f"2024-04-{day} 07:00:00" for day in (13, 14, 15)]
        alice = partner(world, "alice")
        assert [row["partner_ids"] for row in found] == [[alice]] * 3
        assert [answers(world, row) for row in found] == [{alice: "accepted"}] * 3
        await settle(world)
