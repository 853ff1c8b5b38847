"""Merging one event, field by field: what changed since the base, on which side, and who gets it."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sync.base import FieldHashes, Hasher, changed
from sync.model import FIELDS, Event, Privacy, Reminder, Side
from sync.text import rejoin, visible_text

TEXT_FIELDS = ("title", "description", "location")


class State(enum.StrEnum):
    """What a run knows of one event on one side."""

    UNCHANGED = "unchanged"
    """Not in this pull: as the base says."""
    PRESENT = "present"
    """Read in this run."""
    GONE = "gone"
    """Deleted, cancelled or archived, and known to be."""
    MASKED = "masked"
    """There, but shown to us without its text."""
    REJECTED = "rejected"
    """There, but cannot be synced; `reason` says why."""
    NEVER = "never"
    """Has no counterpart on this side yet."""


@dataclasses.dataclass(frozen=True)
class Seen:
    """One event as one side shows it.

    `edited_at` (aware UTC) is corrected by that side's clock. `version` is Google's etag or Odoo's write
    date. `key` is the mark of ours that the event carries, if any. `label` (title and start, for the owner's
    eyes only) names an event that is set aside.
    """

    state: State
    event: Event | None = None
    hashes: FieldHashes = dataclasses.field(default_factory=dict)
    edited_at: datetime | None = None
    version: str = ""
    reason: str = ""
    key: str = ""
    label: str = ""


@dataclasses.dataclass(frozen=True)
class Rules:
    """What merging has to know of the two sides: how each would hold an event, and the hash key.

    `veils` says whether Odoo would hold an event without its text, since it is private.
    """

    google: Callable[[Event], Event]
    odoo: Callable[[Event], Event]
    veils: Callable[[Event], bool]
    reminder: Callable[[Reminder], Reminder]
    hasher: Hasher


@dataclasses.dataclass(frozen=True)
class Merge:
    """The outcome: the merged event, the fields each side has to be given, the fields both had changed."""

    event: Event
    to_google: frozenset[str]
    to_odoo: frozenset[str]
    conflicts: dict[str, Side] = dataclasses.field(default_factory=dict)
    """Field name to the side whose value was overruled."""


def merge(google: Seen, odoo: Seen, google_base: FieldHashes, odoo_base: FieldHashes, rules: Rules) -> Merge:
    """Merge two sightings of an event over their bases (empty ones: never compared before).

    `odoo` must be present; `google` may be unchanged, since its writes are guarded by its etag.
    """
    if odoo.event is None:
        raise ValueError("merging needs Odoo's values")
    on_odoo = changed(odoo_base, odoo.hashes)
    if google.event is None:
        return Merge(odoo.event, on_odoo, frozenset())
    on_google = changed(google_base, google.hashes)
    values: dict[str, Any] = {name: getattr(google.event, name) for name in FIELDS}
    to_google, to_odoo, conflicts = set[str](), set[str](), dict[str, Side]()
    for name in FIELDS:
        if name == "reminders":
            values[name] = _merge_reminders(google.event, odoo.event, google_base, rules)
            to_google.add(name)
            to_odoo.add(name)
        elif name in on_google and name in on_odoo:
            if _agree(name, google.event, odoo.event, rules):
                continue
            winner = _winner(name, google, odoo, first_time=not (google_base and odoo_base))
            if winner is Side.ODOO:
                values[name] = getattr(odoo.event, name)
                to_google.add(name)
            else:
                values[name] = _with_tail(name, google.event, odoo.event, rules)
                to_odoo.add(name)
            conflicts[name] = Side.GOOGLE if winner is Side.ODOO else Side.ODOO
        elif name in on_google:
            values[name] = _with_tail(name, google.event, odoo.event, rules)
            to_odoo.add(name)
        elif name in on_odoo:
            values[name] = getattr(odoo.event, name)
            to_google.add(name)
        if name in TEXT_FIELDS and values[name] != getattr(google.event, name):
            to_google.add(name)  # a text that got its tail back is cut anew, or the next edit would miss it
    event = dataclasses.replace(google.event, **values)
    was_private = google_base.get("privacy") == rules.hasher.field("privacy", Privacy.PRIVATE)
    before = dataclasses.replace(event, privacy=Privacy.PRIVATE if was_private else Privacy.DEFAULT)
    if rules.veils(before) != rules.veils(event):
        to_odoo.update(TEXT_FIELDS)
    return Merge(
        event,
        _differing(to_google, rules.google(event), google.event),
        _differing(to_odoo, rules.odoo(event), odoo.event),
        conflicts,
    )


def _differing(names: set[str], wanted: Event, held: Event) -> frozenset[str]:
    return frozenset(name for name in names if getattr(wanted, name) != getattr(held, name))


def _agree(name: str, google: Event, odoo: Event, rules: Rules) -> bool:
    wanted_there, wanted_here = getattr(rules.odoo(google), name), getattr(rules.google(odoo), name)
    held_there, held_here = getattr(odoo, name), getattr(google, name)
    if wanted_there == held_there or wanted_here == held_here:
        return True
    return name == "description" and visible_text(wanted_there) == visible_text(held_there)


def _winner(name: str, google: Seen, odoo: Seen, *, first_time: bool) -> Side:
    if first_time:
        empty = ("", Privacy.DEFAULT)
        if getattr(google.event, name) in empty:
            return Side.ODOO
        if getattr(odoo.event, name) in empty:
            return Side.GOOGLE
    if google.edited_at and odoo.edited_at and odoo.edited_at > google.edited_at:
        return Side.ODOO
    return Side.GOOGLE


def _with_tail(name: str, google: Event, odoo: Event, rules: Rules) -> object:
    value = getattr(google, name)
    if name not in TEXT_FIELDS:
        return value
    full = getattr(odoo, name)
    return rejoin(value, full, getattr(rules.google(odoo), name))


def _merge_reminders(
    google: Event, odoo: Event, google_base: FieldHashes, rules: Rules
) -> frozenset[Reminder]:
    # Odoo's set is the starting point, so what was removed there is gone already.
    def hashed(one: Reminder) -> str:
        return rules.hasher.element("reminders", one)

    was_google = set(google_base.get("reminders", ()))
    removed = was_google - set(map(hashed, google.reminders))
    kept = {one for one in odoo.reminders if hashed(rules.reminder(one)) not in removed}
    covered = {rules.reminder(one) for one in odoo.reminders}
    added = {one for one in google.reminders if hashed(one) not in was_google and one not in covered}
    return frozenset(kept | added)
