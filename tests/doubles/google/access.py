"""Who may call the Calendar API: tokens, scopes, and whether the project has the API enabled."""

from __future__ import annotations

from collections.abc import Mapping

from tests.doubles.google.discovery import Method
from tests.doubles.google.errors import GoogleError
from tests.doubles.google.grants import AccessToken, Grants
from tests.doubles.google.project import Project
from tests.doubles.google.store import Calendar, Owner, World

_PREFIX = "https://www.googleapis.com/auth/"
_OWN_CALENDARS = {"calendar.events.owned", "calendar.events.owned.readonly"}


class Access:
    """Decides by the bearer token of a call."""

    def __init__(self, world: World, grants: Grants, project: Project) -> None:
        self._world = world
        self._grants = grants
        self._project = project

    def token_of(self, headers: Mapping[str, str]) -> AccessToken | None:
        """Return what a bearer token stands for, though it may have expired."""
        kind, _, value = headers.get("authorization", "").partition(" ")
        return self._grants.access_tokens.get(value.strip()) if kind.lower() == "bearer" else None

    def caller(self, headers: Mapping[str, str], method: Method) -> Owner:
        """Return whose token it is.

        Raises:
            GoogleError: there is no good token (401), none for this method (403), or the API is off (403).
        """
        token = self.token_of(headers)
        if "authorization" not in headers:
            raise GoogleError(
                401, "required", "Login Required.", location="Authorization", location_type="header"
            )
        if token is None or not self._grants.is_live(token):
            raise GoogleError(
                401,
                "authError",
                "Invalid Credentials",
                location="Authorization",
                location_type="header",
                headers={
                    "WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
                },
            )
        if not self._project.api_enabled:
            raise self._disabled()
        if not method.scopes & token.scopes:
            raise _insufficient(method)
        return self._world.owners[token.email]

    def check_calendar(
        self, headers: Mapping[str, str], method: Method, calendar: Calendar, caller: Owner
    ) -> None:
        """Make sure that the token's scopes reach this calendar.

        Raises:
            GoogleError: they do not; a calendar that the application did not make is unknown to it.
        """
        token = self.token_of(headers)
        assert token is not None
        scopes = {scope.removeprefix(_PREFIX) for scope in token.scopes & method.scopes}
        if scopes - _OWN_CALENDARS - {"calendar.app.created", "calendar.events.public.readonly"}:
            return
        if scopes & _OWN_CALENDARS and calendar.role(caller.email) == "owner":
            return
        if "calendar.app.created" in scopes and calendar.app_created:
            return
        raise _insufficient(method)

    def _disabled(self) -> GoogleError:
        number = self._project.number
        page = "https://console.developers.google.com/apis/api/calendar-json.googleapis.com/overview"
        return GoogleError(
            403,
            "accessNotConfigured",
            f"Google Calendar API has not been used in project {number} before or it is disabled. Enable it "
            f"by visiting {page}?project={number} then retry. If you enabled this API recently, wait a few "
            "minutes for the action to propagate to our systems and retry.",
            domain="usageLimits",
            details=[
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": "SERVICE_DISABLED",
                    "domain": "googleapis.com",
                    "metadata": {"service": "calendar-json.googleapis.com", "consumer": f"projects/{number}"},
                }
            ],
        )


def _insufficient(method: Method) -> GoogleError:
    return GoogleError(
        403,
        "insufficientPermissions",
        "Request had insufficient authentication scopes.",
        details=[
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                "domain": "googleapis.com",
                "metadata": {"service": "calendar-json.googleapis.com", "method": method.id},
            }
        ],
        headers={
            "WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="insufficient_scope"'
        },
    )
