"""Messages that wait until a person's quiet hours are over."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store.alert_tables import postponed


@dataclasses.dataclass(frozen=True)
class Postponed:
    """One message, encrypted for its owner; `due_at` is aware UTC."""

    id: int
    account_id: int
    due_at: datetime
    message: str


async def put(tx: AsyncConnection, account_id: int, due_at: datetime, message: str) -> None:
    """Keep a message until it is due."""
    values = {"account_id": account_id, "due_at": due_at, "message": message}
    await tx.execute(sa.insert(postponed).values(**values))


async def due(tx: AsyncConnection, now: datetime) -> list[Postponed]:
    """Return the messages that are due, in the order in which they were kept."""
    columns = [postponed.c[field.name] for field in dataclasses.fields(Postponed)]
    query = sa.select(*columns).where(postponed.c.due_at <= now).order_by(postponed.c.id)
    return [Postponed(**row._mapping) for row in await tx.execute(query)]


async def take(tx: AsyncConnection, message_id: int) -> bool:
    """Take a message out; false when somebody else has taken it."""
    return (await tx.execute(sa.delete(postponed).filter_by(id=message_id))).rowcount == 1
