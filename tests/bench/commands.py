"""Commands of many people while everybody's first sync is under way: how soon Slack has each ack."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from statistics import median

from tests.bench.report import Case
from tests.bench.stage import SetUp


async def commands(set_up: SetUp, accounts: int, people: int, within: float) -> AsyncIterator[str]:
    """The slowest ack, in seconds: Slack shows an error after three, and people notice one.

    The commands come evenly spread `within` so many seconds of real time.
    """
    async with set_up() as stage:
        made = await stage.people(accounts, in_google=3)
        serving = asyncio.create_task(stage.calsync.timer.serve())
        try:
            members = [account.slack_user_id for account in made[:people]]
            told = await stage.order("commands", members=members, line="/calsync status", seconds=within)
        finally:
            serving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await serving
        synced = (await stage.order("calls"))["google"].get("calendar.events.list", 0)
    acks, lost = sorted(one["seconds"] for one in told), sum(not one["answered"] for one in told)
    yield Case("slack_ack_seconds", 1).line(acks[-1])
    yield Case("slack_commands_lost", 0).line(lost)
    yield f"{people} commands in {within:g} s; {synced} of {accounts} accounts began their first sync"
    yield f"acks: median {1000 * median(acks):.0f} ms, slowest {1000 * acks[-1]:.0f} ms"
