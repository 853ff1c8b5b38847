""" "This and following" as Google's page does it."""

from __future__ import annotations

from typing import Any

from tests.doubles.google import Person
from tests.doubles.google.client import Client, timed

DAILY = ["RRULE:FREQ=DAILY;COUNT=4"]


def _series(person: Person, **more: Any) -> str:
    made = person.create("Stand-up", **(timed(day=3) | {"id": "series", "recurrence": DAILY} | more))
    return str(made["id"])


def _day(day: int, hour: str = "080000") -> str:
    return f"series_202503{day:02d}T{hour}Z"


async def test_this_and_following(alice: Person, client: Client) -> None:
    _series(alice)
    alice.patch(_day(4), summary="Before")
    alice.patch(_day(6), summary="After")
    _, token = await client.listed()
    tail = alice.split("series", "2025-03-05T08:00:00Z", summary="Late stand-up", **timed(day=5, hour=15))
    assert tail["id"] == "series_R20250305T080000"
    assert tail["iCalUID"] == "series_R20250305T080000@google.com"
    assert tail["recurrence"] == ["RRULE:FREQ=DAILY;COUNT=2"]
    head = alice.event("series")
    assert head["recurrence"] == ["RRULE:FREQ=DAILY;UNTIL=20250304T225959Z"]
    items, _ = await client.listed(syncToken=token)
    assert {item["id"] for item in items} >= {"series", tail["id"]}
    items, _ = await client.listed(singleEvents=True, orderBy="startTime")
    assert [(item["id"], item["summary"]) for item in items] == [
        (_day(3), "Stand-up"),
        (_day(4), "Before"),
        (_day(5, "140000"), "Late stand-up"),
        (_day(6, "140000"), "Late stand-up"),
    ]
    # Instances of the tail have no _R in their ids, but name it as their master.
    assert items[2]["recurringEventId"] == tail["id"]
    changed = await client.events("patch", eventId=_day(6, "140000"), body={"summary": "x"})
    assert changed["recurringEventId"] == tail["id"]


async def test_deleting_this_and_following(alice: Person) -> None:
    _series(alice)
    alice.delete_following("series", "2025-03-05T08:00:00Z")
    assert [e["id"] for e in alice.instances("series")] == [_day(3), _day(4)]
    alice.delete_following("series", "2025-03-03T08:00:00Z")
    assert alice.events() == []
