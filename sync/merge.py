"""Merging one event, field by field: what changed since the base, on which side, and who gets it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from sync import recurrence
from sync.base import FieldHashes, Hasher, changed
from sync.elements import merge_guests, merge_reminders
from sync.model import FIELDS, Event, Privacy, Reminder, Response, Side, Start
from sync.roles import Flow, Role, flow
from sync.seen import Seen, later
from sync.text import rejoin, visible_text
from sync.wishes import EVERYTHING, Wishes

TEXT_FIELDS = ("title", "description", "location")
BY_ELEMENT = ("guests", "reminders")
VEILED_FIELDS = (*TEXT_FIELDS, "meeting_link", "guests")
"""What Odoo does not hold of a private event that we may not write there as such."""


@dataclasses.dataclass(frozen=True)
class Rules:
    """What merging has to know of the two sides: how each would hold an event, and the hash key.

    `veils` says whether Odoo would hold an event without its text, since it is private. `wishes` are those of
    the person whose events they are.
    """

    google: Callable[[Event], Event]
    odoo: Callable[[Event], Event]
    veils: Callable[[Event], bool]
    reminder: Callable[[Reminder], Reminder]
    hasher: Hasher
    wishes: Wishes = EVERYTHING


@dataclasses.dataclass(frozen=True)
class Conflict:
    """A value that was overruled, on the side that held it; of one occurrence, if `start` names one."""

    name: str
    loser: Side
    value: Any
    start: Start | None = None


@dataclasses.dataclass(frozen=True)
class Merge:
    """The outcome: the merged event, what each side has to be given, and the values that lost.

    Fields named in `to_google` and `to_odoo` are those of the event itself, or of a whole series;
    "overrides" among them stands for the single occurrences named in `google_starts` and `odoo_starts`,
    each with its fields. `kept` are fields that differ and are written nowhere for now, `kept_starts` such
    occurrences: their bases stay what they are (`sync.barring`).
    """

    event: Event
    to_google: frozenset[str]
    to_odoo: frozenset[str]
    conflicts: tuple[Conflict, ...] = ()
    google_starts: Mapping[Start, frozenset[str]] = dataclasses.field(default_factory=dict)
    odoo_starts: Mapping[Start, frozenset[str]] = dataclasses.field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    kept_starts: frozenset[Start] = frozenset()


@dataclasses.dataclass(frozen=True)
class Contest:
    """One field of one event, as both sides hold it, and which of them changed it."""

    name: str
    google: Event
    odoo: Event
    on_google: bool
    on_odoo: bool
    flow: Flow
    later: Side
    first_time: bool = False


def settle(contest: Contest, rules: Rules) -> tuple[Side | None, Side | None]:
    """Say whose value a field gets, and whose was overruled by it, each None when it is nobody's.

    A side that does not lead has its change put back; where both may lead, the later edit wins.
    """
    if contest.flow is Flow.NONE or not (contest.on_google or contest.on_odoo):
        return None, None
    leader = {Flow.TO_ODOO: Side.GOOGLE, Flow.TO_GOOGLE: Side.ODOO}.get(contest.flow)
    if leader:
        follower_changed = contest.on_odoo if leader is Side.GOOGLE else contest.on_google
        overruled = follower_changed and not contest.first_time and not _agree(contest, rules)
        return leader, leader.other if overruled else None
    if not contest.on_odoo:
        return Side.GOOGLE, None
    if not contest.on_google:
        return Side.ODOO, None
    if _agree(contest, rules):
        return None, None
    winner = _winner(contest)
    return winner, winner.other


def _agree(contest: Contest, rules: Rules) -> bool:
    name, google, odoo = contest.name, contest.google, contest.odoo
    wanted_there, wanted_here = getattr(rules.odoo(google), name), getattr(rules.google(odoo), name)
    held_there, held_here = getattr(odoo, name), getattr(google, name)
    if wanted_there == held_there or wanted_here == held_here:
        return True
    if name == "recurrence" and wanted_there and held_there:
        return recurrence.equal(wanted_there, held_there, google.span)
    return name == "description" and visible_text(wanted_there) == visible_text(held_there)


def _winner(contest: Contest) -> Side:
    if contest.first_time:
        if contest.name in ("span", "recurrence") and contest.google.recurrence and contest.odoo.recurrence:
            return Side.GOOGLE  # Odoo has rows from the window on, and knows no earlier start
        empty = ("", Privacy.DEFAULT, Response.NEEDS_ACTION, None)
        if getattr(contest.google, contest.name) in empty:
            return Side.ODOO
        if getattr(contest.odoo, contest.name) in empty:
            return Side.GOOGLE
    return contest.later


def way(role: Role, name: str, google: Event, rules: Rules) -> Flow:
    """Say which way a field of an event goes, Google's values being these.

    Whoever is put on the busy block that Odoo shows of a private event would be shown all of it in Google.
    """
    usual = flow(role, name)
    return Flow.TO_ODOO if name == "guests" and usual is Flow.BOTH and rules.veils(google) else usual


def merge(
    google: Seen,
    odoo: Seen,
    google_base: FieldHashes,
    odoo_base: FieldHashes,
    rules: Rules,
    role: Role = Role.HOME,
) -> Merge:
    """Merge two sightings of an event over their bases (empty ones: never compared before).

    `odoo` must be present; `google` may be unchanged, since its writes are guarded by its etag, unless what
    changed merges by element (guests, occurrences). Occurrences of a series are merged by `sync.overrides`.
    """
    if odoo.event is None:
        raise ValueError("merging needs Odoo's values")
    on_odoo = changed(odoo_base, odoo.hashes)
    if google.event is None:
        outward = {name for name in on_odoo if flow(role, name) in (Flow.BOTH, Flow.TO_GOOGLE)}
        return Merge(odoo.event, frozenset(outward), frozenset())
    on_google = changed(google_base, google.hashes)
    first_time = not (google_base and odoo_base)
    values: dict[str, Any] = {name: getattr(google.event, name) for name in FIELDS}
    last = later(google, odoo)
    to_google, to_odoo, conflicts = set[str](), set[str](), list[Conflict]()
    for name in FIELDS:
        if name == "overrides":
            continue
        goes = way(role, name, google.event, rules)
        if goes is Flow.BOTH and name in BY_ELEMENT:
            values[name] = (
                merge_guests(google.event, odoo.event, google_base, odoo_base, last, rules.hasher)
                if name == "guests"
                else merge_reminders(google.event, odoo.event, google_base, rules.reminder, rules.hasher)
            )
            to_google.add(name)
            to_odoo.add(name)
            continue
        contest = Contest(
            name,
            google.event,
            odoo.event,
            name in on_google,
            name in on_odoo,
            goes,
            last,
            first_time or not (name in google_base and name in odoo_base),
        )
        winner, loser = settle(contest, rules)
        if winner is Side.GOOGLE:
            values[name] = _with_tail(name, google.event, odoo.event, rules)
            to_odoo.add(name)
        elif winner is Side.ODOO:
            values[name] = getattr(odoo.event, name)
            to_google.add(name)
            if name == "meeting_link":
                to_google.add("location")  # where Google shows a link that is not its own
        if loser:
            held = google.event if loser is Side.GOOGLE else odoo.event
            conflicts.append(Conflict(name, loser, getattr(held, name)))
        if goes is Flow.BOTH and name in TEXT_FIELDS and values[name] != getattr(google.event, name):
            to_google.add(name)  # a text that got its tail back is cut anew, or the next edit would miss it
    event = dataclasses.replace(google.event, **values)
    if _was_veiled(google_base, odoo_base, rules) != rules.veils(event) and role in (Role.HOME, Role.OUTSIDE):
        to_odoo.update(VEILED_FIELDS)
        if role is Role.HOME:
            to_odoo.add("privacy")  # in the same write: the text of a private event must never stand open
    return Merge(
        event,
        _differing(to_google, rules.google(event), google.event),
        _differing(to_odoo, rules.odoo(event), odoo.event),
        tuple(conflicts),
    )


def _was_veiled(google_base: FieldHashes, odoo_base: FieldHashes, rules: Rules) -> bool:
    """Say whether Odoo held an event without its text: it was private, but not in Odoo."""
    private = rules.hasher.field("privacy", Privacy.PRIVATE)
    return bool(google_base.get("privacy") == private and odoo_base.get("privacy") != private)


def _differing(names: set[str], wanted: Event, held: Event) -> frozenset[str]:
    return frozenset(name for name in names if getattr(wanted, name) != getattr(held, name))


def _with_tail(name: str, google: Event, odoo: Event, rules: Rules) -> object:
    value = getattr(google, name)
    if name not in TEXT_FIELDS:
        return value
    full = getattr(odoo, name)
    return rejoin(value, full, getattr(rules.google(odoo), name))
