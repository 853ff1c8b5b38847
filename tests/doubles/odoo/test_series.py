"""Series: how Odoo reads a rule, lays out its rows, keeps them over clock changes, and cuts them off."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doubles.odoo import OdooDouble
from tests.doubles.odoo.conftest import QUIET, Client, logged_in

EVENT, RULE = "calendar.event", "calendar.recurrence"
MONDAY = {"start": "2031-03-10 08:00:00", "stop": "2031-03-10 09:00:00", "recurrency": True}
BRUSSELS = {"event_tz": "Europe/Brussels"}


async def starts(client: Client, *, archived: bool = False) -> list[str]:
    """Return the starts of all rows, or of the archived ones."""
    domain = [["active", "=", not archived], ["recurrency", "=", True]]
    rows = await client(EVENT, "search_read", domain, ["start"], order="start")
    return [row["start"][:16] for row in rows]


async def rule_of(client: Client, event: int, *fields: str) -> dict[str, Any]:
    """Read the rule an event belongs to."""
    link = (await client.read(event, "recurrence_id"))["recurrence_id"]
    rows: list[dict[str, Any]] = await client(RULE, "read", [link[0]], list(fields))
    return rows[0]


async def test_a_series_is_one_rule_and_one_row_for_each_occurrence(alice: Client) -> None:
    base = await alice.event(**MONDAY, **BRUSSELS, rrule="FREQ=WEEKLY;COUNT=3;BYDAY=MO")
    rule = await rule_of(
        alice, base, "name", "base_event_id", "calendar_event_ids", "rrule", "dtstart", "event_tz"
    )
    rows = await alice(EVENT, "search", [["recurrence_id", "=", rule["id"]]])
    assert rule == {
        "id": rule["id"],
        "name": "Every 1 Weeks on Monday for 3 events",
        "base_event_id": [base, "x"],
        "calendar_event_ids": rows,
        "rrule": "FREQ=WEEKLY;COUNT=3;BYDAY=MO",
        "dtstart": "2031-03-10 08:00:00",
        "event_tz": "Europe/Brussels",
    }
    for row in await alice(EVENT, "read", rows, ["recurrency", "follow_recurrence", "rrule", "count", "mon"]):
        assert row == {
            "id": row["id"],
            "recurrency": True,
            "follow_recurrence": True,
            "rrule": "FREQ=WEEKLY;COUNT=3;BYDAY=MO",
            "count": 3,
            "mon": True,
        }


async def test_fields_in_place_of_a_text(alice: Client) -> None:
    fields = {
        "rrule_type": "weekly",
        "interval": 1,
        "end_type": "count",
        "count": 3,
        "mon": True,
        "wed": True,
    }
    base = await alice.event(**MONDAY, **fields)
    assert await starts(alice) == ["2031-03-10 08:00", "2031-03-12 08:00", "2031-03-17 08:00"]
    text = (await rule_of(alice, base, "rrule"))["rrule"]
    written, _, rule = text.partition("\n")
    assert written.startswith("DTSTART:")
    assert not written.startswith("DTSTART:2031")
    assert rule == "RRULE:FREQ=WEEKLY;WKST=SU;COUNT=3;BYDAY=MO,WE"


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("RRULE:FREQ=DAILY;COUNT=2", "03-10 03-11"),
        ("DTSTART:20310310T080000\nRRULE:FREQ=DAILY;COUNT=2", "03-10 03-11"),
        ("FREQ=DAILY;UNTIL=20310312", "03-10 03-11 03-12"),
        ("FREQ=DAILY;UNTIL=20310312T070000Z", "03-10 03-11 03-12"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=3;BYDAY=MO,TH", "03-10 03-13 03-24"),
        ("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=10", "03-10 04-10 05-10"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=2MO", "03-10 04-14 05-12"),
        ("FREQ=YEARLY;COUNT=2", "03-10 03-10"),
        # misread: the position goes, a list of days makes it weekly
        ("FREQ=MONTHLY;COUNT=3;BYDAY=MO,TU;BYSETPOS=-1", "03-10 03-11 03-17"),
        # misread: the first of several counts
        ("FREQ=MONTHLY;COUNT=2;BYMONTHDAY=10,20", "03-10 04-10"),
    ],
)
async def test_how_rules_are_read(alice: Client, rule: str, days: str) -> None:
    base = await alice.event(**MONDAY, **BRUSSELS, rrule=rule)
    assert " ".join(start[5:10] for start in await starts(alice)) == days
    assert (await rule_of(alice, base, "rrule"))["rrule"] == rule


async def test_yearly_rules_by_month_and_day(odoo: OdooDouble, alice: Client) -> None:
    """Odoo 17 keeps them by making them monthly every twelve months; later versions lose the month."""
    await alice.event(**MONDAY, **BRUSSELS, rrule="FREQ=YEARLY;COUNT=2;BYMONTH=3;BYDAY=2MO")
    second = "2032-03-08" if odoo.version == 17 else "2031-04-14"
    assert [start[:10] for start in await starts(alice)] == ["2031-03-10", second]


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ("nonsense", "builtins.ValueError"),
        ("FREQ=HOURLY;COUNT=2", "builtins.KeyError"),
        ("RRULE:FREQ=DAILY;COUNT=2\nEXDATE:20310311T080000", "builtins.AttributeError"),
        ("FREQ=MONTHLY;COUNT=2;BYDAY=5MO", "builtins.ValueError"),
    ],
)
async def test_rules_that_crash(odoo18: OdooDouble, rule: str, error: str) -> None:
    alice = await logged_in(odoo18, "alice")
    assert await alice.refused(EVENT, "create", {"name": "x", **MONDAY, "rrule": rule}) == error
    assert await starts(alice) == []


async def test_zones_that_do_not_exist(odoo: OdooDouble, alice: Client) -> None:
    vals = {"name": "x", **MONDAY, "rrule": "FREQ=DAILY;COUNT=2", "event_tz": "Mars/X"}
    wanted = "builtins.ValueError" if odoo.version == 17 else "pytz.exceptions.UnknownTimeZoneError"
    assert await alice.refused(EVENT, "create", vals) == wanted


@pytest.mark.parametrize(
    ("rule", "rows", "text", "count"),
    [
        ({"rrule": "FREQ=DAILY"}, 720, "FREQ=DAILY", 1),
        ({"rrule": "FREQ=DAILY;COUNT=2000"}, 720, "RRULE:FREQ=DAILY;COUNT=720", 720),
        ({"rrule_type": "daily", "end_type": "forever"}, 720, "RRULE:FREQ=DAILY;COUNT=720", 720),
    ],
)
async def test_endless_rules_are_cut(
    odoo18: OdooDouble, rule: dict[str, Any], rows: int, text: str, count: int
) -> None:
    alice = await logged_in(odoo18, "alice")
    base = await alice.event(**MONDAY, **rule)
    assert len(await starts(alice)) == rows
    row = await alice.read(base, "rrule", "count")
    assert (row["rrule"].rpartition("\n")[2], row["count"]) == (text, count)


async def test_a_base_off_the_rule_is_archived_and_detached(alice: Client) -> None:
    base = await alice.event(**MONDAY, **BRUSSELS, rrule="FREQ=WEEKLY;COUNT=2;BYDAY=TU")
    row = await alice.read(base, "active", "recurrence_id")
    assert (row["active"], row["recurrence_id"]) == (False, False)
    assert await starts(alice) == ["2031-03-11 08:00", "2031-03-18 08:00"]


@pytest.mark.parametrize(
    ("zone", "first", "rule", "utc"),
    [
        ("Europe/Brussels", "2027-03-22 08:00", "FREQ=WEEKLY;COUNT=2", "03-22 08:00,03-29 07:00"),
        ("America/New_York", "2027-03-10 03:00", "FREQ=WEEKLY;COUNT=2;BYDAY=TU", "03-10 03:00,03-17 02:00"),
        ("Europe/Brussels", "2027-03-27 01:30", "FREQ=DAILY;COUNT=2", "03-27 01:30,03-28 01:30"),
        ("Europe/Brussels", "2027-10-30 00:30", "FREQ=DAILY;COUNT=3", "10-30 00:30,10-31 01:30,11-01 01:30"),
    ],
)
async def test_local_time_stays_over_clock_changes(
    odoo18: OdooDouble, zone: str, first: str, rule: str, utc: str
) -> None:
    alice = await logged_in(odoo18, "alice")
    times = {"start": f"{first}:00", "stop": f"{first[:-2]}59:00"}
    await alice.event(**times, recurrency=True, rrule=rule, event_tz=zone)
    assert ",".join(start[5:] for start in await starts(alice)) == utc


async def test_all_day_series_do_not_mind_the_clock(alice: Client) -> None:
    dates = {"allday": True, "start_date": "2027-03-26", "stop_date": "2027-03-27"}
    await alice.event(**dates, **BRUSSELS, recurrency=True, rrule="FREQ=WEEKLY;COUNT=2")
    rows = await alice(EVENT, "search_read", [], ["start", "stop", "start_date"], order="start")
    assert [(row["start"], row["start_date"]) for row in rows] == [
        ("2027-03-26 08:00:00", "2027-03-26"),
        ("2027-04-02 08:00:00", "2027-04-02"),
    ]


async def test_the_zone_of_a_rule(odoo: OdooDouble, alice: Client, svc: Client) -> None:
    rule = {"name": "x", **MONDAY, "rrule": "FREQ=DAILY;COUNT=2"}
    given = await alice(EVENT, "create", rule | {"event_tz": "Asia/Tehran"}, context=QUIET)
    context = await alice(EVENT, "create", rule, context=QUIET | {"tz": "Asia/Tehran"})
    own = await alice(EVENT, "create", rule, context=QUIET)
    zones = [(await rule_of(alice, event, "event_tz"))["event_tz"] for event in (given, context, own)]
    assert zones == ["Asia/Tehran", "Asia/Tehran", "Europe/Brussels"]
    nowhere = await svc(EVENT, "create", rule, context=QUIET)
    assert (await rule_of(svc, nowhere, "event_tz"))["event_tz"] is False


async def test_a_series_built_row_by_row(alice: Client, bob: Client, svc: Client) -> None:
    text = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3"
    rule = await svc(RULE, "create", {"rrule": text, **BRUSSELS})
    days = ("2031-03-31", "2031-04-30", "2031-05-30")
    rows = [
        {
            "name": "x",
            "start": f"{day} 08:00:00",
            "stop": f"{day} 09:00:00",
            "user_id": alice.uid,
            "partner_ids": [[6, 0, [alice.partner_id, bob.partner_id]]],
            "recurrency": True,
            "recurrence_id": rule,
            "follow_recurrence": True,
        }
        for day in days
    ]
    rows[2]["follow_recurrence"] = False
    ids = await svc(EVENT, "create", rows, context=QUIET)
    # Creating a row of a series always marks it as a follower; only a later write says otherwise.
    assert (await svc.read(ids[2], "follow_recurrence"))["follow_recurrence"] is True
    await svc(EVENT, "write", [ids[2]], {"follow_recurrence": False}, context=QUIET)
    assert (await svc.read(ids[2], "follow_recurrence"))["follow_recurrence"] is False
    await svc(RULE, "write", [rule], {"base_event_id": ids[0]})
    assert [start[:10] for start in await starts(alice)] == list(days)
    assert (await alice.read(ids[1], "rrule"))["rrule"] == text
    await alice(EVENT, "write", [ids[1]], {"name": "all", "recurrence_update": "all_events"}, context=QUIET)
    named = await alice(EVENT, "search_read", [], ["name"])
    assert {row["name"] for row in named} == {"all"}
    later = {
        "start": "2031-04-30 12:00:00",
        "stop": "2031-04-30 13:00:00",
        "recurrence_update": "future_events",
    }
    await alice(EVENT, "write", [ids[1]], later, context=QUIET)
    # Odoo now follows its own reading of the rule: every working day.
    assert await starts(alice) == ["2031-03-31 08:00", "2031-04-30 12:00", "2031-05-01 12:00"]


async def test_writing_a_rule_itself_leaves_the_rows_alone(alice: Client) -> None:
    base = await alice.event(**MONDAY, **BRUSSELS, rrule="FREQ=WEEKLY;COUNT=2;BYDAY=MO")
    before = await starts(alice)
    rule = await rule_of(alice, base, "id")
    await alice(RULE, "write", [rule["id"]], {"rrule": "FREQ=DAILY;COUNT=9"})
    assert await starts(alice) == before
    assert (await rule_of(alice, base, "count"))["count"] == 9


async def test_a_single_event_becomes_a_series(alice: Client) -> None:
    event = await alice.event(**MONDAY | {"recurrency": False})
    rule = {"recurrency": True, "rrule": "FREQ=WEEKLY;COUNT=3;BYDAY=MO", **BRUSSELS}
    await alice(EVENT, "write", [event], rule, context=QUIET)
    assert len(await starts(alice)) == 3
    assert (await rule_of(alice, event, "base_event_id"))["base_event_id"] == [event, "x"]
