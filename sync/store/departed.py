"""Deleting everything, a month after the app was uninstalled."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store import switches
from sync.store.alert_tables import switch
from sync.store.tables import metadata, secret

KEPT = timedelta(days=30)
STAYS = (switch, secret)
"""What says nothing of anybody: that we are uninstalled, and the key of hashes that the process holds."""


async def purge(tx: AsyncConnection, now: datetime) -> bool:
    """Delete all data if the app has been uninstalled for a month; say whether it was time."""
    gone = await switches.get(tx, switches.UNINSTALLED)
    if gone is None or now - gone.since < KEPT:
        return False
    for table in reversed(metadata.sorted_tables):
        if table not in STAYS:
            await tx.execute(sa.delete(table))
    return True
