"""An event is set aside, and is a series, or a single one again, before it is tried once more."""

from __future__ import annotations

from typing import Any

import pytest

from sync.model import Side
from tests.properties.hands import Hand
from tests.scenarios.stage import reasons
from tests.scenarios.test_found_by_the_machine import make, quieten
from tests.shown import assert_same
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
