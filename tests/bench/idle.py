"""Many people whose calendars nobody touches: calls, CPU and memory for each of them."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median

from tests.bench.report import Case, Watch, watched
from tests.bench.stage import SetUp, Stage

TURNS = 3


@contextlib.asynccontextmanager
async def _ticking(set_up: SetUp) -> AsyncIterator[Stage]:
    """Give a stage whose timer goes, at the pace of the settings, whenever the clock is moved."""
    async with set_up() as stage:
        serving = asyncio.create_task(stage.calsync.timer.serve())
        try:
            await stage.settled()
            yield stage
        finally:
            serving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await serving


async def _turn(stage: Stage) -> int:
    """Let one interval pass, poll by poll, and return the number of polls."""
    settings = stage.calsync.settings
    polls = settings.sync_interval // settings.odoo_interval
    for _ in range(polls):
        await stage.advance(settings.odoo_interval)
        await stage.settled()
    return polls


async def calls_and_cpu(set_up: SetUp, number: int) -> AsyncIterator[str]:
    """What an account costs in an interval in which nothing happens."""
    spent: list[Watch] = []
    async with _ticking(set_up) as stage:
        await stage.people(number, in_google=1)
        await _turn(stage)
        await _turn(stage)
        await stage.order("calls")
        polls = 0
        for _ in range(TURNS):
            with watched() as watch:
                polls += await _turn(stage)
            spent.append(watch)
        calls = await stage.order("calls")
    google, odoo = sum(calls["google"].values()), sum(calls["odoo"].values())
    own = odoo - 2 * polls
    yield Case("idle_calls_per_account", 1).line((google + own) / number / TURNS)
    yield f"{number} accounts, {TURNS} quiet intervals: Google {calls['google']}, Odoo {calls['odoo']}"
    yield f"in {polls} polls, so {own} calls of Odoo of the accounts' own"
    yield Case("idle_cpu_ms", 2).line(median(1000 * watch.cpu / number for watch in spent))
    yield "CPU of each interval: " + ", ".join(f"{watch.cpu:.2f} s of {watch.wall:.2f} s" for watch in spent)


async def memory(set_up: SetUp, few: int, more: int) -> AsyncIterator[str]:
    """What an account adds to the resident set after a quiet run."""
    async with _ticking(set_up) as stage:
        sizes = []
        # Both times with as many events in all: what a poll of so many rows takes is no account's own.
        for number, events in ((few, more // few), (more, 1)):
            await stage.people(number, in_google=events)
            for _ in range(2):
                await _turn(stage)
            gc.collect()
            sizes.append(_resident())
    yield Case("memory_kb_per_account", 20).line((sizes[1] - sizes[0]) / 1024 / more)
    in_mb = [f"{size / 2**20:.1f} MB" for size in sizes]
    yield f"{in_mb[0]} with {few} accounts, {in_mb[1]} with {few + more}"


def _resident() -> int:
    """Return the bytes of this process that are in memory (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
