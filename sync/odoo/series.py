"""From the rows of a series in Odoo to one event: who is which occurrence, and what differs from the series.

Nothing here touches I/O. What Odoo does to rows when people edit series: `sync.odoo.edits`.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sync import recurrence
from sync.base import FieldHashes, Hasher, read_start, start_key
from sync.errors import Rejected
from sync.model import (
    CANCELLED,
    Event,
    Override,
    Recurrence,
    Span,
    Start,
    moment,
)
from sync.odoo.amend import amend
from sync.odoo.rules import from_signature, signature
from sync.odoo.shift import Shift, length
from sync.odoo.standing import SECOND, Placed, Standing, covered, place, stretched, with_dates
from sync.odoo.usual import as_remembered, overrides_of, usual_of
from sync.series import Series


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

    @property
    def exceptions(self) -> dict[int, FieldHashes]:
        """The hashes of the fields in which each row was known to differ."""
        overrides = self.base.get("overrides", {})
        starts = {key: start_key(start) for key, start in self.series.rows.items()} if overrides else {}
        return {key: overrides[name] for key, name in starts.items() if name in overrides}


@dataclasses.dataclass(frozen=True)
class Sighting:
    """A series as it stands now; with `rebuild`, its rows are not what it wants.

    In the fields `unseen`, all its rows are exceptions that are known, so that its own value, which nothing
    shows, is still that of the base; `event` has another one there.
    """

    event: Event
    series: Series
    rebuild: bool
    unseen: frozenset[str] = frozenset()


def sight(
    standing: Standing,
    memory: Memory,
    hasher: Hasher,
    *,
    remade: bool = False,
    split: bool = False,
    count: int | None = None,
    led: bool = False,
) -> Sighting:
    """Return a series that is remembered.

    `remade` says that Odoo has made the rows anew by itself, `split` that it goes on in another recurrence
    (its end is then in `memory` already), `count` how many rows Odoo had of this part ("this and following").
    When the rows were remade, or Odoo's fields say something else than before, the true rule gets the
    person's change (`sync.odoo.amend`), and the rows have to follow it. Where that cannot be, a series that
    is `led` from elsewhere keeps its rule: what was made of it here is put back anyway. An occurrence whose
    row is gone is left out, unless rows were still to be made when we last looked.

    Raises:
        Rejected: the rows or the rule make no sense.
    """
    known = memory.series
    before = from_signature(known.odoo_rule) if known.odoo_rule else standing.rule
    span, rule = known.span, known.recurrence
    shift = Shift(rule.zone, rule.zone, timedelta(), length(span))
    if known.complete or remade:
        odd = set() if remade else _moved_before(standing, memory, hasher)
        shift = _shift(standing, known, odd, anyway=remade)
        span = shift.span(known.span.start)
    kept = {key: shift.start(start) for key, start in known.rows.items() if key in standing.rows}
    after = stretched(standing, kept) if before != standing.rule else before
    if split:
        after = dataclasses.replace(after, count=before.count, until=before.until)
    changed = remade or (known.complete and before != after)
    if changed or span.start != known.span.start:
        try:
            rule = amend(rule, before, after, known.span, span, rows=count)
        except Rejected:
            if not led:
                raise
    since = known.covered_from + shift.by
    settled = known.complete and not changed
    until = _covered_until(standing, known.covered_until + shift.by, kept, rule, span)
    expected = covered(rule, span, since, until)
    placed = place(standing, kept, expected, since, pair=settled)
    if not known.complete and placed.strays:
        placed = _with_moved(placed, standing, memory, hasher)
    if settled and placed.strays:
        rule = with_dates(rule, span, [standing.rows[key].span.start for key in placed.strays])
        expected = covered(rule, span, since, until)
        placed = place(standing, kept, expected, since, pair=True)
    left_out = {shift.start(start) for start in memory.cancelled}
    rows = standing.rows
    if remade or not known.complete:
        rows = as_remembered(standing, memory.base, hasher)
    usual = usual_of(standing, rows, memory.exceptions, memory.base, hasher)
    usual = dataclasses.replace(usual, event=dataclasses.replace(usual.event, span=span, recurrence=rule))
    overrides = overrides_of(standing, rows, placed.rows, usual)
    rebuild = not known.complete or rows is not standing.rows
    if settled:
        ended = _ended(placed, expected, left_out)
        if ended is not None:
            rule = recurrence.cut(rule, span, ended)
        left_out = {one for one in placed.missing if ended is None or one < ended}
    else:
        if known.complete and not remade:
            # Only the rule was changed, and Odoo has made no row anew: what had one and has none was deleted.
            had = covered(known.recurrence, known.span, known.covered_from, known.covered_until)
            left_out |= {*map(shift.start, had)} & {*placed.missing}
        rebuild = rebuild or bool(placed.strays or left_out & {*placed.rows.values()})
        rebuild = rebuild or not left_out.issuperset(placed.missing)
        left_out &= {*expected}
    if not known.complete:
        overrides = _without_our_moves(overrides, memory.base, hasher)
    overrides |= {start: {CANCELLED: True} for start in left_out}
    event = dataclasses.replace(usual.event, recurrence=rule, overrides=overrides)
    series = Series(rule, span, signature(standing.rule), since, until, placed.rows, known.complete)
    return Sighting(event, series, rebuild, usual.unseen)


def _with_moved(placed: Placed, standing: Standing, memory: Memory, hasher: Hasher) -> Placed:
    """Take rows off the rule for the moved occurrences that lack one, as the base has them.

    Nothing else tells them while a series is being made: which row is which is only noted at the end.
    """
    held = memory.base.get("overrides", {})
    spans = {start: held.get(start_key(start), {}).get("span") for start in placed.missing}
    rows, strays = dict(placed.rows), list[int]()
    for key in placed.strays:
        lies = hasher.field("span", standing.rows[key].span)
        start = next((one for one, span in spans.items() if span == lies), None)
        if start is None:
            strays.append(key)
        else:
            rows[key] = start
            del spans[start]
    return Placed(rows, [*spans], strays)


def _moved_before(standing: Standing, memory: Memory, hasher: Hasher) -> set[int]:
    """Return the rows that lie where the base has them as an exception."""
    exceptions = memory.exceptions
    return {
        key
        for key in exceptions.keys() & standing.rows.keys()
        if hasher.field("span", standing.rows[key].span) == exceptions[key].get("span")
    }


def _shift(standing: Standing, known: Series, odd: Collection[int], *, anyway: bool) -> Shift:
    """Return how all rows moved: not at all if one of them is where it was, or if only some moved alike.

    `odd` are rows that tell nothing of the others.
    """
    zone, usual = known.recurrence.zone, length(known.span)
    still = Shift(zone, zone, timedelta(), usual)
    moves = Counter[Shift]()
    for key in standing.in_order:
        if key in known.rows and key not in odd:
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
