"""A busy half-hour on every Odoo that is served, and what only one of them does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.busy import HOUR, NOON, assert_settled, be_busy, make_in_odoo, prepare
from tests.world import World, make_world


@pytest.fixture(params=[17, 18, 19])
async def world(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """The world with each version of Odoo in turn."""
    async with make_world(tmp_path, odoo_version=request.param) as made:
        yield made


async def test_a_busy_half_hour(connected: World) -> None:
    prepare(connected)
    await connected.sync("alice")
    be_busy(connected)
    outcome = await connected.sync("alice")
    assert outcome.code == "ok"
    await assert_settled(connected)


async def test_all_privacies_go_both_ways(connected: World) -> None:
    for visibility in ("default", "public", "confidential"):
        connected.in_google("alice").create(
            f"{visibility} there", start=NOON, end=NOON + HOUR, visibility=visibility
        )
    for privacy in ("public", "confidential"):
        make_in_odoo(connected, "alice", f"{privacy} here", privacy=privacy)
    await connected.sync("alice")
    assert len(connected.odoo_events("alice")) == 5
    connected.assert_agree("alice")
    assert (await connected.sync("alice")).counts == {}


async def test_names_that_odoo_19_writes_into_descriptions_stay_in_odoo(connected: World) -> None:
    make_in_odoo(connected, "alice", "One", description="<p>soup</p>")
    await connected.sync("alice")
    [item] = connected.in_google("alice").events()
    assert item["description"] == "<p>soup</p>"
    connected.in_google("alice").create("Two", start=NOON, end=NOON + HOUR, description="tea")
    await connected.sync("alice")
    [row] = [row for row in connected.odoo.events("alice", "name", "description") if row["name"] == "Two"]
    assert row["description"] == "<p>tea</p>"
