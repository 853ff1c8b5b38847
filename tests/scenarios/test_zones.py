"""Series in zones that change their clocks: the same local hour on both sides, the whole year through."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests import shown
from tests.scenarios.busy import odoo_time
from tests.scenarios.calendars import HOUR, UTC, edit, make_series, masters, monday, rows, settle
from tests.world import World

ZONES = ["America/New_York", "America/Santiago", "Australia/Sydney", "Asia/Tehran", "Europe/Brussels"]
YEAR = 53


@pytest.fixture(autouse=True)
def _compare_a_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "REACH", timedelta(days=360))


def local_hours(world: World, zone: ZoneInfo) -> set[tuple[int, int]]:
    """Return at which local hours and on which weekdays the rows in Odoo begin."""
    begun = [datetime.fromisoformat(row["start"]).replace(tzinfo=UTC) for row in rows(world, "alice")]
    return {(one.astimezone(zone).hour, one.astimezone(zone).weekday()) for one in begun}


def offsets(world: World, zone: ZoneInfo) -> int:
    """Return how many different hours in UTC the rows begin at: two where clocks change."""
    return len({row["start"][11:] for row in rows(world, "alice")})


def changes(zone: ZoneInfo, start: datetime) -> int:
    """Return how many offsets a zone has in the year from a moment on."""
    return len({(start + timedelta(weeks=week)).astimezone(zone).utcoffset() for week in range(YEAR)})


@pytest.mark.parametrize("hour", [0, 9, 23])
@pytest.mark.parametrize("name", ZONES)
async def test_a_year_of_a_series_of_google(connected: World, name: str, hour: int) -> None:
    """At midnight and at eleven in the evening, the day in UTC is another one than the local day."""
    zone = ZoneInfo(name)
    start = monday(connected, zone).replace(hour=hour)
    rule = [f"RRULE:FREQ=WEEKLY;COUNT={YEAR};BYDAY=MO"]
    person = connected.in_google("alice")
    item = person.create("Talk", start=start, end=start + HOUR, recurrence=rule)
    await settle(connected)
    assert len(rows(connected, "alice")) == YEAR
    assert local_hours(connected, zone) == {(hour, 0)}
    assert offsets(connected, zone) == changes(zone, start)
    person.patch(item["id"], location="Room 1")
    edit(connected, "alice", rows(connected, "alice")[30]["id"], name="Once")
    await settle(connected)
    master = person.event(item["id"])
    assert (master["recurrence"], master["start"]) == (rule, item["start"])


@pytest.mark.parametrize("name", ZONES)
async def test_a_year_of_a_series_of_odoo(connected: World, name: str) -> None:
    zone = ZoneInfo(name)
    start = monday(connected, zone)
    make_series(connected, "alice", "Talk", f"FREQ=WEEKLY;COUNT={YEAR};BYDAY=MO", start)
    await settle(connected)
    [master] = masters(connected, "alice")
    assert master["start"]["timeZone"] == name
    assert local_hours(connected, zone) == {(9, 0)}
    assert offsets(connected, zone) == changes(zone, start)


@pytest.mark.parametrize("name", ["America/New_York", "Australia/Sydney"])
async def test_all_events_moved_in_odoo_from_a_row_on_the_other_side_of_a_clock_change(
    connected: World, name: str
) -> None:
    """An hour later there is an hour later everywhere, in local time."""
    zone = ZoneInfo(name)
    start = monday(connected, zone)
    person = connected.in_google("alice")
    rule = [f"RRULE:FREQ=WEEKLY;COUNT={YEAR};BYDAY=MO"]
    item = person.create("Talk", start=start, end=start + HOUR, recurrence=rule)
    await settle(connected)
    listed = rows(connected, "alice")
    first = listed[0]["start"][11:]
    other = next(row for row in listed if row["start"][11:] != first)
    begin = datetime.fromisoformat(other["start"]) + HOUR
    times: dict[str, Any] = {"start": odoo_time(begin), "stop": odoo_time(begin + HOUR)}
    edit(connected, "alice", other["id"], **times, recurrence_update="all_events")
    await settle(connected)
    assert local_hours(connected, zone) == {(10, 0)}
    assert [one["id"] for one in masters(connected, "alice")] == [item["id"]]
