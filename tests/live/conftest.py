"""The world with a real Odoo in it; without the settings for one, every test here says so and is skipped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from tests.live.real_odoo import RealOdoo, missing
from tests.world import PEOPLE, World, make_world


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this folder, and skip them without a server."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.live)
            if absent := missing():
                item.add_marker(pytest.mark.skip(f"no real Odoo: set {', '.join(absent)}"))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The world in which Odoo is real."""
    odoo = cast(Any, RealOdoo(tuple(PEOPLE)))
    async with make_world(tmp_path, odoo=odoo, odoo_login="svc", odoo_api_key="live-svc") as made:
        yield made
