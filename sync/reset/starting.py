"""Writes down what a reset is to do, from a look at both sides, before anything is done."""

from __future__ import annotations

from collections.abc import Iterable

from sync.ledger import Ledger
from sync.left_alone import LeftAlone
from sync.model import Side
from sync.odoo.side import OdooSide
from sync.preparing import as_first_seen
from sync.reset.choice import Choice, Next
from sync.reset.scope import Target, scope
from sync.reset.survey import Survey
from sync.stock import Stock, survivors, take_stock
from sync.store import jobs, left_alone, removals, stocks
from sync.store.jobs import Job
from sync.store.removals import Removed
from sync.store.removals import State as Step


async def write_down(
    ledger: Ledger, odoo: OdooSide, found: Survey, choice: Choice, *, by: str, reason: str
) -> int:
    """Record a reset with all its removals, and what stands on both sides now; return the job's id.

    Nothing of it is in force before the job is done.
    """
    targets = scope(found.cases, choice, found.parked).targets
    planned = [one for target in targets for one in _removals(target, ledger)]
    new, stock = choice.next is Next.NEW, Stock()
    if new:
        # Google's side is taken at the first sync after reconnecting, if it cannot be asked now.
        stock = take_stock(found.cases, frozenset({Side.ODOO}) if found.trouble else frozenset(Side))
    job = Job(
        0,
        ledger.account.id,
        jobs.RESET,
        by,
        ledger.clock.now(),
        choice.existing,
        choice.next,
        reason,
        run=ledger.run,
        google_sub=ledger.account.google_sub,
        total=len(planned),
        stock=stocks.kept(stock, found.cursor, found.marks.values()) if new else None,
        google_pending=new and bool(found.trouble),
    )
    alone = await as_first_seen([*stock.alone, *_left(targets)], odoo, ledger) if new else []
    async with ledger.store.write() as tx:
        job_id = await jobs.add(tx, job)
        await removals.add(tx, (_of(job_id, one) for one in planned))
        await left_alone.note(tx, ledger.account.id, job_id, alone)
    return job_id


def _removals(target: Target, ledger: Ledger) -> list[Removed]:
    """Return the removals of one event: Google first, whose guests' copies then go with it."""
    case = target.case
    label = case.google.label or case.odoo.label
    return [
        Removed(
            0,
            0,
            side,
            case.google_id,
            case.odoo_id,
            Step.PLANNED,
            ledger.seal(label),
            version=case.google.version if side is Side.GOOGLE else "",
            link=target.link,
            snapshot=ledger.seal_event(case.google) if side is Side.GOOGLE else None,
        )
        for side in Side
        if side in target.sides
    ]


def _of(job_id: int, one: Removed) -> Removed:
    return Removed(**{**vars(one), "job_id": job_id})


def _left(targets: Iterable[Target]) -> list[LeftAlone]:
    return [one for target in targets for one in survivors(target.case, target.sides)]
