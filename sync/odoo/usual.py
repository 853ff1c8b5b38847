"""What the rows of a series have in common, and in what each differs from that; pure."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sync.base import FieldHashes, Hasher
from sync.model import CANCELLED, OVERRIDABLE, Event, Guest, Override, Response, Start
from sync.odoo.codec import difference
from sync.odoo.standing import Standing

ROOM = "calendar/join_videocall"
"""What the address of a room of Odoo's own holds: each row that we write gets a room of its own."""

_OPEN = Response.NEEDS_ACTION


@dataclasses.dataclass(frozen=True)
class Usual:
    """An event as most rows have it; `unseen` are fields in which every row is an exception known before."""

    event: Event
    unseen: frozenset[str] = frozenset()


def usual_of(
    standing: Standing,
    rows: Mapping[int, Event],
    exceptions: Mapping[int, FieldHashes],
    base: FieldHashes,
    hasher: Hasher,
) -> Usual:
    """Return each field as the base has it, if a row still does, else as most rows have it.

    A row that is the exception it was before says nothing of the others: `exceptions` are the hashes of the
    fields in which rows were known to differ. When and how the series takes place is not looked at.
    """
    present = [key for key in standing.in_order if key not in standing.absent] or standing.in_order
    first = rows[present[0]]
    values: dict[str, Any] = {}
    unseen: set[str] = set()
    for name in {*OVERRIDABLE, "organizer"} - {"span"}:
        odd = {key for key in present if name in exceptions.get(key, {})}
        odd = {key for key in odd if hasher.field(name, getattr(rows[key], name)) == exceptions[key][name]}
        held = Counter(getattr(rows[key], name) for key in present if key not in odd)
        as_before = [one for one in held if name in base and hasher.field(name, one) == base[name]]
        if held:
            values[name] = as_before[0] if as_before else held.most_common(1)[0][0]
        else:
            unseen.add(name)
            values[name] = getattr(first, name)
    return Usual(dataclasses.replace(first, **values), frozenset(unseen))


def overrides_of(
    standing: Standing, rows: Mapping[int, Event], placed: Mapping[int, Start], usual: Usual
) -> dict[Start, Override]:
    """Return in what the occurrences differ from the series."""
    overrides: dict[Start, Override] = {}
    series = usual.event
    for key, start in placed.items():
        row = rows[key]
        if ROOM in row.meeting_link and ROOM in series.meeting_link:
            row = dataclasses.replace(row, meeting_link=series.meeting_link)
        override = {**difference(row, series, start), **{name: getattr(row, name) for name in usual.unseen}}
        if key in standing.absent:
            override = {CANCELLED: True}
        if override:
            overrides[start] = override
    return overrides


def as_remembered(standing: Standing, base: FieldHashes, hasher: Hasher) -> Mapping[int, Event]:
    """Give people back the answers that Odoo forgot: when it made rows anew, or when we moved them."""
    guests = base.get("guests", {})
    own = next((one for one in Response if hasher.field("response", one) == base.get("response")), None)

    def answered(guest: Guest) -> Guest:
        held = guests.get(hasher.element("guests", guest.email))
        return Guest(guest.email, Response(held)) if held and guest.response is _OPEN else guest

    rows = {
        key: dataclasses.replace(
            row,
            guests=frozenset(map(answered, row.guests)),
            response=own if own and row.response is _OPEN else row.response,
        )
        for key, row in standing.rows.items()
    }
    return standing.rows if rows == standing.rows else rows
