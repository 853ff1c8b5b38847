"""What can be undone, what an undo would give back, and writing it down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync.errors import NeedsReconnect, Rejected
from sync.labels import read_label
from sync.ledger import Ledger
from sync.model import Side, moment
from sync.odoo.side import OdooSide
from sync.reset.ending import failure
from sync.reset.report import Failure, Undoable, UndoPreview, choice_of
from sync.reset.scope import EXAMPLES, Named
from sync.store import jobs, links, removals
from sync.store.accounts import AccountState
from sync.store.jobs import UNDO, Job
from sync.store.removals import Removed


@dataclass(frozen=True)
class Undos:
    """The undos of one account."""

    ledger: Ledger
    odoo: OdooSide

    async def undoable(self) -> list[Undoable]:
        """Return what can be undone, newest first."""
        async with self.ledger.store.read() as tx:
            found = await jobs.to_undo(tx, self.ledger.account.id, self.ledger.clock.now())
            listed = [(job, await removals.of_job(tx, job.id, removals.AWAY)) for job in found]
        return [self._undoable(job, mine) for job, mine in listed if mine or job.stock]

    async def preview(self, undo_id: int) -> UndoPreview:
        """Return what an undo would give back; Odoo is asked what is there yet.

        Raises:
            Rejected: it cannot be undone any more.
        """
        job, mine = await self._wanted(undo_id)
        rows = {row for one in mine if one.side is Side.ODOO for row in one.rows}
        lying = await self.odoo.bin.look(rows) if rows else {}
        linked = await self._linked(mine)
        restorable, there, lost = dict.fromkeys(Side, 0), 0, list[Failure]()
        for one in mine:
            if one.side is Side.GOOGLE and not self._is_same_calendar(job):
                lost.append(failure(one, self.ledger, "other_google_account"))
            elif one.pair in linked:
                there += 1
            elif one.side is Side.ODOO and lying.keys().isdisjoint(one.rows):
                lost.append(failure(one, self.ledger, "odoo_deleted"))
            elif one.side is Side.ODOO and not any(lying[row].archived for row in one.rows if row in lying):
                there += 1
            else:
                restorable[one.side] += 1
        return UndoPreview(self._undoable(job, mine), restorable, there, lost, self._trouble)

    async def write_down(self, undo_id: int, *, by: str) -> int:
        """Record an undo and return its job's id.

        Raises:
            Rejected: it cannot be undone any more. NeedsReconnect: Google would have to be written to.
        """
        job, mine = await self._wanted(undo_id)
        in_google = any(one.side is Side.GOOGLE for one in mine)
        if self._trouble and in_google and self._is_same_calendar(job):
            raise NeedsReconnect(self._trouble)
        account, now = self.ledger.account, self.ledger.clock.now()
        undo = Job(
            0,
            account.id,
            UNDO,
            by,
            now,
            job.existing,
            job.next,
            run=self.ledger.run,
            google_sub=job.google_sub,
            undo_of=job.id,
            total=len(mine),
        )
        async with self.ledger.store.write() as tx:
            undo_job = await jobs.add(tx, undo)
            await removals.want(tx, job.id, undo_job)
        return undo_job

    @property
    def _trouble(self) -> str:
        account = self.ledger.account
        if account.state is AccountState.CONNECTED:
            return ""
        return account.trouble or "not_connected"

    def _is_same_calendar(self, job: Job) -> bool:
        return job.google_sub is None or job.google_sub == self.ledger.account.google_sub

    async def _wanted(self, undo_id: int) -> tuple[Job, list[Removed]]:
        async with self.ledger.store.read() as tx:
            found = await jobs.to_undo(tx, self.ledger.account.id, self.ledger.clock.now())
            job = next((one for one in found if one.id == undo_id), None)
            mine = await removals.of_job(tx, job.id, removals.AWAY) if job else []
        if job is None or not (mine or job.stock):
            raise Rejected("nothing_to_undo")
        return job, mine

    async def _linked(self, mine: Sequence[Removed]) -> set[tuple[str, int]]:
        """Return those of the events that the sync has brought back meanwhile."""
        async with self.ledger.store.read() as tx:
            held = await links.of_account(
                tx,
                self.ledger.account.id,
                google_ids={one.google_id for one in mine},
                odoo_ids={one.odoo_id for one in mine},
            )
        google_ids, odoo_ids = {one.google_id for one in held}, {one.odoo_id for one in held}
        return {one.pair for one in mine if one.google_id in google_ids or one.odoo_id in odoo_ids}

    def _undoable(self, job: Job, mine: Sequence[Removed]) -> Undoable:
        named = {one.pair: Named(*read_label(self.ledger.opened(one.label))) for one in mine}
        return Undoable(
            job.id,
            job.created_at,
            job.kind,
            choice_of(job),
            {side: sum(one.side is side for one in mine) for side in Side},
            job.by,
            sorted(named.values(), key=_soonest)[:EXAMPLES],
            job.until,
        )


def _soonest(one: Named) -> tuple[bool, float]:
    return one.start is None, moment(one.start).timestamp() if one.start else 0.0
