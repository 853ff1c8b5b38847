"""Single events of Odoo on their way to Google: what is written, with which values, and what is not."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from sync.store import accounts
from tests.scenarios.busy import NOON
from tests.scenarios.calendars import (
    DAY,
    EVENT,
    addresses,
    answers,
    contact,
    edit,
    invited,
    make,
    make_days,
    rows,
    settle,
    sync,
    writes,
)
from tests.shown import in_google
from tests.world import World

HTML = "<h1>Plan</h1><ul><li>One</li></ul><script>alert(1)</script>"


async def test_o2g_01_a_new_event_with_all_its_fields(connected: World) -> None:
    """O2G-01: in one request, when the address of the calendar is known already."""
    make(connected, "alice", "Earlier")
    await sync(connected)
    odoo = connected.odoo.as_user("alice")
    alarm = odoo.create(
        "calendar.alarm", {"name": "18", "alarm_type": "notification", "duration": 18, "interval": "minutes"}
    )
    guest = contact(connected, "Jean-Luc", "jean-luc@example.com")
    more = {"description": HTML, "privacy": "confidential", "alarm_ids": [[6, 0, [alarm]]]}
    make(connected, "alice", "Event", guest, **more)
    await sync(connected)
    assert [(one.operation, one.status) for one in writes(connected)] == [("calendar.events.insert", 200)]
    [item] = [one for one in connected.in_google("alice").events() if one["summary"] == "Event"]
    assert datetime.fromisoformat(item["start"]["dateTime"]) == NOON
    assert item["visibility"] == "confidential"
    assert item.get("transparency", "opaque") == "opaque"
    assert item["reminders"] == {"useDefault": False, "overrides": [{"method": "popup", "minutes": 18}]}
    assert "script" not in item["description"]
    assert "One" in item["description"]
    assert invited(item) == {"alice@example.com": "accepted", "jean-luc@example.com": "needsAction"}
    await settle(connected)


async def test_o2g_04_an_event_without_organizer_is_nobodys_in_google_either(connected: World) -> None:
    """O2G-04: who takes part has a copy, without a guest list that would make somebody the host."""
    guest = contact(connected, "Jean-Luc", "jean-luc@example.com")
    make(connected, "alice", "Ownerless", guest, user_id=False)
    await sync(connected)
    [item] = connected.in_google("alice").events()
    assert item["summary"] == "Ownerless"
    assert "attendees" not in item
    [row] = rows(connected, "alice", "user_id")
    assert row["user_id"] is False


async def test_o2g_05_guests_without_answer_or_without_address(connected: World) -> None:
    """O2G-05."""
    people = {"Jean-Luc": "jean-luc@example.com", "Phineas": "phineas@example.com", "Ferb": None}
    guests = [contact(connected, name, email) for name, email in people.items()]
    event = make(connected, "alice", "Event", *guests)
    admin = connected.odoo.as_user("admin")
    [phineas] = admin.search("calendar.attendee", [("event_id", "=", event), ("partner_id", "=", guests[1])])
    admin.write("calendar.attendee", phineas, {"state": False})
    await settle(connected)
    [item] = connected.in_google("alice").events()
    assert invited(item) == {
        "alice@example.com": "accepted",
        "jean-luc@example.com": "needsAction",
        "phineas@example.com": "needsAction",
    }
    assert "Ferb" in answers(connected, event)


async def test_o2g_07_archived_before_it_was_ever_linked(connected: World) -> None:
    """O2G-07."""
    event = make(connected, "alice")
    edit(connected, "alice", event, active=False)
    await sync(connected)
    assert writes(connected) == []
    assert connected.in_google("alice").events(deleted=True) == []


async def test_o2g_08_archived_when_linked_and_edited(connected: World) -> None:
    """O2G-08."""
    event = make(connected, "alice")
    await settle(connected)
    [item] = connected.in_google("alice").events()
    edit(connected, "alice", event, name="Not wanted any more", active=False)
    await sync(connected)
    assert [(one.operation, one.detail["event"]) for one in writes(connected)] == [
        ("calendar.events.delete", item["id"])
    ]
    assert connected.in_google("alice").events() == []


@pytest.mark.parametrize("off", ["calsync is down", "the grant is dead"])
async def test_o2g_13_after_a_break_only_what_differs_is_patched(world: World, off: str) -> None:
    """O2G-13."""
    async with world.run():
        await world.connect("alice")
        event = make(world, "alice", "Before", location="Room 1")
        await settle(world)
        if off == "the grant is dead":
            world.google.grants.revoke_all("alice@example.com")
            world.running.grants.forget((await world.account("alice")).id)
            assert (await world.sync("alice")).code == "grant_dead"
    edit(world, "alice", event, name="After")
    async with world.run():
        if off == "the grant is dead":
            await world.connect("alice")
        await sync(world)
        [patch] = writes(world)
        assert (patch.operation, patch.detail["sent"]) == ("calendar.events.patch", ["summary"])
        await settle(world)


@pytest.mark.parametrize("change", [{"name": "New"}, {"active": False}], ids=["edit", "delete"])
async def test_o2g_20_and_21_nobody_is_ever_mailed(connected: World, change: dict[str, object]) -> None:
    """O2G-20, O2G-21: where Odoo has a flag, all our writes say `sendUpdates=none`."""
    event = make(connected, "alice", "Event", contact(connected, "Jean-Luc", "jean-luc@example.com"))
    await sync(connected)
    assert {one.detail["send_updates"] for one in writes(connected)} == {"none"}
    edit(connected, "alice", event, **change)
    await sync(connected)
    assert [one.detail["send_updates"] for one in writes(connected)] == ["none"]
    assert not connected.google.mails
    assert not connected.odoo.mails


async def test_o2g_26_who_meets_at_a_place_gets_no_meet_link(connected: World) -> None:
    """O2G-26: also when the person lets calsync make links."""
    async with connected.running.store.write() as tx:
        await accounts.update(tx, (await connected.account("alice")).id, makes_meet=True)
    guest = contact(connected, "Jean-Luc", "jean-luc@example.com")
    make(connected, "alice", "Here", guest, location="Room 1")
    make(connected, "alice", "Anywhere", guest)
    await settle(connected)
    linked = {one["summary"]: "conferenceData" in one for one in connected.in_google("alice").events()}
    assert linked == {"Here": False, "Anywhere": True}


@pytest.mark.parametrize(("word", "expected"), [("busy", "opaque"), ("free", "transparent")])
async def test_o2g_28_busy_is_opaque_and_free_transparent(connected: World, word: str, expected: str) -> None:
    """O2G-28."""
    make(connected, "alice", show_as=word)
    await settle(connected)
    [item] = connected.in_google("alice").events()
    assert item.get("transparency", "opaque") == expected


async def test_hnd_37_timed_to_whole_days_and_back(connected: World) -> None:
    """HND-37: in place, in both directions."""
    event = make(connected, "alice")
    await settle(connected)
    [item] = connected.in_google("alice").events()
    edit(connected, "alice", event, allday=True, start_date=str(NOON.date()), stop_date=str(NOON.date()))
    await settle(connected)
    [day] = connected.in_google("alice").events()
    assert (day["id"], day["start"]) == (item["id"], {"date": str(NOON.date())})
    connected.in_google("alice").patch(item["id"], start=NOON, end=NOON + DAY)
    await settle(connected)
    [row] = rows(connected, "alice", "allday")
    assert (row["id"], row["allday"]) == (event, False)
    first: date = NOON.date() + DAY
    connected.in_google("alice").patch(item["id"], start=first, end=first + 2 * DAY)
    assert [(one.start, one.end) for one in await settle(connected)] == [(str(first), str(first + 2 * DAY))]


async def test_hnd_38_privacy_that_is_cleared_in_odoo_is_the_default_in_google(connected: World) -> None:
    """HND-38."""
    event = make(connected, "alice", privacy="confidential")
    await settle(connected)
    edit(connected, "alice", event, privacy=False)
    await settle(connected)
    [item] = connected.in_google("alice").events()
    assert item.get("visibility", "default") == "default"


async def test_hnd_40_leave_of_absence_gets_no_meet_link(connected: World) -> None:
    """HND-40: Odoo's leave events are whole days of one person, at no place and with no one to meet."""
    async with connected.running.store.write() as tx:
        await accounts.update(tx, (await connected.account("alice")).id, makes_meet=True)
    make_days(connected, "alice", "Alice on leave", NOON.date(), NOON.date() + DAY)
    await settle(connected)
    [item] = connected.in_google("alice").events()
    assert "conferenceData" not in item
    assert "hangoutLink" not in item


async def test_a_guest_removed_in_odoo_has_no_copy_any_more(team: World) -> None:
    bob, carol = (team.odoo.users[name].partner_id for name in ("bob", "carol"))
    event = make(team, "alice", "Meeting", bob, carol)
    await settle(team, "alice", "bob", "carol")
    edit(team, "alice", event, partner_ids=[[3, carol]])
    await settle(team, "alice", "bob", "carol")
    assert in_google(team, "carol") == []
    assert team.in_google("carol").events() == []
    [item] = team.in_google("bob").events()
    assert set(invited(item)) == {one["email"] for one in addresses("alice", "bob")}
    assert set(answers(team, event)) == set(invited(item))
    assert team.odoo.as_user("alice").read(EVENT, event, ["active"])[0]["active"]
