"""Odoo 19 over JSON-2 between the other doubles: every fault, and a key that ends while all is running."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.busy import assert_settled, be_busy, prepare
from tests.scenarios.test_faults import ODOO
from tests.world import ALERTS, World, make_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The world with Odoo 19."""
    async with make_world(tmp_path, odoo_version=19) as made:
        yield made


@pytest.mark.parametrize("fault", ODOO.values(), ids=ODOO.keys())
async def test_odoo_fails_and_recovers(connected: World, fault: dict[str, Any]) -> None:
    prepare(connected)
    await connected.sync("alice")
    assert (await connected.running.odoo.connection()).gateway.api == "json2"
    be_busy(connected)
    planned = connected.odoo.faults.add(**fault)
    await connected.sync("alice")
    assert planned.hits > 0, "the fault was never met"
    connected.odoo.faults.clear()
    await assert_settled(connected)


async def test_the_end_of_the_key_is_told_before_and_after(tmp_path: Path) -> None:
    async with make_world(tmp_path, odoo_version=19, odoo_api_key="ending") as world:
        ends = world.odoo.clock.now() + timedelta(days=20)
        world.odoo.add_key("svc", secret="ending", expires=ends)
        async with world.run():
            await world.connect("alice")
            await world.sync("alice")
            carol = world.in_slack("carol")
            assert world.slack.screen(carol.id, ALERTS).messages == []
            world.advance(days=7)
            await world.sync("alice")
            await carol.see("ends within two weeks", channel=ALERTS)
            world.advance(days=14)
            outcome = await world.sync("alice")
            assert outcome.code == "odoo_key_expired"
            await world.in_slack("alice").command("/calsync status")
            await world.in_slack("alice").see("API key at Odoo has ended")
