"""Merging the single occurrences of a series, each field of each by itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection
from typing import Any

from sync.base import FieldHashes, Hash, Hasher, read_start, start_key
from sync.elements import merge_guests
from sync.merge import Conflict, Contest, Merge, Rules, settle, way
from sync.model import CANCELLED, OVERRIDABLE, Event, Guest, Override, Side, Start
from sync.roles import Flow, Role, flow
from sync.seen import Seen, later

_EMPTY: Override = {}


@dataclasses.dataclass
class _Outcome:
    overrides: dict[Start, Override]
    google_starts: dict[Start, frozenset[str]]
    odoo_starts: dict[Start, frozenset[str]]
    conflicts: list[Conflict]


def merge_overrides(
    merged: Merge,
    google: Seen,
    odoo: Seen,
    google_base: FieldHashes,
    odoo_base: FieldHashes,
    rules: Rules,
    role: Role,
    within: Callable[[Start], bool],
) -> Merge:
    """Merge the occurrences for which `within` is true, and return the outcome for the whole series.

    An occurrence that neither side has changed keeps what it is on both; one that follows its series on one
    side, and was made to differ on the other, differs on both from then on.
    """
    if google.event is None or odoo.event is None:
        return merged
    if merged.event.recurrence is None:
        return dataclasses.replace(merged, event=dataclasses.replace(merged.event, overrides={}))
    there, here = google.event.overrides, odoo.event.overrides
    was_there, was_here = google_base.get("overrides", {}), odoo_base.get("overrides", {})
    known = {start_key(start): start for start in (*there, *here)}
    outcome = _Outcome({}, {}, {}, [])
    for key in sorted({*known, *was_there, *was_here}):
        start = known.get(key) or read_start(key)
        if not within(start):
            continue
        one = _Occurrence(
            start,
            there.get(start, _EMPTY),
            here.get(start, _EMPTY),
            was_there.get(key, {}),
            was_here.get(key, {}),
            google_base.get("guests", {}),
            odoo_base.get("guests", {}),
        )
        _merge_one(one, merged, google, odoo, rules, role, outcome)
    to_google = merged.to_google | ({"overrides"} if outcome.google_starts else set())
    to_odoo = merged.to_odoo | ({"overrides"} if outcome.odoo_starts else set())
    return dataclasses.replace(
        merged,
        event=dataclasses.replace(merged.event, overrides=outcome.overrides),
        to_google=to_google,
        to_odoo=to_odoo,
        conflicts=(*merged.conflicts, *outcome.conflicts),
        google_starts=outcome.google_starts,
        odoo_starts=outcome.odoo_starts,
    )


@dataclasses.dataclass(frozen=True)
class _Occurrence:
    start: Start
    google: Override
    odoo: Override
    google_base: FieldHashes
    odoo_base: FieldHashes
    google_guests: Hash
    odoo_guests: Hash
    """The guests of the whole series, as each side had them last."""

    def names(self) -> list[str]:
        named = {*self.google, *self.odoo, *self.google_base, *self.odoo_base}
        return [name for name in (CANCELLED, *OVERRIDABLE) if name in named]

    def merged_guests(self, there: Event, here: Event, last: Side, hasher: Hasher) -> frozenset[Guest]:
        """Merge its guests one by one, those of the series being its own where it had no others."""
        was_there = {"guests": self.google_base.get("guests", self.google_guests)}
        was_here = {"guests": self.odoo_base.get("guests", self.odoo_guests)}
        return merge_guests(there, here, was_there, was_here, last, hasher)


def _merge_one(
    one: _Occurrence, merged: Merge, google: Seen, odoo: Seen, rules: Rules, role: Role, outcome: _Outcome
) -> None:
    assert google.event is not None  # noqa: S101 (merge_overrides has looked)
    assert odoo.event is not None  # noqa: S101
    there = _effective(google.event, one.start, one.google)
    here = _effective(odoo.event, one.start, one.odoo)
    last = later(google, odoo)
    changed_there, changed_here = (
        _changed(one.google, one.google_base, there, rules),
        _changed(one.odoo, one.odoo_base, here, rules),
    )
    result: dict[str, Any] = {}
    to_google, to_odoo = set[str](), set[str]()
    for name in one.names():
        on_google, on_odoo = name in changed_there, name in changed_here
        if name == CANCELLED:
            winner, loser = _settle_cancelled(one, changed_there, changed_here, role)
        else:
            goes = way(role, name, there, rules)
            if name == "guests" and goes is Flow.BOTH and (on_google or on_odoo):
                guests = one.merged_guests(there, here, last, rules.hasher)
                result |= {name: guests} if guests != merged.event.guests else {}
                to_google.add(name)
                to_odoo.add(name)
                continue
            winner, loser = settle(Contest(name, there, here, on_google, on_odoo, goes, last), rules)
        source = (
            one.odoo if winner is Side.ODOO or (winner is None and name not in one.google) else one.google
        )
        if name in source:
            result[name] = source[name]
        if winner is Side.GOOGLE:
            to_odoo.add(name)
        elif winner is Side.ODOO:
            to_google.add(name)
        if loser and name != CANCELLED:
            held = there if loser is Side.GOOGLE else here
            outcome.conflicts.append(Conflict(name, loser, getattr(held, name), one.start))
    if CANCELLED in result:
        result = {CANCELLED: True}
    if result:
        outcome.overrides[one.start] = result
    wanted = _effective(merged.event, one.start, result)
    there_cancelled, here_cancelled, cancelled = (
        CANCELLED in one.google,
        CANCELLED in one.odoo,
        CANCELLED in result,
    )
    there = _following(there, merged.event, one.start, merged.to_google - one.google.keys())
    if lacking := _lacking(to_google, rules.google(wanted), there, there_cancelled, cancelled):
        outcome.google_starts[one.start] = lacking
    here = _following(here, merged.event, one.start, merged.to_odoo - one.odoo.keys())
    if lacking := _lacking(to_odoo, rules.odoo(wanted), here, here_cancelled, cancelled):
        outcome.odoo_starts[one.start] = lacking


def _settle_cancelled(
    one: _Occurrence, changed_there: set[str], changed_here: set[str], role: Role
) -> tuple[Side | None, Side | None]:
    """Leave an occurrence out when a side has left it out, unless the other side has edited it since."""
    goes = flow(role, CANCELLED)
    if goes is Flow.NONE:
        return None, None
    if goes is not Flow.BOTH:
        leader = Side.GOOGLE if goes is Flow.TO_ODOO else Side.ODOO
        return (leader, None) if CANCELLED in changed_there | changed_here else (None, None)
    on_google, on_odoo = CANCELLED in changed_there, CANCELLED in changed_here
    if on_google and on_odoo:
        return None, None
    if on_google:
        edited = changed_here - {CANCELLED}
        return (Side.ODOO if CANCELLED in one.google and edited else Side.GOOGLE), None
    if on_odoo:
        edited = changed_there - {CANCELLED}
        return (Side.GOOGLE if CANCELLED in one.odoo and edited else Side.ODOO), None
    return None, None


def _changed(override: Override, base: FieldHashes, occurrence: Event, rules: Rules) -> set[str]:
    """Name what was changed of an occurrence; one that its series has come to agree with was not."""
    now = rules.hasher.override(override)
    now |= {
        name: rules.hasher.field(name, getattr(occurrence, name))
        for name in base.keys() - now.keys() - {CANCELLED}
    }
    return {name for name in now.keys() | base.keys() if now.get(name) != base.get(name)}


def _following(occurrence: Event, series: Event, start: Start, names: Collection[str]) -> Event:
    """Return an occurrence as it is once its series was written, which it follows in these fields."""
    plain = dataclasses.replace(series, span=series.span_at(start))
    values = {name: getattr(plain, name) for name in names if name in OVERRIDABLE}
    return dataclasses.replace(occurrence, **values)


def _effective(series: Event, start: Start, override: Override) -> Event:
    plain = dataclasses.replace(series, span=series.span_at(start), recurrence=None, overrides={})
    return dataclasses.replace(
        plain, **{name: value for name, value in override.items() if name != CANCELLED}
    )


def _lacking(
    names: set[str], wanted: Event, held: Event, held_cancelled: bool, cancelled: bool
) -> frozenset[str]:
    """Return the fields that an occurrence still has to be given on a side.

    One that was left out there and is back has to be given all of them.
    """
    if held_cancelled and cancelled:
        return frozenset()
    if CANCELLED in names and held_cancelled != cancelled:
        return frozenset({CANCELLED, *OVERRIDABLE})
    return frozenset(
        name for name in names if name != CANCELLED and getattr(wanted, name) != getattr(held, name)
    )
