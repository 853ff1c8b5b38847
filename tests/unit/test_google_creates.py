"""Making events and series in Google: with their guests, their zone, and a link if one is wanted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from sync.model import CANCELLED, Event, Guest, Recurrence, Response, Span
from tests.unit.google_stage import (
    ALICE,
    BOB,
    HASHER,
    ZONE,
    Stage,
    at,
    hour,
    make_stage,
    shown,
)

CAROL, DAVE = "carol@elsewhere.example", "dave@elsewhere.example"
MEET = "https://meet.google.com/abc-defg-hij"
LEFT_OUT: dict[str, Any] = {CANCELLED: True}
DAILY = Recurrence(("RRULE:FREQ=DAILY;COUNT=5",), ZONE)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with make_stage() as made:
        yield made


def listed(event: dict[str, Any]) -> dict[str, str]:
    """Return who is on an event's list, with the answers."""
    return {entry["email"]: entry["responseStatus"] for entry in event.get("attendees", ())}


async def test_a_new_series_is_written_with_its_zone_and_what_it_leaves_out(stage: Stage) -> None:
    overrides: dict[Any, Any] = {at(4): LEFT_OUT, at(5): {"title": "Aligned later"}}
    event = Event("Stand-up", hour(2), recurrence=DAILY, overrides=overrides)
    seen = await stage.create(event)
    made = stage.alice.event("made1")
    assert made["start"]["timeZone"] == made["end"]["timeZone"] == ZONE
    assert made["recurrence"] == ["RRULE:FREQ=DAILY;COUNT=5", "EXDATE:20260304T080000Z"]
    assert seen.event is not None
    assert seen.event.overrides == {at(4): LEFT_OUT}
    assert seen.key == "7.0"
    assert seen == await stage.side.fetch(ALICE, "made1")


async def test_a_new_series_of_whole_days(stage: Stage) -> None:
    days = Span(date(2026, 3, 2), date(2026, 3, 4))
    recurrence = Recurrence(("RRULE:FREQ=WEEKLY;UNTIL=20260316",), "")
    event = Event("Fair", days, recurrence=recurrence, overrides={date(2026, 3, 9): LEFT_OUT})
    seen = await stage.create(event)
    assert seen.hashes == HASHER.event(event)
    assert shown(stage.alice, "made1") == [("02 00", "Fair"), ("16 00", "Fair")]


# --- making


async def test_who_makes_a_meeting_is_on_its_list_and_has_accepted(stage: Stage) -> None:
    event = Event("Talk", hour(2), guests=frozenset({Guest(CAROL), Guest(DAVE, Response.TENTATIVE)}))
    seen = await stage.create(event)
    made = stage.alice.event("made1")
    assert listed(made) == {"alice@example.com": "accepted", CAROL: "needsAction", DAVE: "tentative"}
    assert made["organizer"]["self"]
    assert seen.hashes == HASHER.event(event)
    assert stage.google.mails == []
    assert stage.google.log.counts() == {"calendar.events.insert": 1}


async def test_the_own_answer_goes_with_a_new_meeting(stage: Stage) -> None:
    event = Event("Talk", hour(2), guests=frozenset({Guest(CAROL)}), response=Response.TENTATIVE)
    seen = await stage.create(event)
    assert listed(stage.alice.event("made1"))["alice@example.com"] == "tentative"
    assert seen.event == event


async def test_an_address_of_an_earlier_grant_is_not_invited(stage: Stage) -> None:
    event = Event("Talk", hour(2), guests=frozenset({Guest(CAROL)}))
    await stage.create(event, account=BOB, address="robert@example.com")
    assert listed(stage.bob.event("made1")).keys() == {stage.bob.email, CAROL}


async def test_an_event_of_ones_own_has_no_list(stage: Stage) -> None:
    seen = await stage.create(Event("Lunch", hour(2)))
    assert "attendees" not in stage.alice.event("made1")
    assert seen.event == Event("Lunch", hour(2))
    assert stage.google.log.counts() == {"calendar.events.insert": 1}


async def test_a_meet_link_is_asked_for_once(stage: Stage) -> None:
    seen = await stage.create(Event("Talk", hour(2)), meet=True)
    assert seen.event is not None
    assert seen.event.meeting_link == ""
    there = await stage.side.fetch(ALICE, "made1")
    assert there.event is not None
    assert there.event.meeting_link == stage.alice.event("made1")["hangoutLink"]
    assert there.event.meeting_link.startswith("https://meet.google.com/")
    await stage.create(Event("Talk", hour(2), meeting_link=MEET), key="made2", meet=True)
    assert stage.alice.event("made2")["hangoutLink"] == MEET
    elsewhere = Event("Talk", hour(2), meeting_link="https://video.example/1")
    await stage.create(elsewhere, key="made3", meet=True)
    assert "conferenceData" not in stage.alice.event("made3")
    assert stage.alice.event("made3")["location"] == "https://video.example/1"
