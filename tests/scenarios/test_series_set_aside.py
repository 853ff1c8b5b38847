"""Series that are set aside: become another kind meanwhile, or moved as their rule cannot be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sync.model import Side
from tests.properties.hands import Hand, Reach
from tests.scenarios.found import make, quieten
from tests.scenarios.stage import reasons
from tests.shown import assert_same, in_google, in_odoo
from tests.world import World

REFUSED: dict[str, Any] = {"operation": "*.insert", "status": 400, "reason": "invalid", "times": 9}


@pytest.mark.parametrize("rule", [0, 1])
async def test_it_is_set_aside_no_longer_once_it_is_synced_under_another_key(
    connected: World, rule: int
) -> None:
    """It stayed under the old one in the person's status for ever, since nothing is looked at as that."""
    make(connected, "alice", Side.ODOO, rule=rule)
    connected.google.faults.add(**REFUSED)
    await connected.sync("alice")
    assert len(await reasons(connected)) == 1
    connected.google.faults.clear()
    Hand(connected, "alice", Side.ODOO).repeat("it", 1, now=not rule)
    quieten(connected)
    connected.advance(hours=7)
    assert (await connected.sync("alice")).code == "ok"
    assert await reasons(connected) == []
    assert len(assert_same(connected, "alice")) == (1 if rule else 4)


@pytest.mark.parametrize("reach", ["all", "following"])
async def test_a_series_moved_as_its_rule_cannot_be_waits_whole_for_another_rule(
    connected: World, reach: Reach
) -> None:
    """Tried again, it passed for new in the rule that Odoo made of it, and Google's series was deleted."""
    make(connected, "alice", Side.GOOGLE, rule=4, hour=0)
    await connected.sync("alice")
    hand = Hand(connected, "alice", Side.ODOO)
    before = in_google(connected, "alice")
    [master] = connected.in_google("alice").events()
    hand.write("it", 1, reach, "", "", 1)
    for place in ("", "Roof", ""):
        if place:
            hand.write("it", 2, "one", "", place, 0)  # of a row that Odoo has made since
        quieten(connected)
        connected.advance(hours=7)
        assert (await connected.sync("alice")).code == "ok"
        assert await reasons(connected) == ["cannot_move_rule"]
        assert in_google(connected, "alice") == before
    rows = connected.odoo.events("alice", "recurrence_id")
    again = {"rrule_type": "daily", "end_type": "count", "count": 2, "recurrence_update": "all_events"}
    connected.odoo.as_user("alice").write("calendar.event", rows[-1]["id"], again)
    quieten(connected)
    connected.advance(hours=7)
    assert (await connected.sync("alice")).code == "ok"
    assert await reasons(connected) == []
    assert len(assert_same(connected, "alice")) == (2 if reach == "all" else 3)
    assert master["id"] in {one["id"] for one in connected.in_google("alice").events()}


async def test_a_series_from_outside_moved_in_odoo_as_its_rule_cannot_be_is_put_back(
    connected: World,
) -> None:
    """It was set aside for ever, though nothing that is done to it in Odoo counts."""
    day = connected.clock.now().date() + timedelta(days=3)
    hand = Hand(connected, "alice", Side.GOOGLE)
    hand.receive("uid-1@elsewhere.example", "it", day, 0, 4, ["alice"], "")
    await connected.sync("alice")
    before = in_odoo(connected, "alice")
    Hand(connected, "alice", Side.ODOO).write("it", 1, "all", "", "", 1)
    quieten(connected)
    outcome = await connected.sync("alice")
    assert outcome.counts["put_back"] == 1
    assert in_odoo(connected, "alice") == in_google(connected, "alice") == before
