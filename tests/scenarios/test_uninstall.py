"""The app is taken out of the workspace: syncs stop, grants are revoked, data goes after a month."""

from __future__ import annotations

import sqlalchemy as sa
from structlog.testing import capture_logs

from sync.store.accounts import AccountState
from sync.store.departed import STAYS
from sync.store.tables import metadata
from tests.scenarios.busy import HOUR, NOON
from tests.world import World


async def uninstall(world: World) -> None:
    """Uninstall the app and wait until calsync has acted on both events."""
    acked = len(world.slack.sockets.acks)
    world.slack.uninstall()
    await world.slack.sockets.wait_acked(acked + 2)
    await world.running.departure.told()  # Slack may say so any number of times
    await world.running.services.errands.settled()  # whoever was told first gives the grants back


async def rows(world: World) -> int:
    """Count the rows of everything that is to be deleted in the end."""
    async with world.running.store.read() as tx:
        tables = [table for table in metadata.sorted_tables if table not in STAYS]
        counts = [await tx.execute(sa.select(sa.func.count()).select_from(table)) for table in tables]
    return sum(count.scalar_one() for count in counts)


async def test_syncs_stop_and_grants_are_revoked(connected: World) -> None:
    await uninstall(connected)
    account = await connected.account("alice")
    assert (account.state, account.trouble) == (AccountState.RECONNECT, "grant_missing")
    assert connected.google.grants.granted == {}
    connected.in_google("alice").create("Later", start=NOON, end=NOON + HOUR)
    connected.google.log.clear()
    connected.odoo.log.clear()
    assert (await connected.sync("alice")).code == "all_uninstalled"
    assert connected.google.log.count("*") == connected.odoo.log.count("*") == 0
    assert connected.odoo_events("alice") == []


async def test_a_grant_that_cannot_be_revoked_now_is_revoked_later(connected: World) -> None:
    fault = connected.google.faults.add(operation="*revoke*", status=503, times=None)
    await uninstall(connected)
    assert fault.hits > 0
    assert (await connected.account("alice")).state is AccountState.RECONNECT, "at once, whatever Google says"
    connected.google.faults.remove(fault)
    connected.advance(minutes=2)
    await connected.running.services.revocations.catch_up()
    assert connected.google.grants.granted == {}


async def test_an_uninstalled_app_that_slack_could_not_be_asked_about_departs_later(connected: World) -> None:
    """The connection was cut while Slack was asked whether the token is dead, and the word was forgotten."""
    departure = connected.running.departure
    fault = connected.slack.faults.add(operation="auth.test", drop="before", times=None)
    await uninstall(connected)
    assert fault.hits > 0
    assert not await departure.is_over()
    connected.slack.faults.remove(fault)
    await departure.go_on()
    assert await departure.is_over()
    assert connected.google.grants.granted == {}


async def test_everything_is_deleted_after_thirty_days_and_not_before(connected: World) -> None:
    await uninstall(connected)
    timer = connected.running.timer
    connected.advance(days=29)
    await timer._sweep()
    assert await rows(connected) > 1
    connected.advance(days=1)
    await timer._sweep()
    assert await rows(connected) == 0
    assert await connected.running.departure.is_over()


async def test_a_process_that_starts_again_goes_on_without_slack(world: World) -> None:
    async with world.run():
        await world.connect("alice")
        await world.sync("alice")
        await uninstall(world)
    async with world.run() as calsync:
        assert calsync.line is None
        world.advance(days=30)
        await calsync.timer._sweep()
        assert await rows(world) == 0


async def test_word_of_an_earlier_end_takes_nothing_away(connected: World) -> None:
    """Events come late at times: here the token still works, so the app is installed again."""
    event = {"type": "app_uninstalled", "event_ts": connected.slack.workspace.new_ts()}
    acked = len(connected.slack.sockets.acks)
    with capture_logs() as logs:
        await connected.slack.acts.event(event)
        await connected.slack.sockets.wait_acked(acked + 1)
        await connected.slack.log.wait_for("auth.test", 3)
        await connected.running.departure.told()
    assert "uninstalled_denied" in [one["event"] for one in logs]
    assert not await connected.running.departure.is_over()
    assert (await connected.sync("alice")).code == "ok"


async def test_who_comes_back_can_connect_again(world: World) -> None:
    async with world.run():
        await world.connect("alice")
        await world.sync("alice")
        await uninstall(world)
    world.slack.app.installed = True
    world.slack.app.revoked.clear()
    async with world.run() as calsync:
        assert not await calsync.departure.is_over()
        await world.connect("alice")
        assert (await world.sync("alice")).code == "ok"
