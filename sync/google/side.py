"""A person's Google calendar as one side of the sync: sightings out, writes in."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sync.base import Hasher
from sync.clock import Clock
from sync.errors import Rejected, Stale
from sync.google import codec, conference, guests, reading
from sync.google.client import GoogleClient
from sync.google.marks import is_empty, key_of, label_of, uid_of, updated_of
from sync.google.restoring import restore
from sync.google.series import Found, fold, is_cancelled, master_id, sort_out
from sync.google.update import Keep, Update, Write, forget
from sync.merge import Merge
from sync.model import FIELDS, Event, Guest, Override, Start
from sync.seen import Seen, State
from sync.slices import in_slices

PARAMETERS = {"singleEvents": False, "eventTypes": ["default"]}
TRIES = 3
MARGIN = timedelta(days=62)
"""How much further a full listing reaches than what is synced.

Google lists an exception by where it was moved to. One that has left the window, while its original start is
still inside, would look as if it followed its series again.
"""


@dataclasses.dataclass(frozen=True)
class GooglePull:
    """What one listing showed, by ids of single events and of masters.

    With `full` it is everything inside the window, and some of what is around it.
    """

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
        self.fingerprint = f"{sorted(PARAMETERS.items())} {past.days} {future.days} {MARGIN.days}"
        """Names the parameters of a listing: a sync token is good only for the same ones."""

    def window(self) -> tuple[datetime, datetime]:
        """Return the first and last moment that is synced, counted from now."""
        now = self._clock.now()
        return now - self._past, now + self._future

    def knows_defaults(self, account_id: int) -> bool:
        """Say whether the calendar's default reminders are known: any listing tells them."""
        return account_id in self._defaults

    async def pull(self, account_id: int, token: str | None) -> GooglePull:
        """List what changed since `token`, or everything in the window; series come whole.

        Raises:
            CursorExpired: list again without the token.
        """
        first, last = self.window()
        listing = await self._client.list(account_id, token, (first - MARGIN, last + MARGIN), PARAMETERS)
        self._defaults[account_id] = listing.default_reminders
        shown = await reading.complete(self._client, account_id, listing)

        def sighted(found: Found | Rejected) -> Seen:
            if isinstance(found, Rejected):
                return Seen(State.REJECTED, reason=found.code)
            return self._sight(account_id, found)

        seen = dict(zip(shown, await in_slices(sighted, shown.values()), strict=True))
        return GooglePull(seen, listing.token, listing.full)

    async def fetch(self, account_id: int, event_id: str) -> Seen:
        """Look at one event or a whole series; one that Google does not know is gone.

        So is an occurrence of a series that this calendar has: it is seen with its series.
        """
        found = await reading.whole(self._client, account_id, event_id)
        return Seen(State.GONE) if found is None else self._sight(account_id, found)

    async def find(self, account_id: int, uid: str) -> dict[str, Seen]:
        """Return what this calendar has under an iCalUID, by id; occurrences alone are not looked for."""
        listed, exceptions = sort_out(await self._client.series(account_id, uid))
        return {
            key: self._sight(account_id, Found(item, tuple(exceptions.get(key, ()))))
            for key, item in listed.items()
        }

    async def create(
        self,
        account_id: int,
        event_id: str,
        event: Event,
        zone: str,
        key: str,
        *,
        address: str,
        meet: bool = False,
    ) -> Seen:
        """Insert an event or a series under our id, carrying our key; `zone` (IANA) is for showing it.

        `address` is the calendar owner's own, who is on the list of those whom he invites.

        Of the occurrences only those are written that are left out. With `meet`, an event without a meeting
        link gets one of Google's own, which is there a little later.

        Raises:
            Taken: the id exists, perhaps as a deleted event.
        """
        wanted = codec.project(event)
        body = codec.encode(event, FIELDS, zone)
        if body["conferenceData"] is None:
            del body["conferenceData"]
        if meet and not event.meeting_link:
            body["conferenceData"] = conference.request(event_id)
        body |= {"id": event_id, "extendedProperties": {"private": {codec.LINK_PROPERTY: key}}}
        body |= {"attendees": guests.fresh(wanted, address)}
        item: codec.Resource = await self._client.insert(
            account_id, body, conference="conferenceData" in body
        )
        if wanted.guests:
            item = await self._with_own_address(account_id, item, wanted, address)
        return self.sight(account_id, item)

    async def _with_own_address(
        self, account_id: int, item: codec.Resource, wanted: Event, address: str
    ) -> codec.Resource:
        """Put right whose event it is: the account may be called otherwise by now, as its calendar shows."""
        for _ in range(TRIES):
            mended = guests.changes(item, {"guests"}, wanted, [Guest(address)])
            if not mended:
                break
            try:
                return await self._client.patch(account_id, str(item["id"]), mended, item["etag"])
            except Stale:  # a Meet link that Google makes a little later changes the event as well
                item = await self._client.get(account_id, str(item["id"])) or item
        return item

    async def update(
        self,
        account_id: int,
        event_id: str,
        merged: Merge,
        seen: Seen,
        version: str,
        zone: str,
        keep: Keep = forget,
    ) -> Seen:
        """Write what a merge gives to Google, to an event that still is at `version` as it was `seen`.

        `zone` (IANA) is the one a timed event keeps, or gets when it was an all-day one. What `keep` is given
        is for `restore`, should the write not come to its end.

        Raises:
            Stale: it changed. Gone: it does not exist. Rejected: Google cannot hold it so.
        """
        defaults = self._defaults.get(account_id, ())
        place = self._client, account_id, event_id, zone, defaults
        write = Update(*place, merged=merged, seen=seen, version=version, keep=keep)
        return self._sight(account_id, await write.run())

    async def restore(self, account_id: int, event_id: str, kept: Mapping[Start, Override]) -> Seen:
        """Give occurrences of a series back what an unfinished write has cost them, and look at the series.

        Raises:
            Stale: somebody was faster. Rejected: Google cannot hold it so.
        """
        found = await reading.whole(self._client, account_id, event_id)
        if found is None or is_cancelled(found.item):
            return Seen(State.GONE)
        write = Write(self._client, account_id, event_id, defaults=self._defaults.get(account_id, ()))
        if await restore(write, found, kept):
            return await self.fetch(account_id, event_id)
        return self._sight(account_id, found)

    async def delete(self, account_id: int, event_id: str, version: str) -> None:
        """Delete an event or a whole series that still is at `version`; somebody else's is declined.

        Raises:
            Stale: it changed.
        """
        await self._client.delete(account_id, event_id, version)

    async def undelete(self, account_id: int, event_id: str) -> None:
        """Bring a deleted event or series back under its id, with its guests' answers and its Meet link.

        Raises:
            Gone: Google does not know it. Rejected: it does not bring it back.
        """
        await self._client.patch(account_id, event_id, {"status": "confirmed"}, "*")

    def sight(self, account_id: int, item: codec.Resource, exceptions: Sequence[codec.Resource] = ()) -> Seen:
        """Read an event resource with its exceptions; what cannot be synced is a sighting too."""
        return self._sight(account_id, Found(item, tuple(exceptions)))

    def _sight(self, account_id: int, found: Found) -> Seen:
        item = found.item
        if is_cancelled(item):
            return Seen(State.GONE)
        bare = Seen(State.REJECTED, version=item.get("etag", ""), key=key_of(item), label=label_of(item))
        try:
            if item.get("eventType", "default") != "default":
                raise Rejected("special_event")
            held = fold(found, self._defaults.get(account_id, ()))
            uid = uid_of(item)
            if is_empty(held.event):
                return Seen(State.GONE)
        except Rejected as error:
            return dataclasses.replace(bare, reason=error.code)
        return dataclasses.replace(
            bare,
            state=State.PRESENT,
            event=held.event,
            hashes=self._hasher.event(held.event),
            edited_at=self._edited_at(found),
            uid=uid,
            alone=bool(master_id(item)),
            exceptions={start: str(one.get("id") or "") for start, one in held.instances.items()},
        )

    def _edited_at(self, found: Found) -> datetime | None:
        """Return when an event was edited last, a series in any of its parts, by our clock."""
        stamps = [stamp for one in (found.item, *found.exceptions) if (stamp := updated_of(one))]
        return max(stamps) - self._client.skew if stamps else None
