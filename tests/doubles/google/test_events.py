"""Single events: ids, etags, patch and update, deletion and what remains."""

from __future__ import annotations

import pytest
from googleapiclient.errors import HttpError

from tests.doubles.google import GoogleDouble, Person
from tests.doubles.google.conftest import EMAIL, OWNED, Client, connect, timed


async def test_a_whole_round_from_consent_to_incremental_list(google: GoogleDouble, alice: Person) -> None:
    credentials = await connect(google, alice, ["openid", EMAIL, OWNED])
    assert credentials.refresh_token
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


async def test_stale_etag(client: Client) -> None:
    made = await client.events("insert", body=timed())
    await client.events("patch", eventId=made["id"], body={"summary": "x"})
    with pytest.raises(HttpError, match="Precondition Failed"):
        await client.events(
            "patch", eventId=made["id"], body={"summary": "y"}, headers={"If-Match": made["etag"]}
        )
