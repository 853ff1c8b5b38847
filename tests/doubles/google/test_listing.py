"""events.list: pages, sync tokens, tombstones, filters and order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.doubles.google import GoogleDouble, Person
from tests.doubles.google.client import Client, client_of, refused, timed


def _fill(person: Person, count: int) -> list[str]:
    return [str(person.create(f"event {n}", **timed(day=1 + n))["id"]) for n in range(count)]


async def test_pages(alice: Person, client: Client) -> None:
    ids = _fill(alice, 5)
    first = await client.events("list", maxResults=2)
    assert len(first["items"]) == 2
    assert "nextSyncToken" not in first
    items, token = await client.listed(maxResults=2)
    assert [item["id"] for item in items] == ids
    assert token


async def test_pages_may_be_short_or_empty(google: GoogleDouble, alice: Person, client: Client) -> None:
    ids = _fill(alice, 5)
    google.settings.page_size = 2
    google.settings.empty_pages = True
    first = await client.events("list")
    assert first["items"] == []
    assert first["nextPageToken"]
    items, token = await client.listed()
    assert [item["id"] for item in items] == ids
    assert token


async def test_what_changes_between_two_pages_is_not_lost(alice: Person, client: Client) -> None:
    ids = _fill(alice, 4)
    first = await client.events("list", maxResults=2)
    alice.patch(ids[3], summary="changed")
    alice.patch(ids[0], summary="changed")
    alice.create("new", **timed())
    second = await client.events("list", maxResults=2, pageToken=first["nextPageToken"])
    seen = {item["id"] for item in first["items"] + second["items"]}
    items = second["items"]
    while "nextPageToken" in second:
        second = await client.events("list", maxResults=2, pageToken=second["nextPageToken"])
        items = second["items"]
        seen |= {item["id"] for item in items}
    assert seen >= set(ids)
    # The sync token goes back to where the first page stood.
    later, _ = await client.listed(syncToken=second["nextSyncToken"])
    assert {item["summary"] for item in later} == {"changed", "new"}


async def test_the_size_of_a_page_is_limited(alice: Person, client: Client) -> None:
    for n in range(251):
        alice.create(f"event {n}", **timed())
    assert len((await client.events("list"))["items"]) == 250
    assert len((await client.events("list", maxResults=9999))["items"]) == 251
    with refused(400, "invalidParameter"):
        await client.events("list", maxResults=0)


async def test_the_answer_describes_the_calendar(google: GoogleDouble) -> None:
    reminders = [{"method": "email", "minutes": 30}]
    carol = google.add_person("carol@example.com", time_zone="America/New_York", default_reminders=reminders)
    answer = await client_of(google, carol).events("list")
    assert answer["kind"] == "calendar#events"
    assert answer["summary"] == "carol@example.com"
    assert answer["timeZone"] == "America/New_York"
    assert answer["accessRole"] == "owner"
    assert answer["defaultReminders"] == reminders


@pytest.mark.parametrize(
    "more",
    [
        {"iCalUID": "x"},
        {"orderBy": "updated"},
        {"privateExtendedProperty": "a=b"},
        {"q": "x"},
        {"sharedExtendedProperty": "a=b"},
        {"timeMin": "2025-01-01T00:00:00Z"},
        {"timeMax": "2025-01-01T00:00:00Z"},
        {"updatedMin": "2025-01-01T00:00:00Z"},
        {"showDeleted": False},
    ],
)
async def test_what_a_sync_token_excludes(client: Client, more: dict[str, Any]) -> None:
    _, token = await client.listed()
    with refused(400, "syncTokenWithRequestRestrictions"):
        await client.events("list", syncToken=token, **more)


@pytest.mark.parametrize(
    "more", [{"singleEvents": True}, {"eventTypes": ["default"]}, {"maxAttendees": 1}, {"timeZone": "UTC"}]
)
async def test_a_sync_token_is_bound_to_its_parameters(client: Client, more: dict[str, Any]) -> None:
    _, token = await client.listed()
    with refused(400, "invalid"):
        await client.events("list", syncToken=token, **more)
    _, token = await client.listed(**more)
    await client.events("list", syncToken=token, **more)


async def test_a_sync_token_is_bound_to_its_calendar(alice: Person, client: Client) -> None:
    other = alice.add_calendar("Projects")
    _, token = await client.listed(calendarId=other.id)
    with refused(400, "invalid"):
        await client.events("list", syncToken=token)
    with refused(400, "invalid"):
        await client.events("list", syncToken="made up")


@pytest.mark.parametrize(
    "more",
    [
        {"iCalUID": "x"},
        {"orderBy": "updated"},
        {"privateExtendedProperty": "a=b"},
        {"q": "x"},
        {"sharedExtendedProperty": "a=b"},
    ],
)
async def test_some_lists_give_no_sync_token(client: Client, more: dict[str, Any]) -> None:
    assert "nextSyncToken" not in await client.events("list", **more)


async def test_a_time_range_may_come_with_the_full_sync(alice: Person, client: Client) -> None:
    alice.create("early", **timed(day=1))
    late = alice.create("late", **timed(day=20))
    items, token = await client.listed(timeMin="2025-03-10T00:00:00Z")
    assert [item["id"] for item in items] == [late["id"]]
    assert (await client.listed(syncToken=token))[0] == []


async def test_tokens_can_be_forgotten(google: GoogleDouble, alice: Person, client: Client) -> None:
    _, token = await client.listed()
    google.invalidate_sync_tokens("bob@example.com")
    await client.listed(syncToken=token)
    google.invalidate_sync_tokens(alice.email)
    with refused(410, "fullSyncRequired"):
        await client.events("list", syncToken=token)
    _, token = await client.listed()
    await client.listed(syncToken=token)


async def test_updated_min(google: GoogleDouble, alice: Person) -> None:
    ids = _fill(alice, 2)
    google.clock.advance(days=2)
    client = client_of(google, alice)
    alice.delete(ids[0])
    since = (google.clock.now() - timedelta(days=1)).isoformat()
    answer = await client.events("list", updatedMin=since)
    assert [(i["id"], i["status"]) for i in answer["items"]] == [(ids[0], "cancelled")]
    with refused(410, "updatedMinTooLongAgo"):
        await client.events("list", updatedMin=(google.clock.now() - timedelta(days=31)).isoformat())


async def test_tombstones(google: GoogleDouble, alice: Person, client: Client) -> None:
    ids = _fill(alice, 2)
    _, token = await client.listed()
    alice.delete(ids[0])
    assert [item["id"] for item in (await client.listed())[0]] == ids[1:]
    assert len((await client.listed(showDeleted=True))[0]) == 2
    items, _ = await client.listed(syncToken=token)
    assert items[0]["summary"] == "event 0"
    google.settings.bare_tombstones = True
    items, _ = await client.listed(syncToken=token)
    assert items[0].keys() == {"kind", "etag", "id", "status"}


async def test_order(google: GoogleDouble, alice: Person, client: Client) -> None:
    late = alice.create("late", **timed(day=9))["id"]
    google.clock.advance(seconds=1)
    early = alice.create("early", **timed(day=1))["id"]
    google.clock.advance(seconds=1)
    alice.patch(late, summary="later")
    items, _ = await client.listed(orderBy="startTime", singleEvents=True)
    assert [item["id"] for item in items] == [early, late]
    items, _ = await client.listed(orderBy="updated", maxResults=1)
    assert [item["id"] for item in items] == [early, late]
    with refused(400, "badRequest"):
        await client.events("list", orderBy="startTime")


async def test_filters(alice: Person, client: Client) -> None:
    properties = {"private": {"a": "1"}, "shared": {"b": "x=y"}}
    one = alice.create("Team lunch", **timed(day=1), extendedProperties=properties, location="Café")
    two = alice.create("Focus", **timed(day=2), eventType="focusTime")

    async def found(**query: Any) -> list[str]:
        return [item["id"] for item in (await client.listed(**query))[0]]

    assert await found(q="lunch café") == [one["id"]]
    assert await found(iCalUID=two["iCalUID"]) == [two["id"]]
    assert await found(privateExtendedProperty="a=1") == [one["id"]]
    assert await found(privateExtendedProperty=["a=1", "a=2"]) == []
    assert await found(sharedExtendedProperty="b=x=y") == [one["id"]]
    assert await found(eventTypes=["default"]) == [one["id"]]
    assert await found(eventTypes=["default", "focusTime"]) == [one["id"], two["id"]]
    # timeMin is compared with the end and timeMax with the start, both exclusive.
    assert await found(timeMin=one["end"]["dateTime"]) == [two["id"]]
    assert await found(timeMax=two["start"]["dateTime"]) == [one["id"]]
    with refused(400, "timeRangeEmpty"):
        await found(timeMin="2025-03-02T00:00:00Z", timeMax="2025-03-01T00:00:00Z")
    with refused(400, "invalidParameter"):
        await found(timeMin="2025-03-02T00:00:00")


async def test_people_can_be_left_out(alice: Person, bob: Person, client: Client) -> None:
    alice.create("Meeting", **timed(), attendees=[{"email": bob.email}])
    item = (await client.events("list", maxAttendees=1))["items"][0]
    assert item["attendeesOmitted"] is True
    assert [a["email"] for a in item["attendees"]] == [alice.email]
    assert "attendeesOmitted" not in (await client.events("list", maxAttendees=2))["items"][0]


async def test_a_long_query_becomes_a_post(google: GoogleDouble, alice: Person, client: Client) -> None:
    alice.create("needle", **timed())
    items, _ = await client.listed(q="needle " * 400)
    assert len(items) == 1
    assert google.log.of("calendar.events.list")[0].detail["full"] is True


async def test_days_of_all_day_events_are_the_calendars(alice: Person, client: Client) -> None:
    day = datetime(2025, 3, 3, tzinfo=UTC).date()
    alice.create("Holiday", start=day, end=day + timedelta(days=1))
    midnight = "2025-03-03T23:00:00Z"
    assert (await client.listed(timeMin=midnight))[0] == []
    assert len((await client.listed(timeMin="2025-03-03T22:59:59Z"))[0]) == 1
