"""Fixtures that tests of the assembled product share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import stamina

pytest.register_assert_rewrite("tests.world", "tests.shown", "tests.scenarios.busy", "tests.scenarios.stage")

from tests.world import World, make_world  # noqa: E402 (asserts in it are rewritten on import)


@pytest.fixture(autouse=True)
def _no_pauses() -> object:
    """Let short retries happen without their pauses."""
    stamina.set_testing(True, attempts=3, cap=True)
    yield
    stamina.set_testing(False)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The doubles with people in them; calsync runs when a test says so."""
    async with make_world(tmp_path) as made:
        yield made


@pytest.fixture
async def connected(world: World) -> AsyncIterator[World]:
    """A running world in which alice is connected and her first sync is done."""
    async with world.run():
        await world.connect("alice")
        await world.sync("alice")
        yield world
