"""Google's errors, translated into what we do next (Calendar API guides/errors)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

from google.auth.exceptions import RefreshError, TransportError
from googleapiclient.errors import HttpError
from httplib2 import HttpLib2Error

from sync.errors import (
    CursorExpired,
    Gone,
    Misconfigured,
    NeedsHuman,
    NeedsReconnect,
    Rejected,
    RetryLater,
    Stale,
    SyncError,
    Taken,
    WritesPaused,
)

NETWORK_ERRORS = (OSError, HttpLib2Error, TransportError)
"""What comes raw, not as an HttpError, when the connection fails: the outcome of a write is unknown."""

_RATE = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
_USAGE = {"quotaExceeded", "calendarUsageLimitsExceeded"}
_SCOPE = {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}
_SWITCHED_OFF = {"accessNotConfigured", "SERVICE_DISABLED", "BILLING_DISABLED"}
_READ_ONLY = {"forbidden", "requiredAccessLevel", "cannotChangeOrganizer"}
_LISTS_AGAIN = {"fullSyncRequired", "updatedMinTooLongAgo"}
_LONGEST_WAIT = 24 * 3600.0


def translate(error: Exception) -> SyncError:
    """Say what an exception out of googleapiclient means for us."""
    if isinstance(error, HttpError):
        return _from_status(error)
    if isinstance(error, NETWORK_ERRORS):
        return RetryLater("google_unreachable", type(error).__name__)
    return RetryLater("google_unreadable", type(error).__name__)


def reasons(error: HttpError) -> set[str]:
    """Collect the machine-readable reasons of an error body; 5xx bodies may be HTML and give none."""
    try:
        body = json.loads(error.content)["error"]
    except (ValueError, TypeError, LookupError):
        return set()
    parts = [*_listed(body, "errors"), *_listed(body, "details")]
    return {part["reason"] for part in parts if isinstance(part.get("reason"), str)} - {""}


def _listed(body: Any, name: str) -> Iterator[dict[str, Any]]:
    listed = body.get(name) if isinstance(body, dict) else None
    if isinstance(listed, list):
        yield from (part for part in listed if isinstance(part, dict))


def _from_status(error: HttpError) -> SyncError:
    status, named = int(error.resp.status), reasons(error)
    detail = f"{status} {','.join(sorted(named))}".strip()
    match status:
        case 401:
            return NeedsReconnect("token_refused", detail)
        case 403 | 429:
            return _from_forbidden(error, status, named, detail)
        case 404:
            return Gone("google_not_found", detail)
        case 409 if named and "duplicate" not in named:
            return RetryLater("google_trouble", detail)  # two operations at once on the same event
        case 409:
            return Taken("google_id_taken", detail)
        case 410:
            if named & _LISTS_AGAIN:
                return CursorExpired("google_cursor_expired", detail)
            return Gone("google_deleted", detail)
        case 412:
            return Stale("google_changed_meanwhile", detail)
        case 413:
            return Rejected("google_too_large", detail)
        case _ if status >= 500:
            return RetryLater("google_trouble", detail, after=_retry_after(error))
        case _:
            return Rejected("google_refuses", detail)


def _from_forbidden(error: HttpError, status: int, named: set[str], detail: str) -> SyncError:
    """Translate 403, which says many things, and 429, which says some of them in other words."""
    if "dailyLimitExceeded" in named:
        return RetryLater("google_daily_limit", detail, after=_retry_after(error))
    if named & _USAGE:
        return WritesPaused("google_usage_limit", detail, after=_retry_after(error))
    if named & _RATE or status == 429:
        return RetryLater("google_rate_limit", detail, after=_retry_after(error))
    if named & _SCOPE:
        return NeedsReconnect("scope_missing", detail)
    if named & _SWITCHED_OFF:
        return Misconfigured("calendar_api_disabled", detail)
    if "domainPolicy" in named:
        # It meets every request of the person: to park item after item would bury the one cause.
        return NeedsHuman("google_domain_policy", detail)
    if "forbiddenForNonOrganizer" in named:
        return Rejected("google_forbids_guest", detail)
    if named & _READ_ONLY:
        return Rejected("google_read_only", detail)
    return Rejected("google_forbids", detail)


def _retry_after(error: HttpError) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110 10.2.3), or None when it has none that is sane."""
    value = error.resp.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return min(float(value), _LONGEST_WAIT)
    try:
        pause = parsedate_to_datetime(value) - parsedate_to_datetime(error.resp.get("date", ""))
    except (ValueError, TypeError):
        return None
    return min(max(pause.total_seconds(), 0.0), _LONGEST_WAIT)


def translate_refresh(error: Exception) -> SyncError:
    """Say what a failed token refresh means: only a dead grant sends the person back to Google."""
    if not isinstance(error, RefreshError):
        return RetryLater("google_unreachable", type(error).__name__)
    body = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], dict) else {}
    named = str(body.get("error", ""))
    if named in {"invalid_grant", "admin_policy_enforced", "invalid_rapt", "account_disabled"}:
        return NeedsReconnect("grant_dead", named)
    if named in {"invalid_client", "deleted_client", "unauthorized_client"}:
        return Misconfigured("google_client_refused", named)
    return RetryLater("google_trouble", named)
