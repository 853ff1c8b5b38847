"""The double of Odoo gives the answers that real servers of the same version gave."""

from __future__ import annotations

import copy
from typing import Any

import aiohttp
import pytest

from tests.contract.comparison import differences
from tests.contract.scenes import prepare
from tests.contract.stage import JSON2, SERVERS, Recording, Stage, recordings
from tests.contract.translation import translated

ALL = [one for one in recordings() if one.server != JSON2]
WHEN_RECORDED = {"17": 86, "18": 87, "19": 92, "18-google": 15, "19-google": 15}


async def replay(recording: Recording, begun_as: Recording | None = None) -> list[str]:
    """Send all requests of a recording to the double and return how its answers differ."""
    stage = Stage(recording.recorded_with)
    found = []
    async with stage.odoo as odoo, aiohttp.ClientSession() as session:
        prepare(stage, begun_as or recording)
        for exchange in recording.exchanges:
            request = translated(stage, exchange["request"])
            async with session.post(odoo.url + exchange["path"], json=request) as response:
                if response.status != exchange["status"]:
                    found.append(f"status: recorded {exchange['status']}, got {response.status}")
                answer = await response.json()
            found += differences(stage, exchange["request"], exchange["response"], answer)
    return found


@pytest.mark.parametrize("recording", ALL, ids=lambda r: f"{r.server}/{r.name}")
async def test_the_double_answers_as_recorded(recording: Recording) -> None:
    assert await replay(recording) == []


def test_no_recording_is_missing() -> None:
    counted = {server: sum(r.server == server for r in ALL) for server in SERVERS}
    assert counted == WHEN_RECORDED


def _of(server: str, name: str) -> Recording:
    return copy.deepcopy(next(r for r in ALL if (r.server, r.name) == (server, name)))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("read_timed", {"stop": "2027-03-10 10:31:00"}),
        ("read_timed", {"write_date": False}),
        ("read_allday", {"extra": 1}),
        ("private_read_by_svc", {"partner_ids": [8]}),
        ("private_read_by_svc", {"user_id": [8, "Alice"]}),
        ("attendee_read", {"state": "declined"}),
        ("recurrence_read_rule", {"rrule": "DTSTART:20261122T160043\nRRULE:FREQ=DAILY;COUNT=4"}),
    ],
)
async def test_the_comparison_sees_a_changed_value(name: str, change: dict[str, Any]) -> None:
    recording = _of("18", name)
    recording.exchanges[0]["response"]["result"][0].update(change)
    assert len(await replay(recording, _of("18", name))) == 1


async def test_the_comparison_sees_another_error() -> None:
    recording = _of("18", "private_write_by_svc_denied")
    recording.exchanges[0]["response"]["error"]["data"]["name"] = "odoo.exceptions.UserError"
    assert len(await replay(recording)) == 1


async def test_the_comparison_sees_an_error_in_place_of_a_result() -> None:
    recording = _of("18", "unlink_public_by_svc")
    recording.exchanges[0]["response"] = _of("18", "unlink_private_by_svc").exchanges[0]["response"]
    assert len(await replay(recording)) == 1


async def test_the_comparison_sees_a_swapped_id() -> None:
    recording = _of("18", "load_repeat_alice")
    recording.exchanges[0]["response"]["result"]["ids"].reverse()
    assert len(await replay(recording, _of("18", "load_repeat_alice"))) == 1


async def test_the_comparison_sees_another_kind_of_field() -> None:
    recording = _of("19", "fields_get_subset")
    recording.exchanges[0]["response"]["result"]["start"]["required"] = False
    assert len(await replay(recording)) == 1
