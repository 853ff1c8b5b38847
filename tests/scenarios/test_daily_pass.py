"""Once a day all of the window is looked at again: what was missed is mended, what came near taken in."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from sync.store import tables
from tests.scenarios.busy import HOUR, NOON, make_in_odoo, odoo_time
from tests.world import World

pytestmark = pytest.mark.on_real_odoo

LIST = "calendar.events.list"


async def lists_in_full(world: World) -> int:
    return sum(bool(entry.detail["full"]) for entry in world.google.log.of(LIST))


async def test_it_happens_once_a_day_and_writes_nothing_when_all_is_well(connected: World) -> None:
    make_in_odoo(connected, "alice", "One")
    connected.in_google("alice").create("Two", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    connected.google.log.clear()
    connected.odoo.log.clear()
    for hours in (1, 22, 1, 1):
        connected.advance(hours=hours)
        assert (await connected.sync("alice")).counts == {}
    assert await lists_in_full(connected) == 1
    assert connected.google.log.writes() == connected.odoo.log.writes() == []


async def test_an_event_that_comes_into_the_window_is_taken_in(connected: World) -> None:
    far = NOON + timedelta(days=730)
    connected.in_google("alice").create("Far there", start=far, end=far + HOUR)
    times = {"start": odoo_time(far), "stop": odoo_time(far + HOUR)}
    connected.odoo.as_user("alice").create("calendar.event", {"name": "Far here", **times})
    assert (await connected.sync("alice")).counts == {}
    connected.advance(days=5)
    assert (await connected.sync("alice")).counts == {"new_in_google": 1, "new_in_odoo": 1}
    connected.assert_agree("alice")


async def test_rows_that_come_into_the_window_are_as_google_has_them(connected: World) -> None:
    """Made in a run that looked at Odoo alone, they were as the series has them until the next day."""
    alice, now = connected.in_google("alice"), connected.clock.now().replace(microsecond=0)
    begin = now.astimezone(ZoneInfo("UTC")) + timedelta(days=2, hours=6)
    far = begin + timedelta(weeks=104)
    master = alice.create("Weekly", start=begin, end=begin + HOUR, recurrence=["RRULE:FREQ=WEEKLY"])
    alice.patch(f"{master['id']}_{far:%Y%m%dT%H%M%SZ}", location="Roof")
    await connected.sync("alice")
    first = connected.odoo.events("alice")[0]["id"]
    connected.odoo.as_user("alice").write("calendar.event", first, {"active": True})  # says nothing new
    connected.advance(hours=13)
    await connected.sync("alice")
    rows = connected.odoo.events("alice", "start", "location")
    assert [row["location"] for row in rows if row["start"] == odoo_time(far)] == ["Roof"]


async def test_a_change_that_was_missed_is_mended(connected: World) -> None:
    edited = make_in_odoo(connected, "alice", "Old")
    deleted = make_in_odoo(connected, "alice", "Gone")
    await connected.sync("alice")
    alice = connected.odoo.as_user("alice")
    alice.write("calendar.event", edited, {"name": "New"})
    alice.unlink("calendar.event", deleted)
    await connected.running.timer.poll()
    async with connected.running.store.write() as tx:
        await tx.execute(sa.delete(tables.mark))
    connected.advance(days=1)
    outcome = await connected.sync("alice")
    assert outcome.counts == {"edited_in_odoo": 1, "deleted_in_odoo": 1}
    connected.assert_agree("alice")


async def test_events_long_over_are_not_asked_for_one_by_one(connected: World) -> None:
    for n in range(3):
        connected.in_google("alice").create(f"Event {n}", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    connected.advance(days=400)
    connected.google.log.clear()
    assert (await connected.sync("alice")).counts == {}
    assert connected.google.log.count("calendar.events.get") == 0
    assert len(connected.odoo_events("alice")) == 3


async def test_a_token_that_google_calls_invalid_is_listed_again(connected: World) -> None:
    make_in_odoo(connected, "alice", "One")
    await connected.sync("alice")
    connected.google.faults.add(operation=LIST, status=400, reason="invalid")
    outcome = await connected.sync("alice")
    assert (outcome.code, outcome.counts) == ("ok", {})
    assert await lists_in_full(connected) == 2
