"""Meetings that change hands in Google, and the rooms they take place in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.busy import NOON
from tests.scenarios.calendars import (
    BRUSSELS,
    HOUR,
    addresses,
    answers,
    contact,
    edit,
    invited,
    partner,
    rows,
    settle,
)
from tests.world import World

ROOM = "c_room1@resource.calendar.google.com"
EVERYBODY = ("alice", "bob", "carol")


@pytest.mark.parametrize("repeats", [False, True])
@pytest.mark.parametrize("order", [("alice", "bob", "carol"), ("bob", "carol", "alice")])
async def test_the_organizer_changes_in_google(team: World, order: tuple[str, ...], repeats: bool) -> None:
    """The same event in Odoo has another organizer; nobody is uninvited, and no answer is lost."""
    start = NOON.astimezone(BRUSSELS)
    rule: dict[str, Any] = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]} if repeats else {}
    item = team.in_google("alice").create(
        "Meeting", start=start, end=start + HOUR, attendees=addresses("bob", "carol"), **rule
    )
    await settle(team, *EVERYBODY)
    before = [row["id"] for row in rows(team, "alice")]
    team.in_google("carol").respond(item["id"], "tentative")
    await settle(team, *EVERYBODY)
    team.in_google("alice").hand_over(item["id"], "bob@example.com")
    await settle(team, *order)
    assert [row["id"] for row in rows(team, "alice")] == before
    for row in rows(team, "bob", "user_id"):
        assert row["user_id"][0] == team.odoo.users["bob"].id
        assert answers(team, row["id"])["carol@example.com"] == "tentative"
    for name in EVERYBODY:
        listed = [one for one in team.in_google(name).events() if "recurringEventId" not in one]
        assert [one["organizer"]["email"] for one in listed] == ["bob@example.com"]
        assert set(invited(listed[0])) == {f"{one}@example.com" for one in EVERYBODY}
    edit(
        team, "bob", before[0], location="Room 1", **({"recurrence_update": "all_events"} if repeats else {})
    )
    await settle(team, *order)
    assert team.in_google("carol").event(item["id"])["location"] == "Room 1"


async def test_rooms_of_google_stay_whatever_is_edited_in_odoo(team: World) -> None:
    """They are resources, not people: Odoo has no contact of theirs, and no edit there takes them off."""
    team.google.add_room(ROOM, "Room 1")
    room = {"email": ROOM, "resource": True}
    item = team.in_google("alice").create(
        "Meeting", start=NOON, end=NOON + HOUR, attendees=[*addresses("bob"), room]
    )
    await settle(team, "alice", "bob")
    [row] = rows(team, "alice")
    assert set(answers(team, row["id"])) == {"alice@example.com", "bob@example.com"}
    dave = contact(team, "Dave", "dave@example.com")
    edit(team, "alice", row["id"], name="Planning", partner_ids=[[4, dave], [3, partner(team, "bob")]])
    await settle(team, "alice", "bob")
    after = team.in_google("alice").event(item["id"])
    assert set(invited(after)) == {"alice@example.com", "dave@example.com", ROOM}
    [listed] = [one for one in after["attendees"] if one["email"] == ROOM]
    assert (listed["resource"], listed["responseStatus"]) == (True, "accepted")
    edit(team, "alice", row["id"], partner_ids=[[3, dave]])
    await settle(team, "alice", "bob")
    assert ROOM in invited(team.in_google("alice").event(item["id"]))
    assert team.odoo.as_user("admin").search("res.partner", [("email", "=", ROOM)]) == []
