"""The scenarios that need nothing of the double's own: the same functions, run on the real server."""

from __future__ import annotations

import pytest

from tests.scenarios.test_crashes import When, busy_world
from tests.world import World

__all__ = [name for name in dir() if name.startswith("test_")]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(1, 30, 4))
async def test_a_crash_in_a_busy_run(
    world: World, at: int, when: When, monkeypatch: pytest.MonkeyPatch
) -> None:
    await busy_world(world, at, when, monkeypatch)
