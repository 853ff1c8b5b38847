"""What Google accepts in an event, mends silently, or refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doubles.google import GoogleDouble, Person
from tests.doubles.google.client import Client, refused, timed

ZONE = "Europe/Berlin"


def _at(text: str, zone: str | None = None) -> dict[str, str]:
    return {"dateTime": text} | ({"timeZone": zone} if zone else {})


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        ({}, {}, "invalid"),
        ({"date": "2025-03-03", "dateTime": "2025-03-03T09:00:00Z"}, {"date": "2025-03-04"}, "invalid"),
        ({"date": "2025-03-03"}, _at("2025-03-03T10:00:00Z"), "invalid"),
        (_at("2025-03-03T09:00:00"), _at("2025-03-03T10:00:00"), "required"),
        (_at("2025-03-03T09:00:00", "Mars/Olympus"), _at("2025-03-03T10:00:00", ZONE), "invalid"),
        (_at("2025-03-03T09:00:00Z"), _at("2025-03-03T08:59:59Z"), "timeRangeEmpty"),
        ({"date": "2025-03-03"}, {"date": "2025-03-03"}, "timeRangeEmpty"),
        (_at("2025-03-03 9 o'clock", ZONE), _at("2025-03-03T10:00:00Z"), "badRequest"),
        ({"date": "2025-3-3"}, {"date": "2025-03-04"}, "badRequest"),
    ],
)
async def test_wrong_times(client: Client, start: Any, end: Any, reason: str) -> None:
    with refused(400, reason):
        await client.events("insert", body={"start": start, "end": end})


async def test_times_are_shown_in_the_readers_zone_and_keep_their_own(client: Client) -> None:
    body = {"start": _at("2025-07-01T09:00:00-04:00", "America/New_York"), "end": _at("2025-07-01T14:00:00Z")}
    made = await client.events("insert", body=body)
    assert made["start"] == _at("2025-07-01T15:00:00+02:00", "America/New_York")
    # Without a zone of its own, an event has its calendar's.
    assert made["end"] == _at("2025-07-01T16:00:00+02:00", ZONE)
    shown = await client.events("get", eventId=made["id"], timeZone="UTC")
    assert shown["start"] == _at("2025-07-01T13:00:00Z", "America/New_York")


async def test_an_event_may_last_no_time(client: Client) -> None:
    moment = _at("2025-03-03T09:00:00Z")
    await client.events("insert", body={"start": moment, "end": moment})


@pytest.mark.parametrize("missing", ["start", "end"])
async def test_both_times_are_required(client: Client, missing: str) -> None:
    body = timed()
    del body[missing]
    with refused(400, "required"):
        await client.events("insert", body=body)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "done"},
        {"transparency": "busy"},
        {"visibility": "secret"},
        {"eventType": "party"},
        {"colorId": "12"},
        {"attendees": [{"email": "bob"}]},
        {"attendees": [{"email": "bob@example.com", "responseStatus": "maybe"}]},
        {"source": {"title": "x", "url": "ftp://files.example"}},
    ],
)
async def test_wrong_values(client: Client, fields: dict[str, Any]) -> None:
    with refused(400, "invalid"):
        await client.events("insert", body=timed(**fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"titel": "x"},
        {"start": {"dateTime": "2025-03-03T09:00:00Z", "zone": "UTC"}},
        {"attendees": {"email": "bob@example.com"}},
        {"attendees": [{"mail": "bob@example.com"}]},
        {"summary": 7},
        {"guestsCanModify": "true"},
        {"reminders": {"overrides": [{"method": "popup", "minutes": "5"}]}},
        {"extendedProperties": {"private": {"a": 1}}},
    ],
)
async def test_bodies_are_measured_against_the_document(client: Client, fields: dict[str, Any]) -> None:
    with refused(400, "badRequest"):
        await client.events("insert", body=timed() | fields)


async def test_reminders(client: Client) -> None:
    def popup(*minutes: int) -> list[dict[str, Any]]:
        return [{"method": "popup", "minutes": n} for n in minutes]

    made = await client.events("insert", body=timed())
    both = {"useDefault": True, "overrides": popup(5)}
    with refused(400, "cannotUseDefaultRemindersAndSpecifyOverride"):
        await client.events("patch", eventId=made["id"], body={"reminders": both})
    # A patch is merged with what is there, which is useDefault.
    with refused(400, "cannotUseDefaultRemindersAndSpecifyOverride"):
        await client.events("patch", eventId=made["id"], body={"reminders": {"overrides": popup(5)}})
    six = {"useDefault": False, "overrides": popup(1, 2, 3, 4, 5, 6)}
    with refused(400, "eventRemindersCountExceedsLimit"):
        await client.events("patch", eventId=made["id"], body={"reminders": six})
    none = {"useDefault": False, "overrides": []}
    patched = await client.events("patch", eventId=made["id"], body={"reminders": none})
    assert patched["reminders"] == {"useDefault": False}


async def test_reminders_out_of_range_are_mended(google: GoogleDouble, client: Client) -> None:
    overrides = [{"method": m, "minutes": n} for m, n in (("popup", 50000), ("email", -1), ("sms", 5))]
    body = timed(reminders={"useDefault": False, "overrides": overrides})
    made = await client.events("insert", body=body)
    assert made["reminders"]["overrides"] == [
        {"method": "email", "minutes": 0},
        {"method": "popup", "minutes": 40320},
    ]
    google.settings.beyond_limit = "refuse"
    with refused(400, "invalid"):
        await client.events("insert", body=body)


async def test_all_day_events_get_the_default_reminders_as_their_own(client: Client) -> None:
    body = {"start": {"date": "2025-03-03"}, "end": {"date": "2025-03-04"}}
    made = await client.events("insert", body=body)
    assert made["reminders"] == {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]}


async def test_extended_properties_are_dropped_and_cut_without_a_word(client: Client) -> None:
    properties = {"k" * 44: "v" * 1025, "k" * 45: "v"}
    made = await client.events("insert", body=timed(extendedProperties={"private": properties}))
    assert made["extendedProperties"] == {"private": {"k" * 44: "v" * 1024}}
    many = {f"k{n}": "v" for n in range(301)}
    with refused(400, "invalid"):
        await client.events("insert", body=timed(extendedProperties={"private": many}))


async def test_long_texts(google: GoogleDouble, client: Client) -> None:
    body = timed(summary="s" * 1025, location="l" * 1025, description="d" * 8193)
    made = await client.events("insert", body=body)
    assert [len(made[name]) for name in ("summary", "location", "description")] == [1024, 1024, 8192]
    google.settings.beyond_limit = "refuse"
    with refused(400, "invalid"):
        await client.events("insert", body=body)


async def test_html_is_kept_as_it_is(client: Client) -> None:
    text = "<h1>Agenda</h1><ul><li>a &amp; b</li></ul><script>alert(1)</script>"
    assert (await client.events("insert", body=timed(description=text)))["description"] == text


@pytest.mark.parametrize(
    "fields",
    [
        {"eventType": "fromGmail"},
        {"eventType": "focusTime", "start": {"date": "2025-03-03"}, "end": {"date": "2025-03-04"}},
        {"eventType": "outOfOffice", "attendees": [{"email": "bob@example.com"}]},
        {"eventType": "workingLocation"},
        {"eventType": "birthday"},
        {"focusTimeProperties": {"chatStatus": "available"}},
    ],
)
async def test_event_types_have_their_rules(client: Client, fields: dict[str, Any]) -> None:
    with refused(400, "eventTypeRestriction"):
        await client.events("insert", body=timed() | fields)


async def test_an_event_keeps_its_type(client: Client) -> None:
    made = await client.events("insert", body=timed(eventType="focusTime"))
    assert made["eventType"] == "focusTime"
    with refused(400, "eventTypeRestriction"):
        await client.events("patch", eventId=made["id"], body={"eventType": "default"})
    replaced = await client.events("update", eventId=made["id"], body=timed(summary="x"))
    assert replaced["eventType"] == "focusTime"
    with refused(400, "eventTypeRestriction"):
        await client.events("move", eventId=made["id"], destination="primary")


async def test_a_birthday_may_only_change_in_part(client: Client) -> None:
    dates = {"start": {"date": "2025-03-03"}, "end": {"date": "2025-03-04"}}
    body = dates | {"eventType": "birthday", "recurrence": ["RRULE:FREQ=YEARLY"], "summary": "Bob"}
    made = await client.events("insert", body=body)
    await client.events("patch", eventId=made["id"], body={"summary": "Bobby"})
    with refused(400, "eventTypeRestriction"):
        await client.events("patch", eventId=made["id"], body={"location": "home"})


async def test_focus_time_is_for_workspace_accounts(google: GoogleDouble) -> None:
    carol = google.add_person("carol@mail.example")
    with pytest.raises(Exception, match="not available"):
        carol.create("Focus", **timed(), eventType="focusTime")


async def test_people_act_by_the_same_rules(alice: Person) -> None:
    with pytest.raises(Exception, match="Unknown name"):
        alice.create("x", **timed(), titel="y")
    with pytest.raises(Exception, match="time range is empty"):
        alice.create("x", start=timed(day=4)["start"], end=timed(day=3)["end"])
