"""The admin interface, by which programs outside of Python seed people and act as them."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from tests.doubles.google import GoogleDouble, Person
from tests.doubles.google.client import Client, refused, timed


async def _call(google: GoogleDouble, method: str, what: str, **order: Any) -> tuple[int, Any]:
    address = f"{google.url}/_double/{what}"
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, address, json=order or None) as response,
    ):
        return response.status, await response.json()


async def test_acting_over_http(google: GoogleDouble, bob: Person) -> None:
    status, person = await _call(google, "POST", "people", email="Dora@example.com", time_zone="UTC")
    assert (status, person["email"]) == (200, "dora@example.com")
    dora = {"as": "dora@example.com"}

    async def act(do: str, **order: Any) -> Any:
        status, answer = await _call(google, "POST", "act", do=do, **(dora | order))
        assert status == 200, answer
        return answer

    body = timed(id="series", recurrence=["RRULE:FREQ=DAILY;COUNT=5"])
    made = await act("create", summary="Daily", attendees=[{"email": bob.email}], **body)
    await act("patch", id=made["id"], summary="Weekly")
    assert bob.event(made["id"])["summary"] == "Weekly"
    tail = await act("split", id=made["id"], original_start="2025-03-05T08:00:00Z", summary="Tail")
    await act("delete_following", id=tail["id"], original_start="2025-03-06T08:00:00Z")
    assert len(google.people["dora@example.com"].instances(tail["id"])) == 1
    await act("delete", id=tail["id"])
    answer = await act("respond", id=made["id"], response="tentative", **{"as": bob.email})
    assert answer["attendees"][1]["responseStatus"] == "tentative"
    invitation = await act("invited", organizer="e@elsewhere.example", uid="u", summary="x", **timed())
    assert [e["id"] for e in await act("events")] == [made["id"], invitation["id"]]
    await act("uninvited", uid="u")
    await act("empty")
    assert google.people["dora@example.com"].events() == []
    assert google.log.entries == []


async def test_other_calls(google: GoogleDouble, alice: Person, client: Client) -> None:
    assert (await _call(google, "POST", "rooms", email="room@example.com", name="Room"))[0] == 200
    _, token = await client.listed()
    assert (await _call(google, "POST", "invalidate"))[0] == 200
    with refused(410, "fullSyncRequired"):
        await client.events("list", syncToken=token)
    assert (await _call(google, "POST", "revoke", email=alice.email))[0] == 200
    assert google.grants.access_tokens == {}
    _, file = await _call(google, "GET", "client_file")
    assert file == google.client_file()
    alice.create("Lunch", **timed())
    _, state = await _call(google, "GET", "state")
    assert state["people"][alice.email]["calendars"][alice.email][0]["summary"] == "Lunch"


async def test_wrong_calls(google: GoogleDouble, alice: Person) -> None:
    for what, order, status in (
        ("people", {"email": alice.email}, 400),
        ("people", {"email": "f@example.com", "age": 7}, 400),
        ("act", {"as": "nobody@example.com", "do": "empty"}, 404),
        ("act", {"as": alice.email, "do": "dance"}, 404),
        ("act", {"as": alice.email, "do": "delete", "id": "unknown"}, 404),
        ("act", {"as": alice.email, "do": "create", "summary": "x"}, 400),
        ("dance", {"x": 1}, 404),
    ):
        assert (await _call(google, "POST", what, **order))[0] == status, (what, order)
    assert (await _call(google, "GET", "dance"))[0] == 404


def test_people_may_use_pythons_dates(alice: Person) -> None:
    zone = ZoneInfo("Europe/Berlin")
    start, end = datetime(2025, 3, 3, 9, tzinfo=zone), datetime(2025, 3, 3, 10, tzinfo=zone)
    made = alice.create("Lunch", start=start, end=end)
    assert made["start"] == {"dateTime": "2025-03-03T09:00:00+01:00", "timeZone": "Europe/Berlin"}
    moved = alice.patch(made["id"], start=datetime(2025, 3, 3, 8, 30, tzinfo=UTC))
    assert moved["start"]["dateTime"] == "2025-03-03T09:30:00+01:00"
    day = alice.patch(made["id"], start=date(2025, 3, 3), end=date(2025, 3, 4))
    assert day["start"] == {"date": "2025-03-03"}


async def test_emptying_takes_whole_series(alice: Person) -> None:
    alice.create("Daily", **timed(id="series", recurrence=["RRULE:FREQ=DAILY;COUNT=3"]))
    alice.patch("series_20250304T080000Z", summary="x")
    alice.create("Lunch", **timed())
    alice.empty()
    assert alice.events() == []


async def test_it_runs_alone() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.doubles.google", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    address = line.split()[1]
    async with aiohttp.ClientSession() as session, session.get(f"{address}/_double/state") as response:
        assert list((await response.json())["people"]) == ["alice@example.com"]
    process.terminate()
    assert await process.wait() == 0
    # Read what is left, so that the pipe closes with the process.
    await process.stdout.read()


def test_a_new_owner_of_a_meeting(alice: Person, bob: Person) -> None:
    made = alice.create("Lunch", **timed(attendees=[{"email": bob.email}]))
    alice.hand_over(made["id"], bob.email)
    for person in (alice, bob):
        assert person.event(made["id"])["organizer"]["email"] == bob.email
