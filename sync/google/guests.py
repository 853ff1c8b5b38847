"""Who is invited, who organizes and what was answered, as Google's list of attendees holds it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sync.errors import Rejected
from sync.model import NOBODY, Event, Guest, Response

Resource = Mapping[str, Any]

_ADDRESS = re.compile(r"[^@\s\x00-\x1f\x7f\ud800-\udfff\ufeff<>()\[\],;:\"\\]+@(?:[a-z0-9-]+\.)+[a-z0-9-]+")
LONGEST_ADDRESS = 254
_CALENDARS = ("@resource.calendar.google.com", "@group.calendar.google.com")
_UNKNOWN_ORGANIZER = "unknownorganizer@calendar.google.com"
"""What Google shows in place of an organizer without an address."""


def organizer(item: Resource) -> str:
    """Return the organizer's address in lower case, "" for the person whose calendar it is, or `NOBODY`.

    An event without an organizer is that person's own.
    """
    found = item.get("organizer") or {"self": True}
    if found.get("self"):
        return ""
    address = _address(found)
    return NOBODY if address in ("", _UNKNOWN_ORGANIZER) else address


def guests(item: Resource) -> frozenset[Guest]:
    """Return all who are invited besides the person whose calendar it is, as far as they have an address."""
    found: dict[str, Guest] = {}
    for entry in _entries(item):
        if _is_guest(entry):
            address = _address(entry)
            found.setdefault(address, Guest(address, _answer(entry)))
    return frozenset(found.values())


def response(item: Resource) -> Response:
    """Return the answer of the person whose calendar it is.

    Who organizes without being on the list takes part, and so does who is alone with himself.
    """
    own = _own(item)
    if organizer(item) == "" and (own is None or not guests(item)):
        return Response.ACCEPTED
    if own is None:
        # Nobody to answer to, or invited as one of a group.
        return Response.NEEDS_ACTION if guests(item) else Response.ACCEPTED
    return _answer(own)


def project(invited: Iterable[Guest]) -> frozenset[Guest]:
    """Return those guests that Google can hold: people with an address it takes."""
    return frozenset(one for one in invited if is_person(one.email))


def is_person(address: str) -> bool:
    """Say whether an address is one that can be invited, and is not that of a room or a shared calendar."""
    fits = len(address) <= LONGEST_ADDRESS and address == address.lower()
    return fits and not address.endswith(_CALENDARS) and _ADDRESS.fullmatch(address) is not None


def fresh(event: Event, own_address: str) -> list[dict[str, Any]]:
    """Return the list of attendees of a new event; who invites others is on it himself, as in Google's pages.

    Without guests it is empty, and without `own_address` the organizer is not on it.
    """
    if not event.guests:
        return []
    own = [{"email": own_address, "responseStatus": event.response.value}] if own_address else []
    return own + [_entry(guest) for guest in sorted(event.guests)]


def changes(item: Resource, fields: Collection[str], wanted: Event, known: Iterable[Guest]) -> dict[str, Any]:
    """Return the part of a patch that brings guests and answers to what is wanted, {} if they are so already.

    Everything else stays: rooms, what is optional, comments, entries that are not guests to us. Only guests
    among `known` are taken off. On the copy of somebody who does not organize, only the own answer can be
    given (events.patch, `attendeesOmitted`).

    Raises:
        Rejected: Google shows only a part of the list, so it cannot be written back.
    """
    if organizer(item) != "":
        return _only_own_answer(item, wanted.response) if "response" in fields else {}
    if item.get("attendeesOmitted"):
        if "guests" in fields:
            raise Rejected("google_refuses", "the list of guests is cut")
        return _only_own_answer(item, wanted.response) if "response" in fields else {}
    before = [dict(entry) for entry in _entries(item)]
    after = [dict(entry) for entry in before]
    if "guests" in fields:
        after = _with_guests(after, wanted.guests, {guest.email for guest in known})
        address = _address(item.get("organizer") or {})
        if _own(item) is None and wanted.guests and address:
            after.insert(0, {"email": address, "responseStatus": wanted.response.value, "self": True})
    if "response" in fields:
        for entry in after:
            if entry.get("self"):
                entry["responseStatus"] = wanted.response.value
    return {"attendees": after} if after != before else {}


def _with_guests(
    entries: Iterable[dict[str, Any]], wanted: Iterable[Guest], known: set[str]
) -> list[dict[str, Any]]:
    answers = {guest.email: guest.response for guest in wanted}
    listed = set()
    result = []
    for entry in entries:
        address = _address(entry)
        if _is_guest(entry):
            if address not in answers and address in known:
                continue
            if address in answers and _answer(entry) is not answers[address]:
                entry["responseStatus"] = answers[address].value
        listed.add(address)
        result.append(entry)
    return result + [_entry(guest) for guest in sorted(wanted) if guest.email not in listed]


def _only_own_answer(item: Resource, answer: Response) -> dict[str, Any]:
    own = _own(item)
    if own is None or _answer(own) is answer:
        return {}
    return {"attendeesOmitted": True, "attendees": [{**own, "responseStatus": answer.value}]}


def _entry(guest: Guest) -> dict[str, Any]:
    return {"email": guest.email, "responseStatus": guest.response.value}


def _entries(item: Resource) -> Iterator[Resource]:
    yield from (entry for entry in item.get("attendees") or () if isinstance(entry, Mapping))


def _own(item: Resource) -> Resource | None:
    return next((entry for entry in _entries(item) if entry.get("self")), None)


def _is_guest(entry: Resource) -> bool:
    return not entry.get("self") and not entry.get("resource") and is_person(_address(entry))


def _address(entry: Resource) -> str:
    address = entry.get("email")
    return address.strip().lower() if isinstance(address, str) else ""


def _answer(entry: Resource) -> Response:
    try:
        return Response(entry.get("responseStatus") or "needsAction")
    except ValueError:
        return Response.NEEDS_ACTION  # a word that Google adds later is no answer to us
