"""Serving until the process is asked to stop: what `calsync run` does."""

from __future__ import annotations

import asyncio

import structlog

from bot import doctor
from bot.app import Calsync
from bot.garbage import settle_down
from bot.settings import Settings

log = structlog.get_logger()


async def run_until(settings: Settings, stop: asyncio.Event) -> None:
    """Run calsync until `stop` is set.

    Raises:
        Misconfigured: it cannot start as it is set up.
    """
    # Starting can be stopped, too: it waits for servers that may hang.
    serving, stopping = asyncio.create_task(_serve(settings)), asyncio.create_task(stop.wait())
    await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
    if not serving.done():
        log.info("stopping")
    for task in (serving, stopping):
        task.cancel()
    results = await asyncio.gather(serving, stopping, return_exceptions=True)
    if isinstance(results[0], Exception):
        raise results[0]


async def _serve(settings: Settings) -> None:
    async with Calsync(settings) as calsync:
        ground = doctor.Ground(
            *(settings, calsync.slack, calsync.odoo, calsync.store, calsync.clock), serving=True
        )
        await doctor.refuse(ground)
        settle_down()
        looking = asyncio.create_task(doctor.warn_of(ground))
        try:
            await calsync.serve()
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
