"""Lets go of what can be undone no longer: copies are erased, what a reset archived is deleted for good."""

from __future__ import annotations

from datetime import timedelta

import structlog

from sync.clock import Clock
from sync.errors import SyncError
from sync.odoo.bin import Bin
from sync.store import Store, identity, jobs, links, removals

LOT = 200
GRACE = timedelta(minutes=1)
"""A row that was changed later than this after we archived it is somebody's business again."""

log = structlog.get_logger()


async def sweep(store: Store, bin_: Bin, clock: Clock) -> None:
    """Erase first, and whatever Odoo says; rows that it does not delete today are tried again tomorrow.

    A row is deleted only if a reset archived it, nobody has given it back, and nobody has touched it since.
    """
    async with store.write() as tx:
        over = [job.id for job in await jobs.over(tx, clock.now())]
        await removals.erase_texts(tx, over)
        rows = await removals.rows_to_unlink(tx, over)
        linked = {odoo_id for _, odoo_id in await links.owners(tx, rows)}
    try:
        lying = await bin_.look(rows.keys() - linked) if rows else {}
        ours = [key for key, row in lying.items() if row.archived and row.changed_at <= rows[key] + GRACE]
        for start in range(0, len(ours), LOT):
            some = ours[start : start + LOT]
            async with store.write() as tx:
                # Remembered rows that are gone all at once would look like an old copy of the database.
                await identity.forget(tx, some)
            await bin_.empty(some)
    except SyncError as error:
        log.warning("sweep_of_odoo_failed", code=error.code)
        return
    async with store.write() as tx:
        for job_id in over:
            await jobs.delete(tx, job_id)
