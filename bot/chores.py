"""What is done again and again beside the timer: each chore by itself, so that none waits for another."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog

from sync.clock import Clock

log = structlog.get_logger()


@dataclasses.dataclass(frozen=True)
class Chore:
    """Something to do at once and then at an interval."""

    name: str
    every: timedelta
    do: Callable[[], Awaitable[object]]


async def keep_up(clock: Clock, chores: Sequence[Chore]) -> None:
    """Keep all chores going until cancelled; one that breaks is logged and tried again in its turn."""
    async with asyncio.TaskGroup() as group:
        for chore in chores:
            group.create_task(_repeat(clock, chore), name=f"chore {chore.name}")


async def _repeat(clock: Clock, chore: Chore) -> None:
    never = asyncio.Event()
    while True:
        try:
            await chore.do()
        except Exception:
            log.exception("chore_broke", chore=chore.name)
        await clock.wait(never, chore.every.total_seconds())
