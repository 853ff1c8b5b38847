"""Meet links: asked for with a version, pending at first, idempotent by their request's id."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.doubles.google import GoogleDouble, Person
from tests.doubles.google.client import Client, refused, timed


def _wish(request_id: str = "one") -> dict[str, Any]:
    key = {"type": "hangoutsMeet"}
    return {"conferenceData": {"createRequest": {"requestId": request_id, "conferenceSolutionKey": key}}}


def _state(event: dict[str, Any]) -> str:
    return str(event["conferenceData"]["createRequest"]["status"]["statusCode"])


async def test_without_the_version_it_is_ignored(client: Client) -> None:
    made = await client.events("insert", body=timed(**_wish()))
    assert "conferenceData" not in made


async def test_pending_and_then_there(client: Client) -> None:
    made = await client.events("insert", body=timed(**_wish()), conferenceDataVersion=1)
    assert _state(made) == "pending"
    assert "hangoutLink" not in made
    _, token = await client.listed()
    there = await client.events("get", eventId=made["id"])
    assert _state(there) == "success"
    assert there["hangoutLink"].startswith("https://meet.google.com/")
    assert there["conferenceData"]["entryPoints"][0]["uri"] == there["hangoutLink"]
    assert there["conferenceData"]["conferenceId"] in there["hangoutLink"]
    assert there["etag"] != made["etag"]
    assert (await client.listed(syncToken=token))[0] == []


async def test_it_may_take_a_while(google: GoogleDouble, alice: Person, bob: Person, client: Client) -> None:
    google.settings.conference_delay = timedelta(minutes=1)
    body = timed(**_wish(), attendees=[{"email": bob.email}])
    made = await client.events("insert", body=body, conferenceDataVersion=1)
    assert _state(await client.events("get", eventId=made["id"])) == "pending"
    google.clock.advance(minutes=1)
    assert bob.event(made["id"])["hangoutLink"] == alice.event(made["id"])["hangoutLink"]


async def test_the_same_request_makes_no_second_link(client: Client) -> None:
    made = await client.events("insert", body=timed(**_wish()), conferenceDataVersion=1)
    first = (await client.events("get", eventId=made["id"]))["hangoutLink"]
    same = await client.events("patch", eventId=made["id"], body=_wish(), conferenceDataVersion=1)
    assert same["hangoutLink"] == first
    await client.events("patch", eventId=made["id"], body=_wish("two"), conferenceDataVersion=1)
    assert (await client.events("get", eventId=made["id"]))["hangoutLink"] != first


async def test_writes_without_the_version_keep_the_link(client: Client) -> None:
    made = await client.events("insert", body=timed(**_wish()), conferenceDataVersion=1)
    link = (await client.events("get", eventId=made["id"]))["hangoutLink"]
    await client.events("patch", eventId=made["id"], body={"conferenceData": None})
    replaced = await client.events("update", eventId=made["id"], body=timed())
    assert replaced["hangoutLink"] == link
    body = {"conferenceData": None}
    gone = await client.events("patch", eventId=made["id"], body=body, conferenceDataVersion=1)
    assert not {"hangoutLink", "conferenceData"} & gone.keys()


async def test_a_link_of_another_kind_is_kept_as_it_is(client: Client) -> None:
    point = {"entryPointType": "video", "uri": "https://video.example/1"}
    data = {"conferenceSolution": {"key": {"type": "addOn"}, "name": "Video"}, "entryPoints": [point]}
    made = await client.events("insert", body=timed(conferenceData=data), conferenceDataVersion=1)
    assert made["conferenceData"] == data


async def test_wrong_requests(client: Client) -> None:
    for request in ({"conferenceSolutionKey": {"type": "hangoutsMeet"}}, {"requestId": "x",
                    "conferenceSolutionKey": {"type": "eventHangout"}}):  # fmt: skip
        body = timed(conferenceData={"createRequest": request})
        with refused(400, "invalid"):
            await client.events("insert", body=body, conferenceDataVersion=1)
