"""The buttons of an alert: mute and unmute, retry, and the runbook."""

from __future__ import annotations

from sync.store import accounts
from tests.doubles.faults import Fault
from tests.scenarios.alerting import channel, meet
from tests.world import ALERTS, World


async def odoo_ends(world: World) -> Fault:
    """Let Odoo be down, and calsync meet it."""
    fault = world.odoo.faults.add(operation="*", drop="before", times=None)
    await world.running.timer.poll()
    return fault


async def test_muted_it_is_silent_for_a_day_and_is_resolved_all_the_same(connected: World) -> None:
    fault = await odoo_ends(connected)
    carol = connected.in_slack("carol")
    await carol.click("Mute 24 Hours")
    await carol.see("Muted until", channel=ALERTS)
    await connected.running.services.errands.settled()
    edits = connected.slack.log.count("chat.update")
    connected.advance(hours=1)
    await connected.running.timer.poll()
    assert connected.slack.log.count("chat.update") == edits
    connected.odoo.faults.remove(fault)
    await connected.running.timer.poll()
    await carol.see("Resolved after 60 min", channel=ALERTS)
    connected.advance(hours=3)
    fault = await odoo_ends(connected)
    assert len(channel(connected)) == 1, "it came again while it was muted"
    connected.advance(hours=21)
    await connected.running.timer.poll()
    await carol.see("calsync has trouble since", channel=ALERTS)


async def test_a_mute_can_be_taken_back(connected: World) -> None:
    await odoo_ends(connected)
    carol = connected.in_slack("carol")
    await carol.click("Mute 24 Hours")
    await carol.see("Muted until", channel=ALERTS)
    await carol.click("Unmute")
    await carol.see_gone("Muted until")


async def test_retry_tries_again_at_once(connected: World) -> None:
    fault = await odoo_ends(connected)
    carol = connected.in_slack("carol")
    await carol.click("Retry")
    await carol.see("Trying again", channel=ALERTS)
    connected.odoo.faults.remove(fault)
    await carol.click("Retry")
    await carol.see("That is over already", channel=ALERTS)
    await carol.see("Resolved after", channel=ALERTS)


async def test_retry_lets_everybody_run_who_met_it(connected: World) -> None:
    await meet(connected, "alice", "accessNotConfigured")
    carol = connected.in_slack("carol")
    await carol.click("Retry")
    await carol.see("Trying again", channel=ALERTS)
    async with connected.running.store.read() as tx:
        assert await accounts.due(tx, connected.clock.now()) == [(await connected.account("alice")).id]


async def test_the_runbook_says_what_to_do(connected: World) -> None:
    await odoo_ends(connected)
    carol = connected.in_slack("carol")
    await carol.click("Runbook")
    await carol.see("Odoo is down.", channel=ALERTS)
