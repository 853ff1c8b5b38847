"""Who may call the API: tokens, scopes, an API that is off, and quotas."""

from __future__ import annotations

from datetime import UTC, datetime

import aiohttp
import pytest
from googleapiclient.errors import HttpError

from tests.doubles.google import GoogleDouble, Person
from tests.doubles.google.client import EMAIL, EVERYTHING, OWNED, Client, client_of, refused, timed

PREFIX = "https://www.googleapis.com/auth/"


async def _status(google: GoogleDouble, token: str | None) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = f"{google.api_url}calendars/primary/events"
    async with aiohttp.ClientSession() as session, session.get(address, headers=headers) as response:
        return response.status, (await response.json())["error"]["errors"][0]["reason"]


async def test_no_token_a_wrong_one_and_an_expired_one(google: GoogleDouble, alice: Person) -> None:
    assert await _status(google, None) == (401, "required")
    assert await _status(google, "made-up") == (401, "authError")
    token = google.grants.new_access_token(alice.email, frozenset({OWNED}))
    google.clock.advance(hours=1)
    assert await _status(google, token.value) == (401, "authError")


async def test_a_scope_that_was_not_granted(google: GoogleDouble, alice: Person) -> None:
    client = client_of(google, alice, EMAIL)
    with pytest.raises(HttpError) as caught:
        await client.events("list")
    assert caught.value.status_code == 403
    assert b"ACCESS_TOKEN_SCOPE_INSUFFICIENT" in caught.value.content
    assert b"insufficientPermissions" in caught.value.content


async def test_owned_events_are_those_on_own_calendars(
    google: GoogleDouble, alice: Person, bob: Person, client: Client
) -> None:
    bob.share(alice.email, "writer")
    await client.events("insert", body=timed())
    with refused(403, "insufficientPermissions"):
        await client.events("list", calendarId=bob.email)
    wide = client_of(google, alice, PREFIX + "calendar.events")
    await wide.events("insert", calendarId=bob.email, body=timed())
    with refused(403, "insufficientPermissions"):
        await client.run(client.service.calendarList().list())


async def test_read_only_scopes(google: GoogleDouble, alice: Person) -> None:
    client = client_of(google, alice, PREFIX + "calendar.events.readonly")
    await client.events("list")
    with refused(403, "insufficientPermissions"):
        await client.events("insert", body=timed())


async def test_calendars_of_the_application_only(google: GoogleDouble, alice: Person) -> None:
    client = client_of(google, alice, PREFIX + "calendar.app.created")
    with refused(403, "insufficientPermissions"):
        await client.events("list")
    made = await client.run(client.service.calendars().insert(body={"summary": "Odoo"}))
    await client.events("insert", calendarId=made["id"], body=timed())


async def test_an_api_that_is_not_enabled(google: GoogleDouble, client: Client) -> None:
    google.project.api_enabled = False
    with refused(403, "accessNotConfigured"):
        await client.events("list")


async def test_calendars_and_settings(google: GoogleDouble, alice: Person) -> None:
    client = client_of(google, alice, EVERYTHING)
    other = alice.add_calendar("Projects", time_zone="Asia/Tehran")
    entries = (await client.run(client.service.calendarList().list()))["items"]
    assert [(e["id"], e.get("primary")) for e in entries] == [(alice.email, True), (other.id, None)]
    entry = await client.run(client.service.calendarList().get(calendarId=other.id))
    assert entry["accessRole"] == "owner"
    calendar = await client.run(client.service.calendars().get(calendarId="primary"))
    assert calendar["timeZone"] == "Europe/Berlin"
    assert len((await client.run(client.service.settings().list()))["items"]) > 1
    zone = await client.run(client.service.settings().get(setting="timezone"))
    assert zone["value"] == "Europe/Berlin"
    with refused(404, "notFound"):
        await client.run(client.service.settings().get(setting="unknown"))


async def test_what_the_double_does_not_do_is_said_clearly(google: GoogleDouble, alice: Person) -> None:
    client = client_of(google, alice, EVERYTHING)
    with refused(501, "notImplemented"):
        await client.events("quickAdd", text="Lunch at noon")


async def test_the_quota_of_a_user(google: GoogleDouble, alice: Person, client: Client) -> None:
    google.clock.set(datetime(2025, 3, 3, tzinfo=UTC), frozen=True)
    client = client_of(google, alice)
    google.settings.user_quota = 5
    made = await client.events("insert", body=timed())
    await client.events("patch", eventId=made["id"], body={"summary": "x"})
    await client.events("list")
    with refused(403, "userRateLimitExceeded"):
        await client.events("list")
    google.clock.advance(seconds=61)
    await client.events("list")
    google.settings.user_quota = 1
    google.settings.quota_status = 429
    with refused(429, "rateLimitExceeded"):
        await client.events("list")


async def test_the_quota_of_the_project_is_shared(google: GoogleDouble, client: Client, bob: Person) -> None:
    google.settings.project_quota = 2
    await client.events("list")
    await client_of(google, bob).events("list")
    with refused(403, "rateLimitExceeded"):
        await client.events("list")


async def test_what_people_do_themselves_costs_nothing(google: GoogleDouble, alice: Person) -> None:
    google.settings.project_quota = 0
    alice.create("Lunch", **timed())
    assert google.log.entries == []
