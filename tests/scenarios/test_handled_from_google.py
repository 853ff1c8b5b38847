"""Single events of Google that Odoo's own sync handles without a test, or handles wrongly."""

from __future__ import annotations

import pytest

from sync.google.codec import LINK_PROPERTY
from tests.scenarios.busy import NOON
from tests.scenarios.calendars import (
    ATTENDEE,
    EVENT,
    HOUR,
    STRANGER,
    addresses,
    answer,
    answers,
    contact,
    edit,
    invited,
    make,
    partner,
    reminders,
    rows,
    settle,
    sync,
    writes,
)
from tests.world import World

UID = "uid-1@elsewhere.example"


async def test_hnd_01_after_410_all_is_listed_once_and_nobody_mailed(connected: World) -> None:
    """HND-01."""
    event = make(connected, "alice", "Meeting", contact(connected, "Dave", "dave@example.com"))
    await settle(connected)
    connected.google.invalidate_sync_tokens("alice@example.com")
    connected.in_google("alice").create("New", start=NOON, end=NOON + HOUR)
    edit(connected, "alice", event, location="Room 1")
    await sync(connected)
    listed = [one.detail["full"] for one in connected.google.log.of("calendar.events.list")]
    assert listed == [False, True]
    assert len(writes(connected)) == 1
    await settle(connected)
    assert {row["name"] for row in rows(connected, "alice")} == {"Meeting", "New"}


@pytest.mark.parametrize("full", [True, False])
async def test_hnd_02_a_listing_of_several_pages_is_one(connected: World, full: bool) -> None:
    """HND-02: with the token and the default reminders that belong to all of it."""
    connected.google.settings.page_size = 3
    person = connected.in_google("alice")
    person.owner.primary.default_reminders[:] = [{"method": "popup", "minutes": 25}]
    for number in range(8):
        person.create(f"Event {number}", start=NOON, end=NOON + HOUR)
    if full:
        connected.google.invalidate_sync_tokens("alice@example.com")
    await sync(connected)
    assert connected.google.log.count("calendar.events.list") >= 3
    assert len(rows(connected, "alice")) == 8
    found = {(one.method, one.minutes) for event in connected.odoo_events("alice") for one in event.reminders}
    assert found == {("popup", 25)}
    await sync(connected)
    assert connected.google.log.count("calendar.events.list") == 1
    assert connected.odoo.log.writes() == []


async def test_hnd_04_a_link_that_was_lost_is_found_again(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """HND-04: by the mark on the event, without doubling it and without a look at what both hold."""
    async with world.run():
        await world.connect("alice")
        event = make(world, "alice", "Meeting")
        await settle(world)
    [item] = world.in_google("alice").events()
    world.in_google("alice").patch(
        item["id"], summary="Renamed meanwhile", start=NOON + HOUR, end=NOON + 2 * HOUR
    )
    fresh = tmp_path_factory.mktemp("lost") / "calsync.db"
    world.settings = world.settings.model_copy(update={"database_url": f"sqlite+aiosqlite:///{fresh}"})
    async with world.run():
        await world.connect("alice")
        await settle(world)
        assert [(row["id"], row["name"]) for row in rows(world, "alice")] == [(event, "Renamed meanwhile")]
        assert [one["id"] for one in world.in_google("alice").events()] == [item["id"]]


async def test_hnd_04_a_mark_of_a_linked_event_makes_another_event(connected: World) -> None:
    """HND-04: whoever copies an event in Google copies the mark too."""
    event = make(connected, "alice", "Meeting")
    await settle(connected)
    person = connected.in_google("alice")
    [item] = person.events()
    properties = {"private": dict(item["extendedProperties"]["private"])}
    person.create("Copy", start=NOON, end=NOON + HOUR, extendedProperties=properties)
    await settle(connected)
    assert {row["name"] for row in rows(connected, "alice")} == {"Meeting", "Copy"}
    assert [row["name"] for row in rows(connected, "alice") if row["id"] == event] == ["Meeting"]


async def test_hnd_05_marks_of_other_databases_and_programs_mean_nothing(connected: World) -> None:
    """HND-05: neither ours of elsewhere nor those of Odoo's own sync touch the event that they name."""
    event = make(connected, "alice", "Mine")
    await settle(connected)
    person = connected.in_google("alice")
    foreign = {"private": {LINK_PROPERTY: f"{event}.1"}, "shared": {"other_odoo_id": str(event)}}
    odd = {"private": {LINK_PROPERTY: "no number"}, "shared": {f"{connected.odoo.db}_odoo_id": str(event)}}
    for title, marks in (("Foreign", foreign), ("Odd", odd)):
        person.create(title, start=NOON, end=NOON + HOUR, extendedProperties=marks)
    await settle(connected)
    listed = {row["name"]: row["id"] for row in rows(connected, "alice")}
    assert listed.keys() == {"Mine", "Foreign", "Odd"}
    assert listed["Mine"] == event


async def test_hnd_07_without_a_title(connected: World) -> None:
    """HND-07: "(No title)" in Odoo, which does not go back to Google."""
    person = connected.in_google("alice")
    item = person.create(start=NOON, end=NOON + HOUR)
    for _ in range(2):
        await sync(connected)
        assert writes(connected) == []
    [row] = rows(connected, "alice")
    assert row["name"] == "(No title)"
    edit(connected, "alice", row["id"], location="Room 1")
    await sync(connected)
    assert "summary" not in person.event(item["id"]) or person.event(item["id"])["summary"] == ""
    assert person.event(item["id"])["location"] == "Room 1"


async def test_hnd_08_reminders_are_mirrored_both_ways(connected: World) -> None:
    """HND-08: own ones instead of the calendar's, records of Odoo used again, removals too."""
    person = connected.in_google("alice")
    person.owner.primary.default_reminders[:] = [{"method": "popup", "minutes": 15}]
    item = person.create("Meeting", start=NOON, end=NOON + HOUR)
    alarms = connected.odoo.as_user("admin")
    before = alarms.search("calendar.alarm")
    await settle(connected)
    assert reminders(connected, "alice") == {("popup", 15)}
    assert alarms.search("calendar.alarm") == before
    own = [
        {"method": "email", "minutes": 1440},
        {"method": "popup", "minutes": 120},
        {"method": "popup", "minutes": 25},
    ]
    person.patch(item["id"], reminders={"useDefault": False, "overrides": own})
    await settle(connected)
    assert reminders(connected, "alice") == {("email", 1440), ("popup", 120), ("popup", 25)}
    made = sorted(set(alarms.search("calendar.alarm")) - set(before))
    units = [(one["duration"], one["interval"]) for one in alarms.read("calendar.alarm", made)]
    assert sorted(units) == [(1, "days"), (25, "minutes")]
    person.patch(item["id"], reminders={"useDefault": False, "overrides": own[:1]})
    await settle(connected)
    assert reminders(connected, "alice") == {("email", 1440)}
    [row] = rows(connected, "alice")
    edit(connected, "alice", row["id"], alarm_ids=[[6, 0, []]])
    await settle(connected)
    assert person.event(item["id"])["reminders"] == {"useDefault": False}


async def test_hnd_08_reminders_are_each_persons_own(team: World) -> None:
    """HND-08: those of a guest do not become the organizer's, nor those of everybody in Odoo."""
    event = make(team, "alice", "Meeting", partner(team, "bob"))
    await settle(team, "alice", "bob")
    [copy] = team.in_google("bob").events()
    team.in_google("bob").patch(
        copy["id"], reminders={"useDefault": False, "overrides": [{"method": "popup", "minutes": 33}]}
    )
    await settle(team, "bob", "alice")
    assert team.odoo.as_user("alice").read(EVENT, event, ["alarm_ids"])[0]["alarm_ids"] == []
    [mine] = team.in_google("alice").events()
    assert mine["reminders"] == {"useDefault": False}
    assert team.in_google("bob").event(copy["id"])["reminders"]["overrides"][0]["minutes"] == 33


async def test_hnd_10_names_in_google_rename_nobody(connected: World) -> None:
    """HND-10: contacts are Odoo's; strangers become none, whatever they are called."""
    dave = contact(connected, "David Jones", "dave@example.com")
    listed = [
        {"email": "dave@example.com", "displayName": "Dave!"},
        {"email": STRANGER, "displayName": "Zoe"},
    ]
    connected.in_google("alice").create("Meeting", start=NOON, end=NOON + HOUR, attendees=listed)
    await settle(connected)
    admin = connected.odoo.as_user("admin")
    assert admin.read("res.partner", dave, ["name"])[0]["name"] == "David Jones"
    assert admin.search("res.partner", ["|", ("name", "=", "Zoe"), ("email", "=", STRANGER)]) == []
    [row] = rows(connected, "alice")
    assert set(answers(connected, row["id"])) == {"alice@example.com", "dave@example.com"}


async def test_hnd_11_an_organizer_unknown_in_odoo_is_nobody_there_and_stays_in_google(
    connected: World,
) -> None:
    """HND-11: the address is kept where it is safe: in Google, which alone may change the meeting."""
    person = connected.in_google("alice")
    item = person.invited(
        STRANGER, UID, "Pitch", start=NOON, end=NOON + HOUR, attendees=addresses(STRANGER, "alice")
    )
    await settle(connected)
    [row] = rows(connected, "alice", "user_id")
    assert (row["name"], row["user_id"]) == ("Pitch", False)
    actor = connected.odoo.as_user("alice")
    [mine] = actor.search(ATTENDEE, [("event_id", "=", row["id"])])
    actor.call(ATTENDEE, "do_accept", [mine])
    connected.odoo.mails.clear()
    await settle(connected)
    after = person.event(item["id"])
    assert after["organizer"]["email"] == STRANGER
    assert invited(after)["alice@example.com"] == "accepted"


async def test_hnd_64_a_meeting_that_another_sync_brought_as_well_is_one_event(team: World) -> None:
    """HND-64: Outlook's sync, or a colleague's run, has made it in Odoo already."""
    guests = {"attendees": addresses(STRANGER, "alice", "bob")}
    made = make(team, "alice", "Pitch", partner(team, "bob"), user_id=False)
    answer(team, "alice", made, "do_tentative")
    answer(team, "bob", made, "do_tentative")
    for name in ("alice", "bob"):
        team.in_google(name).invited(STRANGER, UID, "Pitch", start=NOON, end=NOON + HOUR, **guests)
    for name in ("alice", "bob", "alice", "bob"):
        assert (await team.sync(name)).code == "ok"
    assert [len(rows(team, name)) for name in ("alice", "bob")] == [1, 1]
    for name in ("alice", "bob"):
        # Each one's own answer is on the own copy; only the organizer's would have both.
        [item] = team.in_google(name).events()
        [own] = [one["responseStatus"] for one in item["attendees"] if one.get("self")]
        assert own == "tentative"
        assert item["organizer"]["email"] == STRANGER
