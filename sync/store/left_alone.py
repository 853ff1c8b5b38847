"""Events left alone by a reset: those in force, and those that a reset under way has noted for its end."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.left_alone import Item, LeftAlone
from sync.model import Side
from sync.store.job_tables import left_alone
from sync.store.tables import chunks, link


async def of_account(tx: AsyncConnection, account_id: int) -> dict[Item, LeftAlone]:
    """Return what is left alone, by event."""
    columns = (left_alone.c.side, left_alone.c.item, left_alone.c.hashes, left_alone.c.until)
    query = sa.select(*columns).where(left_alone.c.account_id == account_id, ~left_alone.c.pending)
    found = [LeftAlone(**{**row._mapping, "side": Side(row.side)}) for row in await tx.execute(query)]
    return {one.key: one for one in found}


async def note(tx: AsyncConnection, account_id: int, job_id: int, new: Iterable[LeftAlone]) -> None:
    """Note events that are to be left alone when the job is done; nothing is in force yet."""
    key = {"account_id": account_id, "job_id": job_id, "pending": True}
    rows: list[dict[str, Any]] = [{**vars(one), **key} for one in {one.key: one for one in new}.values()]
    for some in chunks(rows):
        await tx.execute(sa.insert(left_alone), some)


async def take_effect(tx: AsyncConnection, account_id: int, job_id: int) -> None:
    """Leave alone what was noted, but for what is linked: the job could not take its counterpart away."""
    mine = left_alone.c.account_id == account_id
    noted = sa.select(left_alone.c.side, left_alone.c.item).where(mine, left_alone.c.pending)
    keys: list[Item] = [(Side(row.side), row.item) for row in await tx.execute(noted)]
    linked = sa.select(link.c.google_id, link.c.odoo_id).where(link.c.account_id == account_id)
    held = set[Item]()
    for row in await tx.execute(linked):
        held |= {(Side.GOOGLE, row.google_id), (Side.ODOO, str(row.odoo_id))}
    await _delete(tx, account_id, held.intersection(keys), pending=True)
    await _delete(tx, account_id, set(keys) - held, pending=False)
    change = sa.update(left_alone).where(mine, left_alone.c.job_id == job_id, left_alone.c.pending)
    await tx.execute(change.values(pending=False))


async def drop(tx: AsyncConnection, account_id: int, items: Collection[Item]) -> None:
    """Let events take part in the sync again."""
    await _delete(tx, account_id, items, pending=False)


async def drop_of_job(tx: AsyncConnection, job_id: int) -> None:
    """Take back what a job noted or left alone."""
    await tx.execute(sa.delete(left_alone).where(left_alone.c.job_id == job_id))


async def is_any_of(tx: AsyncConnection, job_id: int) -> bool:
    """Say whether a job left anything alone."""
    return (
        await tx.execute(sa.select(left_alone.c.item).filter_by(job_id=job_id).limit(1))
    ).first() is not None


async def drop_all(tx: AsyncConnection, account_id: int) -> None:
    """Let everything of an account take part in the sync again."""
    await tx.execute(sa.delete(left_alone).where(left_alone.c.account_id == account_id))


async def _delete(tx: AsyncConnection, account_id: int, items: Collection[Item], *, pending: bool) -> None:
    for side in Side:
        for some in chunks(item for one, item in items if one is side):
            await tx.execute(
                sa.delete(left_alone).where(
                    left_alone.c.account_id == account_id,
                    left_alone.c.side == side,
                    left_alone.c.item.in_(some),
                    left_alone.c.pending == pending,
                )
            )
