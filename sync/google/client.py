"""Calls of the Calendar API, by google-api-python-client, on the primary calendar of each account."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sync.clock import Clock
from sync.errors import CursorExpired, Gone, NeedsHuman, Rejected, RetryLater, Stale
from sync.google.limits import Limits
from sync.google.replace import is_replaceable, merged
from sync.google.transport import Tokens, Transport, events_resource

PAGE = 2500
BULK = 50
"""Pending changes of an account up to which patches are sent: 150 units, a quarter of a minute's."""

Resource = dict[str, Any]
Resources = list[Resource]


@dataclasses.dataclass(frozen=True)
class Listing:
    """One whole events.list, all pages: `token` continues from here; `full` when nothing was left out."""

    items: list[Resource]
    token: str
    default_reminders: list[Resource]
    full: bool


class GoogleClient:
    """The Calendar API for all accounts.

    Every method waits while the quota is used up and raises the errors of `sync.errors`; the ones that are
    not named there are those that stop an account: RetryLater, NeedsReconnect, NeedsHuman, Misconfigured.
    No write tells anybody (`sendUpdates=none`).
    """

    def __init__(
        self, api_url: str, tokens: Tokens, clock: Clock, limits: Limits | None = None, bulk: int = BULK
    ) -> None:
        self.limits = Limits(clock) if limits is None else limits
        self.bulk = bulk
        self._transport = Transport(tokens, clock, self.limits)
        self._events = events_resource(api_url)

    @property
    def skew(self) -> timedelta:
        """Return how far Google's clock is ahead of ours, from its Date headers."""
        return self._transport.skew

    async def close(self) -> None:
        """Let running requests end and stop the threads."""
        await self._transport.close()

    # --- reading

    async def list(
        self,
        account_id: int,
        token: str | None,
        window: tuple[datetime, datetime],
        parameters: Mapping[str, Any],
    ) -> Listing:
        """List what changed since `token`, or without one all events of the window, page by page.

        Raises:
            CursorExpired: the token is no longer honoured.
        """
        moments = (moment.isoformat() for moment in window)
        asked = {"syncToken": token} if token else dict(zip(("timeMin", "timeMax"), moments, strict=True))
        try:
            items, last = await self._pages(account_id, self._events.list, **parameters, **asked)
        except (Rejected, Gone) as error:
            # Google answers some tokens with 400, and nothing else in the request can be wrong; a 410 that
            # lost its reason on the way means the same here.
            if token and error.code in {"google_refuses", "google_deleted"}:
                raise CursorExpired("google_cursor_expired", error.detail) from error
            raise
        if "nextSyncToken" not in last:
            raise RetryLater("google_unreadable", "a last page without a token")
        return Listing(items, last["nextSyncToken"], last.get("defaultReminders", []), full=not token)

    async def series(self, account_id: int, ical_uid: str) -> Resources:
        """Return all that bears an iCalUID, deleted or not: a single event, or masters and exceptions."""
        asked = {"iCalUID": ical_uid, "showDeleted": True, "singleEvents": False}
        return (await self._pages(account_id, self._events.list, **asked))[0]

    async def instances(
        self, account_id: int, event_id: str, original_start: str, *, show_deleted: bool = True
    ) -> Resources:
        """Return the occurrences of a series that its rule puts at `original_start`: one, or none.

        `original_start` is a date, or a time with its offset (RFC 3339), as `originalStartTime` shows it.

        Raises:
            Gone: there is no such event. Rejected: it is no series.
        """
        asked = {"eventId": event_id, "originalStart": original_start, "showDeleted": show_deleted}
        return (await self._pages(account_id, self._events.instances, **asked))[0]

    async def get(self, account_id: int, event_id: str) -> Resource | None:
        """Return an event, cancelled ones too, or None when Google does not know it."""
        try:
            return await self._get(account_id, event_id)
        except Gone:
            return None

    # --- writing

    async def insert(self, account_id: int, body: Mapping[str, Any], *, conference: bool = False) -> Resource:
        """Create an event under the id in `body`; with `conference` its conferenceData counts.

        Raises:
            Taken: the id exists, perhaps as a deleted event.
        """
        return await self._write(account_id, self._events.insert, conference, body=body)

    async def modify(
        self,
        account_id: int,
        event_id: str,
        changes: Mapping[str, Any],
        version: str,
        *,
        pending: int = 1,
        conference: bool = False,
    ) -> Resource:
        """Change the named fields of an event if it still is at `version` (an etag), the cheaper way.

        A patch is one request, but counts as three; reading and replacing count as two. So single changes
        are patches, and many (`pending` is how many the caller has to make, this one included), or those of
        an account that has used up half of its minute, are replacements where these do the same.

        Raises:
            Stale: it was changed since. Gone: it does not exist. Rejected: Google refuses the change.
        """
        if pending > self.bulk or self.limits.room(account_id) < self.limits.quota.account // 2:
            resource = await self._get(account_id, event_id)
            if version not in ("*", resource["etag"]):
                raise Stale("google_changed_meanwhile", "seen before replacing")
            if is_replaceable(resource):
                return await self._replace(account_id, resource, changes, conference)
        return await self.patch(account_id, event_id, changes, version, conference=conference)

    async def patch(
        self,
        account_id: int,
        event_id: str,
        body: Mapping[str, Any],
        version: str,
        *,
        conference: bool = False,
    ) -> Resource:
        """Change the named fields of an event if it still is at `version`, in one request of three units.

        Raises:
            Stale: it was changed since. Gone: it does not exist. Rejected: Google refuses the change.
        """
        return await self._write(
            account_id, self._events.patch, conference, version, eventId=event_id, body=body
        )

    async def delete(self, account_id: int, event_id: str, version: str) -> None:
        """Delete an event if it still is at `version`; one that is gone is no error.

        Raises:
            Stale: it was changed since.
        """
        try:
            await self._write(account_id, self._events.delete, None, version, eventId=event_id)
        except Gone:
            return

    # --- how

    async def _replace(
        self, account_id: int, resource: Resource, changes: Mapping[str, Any], conference: bool
    ) -> Resource:
        counting = {name: value for name, value in changes.items() if conference or name != "conferenceData"}
        # Always with the meeting link's version: with it the body's link counts, the one that was read.
        return await self._write(
            account_id,
            self._events.update,
            True,
            resource["etag"],
            eventId=resource["id"],
            body=merged(resource, counting),
        )

    async def _write(
        self,
        account_id: int,
        method: Callable[..., Any],
        conference: bool | None,
        version: str = "",
        **arguments: Any,
    ) -> Resource:
        if conference is not None:
            arguments["conferenceDataVersion"] = int(conference)
        request = method(calendarId="primary", sendUpdates="none", **arguments)
        if version:
            request.headers["If-Match"] = version
        return await self._execute(account_id, request)

    async def _get(self, account_id: int, event_id: str) -> Resource:
        return await self._execute(account_id, self._events.get(calendarId="primary", eventId=event_id))

    async def _pages(
        self, account_id: int, method: Callable[..., Any], **query: Any
    ) -> tuple[Resources, Resource]:
        """Read all pages; returns their items and the last page."""
        items: Resources = []
        while True:
            page = await self._execute(account_id, method(calendarId="primary", maxResults=PAGE, **query))
            items += page.get("items", ())
            if "nextPageToken" not in page:
                return items, page
            query["pageToken"] = page["nextPageToken"]

    async def _execute(self, account_id: int, request: Any) -> Resource:
        try:
            return await self._transport.execute(account_id, request)
        except Gone as error:
            if error.code == "google_not_found":
                await self._check_calendar(account_id)
            raise

    async def _check_calendar(self, account_id: int) -> None:
        """Make sure that an unknown event is not due to an unknown calendar, where every event is unknown.

        Raises:
            NeedsHuman: it is.
        """
        request = self._events.list(calendarId="primary", maxResults=1, fields="kind")
        try:
            await self._transport.execute(account_id, request)
        except Gone as error:
            raise NeedsHuman("calendar_gone", error.detail) from error
