"""Google takes no changes of a calendar for some hours: Odoo gets what it lacks, Google later."""

from __future__ import annotations

from tests.scenarios.calendars import HOUR, make, monday, sync
from tests.shown import assert_same, in_google, in_odoo
from tests.world import World


def limit(world: World, operation: str) -> None:
    """Let Google refuse an operation since too much was changed in the calendar."""
    world.google.faults.add(operation=operation, status=403, reason="quotaExceeded", times=99)


async def test_one_refusal_stops_all_writes_of_the_run_and_no_others(connected: World) -> None:
    """Each of thousands of events was tried and set aside by itself."""
    for number in range(30):
        make(connected, "alice", f"Odoo {number}")
    person = connected.in_google("alice")
    person.create("Google 1", start=monday(connected), end=monday(connected) + HOUR)
    limit(connected, "*.insert")
    ran = await connected.sync("alice")
    assert ran.code == "google_usage_limit"
    assert connected.google.log.count("*.insert") <= 8
    account = await connected.account("alice")
    assert account.trouble == "google_usage_limit"
    await connected.in_slack("alice").command("/calsync status")
    await connected.in_slack("alice").see("Google limits changes to your calendar")
    assert len(in_odoo(connected, "alice")) == 31
    # As long as it lasts, what is new in Google goes to Odoo, and Google is asked for no change.
    connected.google.log.clear()
    connected.advance(minutes=2)
    person.create("Google 2", start=monday(connected), end=monday(connected) + HOUR)
    assert (await connected.sync("alice")).code == "google_usage_limit"
    assert len(in_odoo(connected, "alice")) == 32
    assert connected.google.log.writes() == []
    connected.google.faults.clear()
    connected.advance(hours=2)
    await sync(connected)
    assert len(in_google(connected, "alice")) == 32
    assert_same(connected, "alice")


async def test_what_both_sides_edited_goes_to_odoo_at_once(connected: World) -> None:
    event = make(connected, "alice", "Talk")
    await sync(connected)
    [item] = connected.in_google("alice").events()
    connected.odoo.as_user("alice").write("calendar.event", event, {"location": "Room 1"})
    connected.in_google("alice").patch(item["id"], summary="Lecture")
    make(connected, "alice", "Other")
    for operation in ("*.insert", "*.patch"):
        limit(connected, operation)
    assert (await connected.sync("alice")).code == "google_usage_limit"
    assert {one.title for one in in_odoo(connected, "alice")} == {"Lecture", "Other"}
    connected.google.faults.clear()
    connected.advance(hours=2)
    await sync(connected)
    assert ("Lecture", "Room 1") in {(one.title, one.place) for one in in_google(connected, "alice")}
    assert_same(connected, "alice")
