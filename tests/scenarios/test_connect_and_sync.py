"""Connecting, then single events both ways: create, edit, delete, with every field that is kept the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sync.model import Privacy, Reminder, Span
from tests.world import World

HOUR = timedelta(hours=1)
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=3)
DAY = NOON.date()


def odoo_time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def make_in_odoo(world: World, name: str, title: str, **values: object) -> int:
    times = {"start": odoo_time(NOON), "stop": odoo_time(NOON + HOUR)}
    created: int = world.odoo.as_user(name).create("calendar.event", {"name": title, **times, **values})
    return created


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


async def test_edits_of_different_fields_on_both_sides_are_merged(connected: World) -> None:
    google = connected.in_google("alice")
    item = google.create("Old", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    [row] = connected.odoo.events("alice", "id")
    google.patch(item["id"], summary="New")
    connected.odoo.as_user("alice").write("calendar.event", row["id"], {"location": "Room 1"})
    outcome = await connected.sync("alice")
    assert outcome.counts == {"merged": 1}
    [event] = connected.google_events("alice")
    assert (event.title, event.location) == ("New", "Room 1")
    connected.assert_agree("alice")


@pytest.mark.parametrize("later", ["google", "odoo"])
async def test_the_later_of_two_edits_of_one_field_wins(connected: World, later: str) -> None:
    google = connected.in_google("alice")
    item = google.create("Old", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    [row] = connected.odoo.events("alice", "id")

    def in_google() -> None:
        google.patch(item["id"], summary="From google")

    def in_odoo() -> None:
        connected.odoo.as_user("alice").write("calendar.event", row["id"], {"name": "From odoo"})

    first, second = (in_odoo, in_google) if later == "google" else (in_google, in_odoo)
    first()
    connected.advance(seconds=30)
    second()
    outcome = await connected.sync("alice")
    assert outcome.counts == {"edited_on_both": 1}
    assert [event.title for event in connected.odoo_events("alice")] == [f"From {later}"]
    connected.assert_agree("alice")


async def test_an_edit_beats_a_deletion_in_google(connected: World) -> None:
    google = connected.in_google("alice")
    item = google.create("Old", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    [row] = connected.odoo.events("alice", "id")
    google.delete(item["id"])
    connected.odoo.as_user("alice").write("calendar.event", row["id"], {"name": "Kept"})
    outcome = await connected.sync("alice")
    assert outcome.counts == {"edit_beats_delete": 1}
    assert [event.title for event in connected.google_events("alice")] == ["Kept"]
    connected.assert_agree("alice")


async def test_an_edit_beats_a_deletion_in_odoo(connected: World) -> None:
    event_id = make_in_odoo(connected, "alice", "Old")
    await connected.sync("alice")
    connected.odoo.as_user("alice").unlink("calendar.event", event_id)
    google = connected.in_google("alice")
    [item] = google.events()
    google.patch(item["id"], summary="Kept")
    outcome = await connected.sync("alice")
    assert outcome.counts == {"edit_beats_delete": 1}
    assert [event.title for event in connected.odoo_events("alice")] == ["Kept"]
    connected.assert_agree("alice")


async def test_first_sync_matches_equal_events_and_copies_the_rest(world: World) -> None:
    make_in_odoo(world, "alice", "Same")
    make_in_odoo(world, "alice", "Only in Odoo", location="HQ")
    world.in_google("alice").create("Same", start=NOON, end=NOON + HOUR, location="Here")
    world.in_google("alice").create("Only in Google", start=NOON, end=NOON + HOUR)
    async with world.run():
        await world.connect("alice")
        outcome = await world.sync("alice")
        assert outcome.counts == {"same_event": 1, "new_in_odoo": 1, "new_in_google": 1}
        titles = [event.title for event in world.odoo_events("alice")]
        assert titles == ["Only in Google", "Only in Odoo", "Same"]
        world.assert_agree("alice")
        await world.in_slack("alice").see("first sync is done")


async def test_a_quiet_run_asks_google_once_and_writes_nothing(connected: World) -> None:
    make_in_odoo(connected, "alice", "One", description="<p>x</p>")
    connected.in_google("alice").create("Two", start=DAY, end=DAY + timedelta(days=1), description="a\nb")
    await connected.sync("alice")
    await connected.sync("alice")  # sees its own writes come back
    connected.google.log.clear()
    connected.odoo.log.clear()
    outcome = await connected.sync("alice")
    assert (outcome.code, outcome.counts) == ("ok", {})
    assert connected.google.log.counts() == {"calendar.events.list": 1}
    assert connected.google.log.writes() == []
    assert connected.odoo.log.writes() == []
    assert connected.odoo.log.counts() == {"calendar.event.search_read": 1, "calendar.event.search": 1}


async def test_the_echo_of_our_own_writes_writes_nothing(connected: World) -> None:
    make_in_odoo(connected, "alice", "One", description="<p>x</p>")
    connected.in_google("alice").create("Two", start=NOON, end=NOON + HOUR, description="a\nb<script>")
    await connected.sync("alice")
    connected.google.log.clear()
    connected.odoo.log.clear()
    outcome = await connected.sync("alice")
    assert outcome.counts == {}
    assert connected.google.log.writes() == connected.odoo.log.writes() == []


async def test_nobody_is_mailed(connected: World) -> None:
    bob = connected.odoo.users["bob"].partner_id
    alice = connected.odoo.users["alice"].partner_id
    event_id = make_in_odoo(connected, "alice", "With Bob", partner_ids=[[6, 0, [alice, bob]]])
    connected.odoo.mails.clear()
    await connected.sync("alice")
    google = connected.in_google("alice")
    [item] = google.events()
    google.patch(item["id"], start=NOON + HOUR, end=NOON + 2 * HOUR)
    await connected.sync("alice")
    google.delete(item["id"])
    await connected.sync("alice")
    assert not connected.odoo.mails
    assert connected.google.mails == []
    [row] = connected.odoo.as_user("alice").read("calendar.event", event_id, ["partner_ids"])
    assert sorted(row["partner_ids"]) == sorted([alice, bob])
