"""First syncs of one person, each way, over the bare writes that they come to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from statistics import median

from sync.store.accounts import Account
from tests.bench import bare
from tests.bench.report import Case, Watch, side_by_side, watched
from tests.bench.stage import SetUp, Stage

ROUNDS = 3
ROUND_TRIP = 0.05


async def google_to_odoo(set_up: SetUp, events: int) -> AsyncIterator[str]:
    """Google to Odoo: pull, plan and batches of creates, over the creates alone.

    Odoo takes as long as a real one; how long calsync takes by itself is told beside it.
    """
    case = Case("google_to_odoo_1000", 1.5)
    async with set_up() as stage:
        everybody = await stage.people(ROUNDS + 1, in_google=events)
        others = await stage.people(ROUNDS + 1)
        pairs = list(zip(everybody, others, strict=True))
        await stage.order("pace", round_trip=0, real_odoo=True)
        found = [await _creates(stage, *pair, events) for pair in pairs[:-1]]
        await stage.order("pace", round_trip=0, real_odoo=False)
        fast = await _creates(stage, *pairs[-1], events)
    yield case.line(median(sync.wall / alone.wall for sync, alone in found))
    yield f"{events} events: {side_by_side(found, 'creates')}"
    yield f"with an Odoo that takes no time: {side_by_side([fast], 'creates')}"


async def _creates(stage: Stage, account: Account, other: Account, events: int) -> tuple[Watch, Watch]:
    async with bare.recorded(stage.calsync.odoo, "create") as batches:
        with watched() as sync:
            await stage.sync(account)
    sent = [row for batch in batches for row in batch if "start" in row]
    assert len(sent) == events, "not every event was made by a create"
    rows = bare.for_another(sent, other.odoo_uid, other.odoo_partner_id)
    with watched() as alone:
        await bare.creates(stage.calsync, rows)
    return sync, alone


async def odoo_to_google(set_up: SetUp, events: int) -> AsyncIterator[str]:
    """Odoo to Google, each of Google's answers 50 ms late, over the inserts alone with 8 in flight."""
    case = Case("odoo_to_google_200_50ms", 2)
    async with set_up() as stage:
        everybody = await stage.people(ROUNDS, in_odoo=events)
        others = await stage.people(ROUNDS)
        await stage.order("pace", round_trip=ROUND_TRIP, real_odoo=True)
        found = [await _inserts(stage, *pair, events) for pair in zip(everybody, others, strict=True)]
        await stage.order("pace", round_trip=0, real_odoo=False)
    yield case.line(median(sync.wall / alone.wall for sync, alone in found))
    yield f"{events} events: {side_by_side(found, 'inserts')}"


async def _inserts(stage: Stage, account: Account, other: Account, events: int) -> tuple[Watch, Watch]:
    token = await stage.calsync.grants.access_token(other.id)
    async with bare.recorded(stage.calsync.google, "insert") as bodies:
        with watched() as sync:
            await stage.sync(account)
    assert len(bodies) == events, "not every event was made by an insert"
    with watched() as alone:
        await bare.inserts(stage.calsync.settings.google_api_url, token, bodies)
    return sync, alone
