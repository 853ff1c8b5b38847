"""Grants that have still to be given back to Google: each an encrypted token, and when it is tried next."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store.tables import revocation


@dataclasses.dataclass(frozen=True)
class Owed:
    """One grant to give back; `token` is encrypted and names nobody outside of it. Times are aware UTC."""

    id: int
    token: str
    attempts: int
    owed_since: datetime
    retry_at: datetime


async def add(tx: AsyncConnection, token: str, now: datetime) -> int:
    """Keep a grant to be given back, due at once, and return its id."""
    values = {"token": token, "attempts": 0, "owed_since": now, "retry_at": now}
    added = await tx.execute(sa.insert(revocation).values(**values).returning(revocation.c.id))
    return int(added.scalar_one())


async def get(tx: AsyncConnection, ids: Collection[int]) -> list[Owed]:
    """Return those of these that are still owed."""
    query = sa.select(revocation).where(revocation.c.id.in_(ids)).order_by(revocation.c.id)
    return [Owed(**row._mapping) for row in await tx.execute(query)]


async def everything(tx: AsyncConnection) -> list[Owed]:
    """Return all that is owed, oldest first."""
    return [Owed(**row._mapping) for row in await tx.execute(sa.select(revocation).order_by(revocation.c.id))]


async def due(tx: AsyncConnection, now: datetime) -> list[int]:
    """Return the ids of those whose turn has come, longest waiting first."""
    query = sa.select(revocation.c.id).where(revocation.c.retry_at <= now).order_by(revocation.c.retry_at)
    return list((await tx.execute(query)).scalars())


async def postpone(tx: AsyncConnection, owed_id: int, attempts: int, retry_at: datetime) -> None:
    """Note that it was tried so often, and when it is tried next."""
    change = sa.update(revocation).filter_by(id=owed_id)
    await tx.execute(change.values(attempts=attempts, retry_at=retry_at))


async def drop(tx: AsyncConnection, owed_id: int) -> None:
    """Forget one: it is owed no more."""
    await tx.execute(sa.delete(revocation).filter_by(id=owed_id))
