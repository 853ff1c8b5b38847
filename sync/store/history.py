"""The history of what was written where, why and by which run; overruled values wait here to be restored."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.model import Side
from sync.store.tables import ROWS_AT_ONCE, chunks, history

KEPT = timedelta(days=14)


@dataclasses.dataclass(frozen=True)
class Entry:
    """One write: on `side`, `action` (create, update, delete, decline, restore), for `reason`, in `run`.

    `odoo_id` is a key of `sync.series.odoo_key`. `label` (title and start) and `overruled` (JSON of the
    values that lost, see `sync.values`) are encrypted for the owner; `overruled` is None when nothing was
    overruled, or when it was restored.
    """

    id: int
    run: str
    at: datetime
    side: Side
    action: str
    reason: str
    google_id: str
    odoo_id: int
    fields: list[str]
    label: str
    overruled: str | None = None


_COLUMNS = [history.c[field.name] for field in dataclasses.fields(Entry)]


async def add(tx: AsyncConnection, account_id: int, new: Sequence[Entry]) -> None:
    """Keep entries; they get their ids in order."""
    rows = [{**vars(one), "account_id": account_id} for one in new]
    for row in rows:
        del row["id"]
    for some in chunks(rows, ROWS_AT_ONCE):
        await tx.execute(sa.insert(history), some)


async def of_account(tx: AsyncConnection, account_id: int, limit: int = 50) -> Sequence[Entry]:
    """Return an account's latest entries, newest first."""
    query = sa.select(*_COLUMNS).where(history.c.account_id == account_id)
    rows = await tx.execute(query.order_by(history.c.id.desc()).limit(limit))
    return [_entry(row) for row in rows]


async def get(tx: AsyncConnection, account_id: int, entry_id: int) -> Entry | None:
    """Return one entry of an account."""
    query = sa.select(*_COLUMNS).where(history.c.account_id == account_id, history.c.id == entry_id)
    row = (await tx.execute(query)).one_or_none()
    return _entry(row) if row else None


async def of_run(tx: AsyncConnection, account_id: int, run: str) -> Sequence[Entry]:
    """Return what one run of an account wrote, in order."""
    query = sa.select(*_COLUMNS).where(history.c.account_id == account_id, history.c.run == run)
    return [_entry(row) for row in await tx.execute(query.order_by(history.c.id))]


async def has_earlier(tx: AsyncConnection, account_id: int, entry: Entry, within: timedelta) -> bool:
    """Say whether the same was done to the same Google event shortly before an entry."""
    query = sa.select(history.c.id).where(
        history.c.account_id == account_id,
        history.c.google_id == entry.google_id,
        history.c.reason == entry.reason,
        history.c.id < entry.id,
        history.c.at >= entry.at - within,
    )
    return (await tx.execute(query.limit(1))).first() is not None


async def declined_for(tx: AsyncConnection, account_id: int, odoo_ids: Iterable[int]) -> frozenset[int]:
    """Return those events of Odoo that a run declined for the person, since the copy in Google had gone."""
    query = sa.select(history.c.odoo_id).where(
        history.c.account_id == account_id, history.c.side == Side.ODOO, history.c.action == "decline"
    )
    found: set[int] = set()
    for some in chunks(list(odoo_ids)):
        found.update((await tx.execute(query.where(history.c.odoo_id.in_(some)))).scalars())
    return frozenset(found)


def _entry(row: sa.Row[tuple[object, ...]]) -> Entry:
    return Entry(**{**row._mapping, "side": Side(row.side)})


async def settle(tx: AsyncConnection, entry_id: int) -> bool:
    """Note that an entry's overruled values were restored; false when that was done already."""
    change = sa.update(history).where(history.c.id == entry_id, history.c.overruled.is_not(None))
    return (await tx.execute(change.values(overruled=None))).rowcount == 1


async def purge(tx: AsyncConnection, now: datetime) -> None:
    """Delete what is older than two weeks, overruled values with it."""
    await tx.execute(sa.delete(history).where(history.c.at < now - KEPT))
