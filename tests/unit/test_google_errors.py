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
ACCOUNT_ERRORS = (
    errors.RetryLater, errors.WritesPaused, errors.NeedsReconnect, errors.NeedsHuman, errors.Misconfigured,
)  # fmt: skip


def refusal(status: int, *named: str, content: bytes | None = None, retry_after: str = "") -> HttpError:
    """Return the client's error for an answer with these reasons."""
    listed = [{"domain": "global", "reason": one, "message": SECRET} for one in named]
    body = {"error": {"code": status, "message": SECRET, "errors": listed}}
    sent = "Mon, 02 Mar 2026 12:00:00 GMT"
    response = httplib2.Response({"status": str(status), "retry-after": retry_after, "date": sent})
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
    (refusal(403, "quotaExceeded"), errors.WritesPaused, "google_usage_limit"),
    (refusal(403, "calendarUsageLimitsExceeded"), errors.WritesPaused, "google_usage_limit"),
    (refusal(403, "dailyLimitExceeded"), errors.RetryLater, "google_daily_limit"),
    (refusal(403, "forbiddenForNonOrganizer"), errors.Rejected, "google_forbids_guest"),
    (refusal(403, "somethingNew"), errors.Rejected, "google_forbids"),
    (refusal(403, "domainPolicy"), errors.NeedsHuman, "google_domain_policy"),
    (refusal(403, "insufficientPermissions"), errors.NeedsReconnect, "scope_missing"),
    (detailed(403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), errors.NeedsReconnect, "scope_missing"),
    *(
        (refusal(403, reason), errors.Rejected, "google_read_only")
        for reason in ("forbidden", "requiredAccessLevel", "cannotChangeOrganizer")
    ),
    (refusal(403, "accessNotConfigured"), errors.Misconfigured, "calendar_api_disabled"),
    (detailed(403, "SERVICE_DISABLED"), errors.Misconfigured, "calendar_api_disabled"),
    (detailed(403, "BILLING_DISABLED"), errors.Misconfigured, "calendar_api_disabled"),
    (refusal(404, "notFound"), errors.Gone, "google_not_found"),
    (refusal(409, "duplicate"), errors.Taken, "google_id_taken"),
    (refusal(409), errors.Taken, "google_id_taken"),
    (refusal(409, "conflict"), errors.RetryLater, "google_trouble"),
    (refusal(410, "fullSyncRequired"), errors.CursorExpired, "google_cursor_expired"),
    (refusal(410, "updatedMinTooLongAgo"), errors.CursorExpired, "google_cursor_expired"),
    (refusal(410, "deleted"), errors.Gone, "google_deleted"),
    (refusal(412, "conditionNotMet"), errors.Stale, "google_changed_meanwhile"),
    (refusal(413, "uploadTooLarge"), errors.Rejected, "google_too_large"),
    (refusal(429, "rateLimitExceeded"), errors.RetryLater, "google_rate_limit"),
    (refusal(429), errors.RetryLater, "google_rate_limit"),
    (detailed(403, "RATE_LIMIT_EXCEEDED"), errors.RetryLater, "google_rate_limit"),
    (refusal(429, "quotaExceeded"), errors.WritesPaused, "google_usage_limit"),
    (refusal(429, "dailyLimitExceeded"), errors.RetryLater, "google_daily_limit"),
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
@pytest.mark.parametrize(
    ("value", "after"),
    [
        ("7", 7.0),
        ("Mon, 02 Mar 2026 12:00:30 GMT", 30.0),  # a date counts from the answer's own
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0.0),
        ("Mon, 02 Mar 2026 12:00:30 -0000", None),
        ("", None),
        ("soon", None),
    ],
)
def test_retry_after_is_kept(status: int, value: str, after: float | None) -> None:
    meant = translate(refusal(status, "rateLimitExceeded", retry_after=value))
    assert isinstance(meant, errors.RetryLater)
    assert meant.after == after


@pytest.mark.parametrize("value", ["99999999999999999999", "\u00b2"])
def test_a_retry_after_out_of_this_world_breaks_nothing(value: str) -> None:
    """A date that far away overflowed, and a superscript is a digit but no number: the run broke."""
    meant = translate(refusal(503, retry_after=value))
    assert isinstance(meant, errors.RetryLater)
    assert meant.after in (None, 24 * 3600)


def test_a_malformed_half_of_a_body_does_not_hide_the_other() -> None:
    """The reason in `details` was lost when `errors` was null, and a missing scope parked every event."""
    details = [None, {"reason": 7}, {"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]
    body = json.dumps({"error": {"code": 403, "errors": None, "details": details}}).encode()
    assert translate(refusal(403, content=body)).code == "scope_missing"


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
        elif kind in ACCOUNT_ERRORS:
            assert t.has(f"trouble.{code}")
