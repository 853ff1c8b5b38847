"""Most accounts have no news most of the time: they are listed, found quiet, and noted as synced in lots."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from sync.clock import Clock
from sync.errors import SyncError
from sync.google.side import GoogleSide
from sync.slots import Slots
from sync.store import Store, quiet
from sync.store.cursors import GoogleCursor

log = structlog.get_logger()


@dataclasses.dataclass(frozen=True)
class Sieve:
    """Tells accounts that need a run from those that have nothing new, at a fraction of a run's cost.

    A quiet account costs its listing; what is read and written of it is shared by the whole lot. It never
    decides about an event: whatever is not plainly quiet, an error too, is left to a run.
    """

    store: Store
    google: GoogleSide
    clock: Clock
    slots: Slots
    fresh_for: timedelta
    """How long after a full listing a sync token is good enough."""

    async def sift(
        self, lot: Sequence[int], interval: timedelta, needs_run: Callable[[int], None]
    ) -> list[int]:
        """Call `needs_run` for each account of the lot that does, as soon as that is known.

        Returns:
            The others: they were listed, had nothing new, and are noted as synced.
        """
        async with self.store.read() as tx:
            candidates = await quiet.nothing_waits(tx, lot, self.clock.now())
        candidates = {key: cursor for key, cursor in candidates.items() if self._is_fresh(cursor)}
        tokens: dict[int, str] = {}

        async def look(account_id: int) -> None:
            cursor = candidates.get(account_id)
            token = await self._listed(account_id, cursor) if cursor else None
            if token:
                tokens[account_id] = token
            else:
                needs_run(account_id)

        await asyncio.gather(*map(look, lot))
        if tokens:
            now = self.clock.now()
            async with self.store.write() as tx:
                await quiet.note(tx, candidates, tokens, now, now + interval)
        return list(tokens)

    def _is_fresh(self, cursor: GoogleCursor) -> bool:
        age = self.clock.now() - cursor.listed_at
        return cursor.fingerprint == self.google.fingerprint and age < self.fresh_for

    async def _listed(self, account_id: int, cursor: GoogleCursor) -> str | None:
        """Return the next sync token, or None when there is any news."""
        async with self.slots.taken():
            try:
                pull = await self.google.pull(account_id, cursor.token)
            except SyncError:
                return None  # the run will meet it, too, and deal with it
            except Exception:
                log.exception("listing_broke", account=account_id)
                return None
        return None if pull.seen or pull.full else pull.token
