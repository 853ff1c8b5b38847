"""Switches for the whole installation: since when one is on, and by whom. They survive a restart."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store.alert_tables import switch

PAUSED = "paused"
"""An administrator has paused all syncs."""
UNINSTALLED = "uninstalled"
"""The app was taken out of the workspace: nothing is synced, and after a month everything is deleted."""
STOPPING = (UNINSTALLED, PAUSED)
"""Switches that let no account run, the graver one first."""
DIGEST = "digest"
"""When the administrators were last told of small problems."""


@dataclasses.dataclass(frozen=True)
class Switch:
    """A switch that is on: since when (aware UTC), and which Slack user turned it (empty: nobody)."""

    name: str
    since: datetime
    by: str


async def turn_on(tx: AsyncConnection, name: str, now: datetime, by: str = "") -> bool:
    """Turn a switch on; false when it is on already, which leaves it as it is."""
    if await get(tx, name):
        return False
    await tx.execute(sa.insert(switch).values(name=name, since=now, by=by))
    return True


async def turn_off(tx: AsyncConnection, name: str) -> bool:
    """Turn a switch off; false when it is off already."""
    return (await tx.execute(sa.delete(switch).filter_by(name=name))).rowcount == 1


async def get(tx: AsyncConnection, name: str) -> Switch | None:
    """Return a switch, or None when it is off."""
    row = (await tx.execute(sa.select(switch).filter_by(name=name))).one_or_none()
    return Switch(**row._mapping) if row else None


async def stopping(tx: AsyncConnection) -> str | None:
    """Return the name of what lets no account run now, or None."""
    query = sa.select(switch.c.name).where(switch.c.name.in_(STOPPING))
    on = set((await tx.execute(query)).scalars())
    return next((name for name in STOPPING if name in on), None)
