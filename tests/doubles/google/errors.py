"""Google's errors: the exceptions that rules raise and the JSON bodies that clients read."""

from __future__ import annotations

from typing import Any

_RPC_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
}


class GoogleError(Exception):
    """An answer of the Calendar API that is not a success."""

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        domain: str = "global",
        location: str | None = None,
        location_type: str = "parameter",
        details: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status = status
        self.reason = reason
        self.message = message
        self.domain = domain
        self.location = location
        self.location_type = location_type
        self.details = details
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """Return the JSON body; `status` and `details` are only there for errors of Google's front end."""
        error: dict[str, Any] = {"domain": self.domain, "reason": self.reason, "message": self.message}
        if self.location is not None:
            error |= {"locationType": self.location_type, "location": self.location}
        whole: dict[str, Any] = {"code": self.status, "message": self.message, "errors": [error]}
        if self.details is not None or self.status == 401:
            whole["status"] = _RPC_STATUS.get(self.status, "UNKNOWN")
        if self.details is not None:
            whole["details"] = self.details
        return {"error": whole}


def invalid(message: str, *, reason: str = "invalid", location: str | None = None) -> GoogleError:
    """Return the 400 for a value that is not allowed."""
    return GoogleError(400, reason, message, location=location)


def required(message: str) -> GoogleError:
    """Return the 400 for something that is missing."""
    return GoogleError(400, "required", message)


def not_found() -> GoogleError:
    """Return the 404 that also hides what the caller may not see."""
    return GoogleError(404, "notFound", "Not Found")


def non_organizer() -> GoogleError:
    """Return the 403 for a guest who changes what belongs to the organizer."""
    return GoogleError(
        403,
        "forbiddenForNonOrganizer",
        "Shared properties can only be changed by the organizer of the event.",
        domain="calendar",
    )


class OAuthError(Exception):
    """An error of the token or revocation endpoint (RFC 6749 section 5.2)."""

    def __init__(self, error: str, description: str = "Bad Request", status: int = 400) -> None:
        super().__init__(f"{status} {error}: {description}")
        self.error = error
        self.description = description
        self.status = status

    def body(self) -> dict[str, Any]:
        """Return the JSON body."""
        return {"error": self.error, "error_description": self.description}
