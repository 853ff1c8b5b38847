"""Google's errors, translated into what we do next (Calendar API guides/errors)."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from google.auth.exceptions import RefreshError, TransportError
from googleapiclient.errors import HttpError
from httplib2 import HttpLib2Error

from sync.errors import (
    CursorExpired,
    Gone,
    Misconfigured,
    NeedsReconnect,
    Rejected,
    RetryLater,
    Stale,
    SyncError,
    Taken,
)

NETWORK_ERRORS = (OSError, HttpLib2Error, TransportError)
"""What comes raw, not as an HttpError, when the connection fails: the outcome of a write is unknown."""

_RATE = {"rateLimitExceeded", "userRateLimitExceeded"}
_USAGE = {"quotaExceeded", "calendarUsageLimitsExceeded"}
_SCOPE = {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}
_SWITCHED_OFF = {"accessNotConfigured", "SERVICE_DISABLED", "BILLING_DISABLED"}
_LISTS_AGAIN = {"fullSyncRequired", "updatedMinTooLongAgo"}
_USAGE_PAUSE = 3600.0


def translate(error: Exception) -> SyncError:
    """Say what an exception out of googleapiclient means for us."""
    if isinstance(error, HttpError):
        return _from_status(error)
    if isinstance(error, NETWORK_ERRORS):
        return RetryLater("google_unreachable", type(error).__name__)
    return RetryLater("google_unreadable", type(error).__name__)


def reasons(error: HttpError) -> set[str]:
    """Collect the machine-readable reasons of an error body; 5xx bodies may be HTML and give none."""
    found: set[str] = set()
    with contextlib.suppress(ValueError, AttributeError, TypeError, LookupError):
        body: dict[str, Any] = json.loads(error.content)["error"]
        for part in [*body.get("errors", ()), *body.get("details", ())]:
            found.add(str(part.get("reason", "")))
    return found - {""}


def _from_status(error: HttpError) -> SyncError:
    status, named = int(error.resp.status), reasons(error)
    detail = f"{status} {','.join(sorted(named))}".strip()
    match status:
        case 401:
            return NeedsReconnect("token_refused", detail)
        case 403:
            return _from_forbidden(error, named, detail)
        case 404:
            return Gone("google_not_found", detail)
        case 409:
            return Taken("google_id_taken", detail)
        case 410:
            if named & _LISTS_AGAIN:
                return CursorExpired("google_cursor_expired", detail)
            return Gone("google_deleted", detail)
        case 412:
            return Stale("google_changed_meanwhile", detail)
        case 429:
            return RetryLater("google_rate_limit", detail, after=_retry_after(error))
        case _ if status >= 500:
            return RetryLater("google_trouble", detail, after=_retry_after(error))
        case _:
            return Rejected("google_refuses", detail)


def _from_forbidden(error: HttpError, named: set[str], detail: str) -> SyncError:
    if named & _RATE:
        return RetryLater("google_rate_limit", detail, after=_retry_after(error))
    if named & _USAGE:
        return RetryLater("google_usage_limit", detail, after=_USAGE_PAUSE)
    if "dailyLimitExceeded" in named:
        return RetryLater("google_daily_limit", detail, after=_USAGE_PAUSE)
    if named & _SCOPE:
        return NeedsReconnect("scope_missing", detail)
    if named & _SWITCHED_OFF:
        return Misconfigured("calendar_api_disabled", detail)
    return Rejected("google_forbids", detail)


def _retry_after(error: HttpError) -> float | None:
    value = error.resp.get("retry-after", "")
    return float(value) if value.isdigit() else None


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
