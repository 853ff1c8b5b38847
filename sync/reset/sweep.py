"""Lets go of what can be undone no longer: copies are erased, what a reset archived is deleted for good."""

from __future__ import annotations

from datetime import timedelta

import structlog

from sync.clock import Clock
from sync.errors import SyncError
from sync.odoo.bin import Bin
from sync.odoo.own import OwnSides
from sync.store import Store, accounts, identity, jobs, links, removals

LOT = 200
GRACE = timedelta(minutes=1)
"""A row that was changed later than this after we archived it is somebody's business again."""

log = structlog.get_logger()


async def sweep(store: Store, sides: OwnSides, clock: Clock) -> None:
    """Erase first, and whatever Odoo says; rows that it does not delete today are tried again tomorrow.

    A row is deleted only if a reset archived it, nobody has given it back, and nobody has touched it since.
    That a private one was not touched, only its person's own key shows.
    """
    over: dict[int, list[int]] = {}
    async with store.write() as tx:
        for job in await jobs.over(tx, clock.now()):
            over.setdefault(job.account_id, []).append(job.id)
        await removals.erase_texts(tx, [one for some in over.values() for one in some])
    for account_id, job_ids in over.items():
        async with store.read() as tx:
            account = await accounts.get(tx, account_id)
        try:
            side = await sides.of(account) if account else sides.shared
            await _sweep(store, side.bin, job_ids)
        except SyncError as error:
            log.warning("sweep_of_odoo_failed", code=error.code)


async def _sweep(store: Store, bin_: Bin, over: list[int]) -> None:
    async with store.read() as tx:
        rows = await removals.rows_to_unlink(tx, over)
        linked = {odoo_id for _, odoo_id in await links.owners(tx, rows)}
    lying = await bin_.look(rows.keys() - linked) if rows else {}
    ours = [key for key, row in lying.items() if row.archived and row.changed_at <= rows[key] + GRACE]
    for start in range(0, len(ours), LOT):
        some = ours[start : start + LOT]
        async with store.write() as tx:
            # Remembered rows that are gone all at once would look like an old copy of the database.
            await identity.forget(tx, some)
        await bin_.empty(some)
    async with store.write() as tx:
        for job_id in over:
            await jobs.delete(tx, job_id)
