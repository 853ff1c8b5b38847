"""From the rows of a series in Odoo to one event: who is which occurrence, and what differs from the series.

Nothing here touches I/O. What Odoo does to rows when people edit series: `sync.odoo.edits`.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sync import recurrence
from sync.base import FieldHashes, Hasher, read_start, start_key
from sync.model import (
    CANCELLED,
    OVERRIDABLE,
    Event,
    Guest,
    Override,
    Recurrence,
    Response,
    Span,
    Start,
    moment,
)
from sync.odoo.amend import amend
from sync.odoo.codec import difference
from sync.odoo.rules import from_signature, signature
from sync.odoo.shift import Shift, length
from sync.odoo.standing import SECOND, Placed, Standing, covered, place, stretched, with_dates
from sync.series import Series

ROOM = "calendar/join_videocall"
"""What the address of a room of Odoo's own holds: each row that we write gets a room of its own."""


@dataclasses.dataclass(frozen=True)
class Memory:
    """What a link remembers: how the series stood, the base hashes of the series in Odoo."""

    series: Series
    base: FieldHashes

    @property
    def cancelled(self) -> set[Start]:
        """The occurrences that are left out."""
        overrides = self.base.get("overrides", {})
        return {read_start(key) for key, one in overrides.items() if CANCELLED in one}


@dataclasses.dataclass(frozen=True)
class Sighting:
    """A series as it stands now; with `rebuild`, its rows are not what it wants."""

    event: Event
    series: Series
    rebuild: bool


def sight(
    standing: Standing,
    memory: Memory,
    hasher: Hasher,
    *,
    remade: bool = False,
    split: bool = False,
    count: int | None = None,
) -> Sighting:
    """Return a series that is remembered.

    `remade` says that Odoo has made the rows anew by itself, `split` that it goes on in another recurrence
    (its end is then in `memory` already), `count` how many rows Odoo had of this part ("this and following").
    When the rows were remade, or Odoo's fields say something else than before, the true rule gets the
    person's change (`sync.odoo.amend`), and the rows have to follow it. An occurrence whose row is gone is
    left out, unless rows were still to be made when we last looked.

    Raises:
        Rejected: the rows or the rule make no sense.
    """
    known = memory.series
    before = from_signature(known.odoo_rule) if known.odoo_rule else standing.rule
    after = stretched(standing) if before != standing.rule else before
    if split:
        after = dataclasses.replace(after, count=before.count, until=before.until)
    changed = remade or (known.complete and before != after)
    span, rule = known.span, known.recurrence
    shift = Shift(rule.zone, rule.zone, timedelta(), length(span))
    if known.complete or remade:
        shift = _shift(standing, known, anyway=remade)
        span = shift.span(known.span.start)
    if changed or span.start != known.span.start:
        rule = amend(rule, before, after, known.span, span, rows=count)
    since = known.covered_from + shift.by
    settled = known.complete and not changed
    kept = {key: shift.start(start) for key, start in known.rows.items() if key in standing.rows}
    until = _covered_until(standing, known.covered_until + shift.by, kept, rule, span)
    expected = covered(rule, span, since, until)
    placed = place(standing, kept, expected, since, pair=settled)
    if settled and placed.strays:
        rule = with_dates(rule, span, [standing.rows[key].span.start for key in placed.strays])
        expected = covered(rule, span, since, until)
        placed = place(standing, kept, expected, since, pair=True)
    left_out = {shift.start(start) for start in memory.cancelled}
    rows = as_remembered(standing, memory.base, hasher) if remade else standing.rows
    master = master_of(standing, rows, span, rule, memory.base, hasher)
    overrides = overrides_of(standing, rows, placed.rows, master)
    rebuild = not known.complete or rows is not standing.rows
    if settled:
        ended = _ended(placed, expected, left_out)
        if ended is not None:
            rule = recurrence.cut(rule, span, ended)
        left_out = {one for one in placed.missing if ended is None or one < ended}
    else:
        rebuild = rebuild or bool(placed.strays or left_out & {*placed.rows.values()})
        rebuild = rebuild or not left_out.issuperset(placed.missing)
        left_out &= {*expected}
    if not known.complete:
        overrides = _without_our_moves(overrides, memory.base, hasher)
    overrides |= {start: {CANCELLED: True} for start in left_out}
    event = dataclasses.replace(master, recurrence=rule, overrides=overrides)
    series = Series(rule, span, signature(standing.rule), since, until, placed.rows, known.complete)
    return Sighting(event, series, rebuild)


def _shift(standing: Standing, known: Series, *, anyway: bool) -> Shift:
    """Return how all rows moved: not at all if one of them is where it was, or if only some moved alike."""
    zone, usual = known.recurrence.zone, length(known.span)
    still = Shift(zone, zone, timedelta(), usual)
    moves = Counter[Shift]()
    for key in standing.in_order:
        if key in known.rows:
            now = standing.rows[key].span
            if now == Span(known.rows[key], known.rows[key] + usual):
                return still
            moves[Shift.between(known.rows[key], now, zone, standing.rule.event_tz)] += 1
    if not moves:
        return still
    [(shift, number)] = moves.most_common(1)
    return shift if anyway or (number > 1 and 2 * number > moves.total()) else still


def _covered_until(
    standing: Standing, begin: datetime, kept: Mapping[int, Start], rule: Recurrence, span: Span
) -> datetime:
    """Return until when the rows go now, `begin` or later: another account may have added some."""
    beyond = {
        start: key
        for key, row in standing.rows.items()
        if key not in kept and moment(start := row.span.start) >= begin
    }
    if not beyond:
        return begin
    found = covered(rule, span, begin, max(map(moment, beyond)) + SECOND)
    return max((moment(start) + SECOND for start in found if start in beyond), default=begin)


def _ended(placed: Placed, expected: Sequence[Start], left_out: Collection[Start]) -> Start | None:
    """Return where a series ends early: "this and following" were deleted, which no single row tells."""
    last = max((moment(start) for start in placed.rows.values()), default=None)
    lost = [start for start in expected if last is None or moment(start) > last]
    return lost[0] if last is not None and len({*lost} - {*left_out}) > 1 else None


def as_remembered(standing: Standing, base: FieldHashes, hasher: Hasher) -> Mapping[int, Event]:
    """Give people back the answers that Odoo forgot when it made the rows anew."""
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


_OPEN = Response.NEEDS_ACTION


def master_of(
    standing: Standing,
    rows: Mapping[int, Event],
    span: Span,
    rule: Recurrence,
    base: FieldHashes,
    hasher: Hasher,
) -> Event:
    """Return the series without its exceptions: each field as the base has it, if a row still does, else as
    most rows have it."""
    present = [rows[key] for key in standing.in_order if key not in standing.absent] or [*rows.values()]
    values: dict[str, Any] = {}
    for name in {*OVERRIDABLE, "organizer"} - {"span"}:
        held = Counter(getattr(row, name) for row in present)
        as_before = [one for one in held if name in base and hasher.field(name, one) == base[name]]
        values[name] = as_before[0] if as_before else held.most_common(1)[0][0]
    return Event(**values | {"span": span, "recurrence": rule})


def overrides_of(
    standing: Standing, rows: Mapping[int, Event], placed: Mapping[int, Start], master: Event
) -> dict[Start, Override]:
    """Return in what the occurrences differ from the series."""
    overrides: dict[Start, Override] = {}
    for key, start in placed.items():
        row = rows[key]
        if ROOM in row.meeting_link and ROOM in master.meeting_link:
            row = dataclasses.replace(row, meeting_link=master.meeting_link)
        override = {CANCELLED: True} if key in standing.absent else difference(row, master, start)
        if override:
            overrides[start] = override
    return overrides


def _without_our_moves(
    overrides: Mapping[Start, Override], base: FieldHashes, hasher: Hasher
) -> dict[Start, Override]:
    """Leave out moves that the base does not know: we were moving the rows ourselves when we were stopped."""
    held = base.get("overrides", {})
    kept: dict[Start, Override] = {}
    for start, override in overrides.items():
        known = held.get(start_key(start), {}).get("span")
        ours = "span" in override and hasher.field("span", override["span"]) != known
        rest = {name: value for name, value in override.items() if name != "span" or not ours}
        if rest:
            kept[start] = rest
    return kept
