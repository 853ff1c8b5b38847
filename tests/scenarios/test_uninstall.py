"""The app is taken out of the workspace: syncs stop, grants are revoked, data goes after a month."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa

from sync.store.accounts import AccountState
from sync.store.departed import STAYS
from sync.store.tables import metadata
from tests.scenarios.busy import HOUR, NOON
from tests.world import World

REVOKE = "oauth2.revoke"


async def uninstall(world: World) -> None:
    """Uninstall the app and wait until calsync has dealt with it."""
    world.slack.uninstall()
    async with asyncio.timeout(10):
        while not await world.running.departure.is_over():
            await asyncio.sleep(0)
        await world.running.departure.go_on()


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
    connected.in_google("alice").create("Later", start=NOON, end=NOON + HOUR)
    connected.google.log.clear()
    connected.odoo.log.clear()
    assert (await connected.sync("alice")).code == "all_uninstalled"
    assert connected.google.log.count("*") == connected.odoo.log.count("*") == 0
    assert connected.odoo_events("alice") == []
    async with connected.running.store.read() as tx:
        assert not (await tx.execute(sa.select(metadata.tables["grant"]))).all()
