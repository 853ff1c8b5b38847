"""Whether there is room left for calsync's own database, and whether it works."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import structlog

from bot.alerts import Alerts
from bot.alerts.kinds import ALMOST_FULL, DISK, STORE
from sync.store import Store
from sync.store.sole import file_of

log = structlog.get_logger()

ENOUGH = 512 * 2**20
"""Bytes that must stay free: room for SQLite's log beside the file, and days of time to act."""


def folder_of(database_url: str) -> Path | None:
    """Return where an SQLite file lies; None for other databases, whose disks are their servers'."""
    file = file_of(database_url)
    return file.absolute().parent if file else None


def is_short(free: int, total: int) -> bool:
    """Say whether so few bytes are left that somebody should make room."""
    return free < min(ENOUGH, total // 10)


class Disk:
    """Watches the disk that an SQLite file lies on; a PostgreSQL server watches its own."""

    def __init__(self, database_url: str, alerts: Alerts) -> None:
        self._folder = folder_of(database_url)
        self._alerts = alerts

    async def usage(self) -> tuple[int, int] | None:
        """Return the bytes of the disk and those that are free; None where there is no file to watch."""
        if self._folder is None:
            return None
        usage = await asyncio.to_thread(shutil.disk_usage, self._folder)
        return usage.total, usage.free

    async def look(self) -> None:
        """Tell when room gets short, and when there is enough again."""
        usage = await self.usage()
        if usage is None:
            return
        total, free = usage
        if is_short(free, total):
            await self._alerts.report(ALMOST_FULL)
        else:
            await self._alerts.over(DISK)


class Keeper:
    """Looks after the database once it has failed; meanwhile nothing runs that could not be noted.

    `wake` is called when it works again. What passes by itself, such as another program's lock of some
    seconds, is no alert.
    """

    def __init__(self, store: Store, alerts: Alerts, wake: Callable[[], None]) -> None:
        self._store, self._alerts, self._wake = store, alerts, wake

    async def look(self) -> None:
        """Try whether the database works, if it did not, and tell of it."""
        trouble = self._store.trouble
        if trouble is None:
            await self._alerts.over(STORE)  # it may have ended while calsync was down
            return
        if not await self._store.works_again():
            if not self._alerts.is_open(STORE):
                log.error("database_trouble", code=trouble.code, detail=trouble.detail)
                await self._alerts.report(trouble.code)
            return
        log.info("database_works_again", code=trouble.code)
        await self._alerts.over(STORE)
        self._wake()
