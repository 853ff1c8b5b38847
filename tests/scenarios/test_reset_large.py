"""A large reset under Google's quota: Slack stays responsive, progress is shown, and the quota is kept."""

from __future__ import annotations

import asyncio
import os
import re
import time
from datetime import timedelta

from sync.google.limits import Quota
from tests.scenarios.busy import HOUR, NOON
from tests.world import World

MANY = int(os.environ.get("CALSYNC_TEST_RESET", "160"))
"""How many events; 2000 take half a minute of CPU."""
MINUTE = timedelta(minutes=1)
A_MINUTE = MANY * 3 // 10
"""The quota: 600 requests a minute for 2,000 events, for fewer in proportion, to last as long."""


async def test_slack_stays_responsive_and_progress_is_shown(connected: World) -> None:
    google, alice = connected.in_google("alice"), connected.in_slack("alice")
    for n in range(MANY):
        google.create(f"Event {n}", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    connected.running.google.limits.quota = Quota(account=A_MINUTE, project=10_000)
    await alice.command("/calsync reset")
    await alice.see("Nothing is done yet")
    await alice.click("Delete from the current Google Calendar account")
    await alice.see("*Delete from the current Google Calendar account*")
    await alice.click("Show What Would Happen")
    shown = await alice.see(f"{MANY} events in Google", within=60)
    await alice.click("Reset Now")
    begun, seen, took = connected.clock.now(), set[str](), list[float]()
    done = asyncio.create_task(alice.see("*Reset done.*", within=240))
    while not done.done():
        seen |= set(re.findall(rf"\d+ of {MANY}", alice.screen().text()))
        if len(took) < len(seen):
            took.append(await an_answer(connected))
        waits = asyncio.create_task(connected.clock.awaited())
        await asyncio.wait([waits, done], return_when=asyncio.FIRST_COMPLETED)
        waits.cancel()
        connected.advance(seconds=3)
    assert (await done).ts == shown.ts
    assert google.events() == []
    assert len(connected.odoo_events("alice")) == MANY
    assert connected.clock.now() - begun > 2 * MINUTE, "the quota was not kept"
    assert len(seen) >= 10
    # Other tests keep the processors busy meanwhile: a single answer may suffer from that.
    assert sorted(took)[len(took) * 9 // 10] < 1.0


async def an_answer(world: World) -> float:
    """Return how many seconds of real time a command's answer takes."""
    alice = world.in_slack("alice")
    alice.reload()
    before = time.monotonic()
    await alice.command("/calsync status")
    await alice.see("*Google*")
    return time.monotonic() - before
