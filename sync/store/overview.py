"""How all accounts together are doing, for administrators."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store.accounts import AccountState
from sync.store.tables import account, grant, parked


@dataclasses.dataclass(frozen=True)
class Overview:
    """`states` counts accounts by "working", "starting", "waiting", "reconnect", "paused" and "disconnected".

    `oldest` is the account that goes on by itself and whose last success (aware UTC) is the longest ago, by
    its login; None when nobody has synced yet. `troubles` are codes with how many accounts meet them now.
    """

    states: Mapping[str, int]
    oldest: tuple[str, datetime] | None
    troubles: Sequence[tuple[str, int]]


async def overview(tx: AsyncConnection) -> Overview:
    """Return how all accounts are doing."""
    number = sa.func.count()
    state = sa.case(
        (account.c.state == AccountState.RECONNECT, "reconnect"),
        (account.c.state == AccountState.DISCONNECTED, "disconnected"),
        (account.c.paused_at.is_not(None), "paused"),
        (account.c.trouble.is_not(None), "waiting"),
        (account.c.synced_at.is_(None), "starting"),
        else_="working",
    ).label("state")
    states = {row[0]: row[1] for row in await tx.execute(sa.select(state, number).group_by(state))}
    going_on = (
        account.c.state == AccountState.CONNECTED,
        account.c.paused_at.is_(None),
        account.c.synced_at.is_not(None),
    )
    oldest = sa.select(account.c.odoo_login, account.c.synced_at).where(*going_on)
    first = (await tx.execute(oldest.order_by(account.c.synced_at).limit(1))).one_or_none()
    met = sa.select(account.c.trouble, number).where(account.c.trouble.is_not(None))
    met = met.group_by(account.c.trouble).order_by(number.desc(), account.c.trouble)
    troubles = [(row[0], row[1]) for row in await tx.execute(met)]
    return Overview(states, (first[0], first[1]) if first else None, troubles)


async def set_aside(tx: AsyncConnection) -> Sequence[tuple[str, str, int]]:
    """Return how many events are set aside, by side and reason, the most first."""
    number = sa.func.count()
    query = sa.select(parked.c.side, parked.c.reason, number).group_by(parked.c.side, parked.c.reason)
    query = query.order_by(number.desc(), parked.c.side, parked.c.reason)
    return [(row[0], row[1], row[2]) for row in await tx.execute(query)]


async def short_grants(tx: AsyncConnection, life: timedelta) -> tuple[int, int]:
    """Return how many grants Google ends within `life` of when they were given, and how many there are."""
    rows = (await tx.execute(sa.select(grant.c.granted_at, grant.c.ends_at))).all()
    return sum(row.ends_at is not None and row.ends_at - row.granted_at <= life for row in rows), len(rows)
