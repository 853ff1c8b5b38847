"""Every refusal of Google's, met by the real client at the double: what is repeated, asked, and raised."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sync import errors
from sync.errors import CursorExpired, Gone, NeedsHuman, RetryLater, Stale, SyncError, Taken, WritesPaused
from sync.google.client import GoogleClient
from sync.google.limits import Quota
from tests.clock import TestClock
from tests.doubles.google import GoogleDouble
from tests.doubles.google.client import OWNED
from tests.doubles.google.people import Person

ALICE, BOB = 1, 2
EVENT_ID = "event1"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TIMES = {"start": {"dateTime": "2026-03-02T12:00:00Z"}, "end": {"dateTime": "2026-03-02T13:00:00Z"}}
WINDOW = (NOON - timedelta(days=30), NOON + timedelta(days=30))


class Together(TestClock):
    """Waiting takes no time and moves Google's clock, too."""

    def __init__(self, google: GoogleDouble) -> None:
        super().__init__()
        self._google = google

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Let the time pass at once."""
        self.advance(seconds=seconds)
        self._google.clock.advance(seconds=seconds)
        return event.is_set()


@dataclasses.dataclass
class Line:
    """The client and the double that it talks to."""

    google: GoogleDouble
    client: GoogleClient
    clock: TestClock
    renewals: list[int]

    @property
    def alice(self) -> Person:
        """Return alice at Google's pages."""
        return self.google.people["alice@example.com"]

    def fail(self, status: int, reason: str = "", operation: str = "*", **more: Any) -> None:
        """Plan a refusal that lasts."""
        self.google.faults.add(
            **{"operation": operation, "status": status, "reason": reason, "times": None} | more
        )

    async def listed(self, token: str | None = None) -> str:
        """List alice's calendar and return the token."""
        return (await self.client.list(ALICE, token, WINDOW, {"singleEvents": False})).token

    async def event(self) -> str:
        """Make alice's event and return its version."""
        made: str = (await self.client.insert(ALICE, TIMES | {"id": EVENT_ID, "summary": "Old"}))["etag"]
        self.google.log.clear()
        return made

    def counts(self) -> dict[str, int]:
        """Return what was asked, by the last word of its operation."""
        return {name.rsplit(".")[-1]: n for name, n in self.google.log.counts().items()}


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """The client, with tokens for alice and bob."""
    async with GoogleDouble() as google:
        clock = Together(google)
        emails = {ALICE: "alice@example.com", BOB: "bob@example.com"}
        for email in emails.values():
            google.add_person(email)
        renewals: list[int] = []
        tokens: dict[int, str] = {}

        async def token(account_id: int, renew: bool) -> str:
            if renew:
                renewals.append(account_id)
            if renew or account_id not in tokens:
                tokens[account_id] = google.grants.new_access_token(
                    emails[account_id], frozenset({OWNED})
                ).value
            return tokens[account_id]

        client = GoogleClient(google.api_url, token, clock)
        yield Line(google, client, clock, renewals)
        await client.close()


Act = Callable[[Line], Awaitable[Any]]


async def get(line: Line) -> Any:
    """Read an event."""
    return await line.client.get(ALICE, EVENT_ID)


async def insert(line: Line) -> Any:
    """Make an event."""
    return await line.client.insert(ALICE, TIMES | {"id": "event2"})


async def patch(line: Line) -> Any:
    """Change an event, whatever its version."""
    return await line.client.patch(ALICE, EVENT_ID, {"summary": "New"}, "*")


async def replace(line: Line) -> Any:
    """Change an event as one of many."""
    return await line.client.modify(ALICE, EVENT_ID, {"summary": "New"}, "*", pending=1000)


async def delete(line: Line) -> Any:
    """Delete an event, whatever its version."""
    return await line.client.delete(ALICE, EVENT_ID, "*")


async def listing(line: Line) -> Any:
    """List the calendar."""
    return await line.listed()


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


# --- limits


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


# --- series and meeting links


async def test_a_series_comes_whole_on_however_many_pages(line: Line) -> None:
    line.google.settings.page_size = 1
    line.google.settings.empty_pages = True
    zone = {"timeZone": "Europe/Brussels"}
    master = await line.client.insert(
        ALICE,
        {
            "start": TIMES["start"] | zone,
            "end": TIMES["end"] | zone,
            "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"],
        },
    )
    moved, cancelled = line.alice.instances(master["id"])[1:3]
    line.alice.patch(moved["id"], summary="Moved")
    line.alice.delete(cancelled["id"])
    line.alice.create("Another", start=NOON, end=NOON + timedelta(hours=1))
    found = await line.client.series(ALICE, master["iCalUID"])
    assert {item["id"]: item["status"] for item in found} == {
        master["id"]: "confirmed",
        moved["id"]: "confirmed",
        cancelled["id"]: "cancelled",
    }
    line.alice.delete(master["id"])
    assert {item["status"] for item in await line.client.series(ALICE, master["iCalUID"])} == {"cancelled"}

    assert await line.client.series(ALICE, "nobody@knows") == []


async def test_an_occurrence_is_found_by_its_original_start_even_if_moved_or_cancelled(line: Line) -> None:
    zone = {"timeZone": "UTC"}
    master = await line.client.insert(
        ALICE,
        {
            "start": TIMES["start"] | zone,
            "end": TIMES["end"] | zone,
            "recurrence": ["RRULE:FREQ=DAILY;COUNT=4"],
        },
    )
    plain, moved, cancelled, _ = line.alice.instances(master["id"])
    later = NOON + timedelta(days=1, hours=5)
    line.alice.patch(moved["id"], start=later, end=later + timedelta(hours=1))
    line.alice.delete(cancelled["id"])
    for instance, status in ((plain, "confirmed"), (moved, "confirmed"), (cancelled, "cancelled")):
        start = instance["originalStartTime"]["dateTime"]
        [found] = await line.client.instances(ALICE, master["id"], start)
        assert (found["id"], found["status"]) == (instance["id"], status)
    start = cancelled["originalStartTime"]["dateTime"]
    assert await line.client.instances(ALICE, master["id"], start, show_deleted=False) == []
    assert await line.client.instances(ALICE, master["id"], "2026-03-02T12:01:00Z") == []


async def test_a_meeting_link_is_made_and_taken_only_where_it_is_meant(line: Line) -> None:
    asked = {"createRequest": {"requestId": "r1"}}
    without = await line.client.insert(ALICE, TIMES | {"conferenceData": asked})
    assert "conferenceData" not in without
    made = await line.client.insert(ALICE, TIMES | {"id": EVENT_ID, "conferenceData": asked}, conference=True)
    link = (await line.client.get(ALICE, EVENT_ID) or {})["hangoutLink"]
    for pending in (1, 1000):
        version = (await line.client.get(ALICE, EVENT_ID) or {})["etag"]
        changes = {"summary": f"{pending}", "conferenceData": None}
        made = await line.client.modify(ALICE, EVENT_ID, changes, version, pending=pending)
        assert made["hangoutLink"] == link
    made = await line.client.patch(ALICE, EVENT_ID, {"conferenceData": None}, made["etag"], conference=True)
    assert "hangoutLink" not in made
    assert not line.google.mails
