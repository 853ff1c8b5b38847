"""Series of meetings that the state machine has found to go wrong, each as a short story of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sync.model import Side
from tests.properties.hands import Hand
from tests.scenarios.test_found_by_the_machine import make, quieten, settle
from tests.shown import in_google, in_odoo
from tests.world import PEOPLE, World

GOOGLE, ODOO = Side


@pytest.fixture
async def team(world: World) -> AsyncIterator[World]:
    """A world in which alice, bob and carol are connected and calsync runs; time stands still."""
    world.stop_clocks()
    async with world.run():
        for name in PEOPLE:
            await world.connect(name)
            await world.sync(name)
        yield world


@pytest.mark.parametrize("first", ["alice", "carol"])
@pytest.mark.parametrize("at", [0, 1, 2])
async def test_a_moved_day_of_a_series_is_met_first_by_a_guest(team: World, first: str, at: int) -> None:
    make(team, "carol", GOOGLE, rule=1, hour=0)
    hand = Hand(team, "carol", GOOGLE)
    hand.write("it", at, "one", "", "", 1)
    hand.invite("it", "alice", here=True)
    before = [one.start for one in in_google(team, "carol")]
    quieten(team)
    await settle(team, first, *({"alice", "carol"} - {first}))
    assert [one.start for one in in_odoo(team, "alice")] == before
    assert [one.start for one in in_google(team, "carol")] == before
