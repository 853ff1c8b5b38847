"""A busy half-hour on every Odoo that is served, and what only one of them does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.busy import HOUR, NOON, assert_settled, get_busy, make_in_odoo
from tests.world import World, make_world

WAYS = [(17, "auto", "jsonrpc"), (18, "auto", "jsonrpc"), (19, "auto", "json2"), (19, "jsonrpc", "jsonrpc")]


@pytest.fixture(params=WAYS, ids=lambda way: f"{way[0]} over {way[2]}")
async def way(request: pytest.FixtureRequest) -> tuple[int, str, str]:
    """Each version of Odoo in turn, what is set, and how it is spoken to then."""
    chosen: tuple[int, str, str] = request.param
    return chosen


@pytest.fixture
async def world(tmp_path: Path, way: tuple[int, str, str]) -> AsyncIterator[World]:
    """The world with that Odoo."""
    async with make_world(tmp_path, odoo_version=way[0], odoo_api=way[1]) as made:
        yield made


async def test_it_is_spoken_to_as_it_should_be(connected: World, way: tuple[int, str, str]) -> None:
    found = await connected.running.odoo.connection()
    assert (found.version, found.gateway.api) == ((way[0], f"{way[0]}.0"), way[2])
    assert not found.password
    paths = {"/web/version", "common.version", "common.login"} & connected.odoo.log.counts().keys()
    assert ("common.login" in paths) is (way[2] == "jsonrpc")
    assert ("/web/version" in paths) is (way[1] == "auto")


async def test_a_busy_half_hour(connected: World) -> None:
    await get_busy(connected)
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
