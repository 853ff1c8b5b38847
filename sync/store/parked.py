"""Parked items: set aside with a reason, tried again with growing pauses, named in status."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.model import Side
from sync.store.tables import parked

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)


@dataclasses.dataclass(frozen=True)
class Parked:
    """One parked item: `item` is its id on `side`, `label` its title and start, encrypted for the owner."""

    side: Side
    item: str
    reason: str
    label: str
    attempts: int
    parked_at: datetime
    retry_at: datetime


async def of_account(tx: AsyncConnection, account_id: int) -> list[Parked]:
    """Return an account's parked items, oldest first."""
    columns = [parked.c[field.name] for field in dataclasses.fields(Parked)]
    query = sa.select(*columns).where(parked.c.account_id == account_id).order_by(parked.c.parked_at)
    return [Parked(**{**row._mapping, "side": Side(row.side)}) for row in await tx.execute(query)]


async def put(
    tx: AsyncConnection, account_id: int, side: Side, item: str, reason: str, label: str, now: datetime
) -> None:
    """Park an item, or park it again with a longer pause."""
    key = {"account_id": account_id, "side": side, "item": item}
    attempts = (await tx.execute(sa.select(parked.c.attempts).filter_by(**key))).scalar() or 0
    pause = min(FIRST_PAUSE * 2 ** min(attempts, 20), LONGEST_PAUSE)
    values = {"reason": reason, "label": label, "attempts": attempts + 1, "retry_at": now + pause}
    if attempts:
        await tx.execute(sa.update(parked).filter_by(**key).values(**values))
    else:
        await tx.execute(sa.insert(parked).values(**key, **values, parked_at=now))


async def release(tx: AsyncConnection, account_id: int, side: Side, item: str) -> None:
    """Take an item out: it was dealt with. It is no error if it was not parked."""
    await tx.execute(sa.delete(parked).filter_by(account_id=account_id, side=side, item=item))


async def release_all(tx: AsyncConnection, account_id: int) -> None:
    """Take all of an account's items out."""
    await tx.execute(sa.delete(parked).filter_by(account_id=account_id))


async def make_due(tx: AsyncConnection, account_id: int, now: datetime, reason: str | None = None) -> None:
    """Let the next run try an account's parked items at once: all, or those parked for one reason."""
    change = sa.update(parked).where(parked.c.account_id == account_id).values(retry_at=now)
    await tx.execute(change.where(parked.c.reason == reason) if reason else change)
