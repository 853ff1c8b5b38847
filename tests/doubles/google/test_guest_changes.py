"""What a guest may change, and what of it reaches the others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doubles.google import GoogleDouble, Person
from tests.doubles.google.client import Client, client_of, refused, timed

DAILY = ["RRULE:FREQ=DAILY;COUNT=3"]
SECOND = "meeting_20250304T080000Z"


@pytest.fixture
def guest(google: GoogleDouble, bob: Person) -> Client:
    return client_of(google, bob)


@pytest.fixture
def meeting(alice: Person, bob: Person) -> str:
    made = alice.create("Meeting", **timed(id="meeting"), attendees=[{"email": bob.email}])
    return str(made["id"])


def _answers(event: dict[str, Any]) -> dict[str, str]:
    return {a["email"].partition("@")[0]: a["responseStatus"] for a in event["attendees"]}


async def test_the_own_answer_can_be_sent_alone(
    alice: Person, bob: Person, guest: Client, meeting: str
) -> None:
    own = {"email": bob.email, "responseStatus": "declined"}
    body = {"attendeesOmitted": True, "attendees": [own]}
    await guest.events("patch", eventId=meeting, body=body)
    assert _answers(alice.event(meeting)) == {"alice": "accepted", "bob": "declined"}


async def test_a_guest_cannot_answer_for_others(
    google: GoogleDouble, alice: Person, bob: Person, guest: Client, meeting: str
) -> None:
    entries = [a | {"responseStatus": "declined"} for a in bob.event(meeting)["attendees"]]
    await guest.events("patch", eventId=meeting, body={"attendees": entries})
    assert _answers(alice.event(meeting)) == {"alice": "accepted", "bob": "declined"}


@pytest.mark.parametrize(
    "body",
    [
        {"summary": "x"},
        {"location": "x"},
        {"description": "x"},
        timed(day=4),
        {"recurrence": DAILY},
        {"status": "tentative"},
        {"guestsCanModify": False},
        {"guestsCanInviteOthers": True},
        {"attendees": []},
    ],
)
async def test_what_is_shared_is_the_organizers(guest: Client, meeting: str, body: dict[str, Any]) -> None:
    with refused(403, "forbiddenForNonOrganizer"):
        await guest.events("patch", eventId=meeting, body=body)


async def test_replacing_a_copy_resets_the_guests_rights(alice: Person, bob: Person, guest: Client) -> None:
    attendees = [{"email": bob.email}]
    alice.create("Meeting", **timed(id="meeting"), attendees=attendees, guestsCanInviteOthers=False)
    copy = await guest.events("get", eventId="meeting")
    del copy["guestsCanInviteOthers"]
    with refused(403, "forbiddenForNonOrganizer"):
        await guest.events("update", eventId="meeting", body=copy)


async def test_what_is_personal_stays_on_the_copy(
    alice: Person, bob: Person, guest: Client, meeting: str
) -> None:
    body = {
        "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]},
        "transparency": "transparent",
        "visibility": "private",
        "colorId": "3",
        "extendedProperties": {"private": {"mine": "1"}, "shared": {"ours": "2"}},
    }
    patched = await guest.events("patch", eventId=meeting, body=body)
    assert {name: patched[name] for name in body} == body
    original = alice.event(meeting)
    assert not {"transparency", "visibility", "colorId"} & original.keys()
    assert original["reminders"] == {"useDefault": True}
    assert original["extendedProperties"] == {"shared": {"ours": "2"}}
    alice.patch(meeting, summary="New title")
    copy = bob.event(meeting)
    assert copy["summary"] == "New title"
    assert {name: copy[name] for name in body} == body


async def test_guests_can_modify(alice: Person, bob: Person, guest: Client) -> None:
    attendees = [{"email": bob.email}]
    alice.create("Meeting", **timed(id="meeting"), attendees=attendees, guestsCanModify=True)
    await guest.events("patch", eventId="meeting", body={"summary": "x"} | timed(day=5))
    original = alice.event("meeting")
    assert original["summary"] == "x"
    assert original["start"] == bob.event("meeting")["start"]
    with refused(403, "forbiddenForNonOrganizer"):
        await guest.events("patch", eventId="meeting", body={"guestsCanModify": False})


async def test_guests_can_invite_others(
    google: GoogleDouble, alice: Person, bob: Person, guest: Client, meeting: str
) -> None:
    carol = google.add_person("carol@example.com")
    entries = [*bob.event(meeting)["attendees"], {"email": carol.email}]
    await guest.events("patch", eventId=meeting, body={"attendees": entries})
    assert carol.event(meeting)["summary"] == "Meeting"
    alice.patch(meeting, guestsCanInviteOthers=False)
    with refused(403, "forbiddenForNonOrganizer"):
        more = [*entries, {"email": "dave@elsewhere.example"}]
        await guest.events("patch", eventId=meeting, body={"attendees": more})


async def test_guests_may_not_see_each_other(
    google: GoogleDouble, alice: Person, bob: Person, meeting: str
) -> None:
    google.add_person("carol@example.com")
    attendees = [*alice.event(meeting)["attendees"], {"email": "carol@example.com"}]
    alice.patch(meeting, attendees=attendees, guestsCanSeeOtherGuests=False)
    copy = bob.event(meeting)
    assert [a["email"] for a in copy["attendees"]] == [bob.email]
    assert copy["attendeesOmitted"] is True
    assert len(alice.event(meeting)["attendees"]) == 3
