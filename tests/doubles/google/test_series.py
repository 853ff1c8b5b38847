"""Series: masters, instances, exceptions, and what happens to them when the master changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.doubles.google import GoogleDouble, Person
from tests.doubles.google.client import Client, refused, timed

DAILY = ["RRULE:FREQ=DAILY;COUNT=4"]


def _series(person: Person, **more: Any) -> str:
    made = person.create("Stand-up", **(timed(day=3) | {"id": "series", "recurrence": DAILY} | more))
    return str(made["id"])


def _day(day: int, hour: str = "080000") -> str:
    return f"series_202503{day:02d}T{hour}Z"


async def test_a_zone_is_required(client: Client) -> None:
    body = {"start": {"dateTime": "2025-03-03T08:00:00Z"}, "end": {"dateTime": "2025-03-03T09:00:00Z"}}
    await client.events("insert", body=body)
    with refused(400, "required"):
        await client.events("insert", body=body | {"recurrence": DAILY})


async def test_wrong_lines_are_refused(client: Client) -> None:
    with refused(400, "invalid"):
        await client.events("insert", body=timed(recurrence=["RRULE:FREQ=DAILY;UNTIL=20250310"]))


async def test_masters_are_listed_or_their_instances(alice: Person, client: Client) -> None:
    _series(alice)
    items, _ = await client.listed()
    assert [(item["id"], item["recurrence"]) for item in items] == [("series", DAILY)]
    items, _ = await client.listed(singleEvents=True)
    assert [item["id"] for item in items] == [_day(n) for n in (3, 4, 5, 6)]
    assert items[1]["recurringEventId"] == "series"
    assert items[1]["originalStartTime"] == items[1]["start"]
    assert items[1]["iCalUID"] == "series@google.com"
    assert "recurrence" not in items[1]


async def test_instances(alice: Person, client: Client) -> None:
    _series(alice)
    alice.delete(_day(4))
    answer = await client.events("instances", eventId="series")
    assert [item["id"] for item in answer["items"]] == [_day(3), _day(5), _day(6)]
    answer = await client.events("instances", eventId="series", showDeleted=True)
    assert len(answer["items"]) == 4
    answer = await client.events("instances", eventId="series", timeMin="2025-03-05T09:00:00Z")
    assert [item["id"] for item in answer["items"]] == [_day(6)]
    answer = await client.events("instances", eventId="series", originalStart="2025-03-05T09:00:00+01:00")
    assert [item["id"] for item in answer["items"]] == [_day(5)]
    with refused(400, "invalid"):
        await client.events("instances", eventId=_day(3))


async def test_an_instance_can_be_read_before_anybody_changed_it(alice: Person, client: Client) -> None:
    _series(alice)
    instance = await client.events("get", eventId=_day(5))
    assert instance["start"]["dateTime"] == "2025-03-05T09:00:00+01:00"
    for wrong in (_day(7), _day(5, "090000"), "series_20250305", "series_20259999T000000Z"):
        with refused(404, "notFound"):
            await client.events("get", eventId=wrong)


async def test_a_changed_instance_is_an_exception(alice: Person, client: Client) -> None:
    _series(alice)
    _, token = await client.listed()
    body = {"summary": "Long stand-up", "end": timed(day=4, hour=11)["end"]}
    await client.events("patch", eventId=_day(4), body=body)
    items, _ = await client.listed(syncToken=token)
    assert [item["id"] for item in items] == [_day(4)]
    assert items[0]["originalStartTime"]["dateTime"] == "2025-03-04T09:00:00+01:00"
    assert len((await client.listed())[0]) == 2
    items, _ = await client.listed(singleEvents=True, orderBy="startTime")
    assert [i["summary"] for i in items] == ["Stand-up", "Long stand-up", "Stand-up", "Stand-up"]


async def test_an_instance_has_no_rules_of_its_own(alice: Person, client: Client) -> None:
    _series(alice)
    with refused(400, "invalid"):
        await client.events("patch", eventId=_day(4), body={"recurrence": DAILY})


async def test_exceptions_take_from_their_master_what_they_do_not_change(alice: Person) -> None:
    _series(alice)
    alice.patch(_day(4), summary="Long stand-up")
    alice.patch("series", summary="Daily", location="Room 1")
    exception = alice.event(_day(4))
    assert (exception["summary"], exception["location"]) == ("Long stand-up", "Room 1")
    alice.patch(_day(4), location=None)
    assert "location" not in alice.event(_day(4))


async def test_a_change_of_the_master_shows_in_its_exceptions_too(alice: Person, client: Client) -> None:
    _series(alice)
    alice.patch(_day(4), summary="Long stand-up")
    _, token = await client.listed()
    alice.patch("series", location="Room 1")
    items, _ = await client.listed(syncToken=token)
    assert {item["id"] for item in items} == {"series", _day(4)}


async def test_cancelled_instances_are_listed_as_long_as_the_master_lives(
    google: GoogleDouble, alice: Person, client: Client
) -> None:
    _series(alice)
    alice.delete(_day(5))
    items, token = await client.listed()
    tombstone = next(item for item in items if item["id"] == _day(5))
    assert tombstone.keys() == {"kind", "etag", "id", "status", "recurringEventId", "originalStartTime"}
    assert len((await client.listed(singleEvents=True))[0]) == 3
    assert (await client.events("get", eventId=_day(5)))["status"] == "cancelled"
    with refused(410, "deleted"):
        await client.events("delete", eventId=_day(5))
    alice.patch(_day(5), status="confirmed")
    assert len((await client.listed(singleEvents=True))[0]) == 4
    alice.delete("series")
    items, _ = await client.listed(syncToken=token)
    # A deleted master takes its exceptions along without a tombstone for each.
    assert [(item["id"], item["status"]) for item in items] == [("series", "cancelled")]
    assert (await client.listed())[0] == []


async def test_instances_of_a_deleted_master_are_gone(alice: Person, client: Client) -> None:
    _series(alice)
    _, token = await client.listed(singleEvents=True)
    alice.delete("series")
    assert (await client.events("get", eventId=_day(4)))["status"] == "cancelled"
    with refused(410, "deleted"):
        await client.events("delete", eventId=_day(4))
    items, _ = await client.listed(singleEvents=True, syncToken=token)
    assert [(item["id"], item["status"]) for item in items] == [(_day(n), "cancelled") for n in (3, 4, 5, 6)]
    items, _ = await client.listed(singleEvents=True, showDeleted=True)
    assert len(items) == 4


async def test_a_shorter_series_cancels_instances_where_they_are_listed(
    alice: Person, client: Client
) -> None:
    _series(alice)
    _, token = await client.listed(singleEvents=True)
    alice.patch("series", recurrence=["RRULE:FREQ=DAILY;COUNT=2"])
    items, token = await client.listed(singleEvents=True, syncToken=token)
    states = {item["id"]: item["status"] for item in items}
    assert states == {
        _day(3): "confirmed",
        _day(4): "confirmed",
        _day(5): "cancelled",
        _day(6): "cancelled",
    }
    alice.patch("series", recurrence=DAILY)
    items, _ = await client.listed(singleEvents=True, syncToken=token)
    assert {item["status"] for item in items} == {"confirmed"}


async def test_an_exception_keeps_its_place_while_the_rules_still_name_it(alice: Person) -> None:
    _series(alice)
    alice.patch(_day(4), summary="Long stand-up")
    alice.patch("series", recurrence=["RRULE:FREQ=DAILY;COUNT=9"])
    assert alice.event(_day(4))["summary"] == "Long stand-up"
    alice.patch("series", recurrence=["RRULE:FREQ=DAILY;COUNT=9;INTERVAL=2"])
    assert [e["id"] for e in alice.events(deleted=True)] == ["series"]


@pytest.mark.parametrize("what", ["rekey", "drop"])
async def test_moving_a_master_moves_or_drops_exceptions(
    google: GoogleDouble, alice: Person, what: Any
) -> None:
    google.settings.exceptions_on_move = what
    _series(alice)
    alice.patch(_day(4), summary="Long stand-up")
    alice.delete(_day(5))
    alice.patch("series", **timed(day=3, hour=11))
    summaries = [e["summary"] for e in alice.instances("series")]
    kept = {e["id"] for e in alice.events(deleted=True)}
    if what == "drop":
        assert kept == {"series"}
        assert summaries == ["Stand-up"] * 4
    else:
        assert kept == {"series", _day(4, "100000"), _day(5, "100000")}
        assert summaries == ["Stand-up", "Long stand-up", "Stand-up"]


async def test_all_day_series(alice: Person, client: Client) -> None:
    body: dict[str, Any] = {"start": {"date": "2025-03-29"}, "end": {"date": "2025-03-31"}, "id": "series"}
    alice.create("Fair", **body, recurrence=["RRULE:FREQ=WEEKLY;UNTIL=20250405"])
    items, _ = await client.listed(singleEvents=True)
    assert [item["id"] for item in items] == ["series_20250329", "series_20250405"]
    assert items[1]["end"] == {"date": "2025-04-07"}
    await client.events("delete", eventId="series_20250405")
    items, _ = await client.listed()
    assert items[1]["originalStartTime"] == {"date": "2025-04-05"}


async def test_instances_last_as_long_across_a_change_of_the_clock(alice: Person, client: Client) -> None:
    start = {"dateTime": "2025-03-29T22:00:00", "timeZone": "Europe/Berlin"}
    end = {"dateTime": "2025-03-30T06:00:00", "timeZone": "Europe/Berlin"}
    made = alice.create("Night shift", start=start, end=end, recurrence=["RRULE:FREQ=DAILY;COUNT=2"])
    items, _ = await client.listed(singleEvents=True)
    # Seven hours: the first night has an hour less.
    assert items[1]["start"]["dateTime"] == "2025-03-30T22:00:00+02:00"
    assert items[1]["end"]["dateTime"] == "2025-03-31T05:00:00+02:00"
    assert made["end"]["dateTime"] == "2025-03-30T06:00:00+02:00"


async def test_endless_series_end_at_the_horizon(google: GoogleDouble, alice: Person, client: Client) -> None:
    google.clock.set(datetime(2025, 3, 3, tzinfo=UTC), frozen=True)
    google.settings.expansion_reach = timedelta(days=10)
    _series(alice, recurrence=["RRULE:FREQ=DAILY"])
    assert len((await client.listed(singleEvents=True))[0]) == 11
    window = {"timeMin": "2025-03-05T00:00:00Z", "timeMax": "2025-03-07T00:00:00Z"}
    items, _ = await client.listed(singleEvents=True, **window)
    assert [item["id"] for item in items] == [_day(5), _day(6)]
    assert len((await client.listed(**window))[0]) == 1
    assert (await client.listed(timeMax="2025-03-03T08:00:00Z"))[0] == []


async def test_a_series_can_become_a_single_event(alice: Person, client: Client) -> None:
    _series(alice)
    alice.patch(_day(4), summary="x")
    patched = await client.events("patch", eventId="series", body={"recurrence": None})
    assert "recurrence" not in patched
    assert [e["id"] for e in alice.events()] == ["series"]
    patched = await client.events("patch", eventId="series", body={"recurrence": DAILY})
    assert patched["recurrence"] == DAILY


async def test_a_moved_series_takes_its_exceptions_along(alice: Person, client: Client) -> None:
    other = alice.add_calendar("Projects")
    _series(alice)
    alice.patch(_day(4), summary="x")
    await client.events("move", eventId="series", destination=other.id)
    assert {e["id"] for e in alice.events(calendar=other.id)} == {"series", _day(4)}
    assert alice.events() == []
    with refused(400, "cannotMoveInstance"):
        await client.events("move", calendarId=other.id, eventId=_day(4), destination="primary")
