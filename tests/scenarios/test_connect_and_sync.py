"""Connecting, then single events both ways: create, edit, delete, with every field that is kept the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sync.model import Privacy, Reminder, Span
from tests.scenarios.busy import DAY, HOUR, NOON, make_in_odoo, odoo_time
from tests.world import World

pytestmark = pytest.mark.on_real_odoo


async def test_connect_shows_success_and_says_so_in_slack(world: World) -> None:
    async with world.run():
        page = await world.connect("alice")
        assert "Connected" in page
        await world.in_slack("alice").see("Connected: *alice@example.com*")


async def test_event_made_in_google_appears_in_odoo(connected: World) -> None:
    connected.in_google("alice").create(
        "Dentist",
        start=NOON,
        end=NOON + HOUR,
        location="Main St",
        description="Bring <b>card</b>",
        transparency="transparent",
        visibility="public",
        reminders={"useDefault": False, "overrides": [{"method": "email", "minutes": 45}]},
    )
    outcome = await connected.sync("alice")
    assert outcome.counts == {"new_in_google": 1}
    [event] = connected.odoo_events("alice")
    assert (event.title, event.location, event.span) == ("Dentist", "Main St", Span(NOON, NOON + HOUR))
    assert (event.busy, event.privacy) == (False, Privacy.PUBLIC)
    assert event.reminders == {Reminder("email", 45)}
    assert "Bring <b>card</b>" in event.description
    [row] = connected.odoo.events("alice", "attendee_ids")
    [attendee] = connected.odoo.as_user("alice").read("calendar.attendee", row["attendee_ids"], ["state"])
    assert attendee["state"] == "accepted"
    connected.assert_agree("alice")


async def test_event_made_in_odoo_appears_in_google(connected: World) -> None:
    make_in_odoo(connected, "alice", "Plan <>& 🎉", location="HQ", description="<p>One</p><p>Two</p>")
    outcome = await connected.sync("alice")
    assert outcome.counts == {"new_in_odoo": 1}
    [item] = connected.in_google("alice").events()
    assert item["summary"] == "Plan <>& 🎉"
    assert item["start"]["timeZone"] == "Europe/Brussels"
    connected.assert_agree("alice")


@pytest.mark.parametrize("days", [1, 3])
async def test_all_day_events_go_both_ways(connected: World, days: int) -> None:
    last = DAY + timedelta(days=days)
    connected.in_google("alice").create("Holiday", start=DAY, end=last)
    connected.odoo.as_user("alice").create(
        "calendar.event",
        {
            "name": "Fair",
            "allday": True,
            "start_date": str(DAY),
            "stop_date": str(last - timedelta(days=1)),
        },
    )
    await connected.sync("alice")
    spans = {event.title: event.span for event in connected.odoo_events("alice")}
    assert spans == {"Holiday": Span(DAY, last), "Fair": Span(DAY, last)}
    connected.assert_agree("alice")


async def test_edits_in_google_reach_odoo_field_by_field(connected: World) -> None:
    google = connected.in_google("alice")
    item = google.create("A", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    for change in (
        {"summary": "B"},
        {"location": "Here"},
        {"description": "Text"},
        {"transparency": "transparent"},
        {"visibility": "confidential"},
        {"start": NOON + HOUR, "end": NOON + 2 * HOUR},
        {
            "start": {"date": str(DAY), "dateTime": None},
            "end": {"date": str(DAY + timedelta(1)), "dateTime": None},
        },
        {
            "start": {"dateTime": NOON.isoformat(), "date": None},
            "end": {"dateTime": (NOON + HOUR).isoformat(), "date": None},
        },
        {"reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 7}]}},
        {"summary": "", "description": "", "location": ""},
    ):
        google.patch(item["id"], **change)
        outcome = await connected.sync("alice")
        assert outcome.counts == {"edited_in_google": 1}, change
        if "summary" not in change or change["summary"]:
            connected.assert_agree("alice")
    [event] = connected.odoo_events("alice")
    assert (event.title, event.description, event.location) == ("(No title)", "", "")


async def test_edits_in_odoo_reach_google_field_by_field(connected: World) -> None:
    odoo = connected.odoo.as_user("alice")
    event_id = make_in_odoo(connected, "alice", "A")
    await connected.sync("alice")
    alarm = odoo.search("calendar.alarm", [("alarm_type", "=", "email")])[:1]
    for change in (
        {"name": "B"},
        {"location": "Here"},
        {"description": "<p>Text</p>"},
        {"show_as": "free"},
        {"privacy": "confidential"},
        {"start": odoo_time(NOON + HOUR), "stop": odoo_time(NOON + 2 * HOUR)},
        {"allday": True, "start_date": str(DAY), "stop_date": str(DAY)},
        {"allday": False, "start": odoo_time(NOON), "stop": odoo_time(NOON + HOUR)},
        {"alarm_ids": [[6, 0, alarm]]},
        {"alarm_ids": [[6, 0, []]]},
    ):
        odoo.write("calendar.event", event_id, change)
        outcome = await connected.sync("alice")
        assert outcome.counts == {"edited_in_odoo": 1}, change
        connected.assert_agree("alice")


async def test_zone_of_a_google_event_survives_a_move_in_odoo(connected: World) -> None:
    zone = {"timeZone": "America/New_York"}
    google = connected.in_google("alice")
    item = google.create(
        "Call",
        start={"dateTime": NOON.isoformat(), **zone},
        end={"dateTime": (NOON + HOUR).isoformat(), **zone},
    )
    await connected.sync("alice")
    [row] = connected.odoo.events("alice", "id")
    later = {"start": odoo_time(NOON + HOUR), "stop": odoo_time(NOON + 2 * HOUR)}
    connected.odoo.as_user("alice").write("calendar.event", row["id"], later)
    await connected.sync("alice")
    assert google.event(item["id"])["start"]["timeZone"] == "America/New_York"
    connected.assert_agree("alice")


async def test_deleted_in_google_is_archived_in_odoo(connected: World) -> None:
    google = connected.in_google("alice")
    item = google.create("Gone", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    google.delete(item["id"])
    outcome = await connected.sync("alice")
    assert outcome.counts == {"deleted_in_google": 1}
    assert connected.odoo_events("alice") == []
    [row] = connected.odoo.events("alice", "name", "active", archived=True)
    assert (row["name"], row["active"]) == ("Gone", False)


@pytest.mark.parametrize("how", ["unlink", "archive"])
async def test_deleted_in_odoo_is_deleted_in_google(connected: World, how: str) -> None:
    event_id = make_in_odoo(connected, "alice", "Gone")
    await connected.sync("alice")
    alice = connected.odoo.as_user("alice")
    if how == "unlink":
        alice.unlink("calendar.event", event_id)
    else:
        alice.write("calendar.event", event_id, {"active": False})
    outcome = await connected.sync("alice")
    assert outcome.counts == {"deleted_in_odoo": 1}
    assert connected.google_events("alice") == []


async def test_unarchived_event_comes_back_to_google(connected: World) -> None:
    event_id = make_in_odoo(connected, "alice", "Phoenix")
    alice = connected.odoo.as_user("alice")
    for active in (False, True):
        await connected.sync("alice")
        alice.write("calendar.event", event_id, {"active": active})
    await connected.sync("alice")
    assert [event.title for event in connected.google_events("alice")] == ["Phoenix"]
    connected.assert_agree("alice")
