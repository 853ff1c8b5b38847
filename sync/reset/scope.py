"""What a reset would take away and what it leaves, decided from what both sides show; pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sync.labels import read_label
from sync.left_alone import Item
from sync.model import Event, Side, Start, moment
from sync.plan import Case, Link
from sync.reset.choice import Choice, Next
from sync.roles import Role
from sync.seen import State
from sync.stock import take_stock

EXAMPLES = 5
GOOGLE_A_MINUTE = 570
"""Deletes that Google's quota of one user lets through in a minute (see `sync.google.limits`)."""
GOOGLE_EACH, ODOO_EACH = 0.05, 0.1
"""Seconds that one removal takes where no quota holds it up: several are under way at a time."""


@dataclass(frozen=True)
class Named:
    """An event as it is called to its owner; `start` is None where nothing tells it."""

    title: str
    start: Start | None


@dataclass(frozen=True)
class Preview:
    """What a reset would do.

    `deleted` counts single events and series by side, `series` the series among them, `examples` names up to
    five of a side, soonest first. `stays` says how often an event is left, by reason. `guests` counts the
    people invited to what is deleted, `guests_examples` are some of their addresses. `seconds` is an estimate
    under Google's quota. `left_alone` counts the events without a counterpart that "only new" leaves as they
    are. `trouble` is "" or the code why Google cannot be asked: then what is to be deleted there cannot be,
    and "only new" takes Google's side as it is at the first sync after reconnecting.
    """

    choice: Choice
    deleted: Mapping[Side, int]
    examples: Mapping[Side, Sequence[Named]]
    series: Mapping[Side, int]
    stays: Mapping[str, int]
    guests: int
    guests_examples: Sequence[str]
    seconds: int
    left_alone: Mapping[Side, int]
    trouble: str = ""


@dataclass(frozen=True)
class Target:
    """A linked event that loses something: `sides` are those it is taken off."""

    case: Case
    link: Link
    sides: frozenset[Side]


@dataclass(frozen=True)
class Scope:
    """What is taken away, and how often something stays for which reason."""

    targets: list[Target]
    stays: Counter[str]


def scope(cases: Iterable[Case], choice: Choice, parked: Collection[Item]) -> Scope:
    """Choose what a reset takes away: of linked events only, and only what is the person's own.

    A home meeting goes as chosen. Of a mirror, the copy in Google is ours and goes; the meeting in Odoo is
    somebody else's. Where the person is only a guest, and what cannot be read or is `parked`, stays.
    """
    found = Scope([], Counter())
    for case in cases:
        link = case.link
        if link is None:
            found.stays["not_linked"] += sum(_is_there(case, side) for side in choice.sides)
            continue
        wanted = frozenset(side for side in choice.sides if _is_there(case, side))
        if not wanted:
            continue
        reason = _reason_to_stay(case, link, parked)
        if reason:
            found.stays[reason] += 1
            continue
        if link.role is Role.MIRROR and Side.ODOO in wanted:
            found.stays["mirror_in_odoo"] += 1
            wanted -= {Side.ODOO}
        if wanted:
            found.targets.append(Target(case, link, wanted))
    return Scope(found.targets, +found.stays)  # without the zeros


def _reason_to_stay(case: Case, link: Link, parked: Collection[Item]) -> str:
    if link.role in (Role.GUEST, Role.OUTSIDE):
        return link.role.value
    states = {case.google.state, case.odoo.state}
    if State.MASKED in states:
        return "masked"
    items = {(Side.GOOGLE, case.google_id), (Side.ODOO, str(case.odoo_id))}
    if State.REJECTED in states or not items.isdisjoint(parked):
        return "parked"
    google, odoo = case.google.event, case.odoo.event
    mine_here = odoo is None or odoo.organizer == "" or link.role is Role.MIRROR
    mine_there = google is None or google.organizer == ""
    return "" if mine_here and mine_there else "not_own"


def _is_there(case: Case, side: Side) -> bool:
    return case.shown_on(side).state not in (State.GONE, State.NEVER)


def preview(
    choice: Choice,
    cases: Sequence[Case],
    asleep: Sequence[Case],
    parked: Collection[Item],
    now: datetime,
    trouble: str = "",
) -> Preview:
    """Say what a reset would do, from the cases of a whole look at both sides; see `Preview`.

    `asleep` are the cases that are left alone already, `now` (aware UTC) decides what is soon.
    """
    found = scope([*cases, *asleep], choice, parked)
    by_side = {side: [one for one in found.targets if side in one.sides] for side in Side}
    deleted = {side: len(some) for side, some in by_side.items()}
    guests = sorted(_guests(found.targets))
    stock = take_stock(cases) if choice.next is Next.NEW else None
    alone = Counter(one.side for one in stock.alone) if stock else Counter[Side]()
    return Preview(
        choice,
        deleted,
        {side: _examples(some, now) for side, some in by_side.items()},
        {side: sum(_is_series(one) for one in some) for side, some in by_side.items()},
        dict(found.stays),
        len(guests),
        guests[:EXAMPLES],
        estimate(deleted),
        {side: alone[side] for side in Side},
        trouble,
    )


def estimate(deleted: Mapping[Side, int]) -> int:
    """Return about how many seconds removals take: Google's quota holds up what exceeds a minute's worth."""
    google, odoo = deleted[Side.GOOGLE], deleted[Side.ODOO]
    waits = 60 * ((google - 1) // GOOGLE_A_MINUTE) if google else 0
    return math.ceil(max(google * GOOGLE_EACH, waits) + odoo * ODOO_EACH)


def _examples(targets: Iterable[Target], now: datetime) -> list[Named]:
    """Name some, those to come before those that are over, the soonest first."""
    named = [named_as(one.case) for one in targets]

    def order(one: Named) -> tuple[int, float]:
        if one.start is None:
            return 2, 0
        away = (moment(one.start) - now).total_seconds()
        return (0, away) if away >= 0 else (1, -away)

    return sorted(named, key=order)[:EXAMPLES]


def named_as(case: Case) -> Named:
    """Name an event by what was read of it, or by the label of what could not be."""
    event = case.google.event or case.odoo.event
    if event:
        return Named(event.title, event.span.start)
    return Named(*read_label(case.google.label or case.odoo.label))


def _is_series(target: Target) -> bool:
    event = target.case.google.event or target.case.odoo.event
    return target.link.series is not None or (event is not None and event.recurrence is not None)


def _guests(targets: Iterable[Target]) -> set[str]:
    events = [seen.event for one in targets for seen in (one.case.google, one.case.odoo)]
    return {email for event in events if event for email in _invited(event)}


def _invited(event: Event) -> set[str]:
    found = {guest.email for guest in event.guests}
    return found | {guest.email for one in event.overrides.values() for guest in one.get("guests", ())}
