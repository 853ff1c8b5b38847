"""The steps of which writing a series in Odoo is made: its rule, new rows, changes of rows that stay."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sync.model import CANCELLED, OVERRIDABLE, Event, Recurrence, Start
from sync.odoo import codec, rules
from sync.odoo.alarms import Alarms
from sync.odoo.attendance import Owner, Row, reference
from sync.odoo.client import OdooClient
from sync.odoo.copies import copies
from sync.odoo.partners import Partners
from sync.odoo.reading import EVENT, RECURRENCE, Reader
from sync.odoo.rebuilding import Token
from sync.odoo.writing import LOT, NOTHING, Change, NewRow, Values, Writer

SINGLE: Values = {"recurrence_id": False, "recurrency": False, "follow_recurrence": False}

Named = Callable[[int, Start], Collection[str]]
"""Names the fields that a row is to be given, which is the occurrence that begins so."""


@dataclasses.dataclass(frozen=True)
class Wish:
    """What a series is to be: `event` as it would stand in Odoo, with rows inside the window (aware UTC)."""

    event: Event
    token: Token
    window: tuple[datetime, datetime]

    @property
    def recurrence(self) -> Recurrence:
        """How it repeats."""
        if self.event.recurrence is None:
            raise ValueError("not a series")
        return self.event.recurrence

    @property
    def rule(self) -> Values:
        """What calendar.recurrence is to hold of it."""
        text = rules.text_for(self.recurrence, self.event.span)
        return {"event_tz": self.recurrence.zone or "UTC", "rrule": text}


@dataclasses.dataclass(frozen=True)
class Template:
    """What new rows take over from one that is there: its organizer, tags, and guests without an address."""

    values: Values = dataclasses.field(default_factory=dict)
    also: Sequence[int] = ()


class SeriesRows:
    """The steps, each in few calls."""

    def __init__(
        self, client: OdooClient, reader: Reader, alarms: Alarms, partners: Partners, writer: Writer
    ) -> None:
        self.client, self.reader, self.writer = client, reader, writer
        self._alarms, self._partners = alarms, partners

    async def there(
        self, recurrence_id: int, known: Collection[int], *, parts: bool = False
    ) -> dict[int, Row]:
        """Return the rows of a recurrence, of which `known` are remembered, without copies of them.

        If it `parts` with them, those stay as events that belong to no series.
        """
        rows = (await self.reader.series([recurrence_id]))[recurrence_id]
        copied = copies(rows, known)
        if copied and parts:
            await self.writer.write(dict.fromkeys(sorted(copied), SINGLE))
        return {row["id"]: row for row in rows if row["id"] not in copied}

    async def new_rule(self, wish: Wish) -> int:
        """Make a calendar.recurrence without rows; it has no base event until `finish`."""
        values = {**wish.rule, **await self.writer.unsynced()}
        [recurrence_id] = await self.client.create(RECURRENCE, [values])
        return recurrence_id

    async def write_rule(self, recurrence_id: int, wish: Wish) -> None:
        """Give a calendar.recurrence its rule; Odoo leaves the rows as they are."""
        values = {**wish.rule, **await self.writer.unsynced()}
        await self.client.write(RECURRENCE, [recurrence_id], values)

    async def finish(self, recurrence_id: int, rows: Mapping[int, Start]) -> None:
        """Name the first row as the base event, if none is: now the series is all there."""
        record = (await self.reader.recurrences([recurrence_id])).get(recurrence_id)
        if record and not record["base_event_id"] and rows:
            base = {"base_event_id": min(rows, key=lambda key: (str(rows[key]), key))}
            await self.client.write(RECURRENCE, [recurrence_id], {**base, **await self.writer.unsynced()})

    async def template(self, row: Row) -> Template:
        """Return what new rows take over from this one."""
        await self._partners.know_partners(row["partner_ids"])
        unnamed = [one for one in row["partner_ids"] if not self._partners.address(one)]
        [full] = await self.client.read(EVENT, [row["id"]], ("categ_ids",)) or [{"categ_ids": []}]
        values: dict[str, Any] = {"user_id": reference(row["user_id"]) or False}
        if full["categ_ids"]:
            values["categ_ids"] = [[6, 0, full["categ_ids"]]]
        return Template(values, unnamed)

    async def fill(
        self,
        owner: Owner,
        recurrence_id: int,
        wish: Wish,
        starts: Sequence[Start],
        rows: dict[int, Start],
        template: Template,
    ) -> None:
        """Make rows for these occurrences, adding them to `rows` as they come into being.

        Raises:
            Rejected: Odoo refuses one. RetryLater: it is not known whether the last lot was made.
        """
        member = {"recurrency": True, "recurrence_id": recurrence_id, **template.values}
        for begin in range(0, len(starts), LOT):
            lot = starts[begin : begin + LOT]
            new = [
                NewRow(event, {**member, "access_token": wish.token(start)}, template.also)
                for start in lot
                if (event := wish.event.occurrence(start)) is not None
            ]
            ids = await self.writer.create(owner, new)
            rows |= dict(zip(ids, lot, strict=True))
            # Odoo takes this mark of an exception only from a write.
            odd = [
                key
                for key, one, start in zip(ids, new, lot, strict=True)
                if _is_moved(one.event, wish, start)
            ]
            await self.writer.write({key: {"follow_recurrence": False} for key in odd})

    async def single(self, owner: Owner, row: Row, event: Event) -> list[Change]:
        """Return how a row becomes an event of its own."""
        present = await self.reader.attendances(owner, [row])
        now = codec.decode(row, self._alarms.by_id, present[row["id"]])
        names = frozenset(name for name in OVERRIDABLE if getattr(now, name) != getattr(event, name))
        return [Change(row, now, event, names)]

    async def changes(
        self,
        owner: Owner,
        there: Mapping[int, Row],
        placed: Mapping[int, Start],
        wish: Wish,
        named: Named,
        *,
        seen: Event | None = None,
        before: Mapping[int, Start] | None = None,
        compare: bool = True,
        more: Values = NOTHING,
        remark: bool = False,
    ) -> list[Change]:
        """Return how rows become what their occurrences are to be.

        With `compare`, only what differs is written, and answers are put right for everybody. `seen` is the
        series as it was merged, `before` which occurrence each row was then; with `remark`, rows get the
        access tokens of what they are now.
        """
        rows = [there[key] for key in placed]
        present = await self.reader.attendances(owner, rows) if compare else {}
        changes = []
        for key, start in placed.items():
            new = wish.event.occurrence(start)
            if new is None:
                continue
            names = frozenset(named(key, start))
            old = _whole(seen, (before or {}).get(key, start)) if seen else new
            if compare:
                now = codec.decode(there[key], self._alarms.by_id, present[key])
                names = frozenset(one for one in names if getattr(new, one) != getattr(now, one))
                old = old if seen else now
            given = {**more, **({"access_token": wish.token(start)} if remark else {})}
            if "span" in names:
                given["follow_recurrence"] = not _is_moved(new, wish, start)
            changes.append(Change(there[key], old, new, names, given, answers=compare))
        return changes


def _whole(series: Event, start: Start) -> Event:
    """Return an occurrence as an event, even one that was left out."""
    override = {name: value for name, value in series.overrides.get(start, {}).items() if name != CANCELLED}
    plain = dataclasses.replace(series, span=series.span_at(start), recurrence=None, overrides={})
    return dataclasses.replace(plain, **override)


def _is_moved(event: Event, wish: Wish, start: Start) -> bool:
    return event.span != wish.event.span_at(start)
