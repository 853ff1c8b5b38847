"""Whose answers a calendar may tell: a connected colleague's own one knows his better; pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable
from typing import Any

from sync.base import Hasher
from sync.model import CANCELLED, Event, Guest, Override, Response, Start
from sync.seen import Seen


def without_colleagues(google: Seen, odoo: Seen, colleagues: Collection[str], hasher: Hasher) -> Seen:
    """Return the sighting of a meeting from outside with Odoo's answers in the place of the colleagues'.

    Only the copy of the organizer hears of every answer. That of another guest may never do so, and would
    take back in Odoo what a colleague has answered there or in his own Google calendar.
    """
    there, here = google.event, odoo.event
    if there is None or here is None or not colleagues:
        return google
    guests = _answered(there.guests, here.guests, colleagues)
    overrides: dict[Start, Override] = {}
    for start in {*there.overrides, *here.overrides}:
        one, other = there.overrides.get(start, {}), here.overrides.get(start, {})
        differing: dict[str, Any] = {**one}
        if CANCELLED not in one and CANCELLED not in other and ("guests" in one or "guests" in other):
            listed = _answered(one.get("guests", there.guests), other.get("guests", here.guests), colleagues)
            differing = {name: value for name, value in one.items() if name != "guests"}
            differing |= {"guests": listed} if listed != guests else {}
        if differing:
            overrides[start] = differing
    event = dataclasses.replace(there, guests=guests, overrides=overrides)
    hashes = google.hashes | hasher.event(event, ("guests", "overrides"))
    return dataclasses.replace(google, event=event, hashes=hashes)


def _answered(there: Iterable[Guest], here: Iterable[Guest], colleagues: Collection[str]) -> frozenset[Guest]:
    answers = {one.email: one.response for one in here if one.email in colleagues}
    return frozenset(Guest(one.email, answers.get(one.email, one.response)) for one in there)


def without_declined(odoo: Seen, hasher: Hasher) -> Seen:
    """Return the sighting of a series that is mirrored, without the occurrences that the person has declined.

    A mirror has no answers of its own: what is declined is not in it.
    """
    event = odoo.event
    if event is None or event.recurrence is None:
        return odoo
    overrides: dict[Start, Override] = {
        start: {CANCELLED: True} if one.get("response") is Response.DECLINED else one
        for start, one in event.overrides.items()
    }
    event = dataclasses.replace(event, overrides=overrides)
    return dataclasses.replace(odoo, event=event, hashes=odoo.hashes | hasher.event(event, ("overrides",)))


def unanswered(event: Event, colleagues: Collection[str]) -> Event:
    """Return a meeting from outside without what the colleagues have answered, as far as this copy knows."""

    def open_again(guests: Iterable[Guest]) -> frozenset[Guest]:
        return frozenset(
            Guest(one.email, Response.NEEDS_ACTION if one.email in colleagues else one.response)
            for one in guests
        )

    overrides = {
        start: {**one, "guests": open_again(one["guests"])} if "guests" in one else one
        for start, one in event.overrides.items()
    }
    return dataclasses.replace(event, guests=open_again(event.guests), overrides=overrides)
