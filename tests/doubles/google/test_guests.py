"""Meetings of several people: copies, answers, who may change what, rooms, and who is mailed."""

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


@pytest.fixture
def series(alice: Person, bob: Person) -> str:
    body = timed(id="meeting", recurrence=DAILY)
    return str(alice.create("Meeting", **body, attendees=[{"email": bob.email}])["id"])


def _answers(event: dict[str, Any]) -> dict[str, str]:
    return {a["email"].partition("@")[0]: a["responseStatus"] for a in event["attendees"]}


async def test_each_guest_has_a_copy(alice: Person, bob: Person, meeting: str) -> None:
    original, copy = alice.event(meeting), bob.event(meeting)
    assert copy["iCalUID"] == original["iCalUID"]
    assert original["organizer"] == {"email": alice.email, "self": True}
    assert copy["organizer"] == {"email": alice.email}
    own = {"email": bob.email, "responseStatus": "needsAction", "self": True}
    assert own in copy["attendees"]
    assert {"email": alice.email, "responseStatus": "accepted", "organizer": True} in copy["attendees"]
    assert copy["etag"] != original["etag"]


async def test_who_is_invited_later_gets_the_series_as_it_is(
    google: GoogleDouble, alice: Person, series: str
) -> None:
    alice.patch(SECOND, summary="Other")
    alice.delete(alice.instances(series)[2]["id"])
    carol = google.add_person("carol@example.com")
    for _ in range(2):
        listed = alice.event(series)["attendees"]
        alice.patch(series, attendees=[*listed, {"email": carol.email}])
        assert [one["summary"] for one in carol.instances(series)] == ["Meeting", "Other"]
        alice.patch(series, attendees=listed)


async def test_who_left_a_series_does_not_get_its_changed_instances(
    alice: Person, bob: Person, series: str
) -> None:
    bob.delete(series)
    alice.patch(SECOND, summary="Other")
    assert bob.events() == []


async def test_the_api_invites_nobody_on_its_own(client: Client, bob: Person) -> None:
    made = await client.events("insert", body=timed(attendees=[{"email": "Bob@Example.com"}]))
    assert [a["email"] for a in made["attendees"]] == [bob.email]


async def test_answers_reach_everybody(
    google: GoogleDouble, alice: Person, bob: Person, guest: Client
) -> None:
    carol = google.add_person("carol@example.com")
    attendees = [{"email": bob.email}, {"email": carol.email}]
    alice.create("Meeting", **timed(id="meeting"), attendees=attendees)
    copy = bob.event("meeting")
    body = {
        "attendees": [
            a | ({"responseStatus": "accepted"} if a.get("self") else {}) for a in copy["attendees"]
        ]
    }
    patched = await guest.events("patch", eventId="meeting", body=body)
    assert _answers(patched)["bob"] == "accepted"
    carol.respond("meeting", "tentative", comment="late")
    for person in (alice, bob, carol):
        found = _answers(person.event("meeting"))
        assert found == {"alice": "accepted", "bob": "accepted", "carol": "tentative"}
    assert alice.event("meeting")["attendees"][2]["comment"] == "late"


async def test_a_guest_who_deletes_only_declines(
    alice: Person, bob: Person, guest: Client, meeting: str
) -> None:
    await guest.events("delete", eventId=meeting)
    assert _answers(alice.event(meeting))["bob"] == "declined"
    alice.patch(meeting, **timed(day=6))
    assert bob.events() == []
    restored = await guest.events("patch", eventId=meeting, body={"status": "confirmed"})
    assert restored["status"] == "confirmed"


async def test_the_organizers_deletion_cancels_all_copies(
    alice: Person, bob: Person, guest: Client, meeting: str
) -> None:
    _, token = await guest.listed()
    alice.delete(meeting)
    items, _ = await guest.listed(syncToken=token)
    assert [(i["id"], i["status"]) for i in items] == [(meeting, "cancelled")]
    with refused(403, "forbiddenForNonOrganizer"):
        await guest.events("patch", eventId=meeting, body={"status": "confirmed"})
    alice.patch(meeting, status="confirmed")
    assert bob.event(meeting)["status"] == "confirmed"


async def test_an_uninvited_guest_loses_his_copy(alice: Person, bob: Person, meeting: str) -> None:
    alice.patch(meeting, attendees=[])
    assert bob.events() == []
    alice.patch(meeting, attendees=[{"email": bob.email}])
    assert len(bob.events()) == 1


async def test_a_change_that_is_none_leaves_the_copies_alone(
    alice: Person, guest: Client, client: Client, meeting: str
) -> None:
    _, token = await guest.listed()
    reminders = {"useDefault": False}
    await client.events("patch", eventId=meeting, body={"reminders": reminders, "colorId": "2"})
    assert (await guest.listed(syncToken=token))[0] == []


async def test_answers_for_one_instance(alice: Person, bob: Person, series: str) -> None:
    bob.respond(SECOND, "declined")
    assert _answers(alice.event(SECOND))["bob"] == "declined"
    assert _answers(alice.event(series))["bob"] == "needsAction"
    assert [e["id"] for e in alice.events()] == [series, SECOND]
    bob.respond(series, "accepted")
    assert _answers(alice.event(series))["bob"] == "accepted"


async def test_instances_are_shared_too(alice: Person, bob: Person, guest: Client, series: str) -> None:
    alice.patch(SECOND, summary="Special")
    assert bob.event(SECOND)["summary"] == "Special"
    alice.delete(SECOND)
    assert len((await guest.listed(singleEvents=True))[0]) == 2
    alice.split(series, "2025-03-05T08:00:00Z", summary="Tail")
    tail = bob.event("meeting_R20250305T080000")
    assert tail["summary"] == "Tail"
    assert tail["organizer"] == {"email": alice.email}


async def test_a_guest_takes_away_one_instance(
    alice: Person, bob: Person, guest: Client, series: str
) -> None:
    await guest.events("delete", eventId=SECOND)
    assert _answers(alice.event(SECOND))["bob"] == "declined"
    assert len((await guest.listed(singleEvents=True))[0]) == 2
    assert alice.event(SECOND)["status"] == "confirmed"


async def test_a_guest_may_be_invited_to_one_instance_or_to_all_but_one(
    google: GoogleDouble, alice: Person, bob: Person, series: str
) -> None:
    carol = google.add_person("carol@example.com")
    alice.patch(SECOND, attendees=[{"email": carol.email}])
    assert [e["id"] for e in carol.events()] == [SECOND]
    assert carol.event(SECOND)["recurringEventId"] == series
    assert [e["id"] for e in bob.instances(series)] == [
        "meeting_20250303T080000Z",
        "meeting_20250305T080000Z",
    ]


async def test_rooms_accept_when_they_are_free(google: GoogleDouble, alice: Person, client: Client) -> None:
    room = google.add_room("room@resource.example.com", "Room 1")
    one = await client.events("insert", body=timed(attendees=[{"email": room.id}]))
    assert one["attendees"] == [
        {
            "email": room.id,
            "displayName": "Room 1",
            "resource": True,
            "responseStatus": "accepted",
        }
    ]
    two = await client.events("insert", body=timed(attendees=[{"email": room.id}]))
    assert two["attendees"][0]["responseStatus"] == "declined"
    moved = await client.events("patch", eventId=two["id"], body=timed(hour=10))
    assert moved["attendees"][0]["responseStatus"] == "accepted"


async def test_invitations_from_outside(bob: Person, guest: Client) -> None:
    organizer = "carol@elsewhere.example"
    made = bob.invited(organizer, "uid@elsewhere.example", "Review", **timed())
    assert made["organizer"] == {"email": organizer}
    assert made["attendees"] == [{"email": bob.email, "responseStatus": "needsAction", "self": True}]
    with refused(403, "forbiddenForNonOrganizer"):
        await guest.events("patch", eventId=made["id"], body={"summary": "x"})
    assert _answers(bob.respond(made["id"], "accepted")) == {"bob": "accepted"}
    await guest.events("patch", eventId=made["id"], body={"colorId": "4"})
    again = bob.invited(organizer, "uid@elsewhere.example", "Review 2", **timed(day=5))
    assert (again["id"], again["summary"], again["colorId"]) == (made["id"], "Review 2", "4")
    bob.uninvited("uid@elsewhere.example")
    assert bob.events() == []


async def test_who_would_have_been_mailed(
    google: GoogleDouble, alice: Person, bob: Person, client: Client
) -> None:
    external = "dave@elsewhere.example"
    attendees = [{"email": bob.email}, {"email": external}]
    body = timed(id="meeting", summary="Meeting", attendees=attendees)
    await client.events("insert", body=body)
    assert google.mails == []
    await client.events("patch", eventId="meeting", body={"location": "x"}, sendUpdates="externalOnly")
    assert [(mail.to, mail.kind) for mail in google.mails] == [(external, "update")]
    google.mails.clear()
    await client.events("patch", eventId="meeting", body={"attendees": attendees[:1]}, sendUpdates="all")
    assert [(m.to, m.kind) for m in google.mails] == [(bob.email, "update"), (external, "cancellation")]
    google.mails.clear()
    bob.respond("meeting", "accepted", send_updates="all")
    assert [(mail.to, mail.kind) for mail in google.mails] == [(alice.email, "response")]
    google.mails.clear()
    await client.events("delete", eventId="meeting", sendNotifications=True)
    assert [(mail.to, mail.kind) for mail in google.mails] == [(bob.email, "cancellation")]


async def test_a_meeting_can_be_handed_over(
    google: GoogleDouble, alice: Person, bob: Person, meeting: str
) -> None:
    bob.share(alice.email, "writer")
    client = client_of(google, alice, "https://www.googleapis.com/auth/calendar.events")
    moved = await client.events("move", eventId=meeting, destination=bob.email)
    assert moved["organizer"]["email"] == bob.email
    # The old organizer is a guest, so a copy stays with him.
    assert alice.event(meeting)["organizer"] == {"email": bob.email}
    assert bob.event(meeting)["organizer"] == {"email": bob.email, "self": True}
