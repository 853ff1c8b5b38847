"""Meet links: asked for by a createRequest, pending at first, there a little later."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from tests.doubles.google import guests, series
from tests.doubles.google.errors import invalid
from tests.doubles.google.store import Calendar, Event, Fields, World


def accept(old: Fields | None, new: Fields, *, version: int) -> Fields:
    """Return the fields of a write with the conference data that Google would keep.

    With `conferenceDataVersion` 0 the body's conference data is ignored, whatever it is.

    Raises:
        GoogleError: a createRequest lacks its id.
    """
    kept = (old or {}).get("conferenceData")
    result = {k: v for k, v in new.items() if k != "conferenceData"}
    wanted = new.get("conferenceData") if version == 1 else kept
    if not wanted:
        return result
    request = wanted.get("createRequest")
    if request is None or request == (kept or {}).get("createRequest"):
        return result | {"conferenceData": wanted}
    if not request.get("requestId"):
        raise invalid("Invalid conference request id.")
    if kept and request["requestId"] == kept.get("createRequest", {}).get("requestId"):
        # The same request again is ignored.
        return result | {"conferenceData": kept}
    kind = (request.get("conferenceSolutionKey") or {}).get("type") or "hangoutsMeet"
    if kind != "hangoutsMeet":
        raise invalid("Invalid conference type value.")
    pending = {
        "requestId": request["requestId"],
        "conferenceSolutionKey": {"type": kind},
        "status": {"statusCode": "pending"},
    }
    return result | {"conferenceData": {"createRequest": pending}}


def is_pending(fields: Fields) -> bool:
    """Say whether the link is still being made."""
    request = fields.get("conferenceData", {}).get("createRequest", {})
    return bool(request.get("status", {}).get("statusCode") == "pending")


def ready(fields: Fields) -> Fields:
    """Return conference data with its link, the same one for the same request."""
    request = fields["conferenceData"]["createRequest"]
    digest = hashlib.sha256(f"{fields['iCalUID']} {request['requestId']}".encode()).digest()
    letters = "".join(chr(ord("a") + byte % 26) for byte in digest)
    code = f"{letters[:3]}-{letters[3:7]}-{letters[7:10]}"
    return {
        "createRequest": request | {"status": {"statusCode": "success"}},
        "entryPoints": [
            {
                "entryPointType": "video",
                "uri": f"https://meet.google.com/{code}",
                "label": f"meet.google.com/{code}",
            }
        ],
        "conferenceSolution": {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"},
        "conferenceId": code,
    }


def meet_link(fields: Fields) -> str | None:
    """Return the link that `hangoutLink` repeats."""
    points = fields.get("conferenceData", {}).get("entryPoints", [])
    return next((point["uri"] for point in points if point.get("entryPointType") == "video"), None)


@dataclass(frozen=True)
class Pending:
    """An event that waits for its link."""

    due: datetime
    calendar: Calendar
    event: Event


class Conferences:
    """Finishes the pending requests when their time has come."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._waiting: list[Pending] = []

    def watch(self, calendar: Calendar, event: Event) -> None:
        """Remember an event if its link is pending."""
        if is_pending(calendar.whole(event)):
            due = self._world.clock.now() + self._world.settings.conference_delay
            self._waiting.append(Pending(due, calendar, event))

    def settle(self) -> None:
        """Make the links that are due, which Google does by itself, and tell the guests."""
        now = self._world.clock.now()
        due = [pending for pending in self._waiting if pending.due <= now]
        self._waiting = [pending for pending in self._waiting if pending.due > now]
        for pending in due:
            fields = pending.calendar.whole(pending.event)
            if is_pending(fields) and not pending.event.cancelled:
                finished = fields | {"conferenceData": ready(fields)}
                series.save(self._world, pending.calendar, pending.event, finished)
                owner = pending.calendar.owner
                guests.share(self._world, pending.calendar, pending.event, fields, owner, "none")
