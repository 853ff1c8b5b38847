"""A reset of two thousand events keeps to Google's quota and tells how far it is."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sync.google.limits import Limits, Quota
from sync.model import Side
from sync.reset.report import Progress
from sync.reset.work import Worker
from sync.store import Store, jobs, removals
from sync.store.jobs import RESET, Job
from sync.store.removals import Removed, State
from sync.vault import Vault
from tests.doubles.google import GoogleDouble
from tests.scenarios.line import Together
from tests.unit.rows import add_account

NUMBER, A_MINUTE = 2000, 570


class Deletes:
    """Spends what a delete costs."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    async def carry_out(self, one: Removed) -> None:
        """Wait for the quota."""
        await self.limits.spend(1, 1, write=True)

    async def give_up(self, one: Removed, code: str) -> bool:
        """Nothing fails here."""
        raise AssertionError(code)


async def test_two_thousand_events_take_four_minutes_and_tell_each_step(tmp_path: Path) -> None:
    clock = Together(GoogleDouble())
    clock.stop(clock.now())
    store = Store(f"sqlite+aiosqlite:///{tmp_path / 'calsync.db'}", Vault([b"v" * 32]))
    await store.migrate()
    account = await add_account(store)
    async with store.write() as tx:
        job = await jobs.add(tx, Job(0, account, RESET, "U1", clock.now(), total=NUMBER))
        new = (Removed(0, job, Side.GOOGLE, f"g{n}", n + 1, State.PLANNED, None) for n in range(NUMBER))
        await removals.add(tx, new)
        items = await removals.of_job(tx, job)
    began, steps = clock.monotonic(), list[Progress]()

    async def tell(progress: Progress) -> None:
        steps.append(progress)

    deletes = Deletes(Limits(clock, Quota(A_MINUTE)))
    worker = Worker(store, clock, job, deletes, tell, NUMBER, asyncio.Event(), lambda: False)
    assert await worker.run(items)
    await store.close()
    assert steps == [Progress(n, NUMBER, 0) for n in range(1, NUMBER + 1)]
    assert 3 * 60 <= clock.monotonic() - began <= 4 * 60
