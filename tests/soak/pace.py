"""Moving all clocks on step by step, each time until calsync has done what was due."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.chores import keep_up
from tests.bench.stage import Stage, set_up

PATIENCE = 2.0
"""Real seconds after which runs that are still under way are taken to wait for the clock."""
NUDGE = 5.0
"""Seconds that the clocks are moved on for them."""


@asynccontextmanager
async def working(doubles: str) -> AsyncIterator[Stage]:
    """Give a stage on which calsync is at work, timer and chores, whenever the clock is moved."""
    async with set_up(doubles) as stage:
        calsync = stage.calsync
        serving = [
            asyncio.create_task(calsync.timer.serve(), name="timer"),
            asyncio.create_task(keep_up(stage.clock, calsync._chores()), name="chores"),
        ]
        try:
            yield stage
        finally:
            for task in serving:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*serving)


async def step(stage: Stage, seconds: float) -> float:
    """Move all clocks on, and return once nothing is left to do; returns by how much they were moved."""
    moved = seconds
    await stage.advance(seconds)
    while not await _at_rest(stage):
        await stage.advance(NUDGE)
        moved += NUDGE
    return moved


async def _at_rest(stage: Stage) -> bool:
    """Wait until the timer waits with no run under way; false if there are runs that wait for the clock."""
    timer = stage.calsync.timer
    while True:
        await stage.clock.awaited_by(timer._called)
        running = timer._running
        if not running:
            return True
        done, _ = await asyncio.wait(set(running.values()), timeout=PATIENCE)
        if not done:
            return False
