"""Every answer that Google may refuse with, and what we do next."""

from __future__ import annotations

import json
import ssl
from typing import Any

import httplib2
import pytest
from google.auth.exceptions import RefreshError, TransportError
from googleapiclient.errors import HttpError
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import Texts
from sync import errors
from sync.errors import SyncError
from sync.google.errors import reasons, translate, translate_refresh

SECRET = "Surgery at nine"


def refusal(status: int, *named: str, content: bytes | None = None, retry_after: str = "") -> HttpError:
    """Return the client's error for an answer with these reasons."""
    listed = [{"domain": "global", "reason": one, "message": SECRET} for one in named]
    body = {"error": {"code": status, "message": SECRET, "errors": listed}}
    response = httplib2.Response({"status": str(status), "retry-after": retry_after})
    return HttpError(response, json.dumps(body).encode() if content is None else content)


def detailed(status: int, reason: str) -> HttpError:
    """Return an error whose reason stands in an ErrorInfo only."""
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}]
    body = {"error": {"code": status, "status": "PERMISSION_DENIED", "details": details}}
    return refusal(status, content=json.dumps(body).encode())


TABLE: list[tuple[HttpError, type[SyncError], str]] = [
    *(
        (refusal(400, reason), errors.Rejected, "google_refuses")
        for reason in ("invalid", "required", "badRequest", "timeRangeEmpty", "parseError")
    ),
    (refusal(401, "authError"), errors.NeedsReconnect, "token_refused"),
    (refusal(403, "rateLimitExceeded"), errors.RetryLater, "google_rate_limit"),
    (refusal(403, "userRateLimitExceeded"), errors.RetryLater, "google_rate_limit"),
    (refusal(403, "quotaExceeded"), errors.RetryLater, "google_usage_limit"),
    (refusal(403, "calendarUsageLimitsExceeded"), errors.RetryLater, "google_usage_limit"),
    (refusal(403, "dailyLimitExceeded"), errors.RetryLater, "google_daily_limit"),
    (refusal(403, "forbiddenForNonOrganizer"), errors.Rejected, "google_forbids"),
    (refusal(403, "insufficientPermissions"), errors.NeedsReconnect, "scope_missing"),
    (detailed(403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), errors.NeedsReconnect, "scope_missing"),
    *(
        (refusal(403, reason), errors.Rejected, "google_forbids")
        for reason in ("forbidden", "requiredAccessLevel", "cannotChangeOrganizer", "domainPolicy")
    ),
    (refusal(403, "accessNotConfigured"), errors.Misconfigured, "calendar_api_disabled"),
    (detailed(403, "SERVICE_DISABLED"), errors.Misconfigured, "calendar_api_disabled"),
    (detailed(403, "BILLING_DISABLED"), errors.Misconfigured, "calendar_api_disabled"),
    (refusal(404, "notFound"), errors.Gone, "google_not_found"),
    (refusal(409, "duplicate"), errors.Taken, "google_id_taken"),
    (refusal(410, "fullSyncRequired"), errors.CursorExpired, "google_cursor_expired"),
    (refusal(410, "updatedMinTooLongAgo"), errors.CursorExpired, "google_cursor_expired"),
    (refusal(410, "deleted"), errors.Gone, "google_deleted"),
    (refusal(412, "conditionNotMet"), errors.Stale, "google_changed_meanwhile"),
    (refusal(413, "uploadTooLarge"), errors.Rejected, "google_refuses"),
    (refusal(429, "rateLimitExceeded"), errors.RetryLater, "google_rate_limit"),
    *(
        (refusal(status, "backendError"), errors.RetryLater, "google_trouble")
        for status in (500, 502, 503, 504)
    ),
]  # fmt: skip


@pytest.mark.parametrize(("error", "kind", "code"), TABLE)
def test_every_row_of_the_table(error: HttpError, kind: type[SyncError], code: str) -> None:
    meant = translate(error)
    assert type(meant) is kind
    assert meant.code == code
    assert SECRET not in str(meant)


@pytest.mark.parametrize("status", [403, 429, 500, 503])
@pytest.mark.parametrize(("value", "after"), [("7", 7.0), ("", None), ("soon", None)])
def test_retry_after_is_kept(status: int, value: str, after: float | None) -> None:
    meant = translate(refusal(status, "rateLimitExceeded", retry_after=value))
    assert isinstance(meant, errors.RetryLater)
    assert meant.after == after


def test_usage_limits_pause_for_an_hour() -> None:
    meant = translate(refusal(403, "quotaExceeded"))
    assert isinstance(meant, errors.RetryLater)
    assert meant.after == 3600


ODD_BODIES = [
    b"", b"<html><title>502</title></html>", b"null", b"[]", b"7", b'"text"', b'{"error": null}',
    b'{"error": "forbidden"}', b'{"error": ["forbidden"]}', b'{"error": {"errors": "x"}}',
    b'{"error": {"errors": null}}', b'{"error": {"errors": ["x"]}}',
    b'{"error": {"errors": {"reason": "x"}}}', b'{"error": {"errors": [{"reason": null}]}}',
    b'{"error": {"details": 7}}', b"\xff\xfe\x00", b"{}",
]  # fmt: skip


@pytest.mark.parametrize("content", ODD_BODIES)
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.Rejected),
        (401, errors.NeedsReconnect),
        (403, errors.Rejected),
        (404, errors.Gone),
        (410, errors.Gone),
        (503, errors.RetryLater),
    ],
)
def test_odd_bodies_leave_the_status_to_decide(content: bytes, status: int, kind: type[SyncError]) -> None:
    assert type(translate(refusal(status, content=content))) is kind


@given(st.binary())
def test_any_body_gives_a_set_of_words(content: bytes) -> None:
    assert all(isinstance(one, str) and one for one in reasons(refusal(403, content=content)))


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError(SECRET),
        ConnectionResetError(SECRET),
        ssl.SSLError(SECRET),
        httplib2.ServerNotFoundError(SECRET),
        TransportError(SECRET),
    ],
)
def test_a_connection_that_fails_is_tried_again(error: Exception) -> None:
    meant = translate(error)
    assert isinstance(meant, errors.RetryLater)
    assert meant.code == "google_unreachable"
    assert SECRET not in str(meant)


def test_an_answer_that_is_no_json_is_tried_again() -> None:
    meant = translate(ValueError(SECRET))
    assert isinstance(meant, errors.RetryLater)
    assert (meant.code, meant.detail) == ("google_unreadable", "ValueError")


@pytest.mark.parametrize(
    ("word", "kind", "code"),
    [
        *((one, errors.NeedsReconnect, "grant_dead") for one in ("invalid_grant", "admin_policy_enforced")),
        *((one, errors.NeedsReconnect, "grant_dead") for one in ("invalid_rapt", "account_disabled")),
        ("invalid_client", errors.Misconfigured, "google_client_refused"),
        ("deleted_client", errors.Misconfigured, "google_client_refused"),
        ("unauthorized_client", errors.Misconfigured, "google_client_refused"),
        ("internal_failure", errors.RetryLater, "google_trouble"),
        ("", errors.RetryLater, "google_trouble"),
    ],
)
def test_only_a_dead_grant_sends_the_person_back(word: str, kind: type[SyncError], code: str) -> None:
    meant = translate_refresh(RefreshError(SECRET, {"error": word, "error_description": SECRET}))
    assert type(meant) is kind
    assert meant.code == code
    assert SECRET not in str(meant)


@pytest.mark.parametrize(
    "arguments", [(), (SECRET,), (SECRET, SECRET), (SECRET, None), (SECRET, {}), (SECRET, [])]
)
def test_a_refresh_that_fails_without_a_word_is_tried_again(arguments: tuple[Any, ...]) -> None:
    assert type(translate_refresh(RefreshError(*arguments))) is errors.RetryLater


def test_a_refresh_without_connection_is_tried_again() -> None:
    assert translate_refresh(TransportError(SECRET)).code == "google_unreachable"


def test_what_stops_a_run_and_what_parks_an_item_has_its_sentence() -> None:
    t = Texts()
    for _, kind, code in TABLE:
        if kind is errors.Rejected:
            assert t.has(f"reason.{code}")
        elif kind in (errors.RetryLater, errors.NeedsReconnect, errors.Misconfigured):
            assert t.has(f"trouble.{code}")
