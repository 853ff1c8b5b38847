"""The double of Odoo 19 gives the answers over JSON-2 that a real server gave."""

from __future__ import annotations

import copy
import json
from typing import Any

import aiohttp
import pytest

from tests.contract.comparison import differences_of_json2
from tests.contract.scenes import prepare
from tests.contract.stage import JSON2, SERVERS, Recording, Stage, recordings
from tests.contract.translation import translated_json2

ALL = [one for one in recordings() if one.server == JSON2]
WHEN_RECORDED = 146
HEADERS = ("Content-Type", "WWW-Authenticate", "X-Content-Type-Options", "Accept", "Connection")
CALLERS = {
    "attendee_write_on_private_of_other": "svc",
    "create_for_other_with_access_token": "svc",
    "error_access_private": "svc",
    "gcal_admin_read_stopped": "admin",
    "gcal_is_synced_svc": "svc",
    "gcal_reset_denied_plain": "svc",
    "gcal_stop_sync_by_svc": "svc",
}
"""Whose key it was where JSON-RPC was not asked the same: alice's if nothing is said."""
_JSONRPC = {one.name: one for one in recordings() if one.server in ("19", "19-google")}


def caller(recording: Recording, number: int) -> str:
    """Return whose key a request carried: recordings hide it, but those over JSON-RPC name the user."""
    if recording.name == "acts_as_key_owner":
        return ("alice", "svc", "admin")[number]
    if recording.name in _JSONRPC:
        uid = _JSONRPC[recording.name].exchanges[0]["request"]["params"]["args"][1]
        people = dict(enumerate(("alice", "bob", "carol", "svc"), SERVERS["19"].first_user))
        return people.get(uid, "admin")
    return CALLERS.get(recording.name, "alice")


async def replay(recording: Recording, begun_as: Recording | None = None) -> list[str]:
    """Send all requests of a recording to the double and return how its answers differ."""
    stage = Stage(recording.recorded_with)
    found = []
    async with stage.odoo as odoo, aiohttp.ClientSession() as session:
        prepare(stage, begun_as or recording)
        for number, exchange in enumerate(recording.exchanges):
            model, _, method = exchange["path"].removeprefix("/json/2/").partition("/")
            headers = dict(exchange["headers"])
            if "Authorization" in headers:
                scheme, placeholder = headers["Authorization"].split()
                headers["Authorization"] = f"{scheme} {stage.key(caller(recording, number), placeholder)}"
            body = exchange["request"]
            if isinstance(body, dict):
                body = json.dumps(translated_json2(stage, model, body))
            async with session.request(
                exchange["verb"], odoo.url + exchange["path"], data=body, headers=headers
            ) as response:
                if response.status != exchange["status"]:
                    found.append(f"status: recorded {exchange['status']}, got {response.status}")
                for name in HEADERS:
                    there, here = exchange["response_headers"].get(name, ""), response.headers.get(name, "")
                    if there.strip() != here.strip():
                        found.append(f"{name}: recorded {there}, got {here}")
                text = await response.text()
            answer = json.loads(text) if "json" in response.content_type else text
            found += differences_of_json2(stage, model, method, exchange["response"], answer)
    return found


@pytest.mark.parametrize("recording", ALL, ids=lambda r: r.name)
async def test_the_double_answers_as_recorded(recording: Recording) -> None:
    assert await replay(recording) == []


def test_no_recording_is_missing() -> None:
    assert len(ALL) == WHEN_RECORDED


def _of(name: str) -> Recording:
    return copy.deepcopy(next(one for one in ALL if one.name == name))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("read_timed", {"response": [{"id": 17357, "name": "Timed"}]}),
        ("create_one_dict", {"response": 3841}),
        ("create_one_dict", {"status": 201}),
        ("missing_write", {"status": 500}),
        ("get_rejected", {"response_headers": {}}),
        ("db_header_missing", {"response": {"__non_json__": "text/html", "text": "<!DOCTYPE html>\n<p>No"}}),
        ("search_count", {"response": 2}),
        ("attendee_do_accept", {"response": None}),
    ],
)
async def test_the_comparison_sees_another_answer(name: str, change: dict[str, Any]) -> None:
    recording = _of(name)
    recording.exchanges[0].update(change)
    assert await replay(recording, _of(name)) != []


@pytest.mark.parametrize("name", ["error_access_private", "auth_missing", "unknown_argument"])
@pytest.mark.parametrize("field", ["name", "message", "arguments"])
async def test_the_comparison_sees_another_error(name: str, field: str) -> None:
    recording = _of(name)
    recording.exchanges[0]["response"][field] = ["other"] if field == "arguments" else "other"
    assert len(await replay(recording, _of(name))) == 1
