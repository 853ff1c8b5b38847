"""What a person was told that only this person can mend, so that it is told once and taken back once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store.accounts import AccountState
from sync.store.alert_tables import told
from sync.store.tables import account


async def everything(tx: AsyncConnection) -> dict[int, str]:
    """Return the accounts whose person was told of a trouble that is not mended yet, each with its code."""
    return {row.account_id: row.code for row in await tx.execute(sa.select(told.c.account_id, told.c.code))}


async def note(tx: AsyncConnection, account_id: int, code: str | None, now: datetime) -> None:
    """Note what the person was told last, or with None that it is mended and the person knows."""
    await tx.execute(sa.delete(told).filter_by(account_id=account_id))
    if code is not None:
        await tx.execute(sa.insert(told).values(account_id=account_id, code=code, told_at=now))


async def waiting(tx: AsyncConnection, codes: Collection[str]) -> dict[int, str]:
    """Return the accounts whose person has yet to be told, each with the code of the trouble.

    They are those that wait for a new grant, and those whose trouble is one of `codes`; whoever has
    disconnected is told nothing.
    """
    asked = sa.or_(account.c.state == AccountState.RECONNECT, account.c.trouble.in_(codes))
    untold = ~sa.exists().where(told.c.account_id == account.c.id)
    stays = account.c.state != AccountState.DISCONNECTED
    query = sa.select(account.c.id, account.c.trouble)
    query = query.where(asked, untold, stays, account.c.trouble.is_not(None))
    return {row.id: row.trouble for row in await tx.execute(query)}
