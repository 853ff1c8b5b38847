"""`calsync run` is asked to end while both servers hang: soon, with its database closed and nothing lost."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.demo.child import environment, running
from tests.doubles.faults import Fault
from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.world import World, make_world

WITHIN = 10.0
"""Seconds after which `docker stop` kills."""


async def hang(world: World, *faults: Fault) -> None:
    """Wait until both servers hold a call."""
    async with asyncio.timeout(20):
        for fault in faults:
            await fault.struck.wait()


@pytest.mark.long
@pytest.mark.parametrize("way", [18, 19], ids=["json-rpc", "json-2"])
async def test_it_ends_within_ten_seconds_while_both_servers_hang_in_writes(tmp_path: Path, way: int) -> None:
    """Regression: threads that waited for a server held up the end for half a minute and more."""
    async with make_world(tmp_path, odoo_version=way, sync_interval=10, odoo_interval=5) as world:
        world.in_google("alice").create("From Google", start=NOON, end=NOON + HOUR)
        make_in_odoo(world, "bob", "From Odoo")
        hold = asyncio.Event()
        google = world.google.faults.add(operation="calendar.events.insert", hold=hold)
        odoo = world.odoo.faults.add(operation="calendar.event.create", hold=hold)
        async with running(world, tmp_path) as child:
            await world.connect("alice")
            await world.connect("bob")
            await hang(world, google, odoo)
            asked = time.monotonic()
            for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGINT):
                child.process.send_signal(number)
                await asyncio.sleep(0)
            async with asyncio.timeout(WITHIN):
                assert await child.process.wait() == 0
            assert time.monotonic() - asked < WITHIN
            assert "calls_left_behind" in child.log
            assert "Traceback" not in child.log
        assert not (tmp_path / "calsync.db-wal").exists(), "the database was closed"
        with closing(sqlite3.connect(tmp_path / "calsync.db")) as file:
            assert file.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        hold.set()  # both servers go on with what the process does not hear any more
        await world.google.log.wait_for("calendar.events.insert")
        await world.odoo.log.wait_for("calendar.event.create")
        async with running(world, tmp_path):
            for name in ("alice", "bob"):
                await world.in_slack(name).command("/calsync resync")
                await world.in_slack(name).see("Synced")
        assert [one.title for one in world.google_events("bob")] == ["From Odoo"]
        assert [one.title for one in world.odoo_events("alice")] == ["From Google"]
        for name in ("alice", "bob"):
            world.assert_agree(name)


@pytest.mark.long
async def test_it_ends_while_it_starts_and_odoo_hangs(world: World, tmp_path: Path) -> None:
    """Regression: a signal was heard only once Odoo had answered, or had not for a minute and a half."""
    fault = world.odoo.faults.add(operation="*", hold=asyncio.Event(), times=None)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"), cwd=tmp_path, env=environment(world.settings)
    )
    try:
        await hang(world, fault)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(WITHIN):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        assert fault.hold
        fault.hold.set()
