"""calsync's own database fails in the middle of a busy run: all stands still, is told once, and goes on."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from bot.doctor import explain
from sync.errors import DatabaseTrouble, Misconfigured
from sync.store import accounts, database
from tests.scenarios.busy import assert_settled, get_busy, make_in_odoo
from tests.world import ADMIN, ALERTS, World


class Room:
    """How many pages the database may have; at the `at`-th write from now on there are no more."""

    def __init__(self, world: World) -> None:
        self.at, self._writes = 10**9, 0
        engine = world.running.store.engine.sync_engine
        sa.event.listen(engine, "begin", self._begins)

    def ends(self, at: int) -> None:
        self.at, self._writes = at, 0

    def is_back(self) -> None:
        self.at = 10**9

    def _begins(self, connection: sa.Connection) -> None:
        if connection.get_execution_options().get("calsync_writing"):
            self._writes += 1
            pages = 1 if self._writes >= self.at else 2**30  # never less than there are
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


async def ready(world: World) -> tuple[int, Any]:
    """Return the status of /readyz, and what it says of the database."""
    async with aiohttp.ClientSession() as http, http.get(f"{world.settings.public_url}/readyz") as answer:
        return answer.status, (await answer.json())["database"]


def big(world: World) -> None:
    """Let enough be new that the database needs new pages for it."""
    for number in range(40):
        make_in_odoo(world, "alice", f"padding {number}")


async def without_padding(world: World) -> None:
    rows = world.odoo.events("alice", "name")
    gone = [row["id"] for row in rows if row["name"].startswith("padding")]
    for start in range(0, len(gone), 8):  # a few at a time, as the guard lets pass
        world.odoo.as_user("alice").unlink("calendar.event", gone[start : start + 8])
        await world.sync("alice")


@pytest.mark.parametrize(
    "at", [pytest.param(2, marks=pytest.mark.long), 12, pytest.param(30, marks=pytest.mark.long)]
)
async def test_a_full_disk_loses_nothing_is_told_once_and_passes(connected: World, at: int) -> None:
    """Regression: no alert came, since alerts are kept in that database, and the account ran all the time."""
    await get_busy(connected)
    big(connected)
    room, keeper = Room(connected), connected.running.keeper
    room.ends(at)
    assert (await connected.sync("alice")).code == "database_full"
    for _ in range(3):
        connected.advance(seconds=5)
        await keeper.look()
    await connected.running.alerts.flush()
    carol = connected.in_slack("carol")
    await carol.see("There is no room left for calsync's own database", channel=ALERTS)
    assert await ready(connected) == (503, False)
    written = len(connected.google.log.writes()), len(connected.odoo.log.writes())
    for _ in range(2):
        connected.advance(hours=1)
        assert (await connected.sync("alice")).code == "database_full"
    assert (len(connected.google.log.writes()), len(connected.odoo.log.writes())) == written
    await connected.in_slack("alice").command("/calsync status")
    await connected.in_slack("alice").see("There is no room left for calsync's own database")
    room.is_back()
    await keeper.look()
    await carol.see("Resolved after", channel=ALERTS)
    assert await ready(connected) == (200, True)
    assert len(connected.slack.screen(ADMIN, ALERTS).messages) == 1
    await connected.sync("alice")
    connected.advance(hours=1)
    await connected.sync("alice")
    await without_padding(connected)
    await assert_settled(connected)


async def test_another_programs_lock_loses_no_edit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY", 1)
    async with world.run():
        await world.connect("alice")
        await world.sync("alice")
        await get_busy(world)
        file = Path(str(world.running.store.engine.url.database))
        with contextlib.closing(sqlite3.connect(file)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert (await world.sync("alice")).code == "database_locked"
            assert (await world.sync("alice")).code == "database_locked"
        await world.running.keeper.look()
        assert not world.slack.screen(ADMIN, ALERTS).messages, "it passed by itself"
        await assert_settled(world)


async def test_a_database_that_cannot_be_read_ends_nothing(
    connected: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regression: the timer ended with it, and with the timer the process."""
    met = asyncio.Event()

    async def due(*_: object) -> list[int]:
        met.set()
        raise DatabaseTrouble("database_failing", "disk I/O error")

    timer = connected.running.timer
    with monkeypatch.context() as patch:
        patch.setattr(accounts, "due", due)
        serving = asyncio.create_task(timer.serve())
        await met.wait()
        await connected.clock.awaited()
        assert not serving.done()
    make_in_odoo(connected, "alice", "Meanwhile")
    connected.advance(seconds=20)
    await connected.google.log.wait_for("calendar.events.insert")
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


def test_who_meets_a_damaged_database_is_told_where_to_read_on() -> None:
    assert "docs/backup.md" in explain(Misconfigured("database_damaged", "malformed"))
