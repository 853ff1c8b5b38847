"""First syncs of one person, each way, over the bare writes that they come to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from statistics import median

from sync.store import accounts
from tests.bench import bare
from tests.bench.report import Case, seconds, watched
from tests.bench.stage import set_up

ROUNDS = 3
ROUND_TRIP = 0.05


async def google_to_odoo(events: int) -> AsyncIterator[str]:
    """Google to Odoo: pull, plan and batches of creates, over the creates alone."""
    case = Case("google_to_odoo_1000", 1.5)
    synced, created, cpu = [], [], []
    async with set_up() as stage:
        everybody = await stage.people(ROUNDS, in_google=events)
        others = await stage.people(ROUNDS, first=ROUNDS)
        for account_id, other_id in zip(everybody, others, strict=True):
            async with bare.recorded(stage.calsync.odoo, "create") as batches:
                with watched() as sync:
                    await stage.sync(account_id)
            async with stage.calsync.store.read() as tx:
                other = await accounts.get(tx, other_id)
            assert other is not None
            sent = [row for batch in batches for row in batch if "start" in row or "start_date" in row]
            assert len(sent) == events, "not every event was made by a create"
            rows = bare.for_another(sent, other.odoo_uid, other.odoo_partner_id)
            with watched() as creates:
                await bare.creates(stage.calsync, rows)
            synced.append(sync.wall)
            created.append(creates.wall)
            cpu.append(sync.cpu)
    yield case.line(median(s / c for s, c in zip(synced, created, strict=True)))
    yield f"{events} events: {seconds(synced)}, of it CPU {seconds(cpu)}; the creates alone {seconds(created)}"


async def odoo_to_google(events: int) -> AsyncIterator[str]:
    """Odoo to Google, each of Google's answers 50 ms late, over the inserts alone with 8 in flight."""
    case = Case("odoo_to_google_200_50ms", 2)
    synced, inserted, cpu = [], [], []
    async with set_up() as stage:
        everybody = await stage.people(ROUNDS, in_odoo=events)
        others = await stage.people(ROUNDS, first=ROUNDS)
        await stage.order("round_trip", seconds=ROUND_TRIP)
        for account_id, other_id in zip(everybody, others, strict=True):
            token = await stage.calsync.grants.access_token(other_id)
            async with bare.recorded(stage.calsync.google, "insert") as bodies:
                with watched() as sync:
                    await stage.sync(account_id)
            assert len(bodies) == events, "not every event was made by an insert"
            with watched() as inserts:
                await bare.inserts(stage.calsync.settings.google_api_url, token, bodies)
            synced.append(sync.wall)
            inserted.append(inserts.wall)
            cpu.append(sync.cpu)
    yield case.line(median(s / i for s, i in zip(synced, inserted, strict=True)))
    yield f"{events} events: {seconds(synced)}, of it CPU {seconds(cpu)}; the inserts alone {seconds(inserted)}"
