"""Intents: what is about to be sent, written down first, so that a crash leaves no unknown outcome."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.base import FieldHashes, read_start, start_key
from sync.model import Recurrence, Side, Span
from sync.roles import Role
from sync.store.tables import ROWS_AT_ONCE, chunks, intent

_KEY = (intent.c.side, intent.c.action, intent.c.google_id, intent.c.odoo_id, intent.c.generation)


Pattern = tuple[Recurrence, Span]
"""How a series repeats, and its first occurrence."""

KEEP = "keep"
"""The action of a change of a series in Google that may cost single occurrences what was written of them."""


@dataclasses.dataclass(frozen=True)
class Intent:
    """A remote write that was about to be sent, with what both sides held at that moment.

    A create in Google knows its `google_id` beforehand; one in Odoo has `odoo_id` 0 and is found again by
    the access token that derives from `uid` (Google's iCalUID) and `generation`, and of a `series` from the
    occurrence. A delete names both. `KEEP` has in `kept` what must be there afterwards, encrypted.
    """

    id: int
    side: Side
    action: str
    google_id: str
    odoo_id: int
    generation: int
    google_base: FieldHashes
    odoo_base: FieldHashes
    role: Role = Role.HOME
    uid: str = ""
    series: Pattern | None = None
    kept: str | None = None


Begun = Mapping[str, Sequence[Intent]]
"""Creates in Odoo that are under way, of any account, by iCalUID."""


async def intend(
    tx: AsyncConnection, account_id: int, at: datetime, planned: Sequence[Intent]
) -> list[Intent]:
    """Record intents before anything is sent and return them with their ids."""
    if not planned:
        return []
    rows = [{"account_id": account_id, "created_at": at, **_values(one)} for one in planned]
    # Databases promise no order of what they return, so each row is recognised by what it is about.
    ids: dict[tuple[Any, ...], list[int]] = {}
    for some in chunks(rows, ROWS_AT_ONCE):
        for number, *key in await tx.execute(sa.insert(intent).returning(intent.c.id, *_KEY), some):
            ids.setdefault(tuple(key), []).append(number)
    return [dataclasses.replace(one, id=ids[_key(one)].pop()) for one in planned]


def _values(one: Intent) -> dict[str, Any]:
    values = {name: value for name, value in vars(one).items() if name != "id"}
    return values | {"series": _dumped(*one.series) if one.series else None}


def _dumped(recurrence: Recurrence, span: Span) -> dict[str, Any]:
    ends = [start_key(span.start), start_key(span.end)]
    return {"lines": list(recurrence.lines), "zone": recurrence.zone, "span": ends}


def _loaded(values: Mapping[str, Any]) -> Pattern:
    first, last = map(read_start, values["span"])
    return Recurrence(tuple(values["lines"]), values["zone"]), Span(first, last)


def _key(one: Intent) -> tuple[Any, ...]:
    return tuple(getattr(one, column.name) for column in _KEY)


async def settle(tx: AsyncConnection, intent_ids: Iterable[int]) -> None:
    """Strike out intents: what became of them is known."""
    for some in chunks(intent_ids):
        await tx.execute(sa.delete(intent).where(intent.c.id.in_(some)))


async def settle_kept(tx: AsyncConnection, account_id: int, google_id: str) -> None:
    """Strike out what was to be kept of a Google event, if anything was: it is there."""
    await tx.execute(sa.delete(intent).filter_by(account_id=account_id, action=KEEP, google_id=google_id))


async def begun(tx: AsyncConnection, uids: Iterable[str]) -> Begun:
    """Return what any account's run has begun to make in Odoo of events with these iCalUIDs."""
    found: dict[str, list[Intent]] = {}
    for _, one in await begun_by(tx, uids):
        found.setdefault(one.uid, []).append(one)
    return found


async def begun_by(tx: AsyncConnection, uids: Iterable[str]) -> list[tuple[int, Intent]]:
    """Return the same, each with the id of the account whose run it was."""
    query = _select().add_columns(intent.c.account_id).filter_by(side=Side.ODOO, action="create")
    found: list[tuple[int, Intent]] = []
    for some in chunks(uids):
        rows = await tx.execute(query.where(intent.c.uid.in_(some)))
        found += [(row.account_id, _intent(row)) for row in rows]
    return found


def _select() -> sa.Select[Any]:
    return sa.select(*(intent.c[field.name] for field in dataclasses.fields(Intent))).order_by(intent.c.id)


def _intent(row: sa.Row[Any]) -> Intent:
    series = _loaded(row.series) if row.series else None
    values = {field.name: getattr(row, field.name) for field in dataclasses.fields(Intent)}
    return Intent(**{**values, "side": Side(row.side), "role": Role(row.role), "series": series})


async def open_intents(
    tx: AsyncConnection, account_id: int, *, action: str = "", google_id: str = ""
) -> list[Intent]:
    """Return the intents of an account that were never settled, oldest first: all, or those that fit."""
    wanted = {"action": action, "google_id": google_id}
    query = _select().where(intent.c.account_id == account_id)
    rows = await tx.execute(query.filter_by(**{name: one for name, one in wanted.items() if one}))
    return [_intent(row) for row in rows]


async def count(tx: AsyncConnection) -> int:
    """Count the open intents of all accounts."""
    return (await tx.execute(sa.select(sa.func.count()).select_from(intent))).scalar_one()
