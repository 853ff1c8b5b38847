"""Writing guests, answers and meeting links to Google: entry by entry, everything else stays."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sync.errors import Rejected, Stale
from sync.google import guests
from sync.model import Event, Guest, Response
from sync.seen import Seen, State
from tests.unit.google_stage import (
    ALICE,
    BOB,
    Stage,
    at,
    google_times,
    hour,
    instance,
    make_stage,
    merge_of,
    series,
)

CAROL, DAVE = "carol@elsewhere.example", "dave@elsewhere.example"
MEET = "https://meet.google.com/abc-defg-hij"
TIMES = google_times(2)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with make_stage() as made:
        yield made


def listed(event: dict[str, Any]) -> dict[str, str]:
    """Return who is on an event's list, with the answers."""
    return {entry["email"]: entry["responseStatus"] for entry in event.get("attendees", ())}


async def meeting(stage: Stage) -> Seen:
    """Let alice invite bob, carol, dave and a room, with all that a list may hold besides."""
    stage.google.add_room("room@resource.calendar.google.com", "Room 1")
    attendees = [
        {"email": stage.bob.email, "optional": True, "comment": "late", "additionalGuests": 2},
        {"email": CAROL, "displayName": "Carol"},
        {"email": DAVE},
        {"email": "room@resource.calendar.google.com"},
    ]
    stage.alice.create("Talk", id="meeting1", **TIMES, attendees=attendees)
    return await stage.side.fetch(ALICE, "meeting1")


async def test_guests_are_changed_one_by_one(stage: Stage) -> None:
    seen = await meeting(stage)
    wanted = frozenset(
        {Guest(stage.bob.email, Response.ACCEPTED), Guest(CAROL), Guest("erin@elsewhere.example")}
    )
    merge = merge_of(seen, guests=wanted)
    after = await stage.update("meeting1", merge, seen)
    entries = {entry["email"]: entry for entry in stage.alice.event("meeting1")["attendees"]}
    assert entries.keys() == {
        "alice@example.com", stage.bob.email, CAROL, "erin@elsewhere.example",
        "room@resource.calendar.google.com",
    }  # fmt: skip
    bob = {"optional": True, "comment": "late", "additionalGuests": 2, "responseStatus": "accepted"}
    assert bob.items() <= entries[stage.bob.email].items()
    assert entries[CAROL]["displayName"] == "Carol"
    assert entries["room@resource.calendar.google.com"]["responseStatus"] == "accepted"
    assert after.event is not None
    assert after.event.guests == wanted
    writes = stage.writes()
    await stage.update("meeting1", merge_of(after, guests=wanted), after)
    assert stage.writes() == writes


async def test_only_guests_that_are_known_are_taken_off(stage: Stage) -> None:
    seen = await meeting(stage)
    assert seen.event is not None
    fewer = frozenset(guest for guest in seen.event.guests if guest.email != DAVE)
    known = dataclasses.replace(seen, event=dataclasses.replace(seen.event, guests=fewer))
    await stage.update("meeting1", merge_of(known, guests=frozenset()), known)
    assert listed(stage.alice.event("meeting1")).keys() == {
        "alice@example.com", DAVE, "room@resource.calendar.google.com",
    }  # fmt: skip


async def test_a_list_that_changed_meanwhile_is_not_written(stage: Stage) -> None:
    seen = await meeting(stage)
    stage.bob.respond("meeting1", "accepted")
    with pytest.raises(Stale):
        await stage.update("meeting1", merge_of(seen, guests=frozenset()), seen)


async def test_the_first_guest_brings_the_organizer_onto_the_list(stage: Stage) -> None:
    stage.alice.create("Talk", id="meeting1", **TIMES)
    seen = await stage.side.fetch(ALICE, "meeting1")
    await stage.update("meeting1", merge_of(seen, guests=frozenset({Guest(CAROL)}), title="Meeting"), seen)
    assert listed(stage.alice.event("meeting1")) == {"alice@example.com": "accepted", CAROL: "needsAction"}
    assert stage.alice.event("meeting1")["summary"] == "Meeting"


async def test_the_organizers_own_answer(stage: Stage) -> None:
    seen = await meeting(stage)
    await stage.update("meeting1", merge_of(seen, response=Response.DECLINED), seen)
    assert listed(stage.alice.event("meeting1"))["alice@example.com"] == "declined"
    assert listed(stage.alice.event("meeting1"))[DAVE] == "needsAction"


async def test_a_guest_gives_his_own_answer_and_nothing_else(stage: Stage) -> None:
    await meeting(stage)
    seen = await stage.side.fetch(BOB, "meeting1")
    assert seen.event is not None
    assert seen.event.organizer == stage.alice.email
    merge = merge_of(seen, response=Response.ACCEPTED, guests=frozenset())
    after = await stage.update("meeting1", merge, seen, account=BOB)
    entries = {entry["email"]: entry for entry in stage.alice.event("meeting1")["attendees"]}
    assert len(entries) == 5
    assert entries[stage.bob.email]["responseStatus"] == "accepted"
    assert entries[stage.bob.email]["comment"] == "late"
    assert after.event is not None
    assert after.event.response is Response.ACCEPTED


async def test_a_guest_who_does_not_see_the_others_can_answer(stage: Stage) -> None:
    attendees = [{"email": stage.bob.email}, {"email": CAROL}]
    stage.alice.create("Talk", id="meeting1", **TIMES, attendees=attendees, guestsCanSeeOtherGuests=False)
    seen = await stage.side.fetch(BOB, "meeting1")
    assert stage.bob.event("meeting1")["attendeesOmitted"]
    await stage.update("meeting1", merge_of(seen, response=Response.TENTATIVE), seen, account=BOB)
    assert listed(stage.alice.event("meeting1"))[stage.bob.email] == "tentative"
    assert len(listed(stage.alice.event("meeting1"))) == 3


async def test_an_invitation_from_outside_is_answered(stage: Stage) -> None:
    made = stage.bob.invited("boss@elsewhere.example", "uid@elsewhere.example", "Review", **TIMES)
    [(event_id, seen)] = (await stage.pull(account=BOB)).seen.items()
    assert (event_id, seen.uid) == (made["id"], "uid@elsewhere.example")
    assert seen.event is not None
    assert (seen.event.guests, seen.event.response) == (frozenset(), Response.NEEDS_ACTION)
    await stage.update(event_id, merge_of(seen, response=Response.ACCEPTED), seen, account=BOB)
    assert listed(stage.bob.event(event_id)) == {stage.bob.email: "accepted"}


def test_a_list_that_google_cuts_is_never_written_back() -> None:
    item = {"attendeesOmitted": True, "attendees": [{"email": "alice@example.com", "self": True}]}
    wanted = Event("Talk", hour(2), guests=frozenset({Guest(CAROL)}))
    answer = guests.changes(item, {"response"}, wanted, ())
    assert answer == {
        "attendeesOmitted": True,
        "attendees": [{"email": "alice@example.com", "self": True, "responseStatus": "accepted"}],
    }
    with pytest.raises(Rejected):
        guests.changes(item, {"guests"}, wanted, ())


async def test_one_occurrence_may_have_other_guests_and_answers(stage: Stage) -> None:
    series(stage.alice, attendees=[{"email": stage.bob.email}, {"email": CAROL, "optional": True}])
    seen = await stage.side.fetch(ALICE, "series")
    overrides: dict[Any, dict[str, Any]] = {
        at(3): {"guests": frozenset({Guest(CAROL), Guest(DAVE)})},
        at(4): {"response": Response.DECLINED},
    }
    after = await stage.update("series", merge_of(seen, overrides=overrides), seen)
    assert after.event is not None
    assert after.event.overrides == overrides
    third = {entry["email"]: entry for entry in stage.alice.event(instance(3))["attendees"]}
    assert third.keys() == {"alice@example.com", CAROL, DAVE}
    assert third[CAROL]["optional"]
    assert len(listed(stage.alice.event("series"))) == 3


async def test_a_guest_answers_for_one_occurrence(stage: Stage) -> None:
    series(stage.alice, attendees=[{"email": stage.bob.email}])
    seen = await stage.side.fetch(BOB, "series")
    merge = merge_of(seen, overrides={at(3): {"response": Response.DECLINED}})
    after = await stage.update("series", merge, seen, account=BOB)
    assert after.event == merge.event
    assert listed(stage.alice.event(instance(3)))[stage.bob.email] == "declined"
    assert listed(stage.alice.event("series"))[stage.bob.email] == "needsAction"


async def test_who_has_one_occurrence_alone_answers_for_it(stage: Stage) -> None:
    series(stage.alice)
    stage.alice.patch(instance(4), attendees=[{"email": stage.bob.email}])
    seen = await stage.side.fetch(BOB, instance(4))
    merge = merge_of(seen, response=Response.ACCEPTED)
    after = await stage.update(instance(4), merge, seen, account=BOB)
    assert after.event is not None
    assert after.event.response is Response.ACCEPTED
    assert listed(stage.alice.event(instance(4)))[stage.bob.email] == "accepted"


async def test_links_are_given_and_taken_away(stage: Stage) -> None:
    stage.alice.create("Talk", id="meeting1", **TIMES, location="Room 1")
    seen = await stage.side.fetch(ALICE, "meeting1")
    after = await stage.update("meeting1", merge_of(seen, meeting_link=MEET), seen)
    assert after.event is not None
    assert after.event.meeting_link == MEET
    assert stage.alice.event("meeting1")["hangoutLink"] == MEET
    gone = await stage.update("meeting1", merge_of(after, meeting_link=""), after)
    assert gone.event is not None
    assert gone.event.meeting_link == ""
    assert "conferenceData" not in stage.alice.event("meeting1")


async def test_an_occurrence_that_comes_back_keeps_a_link_of_another_kind(stage: Stage) -> None:
    """Google holds links that we could not write; naming all fields must not take them away."""
    point = {"entryPointType": "video", "uri": "https://video.example/1"}
    data = {"conferenceSolution": {"key": {"type": "addOn"}, "name": "Video"}, "entryPoints": [point]}
    series(stage.alice, conferenceData=data)
    stage.alice.delete(instance(4))
    seen = await stage.side.fetch(ALICE, "series")
    assert seen.state is State.PRESENT
    after = await stage.update("series", merge_of(seen, overrides={at(4): {}}), seen)
    assert after.event is not None
    assert after.event.overrides == {}
    assert stage.alice.event(instance(4))["conferenceData"] == data
    assert "location" not in stage.alice.event(instance(4))
