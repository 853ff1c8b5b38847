"""Whether there is room left for calsync's own database."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.alerts import Alerts
from bot.alerts.kinds import ALMOST_FULL, DISK

ENOUGH = 512 * 2**20
"""Bytes that must stay free: room for SQLite's log beside the file, and days of time to act."""


def folder_of(database_url: str) -> Path | None:
    """Return where an SQLite file lies; None for other databases, whose disks are their servers'."""
    url = make_url(database_url)
    is_file = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    return Path(str(url.database)).absolute().parent if is_file else None


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
