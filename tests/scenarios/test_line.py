"""Socket Mode that goes silent: noticed by the clock, red on /readyz, replaced, and told if that fails."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.line import BETWEEN, QUIET, STALE, Line
from tests.world import ALERTS, World

OPEN = "apps.connections.open"


@pytest.fixture
async def line(connected: World) -> Line:
    """The connection of a world in which alice is connected; its first pong has come and was noticed."""
    line = connected.running.line
    assert line
    await connected.slack.sockets.ping()  # goes the same way after the first pong
    await line.watch()
    return line


async def readyz(world: World) -> tuple[int, bool]:
    """Return the status of /readyz, and what it says of Slack."""
    address = f"{world.settings.public_url}/readyz"
    async with aiohttp.ClientSession() as browser, browser.get(address) as answer:
        return answer.status, (await answer.json())["slack"]


async def metrics(world: World) -> dict[str, float]:
    """Return what /metrics says, by name and label."""
    address = f"{world.settings.public_url}/metrics"
    async with aiohttp.ClientSession() as browser, browser.get(address) as answer:
        families = text_string_to_metric_families(await answer.text())
    samples = [one for family in families for one in family.samples]
    return {one.name + "".join(one.labels.values()): one.value for one in samples}


async def test_a_connection_that_is_heard_is_left_alone(connected: World, line: Line) -> None:
    connections = list(connected.slack.sockets.connections)
    for _ in range(3):
        await line.watch()
    assert connected.slack.sockets.connections == connections
    assert (line.renewals, await readyz(connected)) == (0, (200, True))


async def test_a_silent_connection_is_red_and_is_replaced(connected: World, line: Line) -> None:
    connected.slack.sockets.make_zombies(answering_pings=False)
    [dead] = connected.slack.sockets.connections
    connected.advance(seconds=STALE.total_seconds())
    assert await readyz(connected) == (503, False)
    seen = await metrics(connected)
    assert (seen["calsync_readyslack"], seen["calsync_readyodoo"]) == (0, 1)
    assert seen["calsync_slack_renewals_total"] == 0
    assert seen["calsync_slack_silent_seconds"] >= STALE.total_seconds()
    assert seen["calsync_accountsworking"] == 1
    await line.watch()
    assert line.renewals == (await metrics(connected))["calsync_slack_renewals_total"] == 1
    assert await readyz(connected) == (200, True)
    alice = connected.in_slack("alice")
    await alice.command("/calsync status")
    await alice.see("Working.")
    assert dead not in connected.slack.sockets.connections
    assert connected.slack.screen(connected.in_slack("carol").id, ALERTS).messages == []


async def test_one_that_answers_pings_and_delivers_nothing_is_replaced_in_time(
    connected: World, line: Line
) -> None:
    """What people report of Socket Mode: the connection looks alive, and no event ever comes again."""
    connected.slack.sockets.make_zombies()
    connected.advance(seconds=QUIET.total_seconds())
    line._pong_at = connected.clock.now()  # its pongs go on, while the tests' clock jumps
    await line.watch()
    assert line.renewals == 1
    await connected.in_slack("alice").command("/calsync status")
    await connected.in_slack("alice").see("Working.")


async def test_no_command_is_lost_while_it_is_replaced(connected: World, line: Line) -> None:
    """The new connection stands before the old one ends."""
    fault = connected.slack.faults.add(operation=OPEN, hold=(hold := asyncio.Event()))
    connected.advance(seconds=STALE.total_seconds())
    watching = asyncio.create_task(line.watch())
    async with asyncio.timeout(10):
        await fault.struck.wait()
    alice = connected.in_slack("alice")
    await alice.command("/calsync status")
    await alice.see("Working.")
    hold.set()
    await watching
    assert line.renewals == 1
    alice.reload()
    await alice.command("/calsync status")
    await alice.see("Working.")


async def test_one_that_cannot_be_replaced_is_an_alert_until_it_is(connected: World, line: Line) -> None:
    fault = connected.slack.faults.add(operation=OPEN, reason="internal_error", times=None)
    connected.slack.sockets.make_zombies(answering_pings=False)
    connected.advance(seconds=STALE.total_seconds())
    await line.watch()
    carol = connected.in_slack("carol")
    alert = await carol.see("Socket Mode connection to Slack is dead", channel=ALERTS)
    assert await readyz(connected) == (503, False)
    tried = connected.slack.log.count(OPEN)
    await line.watch()
    assert connected.slack.log.count(OPEN) == tried, "Slack lets us ask about once a minute"
    connected.slack.faults.remove(fault)
    connected.advance(seconds=BETWEEN.total_seconds())
    await line.watch()
    over = await carol.see("Resolved after 1 min", channel=ALERTS)
    assert over.ts == alert.ts
    assert await readyz(connected) == (200, True)


async def test_slacks_own_refresh_counts_as_heard(connected: World, line: Line) -> None:
    connected.advance(minutes=10)
    await connected.slack.sockets.disconnect("refresh_requested")
    await connected.slack.log.wait_for("socket.connect", 2)
    await connected.slack.sockets.wait_connected()
    await connected.in_slack("alice").command("/calsync status")
    await connected.in_slack("alice").see("Working.")
    assert connected.clock.now() - line.heard_at < STALE


async def test_the_watch_goes_on_by_itself(connected: World, line: Line) -> None:
    serving = asyncio.create_task(connected.running.serve())
    await connected.clock.awaited()
    connected.slack.sockets.make_zombies(answering_pings=False)
    connects = connected.slack.log.count("socket.connect")
    connected.advance(seconds=STALE.total_seconds())
    await connected.slack.log.wait_for("socket.connect", connects + 1)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_status_for_administrators_has_a_line_about_it(connected: World, line: Line) -> None:
    carol = connected.in_slack("carol")
    await carol.command("/calsync admin status")
    await carol.see("Slack: connected, heard")
    connected.advance(seconds=STALE.total_seconds())
    await carol.command("/calsync admin status")
    await carol.see("Slack: connected, heard")  # the command itself came over it
