"""Guests, answers and meeting links at Google: read with care, and changed entry by entry."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from sync.google import codec, guests
from sync.model import CANCELLED, NOBODY, Event, Guest, Recurrence, Response
from tests.unit.google_stage import (
    ZONE,
    at,
    google_times,
    hour,
)

CAROL, DAVE = "carol@elsewhere.example", "dave@elsewhere.example"
OUTSIDE = {"organizer": {"email": "Boss@Elsewhere.example"}}
MEET = "https://meet.google.com/abc-defg-hij"
TIMES = google_times(2)


def decode(**item: Any) -> Event:
    """Read an event of alice's, or one that says who else organizes it."""
    return codec.decode({**TIMES, "organizer": {"email": "alice@example.com", "self": True}, **item})


def me(answer: str = "needsAction", **more: Any) -> dict[str, Any]:
    """Return alice's own entry."""
    return {"email": "alice@example.com", "self": True, "responseStatus": answer, **more}


# --- reading


def test_guests_are_all_people_but_oneself() -> None:
    room = {"email": "c_1@resource.calendar.google.com", "resource": True, "responseStatus": "accepted"}
    group = {"email": "c_2@group.calendar.google.com"}
    odd: list[Any] = [{}, {"email": None}, {"email": 5}, {"displayName": "No address"}, "x", {"email": "x"}]
    people = [{"email": "Carol@Elsewhere.example", "responseStatus": "accepted"}, {"email": DAVE}]
    event = decode(attendees=[me("accepted"), room, group, *odd, *people])
    assert event.guests == {Guest(CAROL, Response.ACCEPTED), Guest(DAVE)}
    assert event.response is Response.ACCEPTED
    assert event == codec.project(event)


def test_an_organizer_who_takes_part_is_a_guest_to_the_others() -> None:
    event = decode(**OUTSIDE, attendees=[{"email": "boss@elsewhere.example", "organizer": True}, me()])
    assert event.guests == {Guest("boss@elsewhere.example")}
    assert event.organizer == "boss@elsewhere.example"


@pytest.mark.parametrize(
    ("organizer", "expected"),
    [
        (None, ""),
        ({}, ""),
        ({"email": "alice@example.com", "self": True}, ""),
        ({"displayName": "Somebody"}, NOBODY),
        ({"email": "unknownorganizer@calendar.google.com"}, NOBODY),
        ({"email": "BOSS@elsewhere.example"}, "boss@elsewhere.example"),
    ],
)
def test_who_organizes(organizer: Any, expected: str) -> None:
    assert decode(organizer=organizer).organizer == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({}, Response.ACCEPTED),
        ({"attendees": [me("declined")]}, Response.ACCEPTED),
        ({"attendees": [{"email": CAROL}]}, Response.ACCEPTED),
        ({"attendees": [me("declined"), {"email": CAROL}]}, Response.DECLINED),
        ({"attendees": [me("perhaps"), {"email": CAROL}]}, Response.NEEDS_ACTION),
        ({**OUTSIDE, "attendees": [me("tentative")]}, Response.TENTATIVE),
        ({**OUTSIDE, "attendees": [me()]}, Response.NEEDS_ACTION),
        ({**OUTSIDE, "attendees": [{"email": CAROL}]}, Response.NEEDS_ACTION),
        (OUTSIDE, Response.ACCEPTED),
    ],
)
def test_what_was_answered(item: dict[str, Any], expected: Response) -> None:
    assert decode(**item).response is expected


@pytest.mark.parametrize(
    "conference",
    [
        None,
        {},
        {"createRequest": {"requestId": "x", "status": {"statusCode": "pending"}}},
        {"entryPoints": None},
        {"entryPoints": []},
        {"entryPoints": [None, 5, {}, {"entryPointType": "phone", "uri": "tel:+32-2-123"}]},
        {"entryPoints": [{"entryPointType": "video"}]},
        {"entryPoints": [{"entryPointType": "video", "uri": False}]},
        {"entryPoints": [{"entryPointType": "video", "uri": "javascript:alert(1)"}]},
        {"entryPoints": [{"uri": MEET}]},
        "x",
    ],
)
def test_a_conference_without_a_link_has_none(conference: Any) -> None:
    assert decode(conferenceData=conference).meeting_link == ""
    assert decode(conferenceData=conference, hangoutLink=MEET).meeting_link == MEET


def test_the_first_video_link_is_the_meeting_link() -> None:
    points = [
        {"entryPointType": "more", "uri": "https://video.example/more"},
        {"entryPointType": "video", "uri": "https://video.example/1"},
        {"entryPointType": "video", "uri": "https://video.example/2"},
    ]
    event = decode(conferenceData={"entryPoints": points}, hangoutLink=MEET)
    assert event.meeting_link == "https://video.example/1"


# --- what Google can hold


def test_a_link_that_google_cannot_hold_stands_where_people_look() -> None:
    event = Event("Talk", hour(2), meeting_link="https://video.example/1")
    held = codec.project(event)
    assert (held.meeting_link, held.location) == ("", "https://video.example/1")
    assert codec.project(dataclasses.replace(event, location="Room 1")).location == "Room 1"
    own = dataclasses.replace(event, meeting_link=MEET)
    assert codec.project(own) == own
    long = dataclasses.replace(event, meeting_link="https://video.example/" + "x" * 2000)
    assert (codec.project(long).meeting_link, codec.project(long).location) == ("", "")


def test_only_addresses_that_google_takes_are_invited() -> None:
    good = {Guest(CAROL, Response.TENTATIVE), Guest("o'hara+x@sub.example.org")}
    bad = {
        Guest(address)
        for address in (
            "", "x", "x@", "@example.com", "x@example", "two words@example.com", "a@b@example.com",
            "Upper@example.com", "room@resource.calendar.google.com", "x" * 250 + "@example.com",
            "a,b@example.com", "<x@example.com>", "\ud800@example.com", "\0@example.com",
        )
    }  # fmt: skip
    assert guests.project(good | bad) == good


def test_who_is_alone_takes_part() -> None:
    alone = Event("Talk", hour(2), response=Response.DECLINED)
    assert codec.project(alone).response is Response.ACCEPTED
    assert codec.project(dataclasses.replace(alone, organizer=CAROL)).response is Response.DECLINED
    invited = dataclasses.replace(alone, guests=frozenset({Guest(CAROL)}))
    assert codec.project(invited).response is Response.DECLINED


def test_an_occurrence_is_held_as_an_event_is() -> None:
    rule = Recurrence(("RRULE:FREQ=DAILY;COUNT=5",), ZONE)
    people = frozenset({Guest(CAROL)})
    event = Event("Talk", hour(2), recurrence=rule, guests=people, response=Response.DECLINED)
    overrides: dict[Any, dict[str, Any]] = {
        at(3): {"meeting_link": "https://video.example/1"},
        at(4): {"guests": frozenset({Guest("nobody")})},
        at(5): {"guests": people | {Guest("nobody")}},
        at(6): {CANCELLED: True},
    }
    held = codec.project(dataclasses.replace(event, overrides=overrides))
    assert held.overrides == {
        at(3): {"location": "https://video.example/1"},
        at(4): {"guests": frozenset(), "response": Response.ACCEPTED},
        at(6): {CANCELLED: True},
    }
