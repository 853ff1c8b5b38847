"""Every refusal of Google's, met by the real client at the double: what is repeated, asked, and raised."""

from __future__ import annotations

from typing import Any

import pytest

from sync import errors
from sync.errors import CursorExpired, Gone, NeedsHuman, RetryLater, SyncError, Taken
from tests.scenarios.line import (
    ALICE,
    EVENT_ID,
    Act,
    Line,
    delete,
    get,
    insert,
    listing,
    patch,
    replace,
)

REFUSED: list[tuple[int, str, Act, type[SyncError], str, int]] = [
    *(
        (400, reason, insert, errors.Rejected, "google_refuses", 1)
        for reason in (
            "invalid", "required", "badRequest", "timeRangeEmpty", "invalidParameter", "parseError",
        )
    ),
    (401, "authError", get, errors.NeedsReconnect, "token_refused", 2),
    (403, "rateLimitExceeded", get, errors.RetryLater, "google_rate_limit", 1),
    (403, "userRateLimitExceeded", patch, errors.RetryLater, "google_rate_limit", 1),
    (429, "rateLimitExceeded", listing, errors.RetryLater, "google_rate_limit", 1),
    (403, "quotaExceeded", insert, errors.WritesPaused, "google_usage_limit", 1),
    (403, "calendarUsageLimitsExceeded", delete, errors.WritesPaused, "google_usage_limit", 1),
    (403, "dailyLimitExceeded", listing, errors.RetryLater, "google_daily_limit", 1),
    (403, "forbiddenForNonOrganizer", patch, errors.Rejected, "google_forbids_guest", 1),
    (403, "insufficientPermissions", listing, errors.NeedsReconnect, "scope_missing", 1),
    (403, "forbidden", patch, errors.Rejected, "google_read_only", 1),
    (403, "requiredAccessLevel", insert, errors.Rejected, "google_read_only", 1),
    (403, "cannotChangeOrganizer", patch, errors.Rejected, "google_read_only", 1),
    (403, "accessNotConfigured", listing, errors.Misconfigured, "calendar_api_disabled", 1),
    (403, "domainPolicy", listing, errors.NeedsHuman, "google_domain_policy", 1),
    (403, "somethingNew", patch, errors.Rejected, "google_forbids", 1),
    (409, "duplicate", insert, errors.Taken, "google_id_taken", 1),
    (409, "conflict", patch, errors.RetryLater, "google_trouble", 3),
    (410, "deleted", patch, errors.Gone, "google_deleted", 1),
    (412, "conditionNotMet", patch, errors.Stale, "google_changed_meanwhile", 1),
    (412, "conditionNotMet", delete, errors.Stale, "google_changed_meanwhile", 1),
    (413, "uploadTooLarge", insert, errors.Rejected, "google_too_large", 1),
    *(
        (status, "backendError", act, errors.RetryLater, "google_trouble", 3)
        for status in (500, 502, 503, 504)
        for act in (listing, insert, patch, delete)
    ),
]  # fmt: skip


@pytest.mark.parametrize(("status", "reason", "act", "kind", "code", "sent"), REFUSED)
async def test_a_refusal_is_translated_and_repeated_only_where_that_helps(
    line: Line, status: int, reason: str, act: Act, kind: type[SyncError], code: str, sent: int
) -> None:
    await line.event()
    line.fail(status, reason)
    with pytest.raises(SyncError) as refused:
        await act(line)
    assert (type(refused.value), refused.value.code) == (kind, code)
    assert len(line.google.log.entries) == sent


@pytest.mark.parametrize(
    "fault",
    [
        dict(drop="before"),
        dict(drop="after"),
        dict(body="<html>captive portal</html>"),
        dict(status=502, body="<html>Bad gateway</html>"),
        dict(cut_body=40),
    ],
    ids=["lost before", "lost after", "HTML", "HTML error", "cut"],
)
@pytest.mark.parametrize("act", [listing, get, patch, replace])
async def test_what_breaks_on_the_way_is_sent_again(line: Line, fault: dict[str, Any], act: Act) -> None:
    await line.event()
    planned = line.google.faults.add(times=2, **fault)
    await act(line)
    assert planned.hits == 2
    line.google.faults.add(times=None, **fault)
    with pytest.raises(RetryLater):
        await act(line)


async def test_an_insert_whose_answer_was_lost_finds_its_id_taken(line: Line) -> None:
    line.google.faults.add(drop="after")
    with pytest.raises(Taken):
        await insert(line)
    assert len(line.alice.events()) == 1


# --- 401, 404, 410


async def test_a_refused_token_is_renewed_once(line: Line) -> None:
    await line.event()
    line.fail(401, "authError", times=1)
    assert (await line.client.get(ALICE, EVENT_ID) or {})["summary"] == "Old"
    assert line.renewals == [ALICE]
    line.fail(401, "authError")
    with pytest.raises(errors.NeedsReconnect):
        await get(line)
    assert line.renewals == [ALICE, ALICE]


async def test_an_event_that_is_only_not_everywhere_yet_is_found(line: Line) -> None:
    await line.event()
    line.fail(404, "notFound", times=2)
    assert await line.client.get(ALICE, EVENT_ID)
    assert line.counts() == {"get": 3}


async def test_an_unknown_event_is_gone_if_the_calendar_is_there(line: Line) -> None:
    assert await get(line) is None
    assert line.counts() == {"get": 3, "list": 1}
    with pytest.raises(Gone):
        await patch(line)
    with pytest.raises(Gone):
        await replace(line)
    await delete(line)


@pytest.mark.parametrize("act", [listing, get, insert, patch, replace, delete])
async def test_without_its_calendar_no_event_counts_as_deleted(line: Line, act: Act) -> None:
    await line.event()
    line.fail(404, "notFound")
    with pytest.raises(NeedsHuman) as refused:
        await act(line)
    assert refused.value.code == "calendar_gone"


async def test_a_calendar_that_cannot_be_asked_says_nothing_of_the_event(line: Line) -> None:
    line.fail(503, operation="*.list")
    with pytest.raises(RetryLater) as refused:
        await get(line)
    assert refused.value.code == "google_trouble"


@pytest.mark.parametrize(
    ("status", "reason"),
    [(410, "fullSyncRequired"), (410, "updatedMinTooLongAgo"), (410, "goneSomehow"), (400, "invalid")],
)
async def test_a_token_that_is_refused_has_expired(line: Line, status: int, reason: str) -> None:
    token = await line.listed()
    line.fail(status, reason, times=1)
    with pytest.raises(CursorExpired):
        await line.listed(token)


async def test_without_a_token_it_is_the_request_that_is_wrong(line: Line) -> None:
    line.fail(400, "invalid")
    with pytest.raises(errors.Rejected):
        await line.listed()


@pytest.mark.parametrize(
    "reason", ["forbidden", "domainPolicy", "insufficientPermissions", "rateLimitExceeded"]
)
async def test_a_listing_that_is_forbidden_has_not_expired(line: Line, reason: str) -> None:
    """It was listed again in full, and in vain."""
    token = await line.listed()
    line.fail(403, reason)
    with pytest.raises(SyncError) as refused:
        await line.listed(token)
    assert not isinstance(refused.value, CursorExpired)


async def test_deleting_what_is_deleted_is_no_error(line: Line) -> None:
    await line.event()
    await delete(line)
    await delete(line)
    assert [entry.status for entry in line.google.log.of("*.delete")] == [204, 410]
