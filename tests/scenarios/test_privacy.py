"""Private and confidential events: nothing of a private one reaches whom it is not meant for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.scenarios.busy import NOON
from tests.scenarios.calendars import (
    BRUSSELS,
    DAY,
    HOUR,
    STRANGER,
    addresses,
    answers,
    contact,
    edit,
    invited,
    make,
    masters,
    partner,
    rows,
    settle,
    sync,
    writes,
)
from tests.world import World

SECRETS = ("Surgery", "Clinic", "knee", "dave@example.com", "Dave")
PRIVATE: dict[str, Any] = {
    "location": "Clinic",
    "description": "about my knee",
    "visibility": "private",
    "attendees": addresses("dave"),
}


def leaked(world: World) -> list[str]:
    """Return which of the secrets stand anywhere in Odoo, among its events, answers and messages."""
    state = world.odoo.state()
    models = {key: one for key, one in state["models"].items() if key not in ("res.partner", "res.users")}
    text = json.dumps([models, state["mails"]], default=str)
    admin = world.odoo.as_user("admin")
    listed = admin.read("calendar.attendee", admin.search("calendar.attendee"), ["common_name", "email"])
    return [word for word in SECRETS if word in text + json.dumps(listed)]


async def quiet(world: World, *names: str) -> None:
    """Let everything go over; a further run of each writes nothing, and nobody was mailed."""
    for _ in range(3):
        for name in names:
            await sync(world, name)
    for name in names:
        await sync(world, name)
        assert writes(world) == world.odoo.log.writes() == []
    assert not world.google.mails
    assert not world.odoo.mails


@pytest.mark.parametrize("repeats", [False, True])
async def test_nothing_of_a_private_meeting_reaches_odoo(connected: World, repeats: bool) -> None:
    """Not the guests either: with whom somebody meets can say it all."""
    dave = contact(connected, "Dave", "dave@example.com")
    person, start = connected.in_google("alice"), NOON.astimezone(BRUSSELS)
    rule: dict[str, Any] = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]} if repeats else {}
    item = person.create("Surgery", start=start, end=start + HOUR, **PRIVATE, **rule)
    await quiet(connected, "alice")
    assert leaked(connected) == []
    shown = rows(connected, "alice", "privacy", "show_as", "partner_ids")
    assert {row["name"] for row in shown} == {"Busy"}
    assert len(shown) == (3 if repeats else 1)
    assert all(dave not in row["partner_ids"] for row in shown)
    if repeats:
        once = person.instances(item["id"])[1]["id"]
        person.patch(once, summary="Surgery again", location="Clinic 2", attendees=addresses("alice", "dave"))
    person.patch(item["id"], description="about the other knee")
    await quiet(connected, "alice")
    assert leaked(connected) == []
    after = person.event(item["id"])
    assert (after["summary"], after["location"]) == ("Surgery", "Clinic")
    assert set(invited(after)) == {"alice@example.com", "dave@example.com"}


@pytest.mark.parametrize("mine", ["private", "default"])
@pytest.mark.parametrize("order", [("alice", "bob"), ("bob", "alice")])
async def test_a_colleague_who_is_invited_to_a_private_meeting_declines_nothing(
    team: World, mine: str, order: tuple[str, str]
) -> None:
    """He is not on the busy block in Odoo, which is no answer of his."""
    more = PRIVATE | {"attendees": addresses("bob", "dave")}
    item = team.in_google("alice").create("Surgery", start=NOON, end=NOON + HOUR, **more)
    team.in_google("bob").patch(item["id"], visibility=mine)
    await quiet(team, *order)
    if mine == "private":  # otherwise bob shows it to the company himself
        assert leaked(team) == []
    assert invited(team.in_google("alice").event(item["id"]))["bob@example.com"] == "needsAction"
    team.in_google("bob").respond(item["id"], "accepted")
    await quiet(team, *order)
    assert invited(team.in_google("alice").event(item["id"]))["bob@example.com"] == "accepted"


async def test_a_busy_block_that_is_moved_in_odoo_moves_the_private_meeting(connected: World) -> None:
    """The time is all that Odoo holds of it, so the time is all that can be changed there."""
    contact(connected, "Dave", "dave@example.com")
    person = connected.in_google("alice")
    item = person.create("Surgery", start=NOON, end=NOON + HOUR, **PRIVATE)
    await quiet(connected, "alice")
    [row] = rows(connected, "alice", "stop")
    edit(connected, "alice", row["id"], start=row["stop"], stop=str((NOON + 2 * HOUR).replace(tzinfo=None)))
    await quiet(connected, "alice")
    after = person.event(item["id"])
    assert after["start"] != item["start"]
    assert after["summary"] == "Surgery"
    assert set(invited(after)) == {"alice@example.com", "dave@example.com"}


async def test_an_event_that_becomes_private_takes_its_text_and_guests_out_of_odoo(connected: World) -> None:
    dave = contact(connected, "Dave", "dave@example.com")
    person = connected.in_google("alice")
    item = person.create("Surgery", start=NOON, end=NOON + HOUR, **(PRIVATE | {"visibility": "default"}))
    await settle(connected)
    [row] = rows(connected, "alice", "partner_ids")
    assert dave in row["partner_ids"]
    person.patch(item["id"], visibility="private")
    await quiet(connected, "alice")
    assert leaked(connected) == []
    assert set(invited(person.event(item["id"]))) == {"alice@example.com", "dave@example.com"}
    person.patch(item["id"], visibility="default")
    await settle(connected)
    [row] = rows(connected, "alice", "partner_ids")
    assert (row["name"], dave in row["partner_ids"]) == ("Surgery", True)


async def test_a_private_invitation_from_outside_is_a_busy_block(connected: World) -> None:
    """A stranger's meeting that the guest has marked as private."""
    person = connected.in_google("alice")
    more = PRIVATE | {"attendees": addresses(STRANGER, "alice", "dave")}
    person.invited(STRANGER, "uid-1@elsewhere.example", "Surgery", start=NOON, end=NOON + HOUR, **more)
    contact(connected, "Dave", "dave@example.com")
    contact(connected, "Zoe", STRANGER)
    await quiet(connected, "alice")
    assert leaked(connected) == []
    [row] = rows(connected, "alice")
    assert row["name"] == "Busy"
    [item] = person.events()
    assert item["summary"] == "Surgery"


@pytest.mark.parametrize("side", ["google", "odoo"])
async def test_a_confidential_meeting_is_shown_to_colleagues_as_such(team: World, side: str) -> None:
    """Odoo's "only internal users" is no secret to the company, so it goes over whole, marked as it is."""
    if side == "odoo":
        make(team, "alice", "Plan", partner(team, "bob"), privacy="confidential", location="Room 1")
    else:
        team.in_google("alice").create(
            "Plan", start=NOON, end=NOON + HOUR, attendees=addresses("bob"), visibility="confidential",
            location="Room 1",
        )  # fmt: skip
    await settle(team, "alice", "bob")
    [row] = rows(team, "alice", "privacy", "location")
    assert (row["privacy"], row["location"]) == ("confidential", "Room 1")
    assert team.in_google("alice").events()[0]["visibility"] == "confidential"
    assert set(answers(team, row["id"])) == {"alice@example.com", "bob@example.com"}


async def test_a_series_that_is_private_in_odoo_is_masked_and_stays_there(connected: World) -> None:
    rule = {"recurrency": True, "rrule": "FREQ=DAILY;COUNT=3", "event_tz": "Europe/Brussels"}
    make(connected, "alice", "Surgery", privacy="private", **rule)
    await quiet(connected, "alice")
    assert masters(connected, "alice") == connected.in_google("alice").events() == []


async def test_a_whole_day_that_is_private_in_google(connected: World) -> None:
    day = NOON.date()
    item = connected.in_google("alice").create("Surgery", start=day, end=day + DAY, visibility="private")
    await quiet(connected, "alice")
    [row] = rows(connected, "alice", "allday", "start_date")
    assert (row["name"], row["allday"], row["start_date"]) == ("Busy", True, str(day))
    assert connected.in_google("alice").event(item["id"])["summary"] == "Surgery"
