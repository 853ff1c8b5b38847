"""A person's Google calendar as one side of the sync: sightings out, writes in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sync.base import Hasher
from sync.clock import Clock
from sync.errors import Rejected
from sync.google import codec
from sync.google.client import GoogleClient
from sync.model import FIELDS, Event
from sync.seen import Seen, State
from sync.text import clean

PARAMETERS = {"singleEvents": False, "eventTypes": ["default"]}


@dataclasses.dataclass(frozen=True)
class GooglePull:
    """What one listing showed; with `full` it is everything inside the window."""

    seen: dict[str, Seen]
    token: str
    full: bool


class GoogleSide:
    """Reads and writes the primary calendars of all accounts."""

    def __init__(
        self, client: GoogleClient, hasher: Hasher, clock: Clock, past: timedelta, future: timedelta
    ) -> None:
        self._client = client
        self._hasher = hasher
        self._clock = clock
        self._past, self._future = past, future
        self._defaults: dict[int, list[dict[str, Any]]] = {}
        self.fingerprint = f"{sorted(PARAMETERS.items())} {past.days} {future.days}"
        """Names the parameters of a listing: a sync token is good only for the same ones."""

    def window(self) -> tuple[datetime, datetime]:
        """Return the first and last moment that is synced, counted from now."""
        now = self._clock.now()
        return now - self._past, now + self._future

    async def pull(self, account_id: int, token: str | None) -> GooglePull:
        """List what changed since `token`, or everything in the window.

        Raises:
            CursorExpired: list again without the token.
        """
        listing = await self._client.list(account_id, token, self.window(), PARAMETERS)
        self._defaults[account_id] = listing.default_reminders
        seen = {item["id"]: self.sight(account_id, item) for item in listing.items}
        return GooglePull(seen, listing.token, listing.full)

    async def fetch(self, account_id: int, event_id: str) -> Seen:
        """Look at one event; one that Google does not know is gone."""
        item = await self._client.get(account_id, event_id)
        return Seen(State.GONE) if item is None else self.sight(account_id, item)

    async def create(self, account_id: int, event_id: str, event: Event, zone: str, key: str) -> Seen:
        """Insert an event under our id, carrying our key; `zone` (IANA) is for showing it.

        Raises:
            Taken: the id exists, perhaps as a deleted event.
        """
        body = codec.encode(event, FIELDS, zone)
        body |= {"id": event_id, "extendedProperties": {"private": {codec.LINK_PROPERTY: key}}}
        return self.sight(account_id, await self._client.insert(account_id, body))

    async def update(
        self, account_id: int, event_id: str, event: Event, fields: Iterable[str], version: str, zone: str
    ) -> Seen:
        """Patch the named fields of an event that still is at `version`.

        `zone` (IANA) is the one a timed event keeps, or gets when it was an all-day one.

        Raises:
            Stale: it changed. Gone: it does not exist.
        """
        body = codec.encode(event, fields, zone)
        return self.sight(account_id, await self._client.patch(account_id, event_id, body, version))

    async def delete(self, account_id: int, event_id: str, version: str) -> None:
        """Delete an event that still is at `version`.

        Raises:
            Stale: it changed.
        """
        await self._client.delete(account_id, event_id, version)

    def sight(self, account_id: int, item: codec.Resource) -> Seen:
        """Read one event resource; what cannot be synced is a sighting too, with its reason."""
        if item.get("status") == "cancelled":
            return Seen(State.GONE)
        bare = Seen(
            State.REJECTED,
            version=item.get("etag", ""),
            key=item.get("extendedProperties", {}).get("private", {}).get(codec.LINK_PROPERTY, ""),
            label=_label(item),
        )
        try:
            if reason := codec.out_of_scope(item):
                raise Rejected(reason)
            event = codec.decode(item, self._defaults.get(account_id, ()))
        except Rejected as error:
            return dataclasses.replace(bare, reason=error.code)
        return dataclasses.replace(
            bare,
            state=State.PRESENT,
            event=event,
            hashes=self._hasher.event(event),
            edited_at=datetime.fromisoformat(item["updated"]) - self._client.skew
            if "updated" in item
            else None,
        )


def _label(item: codec.Resource) -> str:
    start = item.get("start") or {}
    starts = start.get("dateTime") or start.get("date") or "" if isinstance(start, dict) else ""
    return f"{clean(str(item.get('summary') or ''))[:100]}\t{starts}"
