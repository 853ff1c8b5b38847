"""Events between calendars: moving, importing, sharing."""

from __future__ import annotations

from tests.doubles.google import GoogleDouble, Person
from tests.doubles.google.client import Client, client_of, refused, timed


async def test_import_needs_a_uid_and_updates_what_has_it(client: Client) -> None:
    with refused(400, "required"):
        await client.events("import_", body=timed())
    body = timed(iCalUID="x@elsewhere.example", organizer={"email": "carol@elsewhere.example"})
    made = await client.events("import_", body=body | {"summary": "one"})
    assert made["organizer"] == {"email": "carol@elsewhere.example"}
    assert made["privateCopy"] is True
    again = await client.events("import_", body=body | {"summary": "two"})
    assert (again["id"], again["summary"]) == (made["id"], "two")
    with refused(400, "eventTypeRestriction"):
        await client.events("import_", body=body | {"eventType": "focusTime"})


async def test_move_makes_another_calendar_the_organizer(
    google: GoogleDouble, alice: Person, client: Client
) -> None:
    other = alice.add_calendar("Projects")
    made = await client.events("insert", body=timed(summary="x"))
    moved = await client.events("move", eventId=made["id"], destination=other.id)
    assert moved["id"] == made["id"]
    assert moved["organizer"] == {"email": other.id, "displayName": "Projects", "self": True}
    assert (await client.events("get", eventId=made["id"]))["status"] == "cancelled"
    assert [e["id"] for e in alice.events(calendar=other.id)] == [made["id"]]


async def test_other_peoples_calendars_are_not_found(
    google: GoogleDouble, bob: Person, client: Client
) -> None:
    with refused(404, "notFound"):
        await client.events("list", calendarId=bob.email)


async def test_shared_calendars_are_read_by_role(google: GoogleDouble, alice: Person, bob: Person) -> None:
    alice.create("Doctor", **timed(), visibility="private")
    alice.create("Meeting", **timed(day=4))
    alice.share(bob.email, "reader")
    scope = "https://www.googleapis.com/auth/calendar.events"
    client = client_of(google, bob, scope)
    answer = await client.events("list", calendarId=alice.email)
    assert answer["accessRole"] == "reader"
    assert [item.get("summary") for item in answer["items"]] == [None, "Meeting"]
    with refused(403, "requiredAccessLevel"):
        await client.events("insert", calendarId=alice.email, body=timed())
    alice.share(bob.email, "writer")
    await client.events("insert", calendarId=alice.email, body=timed(day=5))
    alice.share(bob.email, "none")
    with refused(404, "notFound"):
        await client.events("list", calendarId=alice.email)
