"""Takes one event off one side so that it can be given back, and records each step before it is made."""

from __future__ import annotations

import dataclasses

from sqlalchemy.ext.asyncio import AsyncConnection

from sync.errors import Rejected, RetryLater, Stale, SyncError
from sync.google.side import GoogleSide
from sync.ledger import Ledger
from sync.model import Side
from sync.odoo.side import OdooSide
from sync.plan import Case
from sync.seen import Seen, State
from sync.store import history, links, removals
from sync.store.removals import Removed
from sync.store.removals import State as Step

TRIES = 4


@dataclasses.dataclass(frozen=True)
class Remover:
    """Carries out the removals of one reset.

    The link ends before the call is sent: were it there while the event is gone already, a colleague's run
    would take the disappearance of his own copy for his wish, and decline.
    """

    google: GoogleSide
    odoo: OdooSide
    ledger: Ledger

    async def carry_out(self, one: Removed) -> None:
        """Remove; an event that is gone is no error.

        Raises:
            SyncError: it could not be removed now, or at all.
        """
        if one.side is Side.GOOGLE:
            await self._from_google(one)
        else:
            await self._from_odoo(one)

    async def give_up(self, one: Removed, code: str) -> bool:
        """Leave an event where it is, with its link if nothing was taken off the other side.

        A call that seemed to fail may have taken it away all the same. With its link back, the next run would
        take that for the person's own deletion, and delete on the other side, too. So without a look that
        finds it there, its link stays ended.

        Returns:
            Whether it is left; False when it turned out to be gone.
        """
        async with self.ledger.store.read() as tx:
            one = await removals.get(tx, one.id) or one
        there = await self._is_there(one)
        if there is False:
            await self._settle(one)
            return False
        async with self.ledger.store.write() as tx:
            await removals.update(tx, [one.id], state=Step.KEPT, code=code)
            siblings = await removals.of_job(tx, one.job_id, [Step.REMOVED])
            if there and one.link and all(other.pair != one.pair for other in siblings):
                await links.add(tx, self.ledger.account.id, [one.link])
        return True

    async def _is_there(self, one: Removed) -> bool | None:
        """Say whether an event is there still; None when that cannot be asked now."""
        if one.state is not Step.REMOVING:
            return True  # nothing was sent
        try:
            if one.side is Side.GOOGLE:
                seen = await self.google.fetch(self.ledger.account.id, one.google_id)
                return seen.state is not State.GONE
            lying = await self.odoo.bin.look(one.rows)
        except SyncError:
            return None
        return any(not row.archived for row in lying.values())

    async def _from_google(self, one: Removed) -> None:
        begun = one.state is Step.REMOVING
        for _ in range(TRIES):
            if one.snapshot is None:
                seen = await self._look(one)
                if seen is None:
                    await self._settle(one, removed=begun)
                    return
                one = self._with_snapshot(one, seen)
            await self._begin(one)
            begun = True
            try:
                await self.google.delete(self.ledger.account.id, one.google_id, one.version)
            except Stale:
                # Somebody edited it since the look: the newest state is what can be given back.
                one = dataclasses.replace(one, snapshot=None)
            else:
                await self._settle(one)
                return
        raise RetryLater("google_trouble", "changed again and again")

    async def _look(self, one: Removed) -> Seen | None:
        seen = await self.google.fetch(self.ledger.account.id, one.google_id)
        if seen.state is State.GONE:
            return None
        if seen.event is None:
            raise Rejected(seen.reason)
        if seen.event.organizer:
            raise Rejected("not_own")
        return seen

    def _with_snapshot(self, one: Removed, seen: Seen) -> Removed:
        label, snapshot = self.ledger.seal(seen.label), self.ledger.seal_event(seen)
        return dataclasses.replace(one, version=seen.version, label=label, snapshot=snapshot)

    async def _from_odoo(self, one: Removed) -> None:
        rows = sorted({*one.rows, *await self.odoo.bin.rows_of(one.odoo_id)})
        if not rows:
            await self._settle(one, removed=False)
            return
        one = dataclasses.replace(one, rows=rows)
        await self._begin(one)
        await self.odoo.bin.put(rows)
        await self._settle(one)

    async def _begin(self, one: Removed) -> None:
        async with self.ledger.store.write() as tx:
            kept = {"version": one.version, "label": one.label, "snapshot": one.snapshot, "rows": one.rows}
            await removals.update(tx, [one.id], state=Step.REMOVING, **kept)
            await self._end_link(tx, one)

    async def _settle(self, one: Removed, *, removed: bool = True) -> None:
        async with self.ledger.store.write() as tx:
            await self._end_link(tx, one)
            # Gone before we came: nothing of ours to give back.
            state, at = (Step.REMOVED, self.ledger.clock.now()) if removed else (Step.LOST, None)
            await removals.update(tx, [one.id], state=state, code="", removed_at=at)
            if removed:
                entry = self.ledger.entry(one.side, "delete", "reset", case_of(one, self.ledger))
                await history.add(tx, self.ledger.account.id, [entry])

    async def _end_link(self, tx: AsyncConnection, one: Removed) -> None:
        held = await links.of_account(tx, self.ledger.account.id, google_ids=[one.google_id])
        for link in held:
            await links.end(tx, link.id)


def case_of(one: Removed, ledger: Ledger) -> Case:
    """Return a removal as the history takes it, with its name."""
    seen = Seen(State.GONE, label=ledger.opened(one.label))
    return Case(one.google_id, one.odoo_id, seen, seen)
