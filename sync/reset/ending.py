"""How a job ends: what it was to mean for the next sync takes effect, and what came of it is told."""

from __future__ import annotations

from collections import Counter

from sqlalchemy.ext.asyncio import AsyncConnection

from sync.holding import HELD_BACK
from sync.labels import read_label
from sync.ledger import Ledger
from sync.model import Side
from sync.reset.choice import Next
from sync.reset.report import Failure, Result, choice_of
from sync.store import accounts, cursors, jobs, left_alone, parked, removals, stocks
from sync.store.accounts import AccountState
from sync.store.jobs import CANCELLED, DONE, UNDO, Job
from sync.store.removals import Removed
from sync.store.removals import State as Step


async def end_reset(job: Job, ledger: Ledger, *, whole: bool) -> None:
    """End a reset: the choice for the next sync takes effect, unless it was cancelled (not `whole`)."""
    account_id, now = job.account_id, ledger.clock.now()
    async with ledger.store.write() as tx:
        mine = await removals.of_job(tx, job.id)
        if whole:
            await _next_sync(tx, job, ledger)
        else:
            await removals.stop(tx, "job_id", job.id, {Step.PLANNED: Step.KEPT})
            await left_alone.drop_of_job(tx, job.id)
        for one in mine:
            if one.state is Step.REMOVED:
                await parked.release(tx, account_id, Side.GOOGLE, one.google_id)
                await parked.release(tx, account_id, Side.ODOO, str(one.odoo_id))
        noted = whole and await _has_noted(tx, job)
        nothing = not noted and not any(one.state is Step.REMOVED for one in mine)
        state = DONE if whole else CANCELLED
        pending = job.google_pending and whole
        await jobs.update(tx, job.id, state=state, ended_at=now, undone=nothing, google_pending=pending)
        await _call(tx, ledger)


async def _next_sync(tx: AsyncConnection, job: Job, ledger: Ledger) -> None:
    account_id = job.account_id
    if job.next == Next.NEW and job.stock is not None:
        await stocks.take_effect(tx, account_id, job.id, job.stock)
        for one in await parked.of_account(tx, account_id):
            if one.reason == HELD_BACK:  # it asked about differences that stay now
                await parked.release(tx, account_id, one.side, one.item)
    else:
        await cursors.set_google(tx, account_id, None)
        await left_alone.drop_all(tx, account_id)
        await jobs.settle_google(tx, account_id)
        await parked.make_due(tx, account_id, ledger.clock.now())


async def _has_noted(tx: AsyncConnection, job: Job) -> bool:
    """Say whether a reset to "only new" has changed anything that an undo would change back."""
    if job.stock is None:
        return False
    return not stocks.is_empty(job.stock) or await left_alone.is_any_of(tx, job.id)


async def end_undo(job: Job, ledger: Ledger, *, whole: bool) -> None:
    """End an undo: all is compared anew, and what the reset left alone takes part again."""
    account_id, now = job.account_id, ledger.clock.now()
    async with ledger.store.write() as tx:
        await removals.stop(tx, "undo_id", job.id, {Step.WANTED: Step.REMOVED, Step.RESTORING: Step.HALF})
        undone = await jobs.get(tx, job.undo_of) if job.undo_of else None
        left = await removals.of_job(tx, undone.id, removals.AWAY) if undone else []
        if undone and whole:
            if undone.stock:
                await stocks.take_back(tx, account_id, undone.stock)
            await left_alone.drop_of_job(tx, undone.id)
            await jobs.update(tx, undone.id, undone=not left, stock=None, google_pending=False)
        await cursors.set_google(tx, account_id, None)
        await jobs.update(tx, job.id, state=DONE if whole else CANCELLED, ended_at=now)
        await _call(tx, ledger)


async def _call(tx: AsyncConnection, ledger: Ledger) -> None:
    """Let the account run next, if it can."""
    if ledger.account.state is AccountState.CONNECTED:
        await accounts.update(tx, ledger.account.id, next_run_at=ledger.clock.now())


async def result(tx: AsyncConnection, job: Job, ledger: Ledger) -> Result:
    """Return what an ended job came to."""
    undo = job.kind == UNDO
    mine = await (removals.of_undo if undo else removals.of_job)(tx, job.id)
    counts = Counter((one.state, one.side) for one in mine)
    return Result(
        job.id,
        job.kind,
        choice_of(job),
        DONE if job.state == DONE else CANCELLED,
        {side: counts[Step.REMOVED, side] for side in Side} if not undo else {},
        {side: counts[Step.RESTORED, side] for side in Side} if undo else {},
        [failure(one, ledger) for one in mine if one.code],
        None if undo or job.undone else job.until,
        sum(number for (state, _), number in counts.items() if state is Step.THERE),
        job.google_pending,
    )


def failure(one: Removed, ledger: Ledger, code: str = "") -> Failure:
    """Name an event that could not be dealt with."""
    return Failure(read_label(ledger.opened(one.label))[0], one.side, code or one.code)
