"""The record of runs, from which status tells what happened last."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store.tables import run

KEPT = timedelta(days=14)


@dataclasses.dataclass(frozen=True)
class Run:
    """One finished run: `outcome` is "ok" or an error code, `counts` says how often each reason occurred."""

    started_at: datetime
    ended_at: datetime
    outcome: str
    counts: Mapping[str, int]


async def add(tx: AsyncConnection, account_id: int, new: Run) -> None:
    """Keep a run; quiet ones leave no row, old ones go."""
    if new.counts or new.outcome != "ok":
        await tx.execute(sa.insert(run).values(account_id=account_id, **dataclasses.asdict(new)))
    await tx.execute(
        sa.delete(run).where(run.c.account_id == account_id, run.c.ended_at < new.ended_at - KEPT)
    )


async def latest(tx: AsyncConnection, account_id: int, limit: int) -> list[Run]:
    """Return the latest runs that did something or failed, newest first."""
    columns = [run.c[field.name] for field in dataclasses.fields(Run)]
    query = sa.select(*columns).where(run.c.account_id == account_id).order_by(run.c.id.desc()).limit(limit)
    return [Run(**row._mapping) for row in await tx.execute(query)]


async def last(tx: AsyncConnection, account_id: int) -> Run | None:
    """Return the latest run that did something or failed."""
    found = await latest(tx, account_id, 1)
    return found[0] if found else None
