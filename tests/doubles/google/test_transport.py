"""Requests and answers on the wire: parameters, partial and compressed answers, the log, planned faults."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest
from googleapiclient.errors import HttpError

from tests.doubles.google import GoogleDouble, Person, discovery
from tests.doubles.google.client import Client, client_of, refused, timed


async def _get(client: Client, google: GoogleDouble, path: str, **headers: str) -> aiohttp.ClientResponse:
    headers["Authorization"] = f"Bearer {client.credentials.token}"
    address = google.api_url + path
    async with aiohttp.ClientSession() as session, session.get(address, headers=headers) as response:
        await response.read()
        return response


@pytest.mark.parametrize(
    "query",
    [
        "single=true",
        "singleEvents=yes",
        "maxResults=many",
        "maxResults=-1",
        "orderBy=title",
        "eventTypes=party",
        "timeMin=2025-03-03",
        "calendarId=primary",
        "fields=items(id",
        "fields=items/",
        "fields=,id",
        "fields=items(title)",
        "fields=items/id/x",
    ],
)
async def test_wrong_parameters(google: GoogleDouble, client: Client, query: str) -> None:
    response = await _get(client, google, f"calendars/primary/events?{query}")
    assert response.status == 400
    assert (await response.json())["error"]["errors"][0]["reason"] == "invalidParameter"


async def test_unknown_paths(google: GoogleDouble, client: Client) -> None:
    assert (await _get(client, google, "calendars/primary/event")).status == 404


async def test_bodies_that_are_none(google: GoogleDouble, client: Client) -> None:
    headers = {"Authorization": f"Bearer {client.credentials.token}"}
    address = google.api_url + "calendars/primary/events"
    async with aiohttp.ClientSession(headers=headers) as session:
        for body in (b"{", b"[]", b""):
            async with session.post(address, data=body) as response:
                assert response.status == 400
                assert (await response.json())["error"]["errors"][0]["reason"] == "parseError"


async def test_a_required_parameter(google: GoogleDouble, client: Client, alice: Person) -> None:
    made = alice.create("x", **timed())
    headers = {"Authorization": f"Bearer {client.credentials.token}"}
    address = f"{google.api_url}calendars/primary/events/{made['id']}/move"
    async with aiohttp.ClientSession(headers=headers) as session, session.post(address) as response:
        assert response.status == 400


async def test_partial_answers(alice: Person, client: Client) -> None:
    alice.create("x", **timed())
    answer = await client.events("list", fields="items(id,start/dateTime,organizer(email)),nextSyncToken")
    assert answer.keys() == {"items", "nextSyncToken"}
    assert answer["items"][0].keys() == {"id", "start", "organizer"}
    assert answer["items"][0]["start"].keys() == {"dateTime"}
    answer = await client.events("list", fields="items/id,items/etag,kind")
    assert answer["items"][0].keys() == {"id", "etag"}
    answer = await client.events("list", fields="items(*)")
    assert answer["items"][0]["summary"] == "x"


async def test_compression_is_for_those_who_ask_twice(google: GoogleDouble, client: Client) -> None:
    agent = {"User-Agent": "something (gzip)", "Accept-Encoding": "gzip"}
    response = await _get(client, google, "calendars/primary/events", **agent)
    assert response.headers["Content-Encoding"] == "gzip"
    response = await _get(client, google, "calendars/primary/events")
    assert "Content-Encoding" not in response.headers


async def test_the_date_is_the_doubles(google: GoogleDouble, alice: Person) -> None:
    google.clock.set(datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC), frozen=True)
    response = await _get(client_of(google, alice), google, "calendars/primary/events")
    assert parsedate_to_datetime(response.headers["Date"]) == google.clock.now()


async def test_the_log(google: GoogleDouble, alice: Person, client: Client) -> None:
    made = await client.events("insert", body=timed(id="abcde"))
    _, token = await client.listed()
    await client.events("list", syncToken=token)
    await client.events("patch", eventId=made["id"], body={"summary": "x"})
    await client.events("get", eventId=made["id"])
    await client.events("delete", eventId=made["id"])
    assert [(e.operation, e.write, e.status) for e in google.log.entries] == [
        ("calendar.events.insert", True, 200),
        ("calendar.events.list", False, 200),
        ("calendar.events.list", False, 200),
        ("calendar.events.patch", True, 200),
        ("calendar.events.get", False, 200),
        ("calendar.events.delete", True, 204),
    ]
    detail = {"account": alice.email, "calendar": "primary", "event": "abcde"}
    assert google.log.entries[0].detail.items() >= detail.items()
    assert google.log.entries[3].detail == detail | {"sent": ["summary"], "send_updates": None}
    assert [e.detail["full"] for e in google.log.of("*.list")] == [True, False]


async def test_planned_errors_look_like_googles(google: GoogleDouble, client: Client) -> None:
    google.faults.add(
        operation="calendar.events.list",
        status=403,
        reason="quotaExceeded",
        message="Calendar usage limits exceeded.",
        headers={"Retry-After": "7"},
    )
    with pytest.raises(HttpError) as caught:
        await client.events("list")
    assert caught.value.error_details == [
        {
            "domain": "usageLimits",
            "reason": "quotaExceeded",
            "message": "Calendar usage limits exceeded.",
        }
    ]
    assert caught.value.resp["retry-after"] == "7"
    await client.events("list")


async def test_a_lost_answer_to_an_insert(google: GoogleDouble, alice: Person, client: Client) -> None:
    # httplib2 repeats a request by itself when a connection drops, so both tries have to be lost.
    google.faults.add(operation="calendar.events.insert", drop="after", times=2)
    with pytest.raises(ConnectionError):
        await client.events("insert", body=timed(id="abcde"))
    assert [e["id"] for e in alice.events()] == ["abcde"]
    with refused(409, "duplicate"):
        await client.events("insert", body=timed(id="abcde"))


async def test_faults_for_writes_alone(google: GoogleDouble, alice: Person, client: Client) -> None:
    google.faults.add(operation="calendar.*", writes=True, status=503)
    await client.events("list")
    with refused(503, "backendError"):
        await client.events("insert", body=timed(id="abcde"))
    await client.events("insert", body=timed(id="abcde"))


async def test_a_fault_may_do_something_of_its_own(
    google: GoogleDouble, alice: Person, client: Client
) -> None:
    """What it does happens before the request is looked at, which then meets it."""
    made = await client.events("insert", body=timed(id="abcde"))
    google.faults.add(operation="*.get", does=lambda: alice.patch(made["id"], summary="just now"))
    assert (await client.events("get", eventId=made["id"]))["summary"] == "just now"


async def test_many_clients_at_once(google: GoogleDouble, alice: Person, client: Client) -> None:
    inserts = (client.events("insert", body=timed(summary=str(n))) for n in range(20))
    made = await asyncio.gather(*inserts)
    assert len({event["etag"] for event in made}) == 20


def test_answers_are_measured_too() -> None:
    found = discovery.match("GET", "calendars/primary/events/abcde")
    assert found is not None
    method, path = found
    assert path == {"calendarId": "primary", "eventId": "abcde"}
    discovery.check_answer(method, {"summary": "x", "attendees": [{"email": "a@example.com"}]})
    wrong: list[dict[str, Any]] = [{"titel": "x"}, {"sequence": "1"}, {"summary": None}]
    for body in wrong:
        with pytest.raises(AssertionError, match="double would send"):
            discovery.check_answer(method, body)
    found = discovery.match("DELETE", "calendars/primary/events/abcde")
    assert found is not None
    with pytest.raises(AssertionError, match="no response body"):
        discovery.check_answer(found[0], {})


def test_paths_are_decoded() -> None:
    found = discovery.match("GET", "calendars/alice%40example.com/events")
    assert found is not None
    assert found[1] == {"calendarId": "alice@example.com"}
    assert discovery.match("PUT", "calendars/primary/events") is None
