"""A database that was set back to a backup: what it takes for being under way is long over."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
import structlog

from sync.store import Store, jobs, switches
from sync.store.alert_tables import postponed
from sync.store.intents import KEEP
from sync.store.job_tables import job
from sync.store.tables import account, google_cursor, intent

COPIED = "copied"
"""The switch that a copy carries, with the moment of the copy; a database in use never has it."""
DOUBT = "doubt"
"""What accounts do with deletions until a run has gone well: all of them wait for the person's word."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

log = structlog.get_logger()


async def settle(store: Store, now: datetime) -> bool:
    """Make a copy the database that goes on; false, with nothing changed, if it is none.

    Links and bases stay: whatever was synced since then is the same on both sides, which is seen at once.
    But jobs stop where they are: they were finished since, and may have been undone. What single occurrences
    were while a change of their series was on its way is forgotten, or it would overwrite later edits.
    Messages that were due are not sent again. And everything is compared anew: an event that a side lacks may
    have been deleted there by a person, or by a reset of which the copy knows nothing.
    """
    async with store.write() as tx:
        made = await switches.get(tx, COPIED)
        if made is None:
            return False
        await switches.turn_off(tx, COPIED)
        await tx.execute(sa.update(job).where(job.c.state == jobs.WORKING).values(state=jobs.CANCELLING))
        await tx.execute(sa.delete(intent).filter_by(action=KEEP))
        await tx.execute(sa.delete(postponed).where(postponed.c.due_at <= now))
        await tx.execute(sa.update(account).values(deletions=DOUBT))
        await tx.execute(sa.update(google_cursor).values(listed_at=LONG_AGO))
    log.warning("database_restored", copied_at=made.since.isoformat())
    return True


async def declare(store: Store, now: datetime) -> None:
    """Say of a database that it was set back by other means than a copy of ours, such as pg_restore."""
    async with store.write() as tx:
        await switches.turn_on(tx, COPIED, now)
