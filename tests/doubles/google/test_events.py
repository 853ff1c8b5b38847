"""Single events: ids, etags, patch and update, deletion and what remains of it."""

from __future__ import annotations

from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.doubles.google import GoogleDouble, Person
from tests.doubles.google.client import EMAIL, OWNED, Client, connect, refused, timed


async def test_a_whole_round_from_consent_to_incremental_list(google: GoogleDouble, alice: Person) -> None:
    credentials = await connect(google, alice, ["openid", EMAIL, OWNED])
    client = Client(google, str(credentials.token))
    made = await client.events("insert", body=timed(summary="Lunch", id="abcde12345"))
    assert made["id"] == "abcde12345"
    items, token = await client.listed()
    assert [item["summary"] for item in items] == ["Lunch"]
    patched = await client.events("patch", eventId=made["id"], body={"summary": "Dinner"})
    assert patched["etag"] != made["etag"]
    items, token = await client.listed(syncToken=token)
    assert [item["summary"] for item in items] == ["Dinner"]
    assert await client.events("delete", eventId=made["id"]) == ""
    items, token = await client.listed(syncToken=token)
    assert [(item["id"], item["status"]) for item in items] == [("abcde12345", "cancelled")]
    assert (await client.listed(syncToken=token))[0] == []


async def test_a_new_event_carries_what_google_adds(client: Client) -> None:
    made = await client.events("insert", body=timed(summary="Lunch"))
    assert made["kind"] == "calendar#event"
    assert made["status"] == "confirmed"
    assert made["eventType"] == "default"
    assert made["sequence"] == 0
    assert made["iCalUID"] == made["id"] + "@google.com"
    assert made["organizer"] == made["creator"] == {"email": "alice@example.com", "self": True}
    assert made["reminders"] == {"useDefault": True}
    assert made["start"] == {"dateTime": "2025-03-03T09:00:00+01:00", "timeZone": "Europe/Berlin"}
    assert made["htmlLink"].startswith("https://www.google.com/calendar/event?eid=")
    assert not {"transparency", "visibility", "description", "guestsCanModify"} & made.keys()


@pytest.mark.parametrize("event_id", ["abcd", "abcdw", "ABCDE", "ab-cd", "a" * 1025])
async def test_ids_are_base32hex_of_5_to_1024_characters(client: Client, event_id: str) -> None:
    with refused(400, "invalid"):
        await client.events("insert", body=timed(id=event_id))


async def test_an_id_stays_taken_even_after_deletion(client: Client) -> None:
    await client.events("insert", body=timed(id="0123456789abcdefghijklmnopqrstuv"))
    with refused(409, "duplicate"):
        await client.events("insert", body=timed(id="0123456789abcdefghijklmnopqrstuv"))
    await client.events("delete", eventId="0123456789abcdefghijklmnopqrstuv")
    with refused(409, "duplicate"):
        await client.events("insert", body=timed(id="0123456789abcdefghijklmnopqrstuv"))


async def test_id_and_ical_uid_exclude_each_other(client: Client) -> None:
    with refused(400, "invalid"):
        await client.events("insert", body=timed(id="abcde", iCalUID="x@example.com"))
    made = await client.events("insert", body=timed(iCalUID="x@example.com"))
    assert made["iCalUID"] == "x@example.com"


async def test_every_write_changes_the_etag_though_the_clock_stands_still(
    google: GoogleDouble, client: Client
) -> None:
    google.clock.set(google.clock.now(), frozen=True)
    made = await client.events("insert", body=timed())
    etags = {made["etag"]}
    for colour in ("1", "2", "3"):
        etags.add((await client.events("patch", eventId=made["id"], body={"colorId": colour}))["etag"])
    assert len(etags) == 4


@pytest.mark.parametrize("method", ["patch", "update", "delete"])
async def test_a_stale_etag_is_a_failed_precondition(client: Client, method: str) -> None:
    made = await client.events("insert", body=timed())
    body: dict[str, Any] = {} if method == "delete" else {"body": timed(summary="mine")}
    await client.events("patch", eventId=made["id"], body={"summary": "theirs"})
    with refused(412, "conditionNotMet"):
        await client.events(method, eventId=made["id"], **body, headers={"If-Match": made["etag"]})
    now = await client.events("get", eventId=made["id"])
    assert now["summary"] == "theirs"
    await client.events(method, eventId=made["id"], **body, headers={"If-Match": now["etag"]})


async def test_an_unchanged_event_is_not_sent_again(client: Client) -> None:
    made = await client.events("insert", body=timed())
    with pytest.raises(HttpError) as caught:
        await client.events("get", eventId=made["id"], headers={"If-None-Match": made["etag"]})
    assert caught.value.status_code == 304
    await client.events("patch", eventId=made["id"], body={"summary": "x"})
    await client.events("get", eventId=made["id"], headers={"If-None-Match": made["etag"]})


async def test_patch_merges_objects_replaces_arrays_and_clears_by_null(client: Client) -> None:
    properties = {"private": {"a": "1", "b": "2"}}
    guests = [{"email": "carol@elsewhere.example"}, {"email": "dave@elsewhere.example"}]
    body = timed(summary="x", location="y", attendees=guests, extendedProperties=properties)
    made = await client.events("insert", body=body)
    changes = {
        "location": None,
        "attendees": guests[:1],
        "extendedProperties": {"private": {"a": None, "c": "3"}},
        "start": {"dateTime": "2025-03-03T08:30:00"},
    }
    patched = await client.events("patch", eventId=made["id"], body=changes)
    assert patched["summary"] == "x"
    assert "location" not in patched
    assert [a["email"] for a in patched["attendees"]] == ["carol@elsewhere.example"]
    assert patched["extendedProperties"] == {"private": {"b": "2", "c": "3"}}
    # The zone was kept, and is the one in which the new time without an offset is read.
    assert patched["start"] == {"dateTime": "2025-03-03T08:30:00+01:00", "timeZone": "Europe/Berlin"}


async def test_a_timed_event_becomes_all_day_only_if_the_time_is_cleared(client: Client) -> None:
    made = await client.events("insert", body=timed())
    dates = {"start": {"date": "2025-03-03"}, "end": {"date": "2025-03-04"}}
    with refused(400, "invalid"):
        await client.events("patch", eventId=made["id"], body=dates)
    for value in dates.values():
        value["dateTime"] = None  # type: ignore[assignment]
    patched = await client.events("patch", eventId=made["id"], body=dates)
    assert patched["start"] == {"date": "2025-03-03"}


async def test_update_replaces_everything(client: Client) -> None:
    more: dict[str, Any] = {
        "extendedProperties": {"shared": {"a": "1"}},
        "colorId": "5",
        "visibility": "private",
    }
    body = timed(summary="x", recurrence=["RRULE:FREQ=DAILY;COUNT=2"], **more)
    made = await client.events("insert", body=body)
    replaced = await client.events("update", eventId=made["id"], body=timed(location="y"))
    assert replaced["location"] == "y"
    assert not {"summary", "recurrence", "extendedProperties", "colorId", "visibility"} & replaced.keys()
    assert replaced["iCalUID"] == made["iCalUID"]
    assert replaced["created"] == made["created"]
    with refused(400, "required"):
        await client.events("update", eventId=made["id"], body={"summary": "no times"})


async def test_deleting_twice_is_gone_and_the_unknown_is_not_found(client: Client) -> None:
    made = await client.events("insert", body=timed(summary="x"))
    await client.events("delete", eventId=made["id"])
    with refused(410, "deleted"):
        await client.events("delete", eventId=made["id"])
    for method in ("get", "delete"):
        with refused(404, "notFound"):
            await client.events(method, eventId="unknown")
    assert (await client.events("get", eventId=made["id"]))["status"] == "cancelled"


@pytest.mark.parametrize("method", ["patch", "update"])
async def test_a_deleted_event_comes_back_when_confirmed(client: Client, method: str) -> None:
    made = await client.events("insert", body=timed(summary="x"))
    await client.events("delete", eventId=made["id"])
    body = timed(summary="x", status="confirmed")
    await client.events(method, eventId=made["id"], body=body)
    assert [item["id"] for item in (await client.listed())[0]] == [made["id"]]


async def test_writing_cancelled_deletes(client: Client) -> None:
    made = await client.events("insert", body=timed())
    await client.events("patch", eventId=made["id"], body={"status": "cancelled"})
    assert (await client.listed())[0] == []


async def test_updated_is_not_touched_by_reminders(google: GoogleDouble, client: Client) -> None:
    made = await client.events("insert", body=timed())
    google.clock.advance(minutes=5)
    _, token = await client.listed()
    reminders = {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]}
    patched = await client.events("patch", eventId=made["id"], body={"reminders": reminders})
    assert patched["updated"] == made["updated"]
    assert patched["etag"] != made["etag"]
    assert len((await client.listed(syncToken=token))[0]) == 1
    patched = await client.events("patch", eventId=made["id"], body={"summary": "x"})
    assert patched["updated"] > made["updated"]


async def test_sequence_grows_with_the_time_and_never_goes_back(client: Client) -> None:
    made = await client.events("insert", body=timed())
    patched = await client.events("patch", eventId=made["id"], body={"summary": "x"})
    assert patched["sequence"] == 0
    patched = await client.events("patch", eventId=made["id"], body=timed(day=4))
    assert patched["sequence"] == 1
    with refused(400, "invalid"):
        await client.events("patch", eventId=made["id"], body={"sequence": 0})


async def test_attachments_and_conference_data_need_their_parameter(client: Client) -> None:
    body = timed(attachments=[{"fileUrl": "https://files.example/1", "title": "notes"}])
    made = await client.events("insert", body=body)
    assert "attachments" not in made
    made = await client.events("insert", body=body, supportsAttachments=True)
    assert made["attachments"][0]["title"] == "notes"
    # A write that does not know attachments does not lose them either.
    replaced = await client.events("update", eventId=made["id"], body=timed())
    assert len(replaced["attachments"]) == 1
