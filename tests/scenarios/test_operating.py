"""What an operator sees of the running calsync: readiness, figures, and logs that name their run."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from typing import Any
from unittest import mock

import aiohttp
import pytest
import sqlalchemy as sa
import structlog
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from sync.errors import Misconfigured
from sync.timer import STUCK
from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.world import World


async def ask(world: World, path: str) -> tuple[int, str]:
    """Return status and text of what is served at a path."""
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(f"{world.settings.public_url}{path}") as answer,
    ):
        return answer.status, await answer.text()


async def figures(world: World) -> dict[str, float]:
    """Return what /metrics says, by series as in queries."""
    _, text = await ask(world, "/metrics")
    told = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(one.labels.items()))
            told[f"{one.name}{{{labels}}}" if labels else one.name] = one.value
    return told


async def test_writes_and_their_lag_are_counted_by_both_servers_clocks(connected: World) -> None:
    """Odoo's clock is a minute ahead, Google's half a minute behind: the lag is what really passed."""
    connected.stop_clocks()
    connected.odoo.clock.advance(seconds=60)
    connected.google.clock.advance(seconds=-30)
    await connected.sync("alice")  # learns by the Date headers
    make_in_odoo(connected, "alice", "From Odoo")
    connected.in_google("alice").create("From Google", start=NOON, end=NOON + HOUR, location="Marked-Place")
    connected.advance(seconds=45)
    await connected.sync("alice")
    told = await figures(connected)
    assert told['calsync_writes_total{action="create",reason="new_in_odoo",side="google"}'] == 1
    assert told['calsync_writes_total{action="create",reason="new_in_google",side="odoo"}'] == 1
    assert told['calsync_runs_total{outcome="ok"}'] >= 2
    for side in ("google", "odoo"):
        assert told[f'calsync_mirror_lag_seconds_count{{side="{side}"}}'] == 1
        assert 43 <= told[f'calsync_mirror_lag_seconds_sum{{side="{side}"}}'] <= 47
    assert told['calsync_clock_skew_seconds{server="odoo"}'] == 60
    assert told["calsync_google_units_total"] >= told["calsync_google_units_used"] > 0
    assert told["calsync_database_size_bytes"] > 4096
    _, text = await ask(connected, "/metrics")
    for secret in ("@", "alice", "From ", "Marked", "xoxb"):
        assert secret not in text


async def test_parked_items_and_trouble_are_told_by_reason(connected: World) -> None:
    fault = connected.google.faults.add(operation="calendar.events.insert", status=400, times=None)
    make_in_odoo(connected, "alice", "Refused")
    await connected.sync("alice")
    connected.google.faults.remove(fault)
    connected.google.faults.add(operation="calendar.*", status=503, times=None)
    await connected.sync("alice")
    told = await figures(connected)
    assert told['calsync_parked_items{reason="google_refuses",side="odoo"}'] == 1
    assert told['calsync_runs_total{outcome="google_trouble"}'] == 1
    assert told['calsync_accounts_in_trouble{code="google_trouble"}'] == 1
    assert told['calsync_accounts{state="waiting"}'] == 1


async def test_a_database_that_does_not_answer_is_red_and_the_rest_is_told(connected: World) -> None:
    """Regression: what the store says of its own trouble was not expected, and the scrape failed."""
    failing = sqlite3.OperationalError("disk I/O error")
    failing.sqlite_errorcode = sqlite3.SQLITE_IOERR
    broken = sa.exc.OperationalError("SELECT", {}, failing)
    with mock.patch.object(AsyncConnection, "execute", side_effect=broken):
        status, text = await ask(connected, "/readyz")
        assert (status, json.loads(text)["database"]) == (503, False)
        told = await figures(connected)
        assert told['calsync_ready{part="database"}'] == 0
        assert "calsync_alerts_open" not in told
        assert (await ask(connected, "/healthz"))[0] == 200
    await connected.running.keeper.look()
    assert (await ask(connected, "/readyz"))[0] == 200


async def test_a_login_that_odoo_refuses_is_no_address_in_the_log(
    connected: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused() -> None:
        raise Misconfigured("odoo_login_refused", "svc@example.com")

    monkeypatch.setattr(connected.running.core.feed, "poll", refused)
    with capture_logs() as logged:
        await connected.running.timer.poll()
    [line] = [one for one in logged if one["event"] == "odoo_poll_failed"]
    assert line["code"] == "odoo_login_refused"
    assert "@" not in str(logged)


async def test_runs_at_the_same_time_each_name_their_own_lines(team: World) -> None:
    """What is logged deep within a run, by whatever is called there."""
    timer, meets = team.running.timer, asyncio.Barrier(2)
    pull = team.running.core.google_side.pull
    inside = structlog.get_logger()

    async def pulled(account_id: int, *rest: Any) -> Any:
        await meets.wait()
        inside.info("pulled", of=account_id)
        return await pull(account_id, *rest)

    ids = [(await team.account(name)).id for name in ("alice", "bob")]
    for name in ("alice", "bob"):
        make_in_odoo(team, name, "Something to do")
    await timer.poll()
    with (
        mock.patch.object(team.running.core.google_side, "pull", pulled),
        capture_logs([merge_contextvars]) as logged,
    ):
        async with asyncio.timeout(10):
            outcomes = await asyncio.gather(*map(timer.run_now, ids))
    names = dict(zip(ids, (one.run for one in outcomes), strict=True))
    lines = [one for one in logged if one["event"] in ("pulled", "run")]
    assert len(lines) == 4
    for line in lines:
        assert line["run"] == names[line["account"]]
        assert line.get("of", line["account"]) == line["account"]


async def test_a_timer_that_hangs_is_red(connected: World, monkeypatch: pytest.MonkeyPatch) -> None:
    timer, hangs, goes_on = connected.running.timer, asyncio.Event(), asyncio.Event()
    turned = asyncio.Event()

    async def hang() -> None:
        hangs.set()
        await goes_on.wait()

    async def start_due() -> None:
        turned.set()

    monkeypatch.setattr(timer, "poll", hang)
    monkeypatch.setattr(timer, "_start_due", start_due)
    serving = asyncio.create_task(timer.serve())
    async with asyncio.timeout(10):
        await hangs.wait()
    assert not timer.is_stuck
    connected.advance(seconds=STUCK.total_seconds() + 60)
    status, text = await ask(connected, "/readyz")
    assert (status, json.loads(text)["timer"]) == (503, False)
    goes_on.set()
    async with asyncio.timeout(10):
        await turned.wait()
    assert not timer.is_stuck
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    connected.advance(hours=1)
    assert not timer.is_stuck, "nobody waits for a timer that does not serve"
