"""A reset with any choice, then its undo, gives back both calendars."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.model import Side
from tests.properties.acts import make, marked, whole
from tests.scenarios.resetting import CHOICES, reset, shown, undo_last
from tests.world import make_world

events = st.lists(
    st.sampled_from(list(Side)).flatmap(lambda side: st.tuples(st.just(side), whole(side))),
    min_size=1,
    max_size=4,
)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=events, unsynced=events, choice=st.sampled_from(CHOICES))
async def test_reset_and_undo_give_back_both_calendars(
    tmp_path_factory: Any, first: list[Any], unsynced: list[Any], choice: Any
) -> None:
    async with make_world(tmp_path_factory.mktemp("reset")) as world, world.run():
        await world.connect("alice")
        for number, (side, values) in enumerate(first):
            make(world, side, marked(f"e{number}", values))
        await world.sync("alice")
        for number, (side, values) in enumerate(unsynced):
            make(world, side, marked(f"u{number}", values))
        before = shown(world, ["alice"])
        result = await reset(world, choice)
        assert result.failures == []
        if result.undo_until:
            undone = await undo_last(world)
            assert undone.failures == []
        assert shown(world, ["alice"]) == before
