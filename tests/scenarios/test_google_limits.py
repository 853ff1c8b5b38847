"""How the real client keeps to Google's limits, and what it does when Google says that it has not."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from sync.errors import RetryLater, Stale, WritesPaused
from sync.google.limits import Quota
from tests.scenarios.line import (
    ALICE,
    BOB,
    EVENT_ID,
    NOON,
    TIMES,
    Line,
    get,
    patch,
    replace,
)


async def test_after_a_rate_error_the_account_keeps_quiet_and_others_go_on(line: Line) -> None:
    await line.event()
    line.fail(429, "rateLimitExceeded", headers={"Retry-After": "600"}, times=1)
    with pytest.raises(RetryLater) as first:
        await get(line)
    assert first.value.after is not None
    assert first.value.after >= 600
    line.clock.advance(seconds=590)
    with pytest.raises(RetryLater) as second:
        await get(line)
    assert second.value.after is not None
    assert 0 < second.value.after < 200
    await line.client.get(BOB, "other")
    assert line.google.log.count("*.get") == 1 + 3
    line.clock.advance(seconds=second.value.after + 1)
    assert await get(line)


async def test_a_usage_limit_stops_writes_for_an_hour_and_reads_go_on(line: Line) -> None:
    version = await line.event()
    line.fail(403, "quotaExceeded", times=1)
    for _ in range(2):
        with pytest.raises(WritesPaused) as refused:
            await line.client.patch(ALICE, EVENT_ID, {"summary": "New"}, version)
        assert refused.value.after is not None
        assert refused.value.after > 3590
    assert line.google.log.count("*.patch") == 1
    await get(line)
    await line.listed()
    await line.client.insert(BOB, TIMES)
    line.clock.advance(hours=2)
    await line.client.patch(ALICE, EVENT_ID, {"summary": "New"}, version)


async def test_the_daily_limit_stops_everybody(line: Line) -> None:
    line.fail(403, "dailyLimitExceeded", times=1)
    for account_id in (ALICE, BOB):
        with pytest.raises(RetryLater) as refused:
            await line.client.get(account_id, EVENT_ID)
        assert refused.value.code == "google_daily_limit"
    assert line.google.log.count() == 1
    line.clock.advance(hours=2)
    assert await line.client.get(BOB, EVENT_ID) is None


async def test_google_never_has_to_refuse_for_quota(line: Line) -> None:
    """Both count the same requests over the same minutes, Google on its own clock."""
    line.google.settings.user_quota, line.google.settings.project_quota = 12, 20
    line.client.limits.quota = Quota(account=12, project=20)
    await line.event()
    # One by one: on these clocks a minute can pass while a request is on its way.
    for act in [patch, get, patch, replace] * 4:
        await act(line)
    for account_id in (ALICE, BOB) * 10:
        await line.client.get(account_id, EVENT_ID)
    assert {entry.status for entry in line.google.log.entries} == {200, 404}


# --- patch or update


async def test_single_changes_are_patches_and_many_are_replacements(line: Line) -> None:
    version = await line.event()
    made = await line.client.modify(ALICE, EVENT_ID, {"summary": "One"}, version, pending=line.client.bulk)
    assert line.counts() == {"patch": 1}
    await line.client.modify(ALICE, EVENT_ID, {"summary": "Two"}, made["etag"], pending=line.client.bulk + 1)
    assert line.counts() == {"patch": 1, "get": 1, "update": 1}
    assert line.alice.event(EVENT_ID)["summary"] == "Two"
    assert not line.google.mails


async def test_an_account_short_of_quota_replaces(line: Line) -> None:
    version = await line.event()
    await line.client.limits.spend(ALICE, line.client.limits.quota.account // 2, write=False)
    await line.client.modify(ALICE, EVENT_ID, {"summary": "New"}, version)
    assert line.counts() == {"get": 1, "update": 1}


@pytest.mark.parametrize("pending", [1, 1000])
async def test_a_change_of_what_somebody_else_changed_is_stale(line: Line, pending: int) -> None:
    version = await line.event()
    line.alice.patch(EVENT_ID, location="Room 1")
    with pytest.raises(Stale):
        await line.client.modify(ALICE, EVENT_ID, {"summary": "New"}, version, pending=pending)
    assert line.alice.event(EVENT_ID)["summary"] == "Old"


async def test_a_change_between_reading_and_replacing_is_stale(line: Line) -> None:
    version, go_on = await line.event(), asyncio.Event()
    fault = line.google.faults.add(operation="*.update", hold=go_on)
    task = asyncio.create_task(line.client.modify(ALICE, EVENT_ID, {"summary": "New"}, version, pending=1000))
    await fault.struck.wait()
    line.alice.patch(EVENT_ID, location="Room 1")
    go_on.set()
    with pytest.raises(Stale):
        await task
    assert line.alice.event(EVENT_ID)["summary"] == "Old"


async def test_what_an_update_would_spoil_is_patched_in_bulk_too(line: Line) -> None:
    bob = line.google.people["bob@example.com"]
    organized = bob.create(
        "Bob's", start=NOON, end=NOON + timedelta(hours=1), attendees=[{"email": "alice@example.com"}]
    )
    tomorrow = NOON.date() + timedelta(days=1)
    series = line.alice.create(
        "Daily", start=NOON.date(), end=tomorrow, recurrence=["RRULE:FREQ=DAILY;COUNT=3"]
    )
    [first, *_] = line.alice.instances(series["id"])
    gone = line.alice.create("Gone", start=NOON, end=NOON + timedelta(hours=1))
    line.alice.delete(gone["id"])
    for event_id in (organized["id"], first["id"], gone["id"]):
        await line.client.modify(ALICE, event_id, {"transparency": "transparent"}, "*", pending=1000)
    assert line.counts() == {"get": 3, "patch": 3}
