"""Making series in Odoo and changing them: one calendar.recurrence, and exactly the rows that are wanted.

Odoo would misread many rules; given its rows one by one, it keeps what it is given (seen in 17, 18 and 19).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime

from sync.errors import Gone, Rejected
from sync.model import OVERRIDABLE, Event, Start, moment
from sync.odoo import codec
from sync.odoo.attendance import Owner, Row
from sync.odoo.reading import EVENT, RECURRENCE
from sync.odoo.rebuilding import between, plan, plan_few, wanted_starts
from sync.odoo.series_rows import SINGLE, SeriesRows, Template, Wish
from sync.odoo.writing import Values
from sync.seen import Seen
from sync.series import Series

ARCHIVED: Values = {"active": False, "recurrence_id": False}
MEETING = frozenset({"guests", "response"})


async def create(steps: SeriesRows, owner: Owner, organizer: int | bool, wish: Wish) -> tuple[int, Series]:
    """Make a series and return its recurrence; what was made of one that Odoo refuses is removed.

    Raises:
        Rejected: Odoo refuses it, or it has too many rows or none. RetryLater: the outcome is unknown.
    """
    starts = _wanted(wish, *wish.window)
    recurrence_id = await steps.new_rule(wish)
    rows: dict[int, Start] = {}
    try:
        await steps.fill(owner, recurrence_id, wish, starts, rows, Template({"user_id": organizer}))
    except Rejected:
        if rows:
            await steps.client.unlink(EVENT, sorted(rows))
        await steps.client.unlink(RECURRENCE, [recurrence_id])
        raise
    await steps.finish(recurrence_id, rows)
    return recurrence_id, _series(wish, rows, wish.window)


async def extend(steps: SeriesRows, owner: Owner, row: Row, wish: Wish) -> tuple[int, Series]:
    """Make a single event a series, of which it is the first row.

    Raises:
        Rejected: Odoo refuses it, or it has too many rows or none.
    """
    starts = _wanted(wish, *wish.window)
    recurrence_id = await steps.new_rule(wish)
    first = wish.event.span.start
    own = first if first in starts or moment(first) < wish.window[0] else starts[0]
    member = {"recurrency": True, "recurrence_id": recurrence_id, "access_token": wish.token(own)}
    await steps.writer.write({row["id"]: member})
    rows = {row["id"]: own}
    others = [one for one in starts if one != own]
    await steps.fill(owner, recurrence_id, wish, others, rows, await steps.template(row))
    place = {row["id"]: own}
    changes = await steps.changes(owner, {row["id"]: row}, place, wish, lambda _key, _start: OVERRIDABLE)
    await steps.writer.change(owner, changes)
    await steps.finish(recurrence_id, rows)
    return recurrence_id, _series(wish, rows, wish.window)


async def reduce(steps: SeriesRows, owner: Owner, recurrence_id: int, event: Event, seen: Seen) -> int:
    """Make a series a single event and return its id: the row that lies there, or else the first one.

    Raises:
        Gone: no row is left.
    """
    known = seen.series.rows if seen.series else {}
    rows = await steps.there(recurrence_id, known, parts=True)
    if not rows:
        raise Gone("odoo_missing")
    key = min(rows, key=lambda one: (known.get(one) != event.span.start, rows[one]["start"], one))
    # The others go first: were we stopped after letting this one out, the next run would take another for it.
    await steps.writer.write({one: ARCHIVED for one in rows if one != key})
    await steps.writer.write({key: SINGLE})
    await steps.writer.change(owner, await steps.single(owner, rows[key], event))
    return key


@dataclasses.dataclass(frozen=True)
class Edit:
    """What is written to a series: fields of all rows, fields of single occurrences, values besides.

    With `rows`, the rows are made what the series wants as well.
    """

    names: frozenset[str]
    starts: Mapping[Start, frozenset[str]] = dataclasses.field(default_factory=dict)
    rows: bool = False
    more: Values = dataclasses.field(default_factory=dict)

    @property
    def moves(self) -> bool:
        """Whether occurrences begin at other times than before."""
        return bool({"recurrence", "span"} & self.names)


async def change(
    steps: SeriesRows, owner: Owner, recurrence_id: int, wish: Wish, seen: Seen, edit: Edit
) -> Series:
    """Write an edit to the rows; those that differ from the series in a field keep it.

    New rows are made before others go, so that no exception is lost should we be stopped.

    Raises:
        Gone: a row went meanwhile. Rejected: Odoo refuses something, or no row would be left.
    """
    event, known = seen.event, seen.series
    if event is None or known is None:
        raise Gone("odoo_missing")
    there = await steps.there(recurrence_id, known.rows)
    since = wish.window[0] if edit.moves else max(wish.window[0], known.covered_from)
    covered = known.covered_from, known.covered_until
    if edit.moves or edit.rows:
        covered = since if edit.moves else covered[0], max(covered[1], wish.window[1])
        wanted = _wanted(wish, since, covered[1])
        places = {key: (codec.start(row), row["access_token"] or "") for key, row in there.items()}
        shift = between(event, wish.event) if edit.moves else None
        todo = plan(places, known.rows, wanted, shift, wish.token, since)
        if edit.moves or seen.rebuild:
            await steps.write_rule(recurrence_id, wish)
    else:
        todo = plan_few(there, known.rows, wish.event, edit.starts)
    made = dict(todo.kept)
    if todo.missing:
        template = await steps.template(there[min(todo.kept)]) if todo.kept else Template()
        organizer = await steps.writer.organizer(owner, wish.event.organizer)
        values = {"user_id": organizer, **template.values, **edit.more}
        await steps.fill(owner, recurrence_id, wish, todo.missing, made, Template(values, template.also))
    retimed = edit.moves or (edit.rows and (seen.rebuild or not known.complete))
    restored = MEETING if edit.rows and seen.rebuild else frozenset[str]()

    def named(key: int, start: Start) -> frozenset[str]:
        own = event.overrides.get(known.rows.get(key, start), {})
        here = (edit.names - own.keys()) | edit.starts.get(start, frozenset()) | restored
        return here | {"span"} if retimed else here

    changes = await steps.changes(
        owner,
        there,
        {key: start for key, start in todo.kept.items() if moment(start) >= since},
        wish,
        named,
        seen=event,
        before=known.rows,
        compare=retimed,
        more=edit.more,
        remark=todo.moved,
    )
    await steps.writer.change(owner, changes, recurrence_id)
    # A row that came after our look is none of ours to archive, unless Odoo has made all rows anew.
    unknown = seen.rebuild or not known.complete
    extra = [key for key in todo.extra if unknown or key in known.rows]
    await steps.writer.write(dict.fromkeys(extra, ARCHIVED))
    await steps.finish(recurrence_id, made)
    past = {key: start for key, start in known.rows.items() if key in there and moment(start) < since}
    return _series(wish, {**past, **made}, covered)


def _wanted(wish: Wish, first: datetime, last: datetime) -> list[Start]:
    starts = wanted_starts(wish.event, first, last)
    if not starts:
        raise Rejected("no_occurrences")
    return starts


def _series(wish: Wish, rows: Mapping[int, Start], covered: tuple[datetime, datetime]) -> Series:
    """Return how the series stands; what Odoo makes of its rule has still to be read."""
    return Series(wish.recurrence, wish.event.span, "", *covered, rows)
