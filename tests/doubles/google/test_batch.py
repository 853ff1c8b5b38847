"""Batches: the real client's, with answers and errors for each call."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import httplib2
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.errors import HttpError

from tests.doubles.google import GoogleDouble, Person
from tests.doubles.google.client import Client, timed


async def test_each_call_has_its_own_answer(google: GoogleDouble, alice: Person, client: Client) -> None:
    made = alice.create("Lunch", **timed(id="abcde"))
    events, answers = client.service.events(), {}

    def note(name: str, response: Any, error: HttpError | None) -> None:
        answers[name] = (response, error.status_code if error else None)

    batch = client.service.new_batch_http_request(callback=note)
    batch.add(events.get(calendarId="primary", eventId="abcde"), request_id="get")
    batch.add(events.get(calendarId="primary", eventId="unknown"), request_id="unknown")
    batch.add(events.insert(calendarId="primary", body=timed(summary="Tea ☕")), request_id="insert")
    stale = events.patch(calendarId="primary", eventId="abcde", body={"summary": "x"})
    stale.headers["If-Match"] = '"1"'
    batch.add(stale, request_id="stale")
    batch.add(events.delete(calendarId="primary", eventId="abcde"), request_id="delete")

    def execute() -> None:
        http = httplib2.Http(timeout=10)
        batch.execute(http=AuthorizedHttp(client.credentials, http=http))
        http.close()

    await asyncio.to_thread(execute)
    assert answers["get"] == (made, None)
    assert answers["unknown"] == (None, 404)
    assert answers["insert"][0]["summary"] == "Tea ☕"
    assert answers["stale"] == (None, 412)
    assert answers["delete"] == ("", None)
    entry = google.log.entries[0]
    assert (entry.operation, entry.write) == ("calendar.batch", True)
    assert entry.detail["account"] == alice.email
    assert entry.detail["calls"][0] == "calendar.events.get"


async def test_what_is_no_batch(google: GoogleDouble, client: Client) -> None:
    bodies = {
        "application/json": b"{}",
        "multipart/mixed; boundary=x": b"--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x--",
        "multipart/mixed; boundary=y": b"--y\r\nContent-Type: application/http\r\n\r\nhello\r\n--y--",
    }
    async with aiohttp.ClientSession() as session:
        for kind, body in bodies.items():
            address = f"{google.url}/batch/calendar/v3"
            async with session.post(address, data=body, headers={"Content-Type": kind}) as response:
                assert response.status == 400, kind
