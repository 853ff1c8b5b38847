"""Writes the outcome of a merge to Google: the event or the whole series, then its single occurrences."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sync.errors import Gone, Stale
from sync.google import codec, guests
from sync.google.client import GoogleClient
from sync.google.occurrences import Occurrences
from sync.google.reading import whole
from sync.google.series import Found, Held, fold, is_cancelled
from sync.merge import Merge
from sync.model import CANCELLED, OVERRIDABLE, Event, Override, Start
from sync.seen import Seen

Resource = Mapping[str, Any]
Keep = Callable[[Mapping[Start, Override]], Awaitable[None]]
"""Notes down what single occurrences have to be after a write that Google may let them lose it by."""

_LISTED = frozenset({"guests", "response"})
_RELAYING = frozenset({"recurrence", "start", "end"})
"""What in a series' master makes Google lay out its occurrences anew."""


async def forget(_kept: Mapping[Start, Override]) -> None:
    """Note nothing down."""


@dataclasses.dataclass(frozen=True)
class Write:
    """The steps of writing to one event.

    `zone` (IANA) is the one that a timed single event keeps or gets, `defaults` are the default reminders of
    the calendar.
    """

    client: GoogleClient
    account_id: int
    event_id: str
    zone: str = ""
    defaults: Iterable[Resource] = ()

    async def align(self, start: Start, wanted: Event | None, now: Held) -> bool:
        """Make one occurrence what is wanted, None to leave it out, and say whether anything was written."""
        item = now.instances.get(start)
        if item is None:
            if start in now.left_out:
                return False
            if wanted == codec.effective(now.event, start):
                return False
            listed = await self.client.instances(self.account_id, self.event_id, _named(start))
            if not listed:
                return False
            item = listed[0]
        if wanted is None:
            if not is_cancelled(item):
                await self.client.delete(self.account_id, item["id"], item["etag"])
            return not is_cancelled(item)
        revived = is_cancelled(item)
        if revived:
            times = codec.encode(wanted, ["span"], self._zone(now))
            item = await self.patch(item["id"], {"status": "confirmed"} | times, item["etag"])
        held = codec.decode(item, self.defaults)
        names = [name for name in OVERRIDABLE if getattr(held, name) != getattr(wanted, name)]
        body = codec.encode(wanted, names, self._zone(now))
        body |= guests.changes(item, names, wanted, held.guests)
        if body:
            await self.patch(item["id"], body, item["etag"])
        return revived or bool(body)

    def _zone(self, series: Held) -> str:
        return (series.event.recurrence.zone if series.event.recurrence else "") or self.zone

    async def patch(self, event_id: str, body: Resource, version: str) -> dict[str, Any]:
        """Change the named fields of the event, or of an occurrence, that still is at `version`."""
        return await self.client.modify(
            self.account_id, event_id, body, version, conference="conferenceData" in body
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Update(Write):
    """One write to one event, which may be repeated after it was broken off at any point.

    `seen` is what the merge rests on, `version` the etag it is good for. `keep` is awaited before a write
    that may cost single occurrences what they are; should it not come to its end, see `restoring`.
    """

    merged: Merge
    seen: Seen
    version: str
    keep: Keep = forget

    async def run(self) -> Found:
        """Write what is named, and return what the event is then.

        Raises:
            Stale: it changed. Gone: it does not exist. Rejected: Google cannot hold it so.
        """
        fields = self.merged.to_google - {"overrides"}
        if not self._needs_a_look(fields):
            body = codec.encode(self.merged.event, fields, self.zone)
            item = await self.patch(self.event_id, body, self.version)
            return await self._read() if item.get("recurrence") else Found(item)
        found = await self._read()
        before = fold(found, self.defaults)
        self._check_unchanged(before)
        wanted = codec.project(self.merged.event)
        target = dataclasses.replace(before.event, **{name: getattr(wanted, name) for name in fields})
        occurrences = Occurrences(before, target, self.merged)
        body = self._body(before, target, fields, occurrences)
        if body:
            if target.recurrence is not None and _RELAYING & body.keys() and (kept := occurrences.kept()):
                await self.keep(kept)
            item = await self.patch(self.event_id, body, self.version)
            found = await self._read() if item.get("recurrence") else Found(item)
        if target.recurrence is None:
            return found
        now = fold(found, self.defaults)
        # One after the other: Google does not take several changes of a series at a time.
        written = [await self.align(start, event, now) for start, event in occurrences.wanted(now)]
        return await self._read() if any(written) else found

    def _needs_a_look(self, fields: Collection[str]) -> bool:
        series = self.seen.event is not None and self.seen.event.recurrence is not None
        return series or self.merged.event.recurrence is not None or bool(_LISTED & {*fields})

    async def _read(self) -> Found:
        series = self.seen.event is not None and self.seen.event.recurrence is not None
        found = await whole(self.client, self.account_id, self.event_id, self.seen.uid if series else "")
        if found is None or is_cancelled(found.item):
            raise Gone("google_deleted")
        return found

    def _check_unchanged(self, before: Held) -> None:
        """Make sure that what is to be written over is what was merged.

        Raises:
            Stale: it is not.
        """
        if self.version not in ("*", before.item.get("etag")):
            raise Stale("google_changed_meanwhile", "seen before writing")
        if self.seen.event is None:
            return
        was, now = self.seen.event.overrides, before.event.overrides
        if any(was.get(start) != now.get(start) for start in self.merged.google_starts):
            raise Stale("google_changed_meanwhile", "an occurrence")

    def _body(
        self, before: Held, target: Event, fields: Collection[str], occurrences: Occurrences
    ) -> dict[str, Any]:
        names = {*fields}
        if target.recurrence is not None:
            left_out = {start: {CANCELLED: True} for start in occurrences.left_out()}
            target = dataclasses.replace(target, overrides=left_out)
            moved = target.span.start != before.event.span.start
            # An EXDATE names an occurrence by its time: it moves with it, and goes when that is back.
            if (moved and before.left_out) or occurrences.brought_back():
                names.add("recurrence")
        body = codec.encode(target, names, self.zone)
        known = (self.seen.event or before.event).guests
        return body | guests.changes(before.item, fields, target, known)


def _named(start: Start) -> str:
    """Return an original start as Google's API takes it: a date, or a time with its offset (RFC 3339)."""
    return start.isoformat().replace("+00:00", "Z") if isinstance(start, datetime) else start.isoformat()
