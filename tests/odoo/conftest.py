"""The stage with each version's double, or with the real server that the environment names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
import stamina

from tests.doubles.odoo import OdooDouble
from tests.live.real_odoo import RealOdoo, service_key
from tests.odoo.stage import EVENT, PEOPLE, Stage

VERSIONS = (pytest.param(17, marks=pytest.mark.long), 18, 19)
LIVE = "live"


@pytest.fixture(autouse=True)
def _no_pauses() -> object:
    """Let short retries happen without their pauses."""
    stamina.set_testing(True, attempts=3, cap=True)
    yield
    stamina.set_testing(False)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Set the stage with each version, or with the real server."""
    which = [LIVE] if metafunc.config.getoption("--live") else VERSIONS
    for name in {"stage", "google_stage"} & set(metafunc.fixturenames):
        metafunc.parametrize(name, which, indirect=True)


@pytest.fixture
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """Odoo with people in it, and the side that looks at it."""
    async with _built(request.param) as made:
        yield made


@pytest.fixture
async def google_stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """The same with Odoo's own Google sync installed; a real server may be without it."""
    async with _built(request.param, google_calendar=True) as made:
        if not await made.client.call(EVENT, "fields_get", allfields=["need_sync"], attributes=["type"]):
            pytest.skip("this server is without google_calendar")
        yield made


@asynccontextmanager
async def _built(version: int | str, **settings: Any) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        odoo: RealOdoo | OdooDouble = RealOdoo() if version == LIVE else OdooDouble(int(version), **settings)
        await stack.enter_async_context(odoo)
        if isinstance(odoo, OdooDouble):
            odoo.add_user("svc", api_key="svc-key")
            for name in PEOPLE:
                odoo.add_user(name)
        made = Stage.build(odoo, "svc-key" if isinstance(odoo, OdooDouble) else service_key())
        stack.push_async_callback(made.client.close)
        yield made
