"""Odoo, the doubles of its versions, passes the suite over both of its ways."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import pytest

from sync.odoo.gateway import Api
from tests.conformance.odoo import OdooCalendar, odoo_calendar
from tests.conformance.suite import CalendarTests

WAYS = [(17, "jsonrpc"), (18, "jsonrpc"), (19, "jsonrpc"), (19, "json2")]


class TestOdoo(CalendarTests):
    """Over the real client."""

    @pytest.fixture(params=WAYS, ids=[f"{version}-{api}" for version, api in WAYS])
    async def calendar(self, request: pytest.FixtureRequest) -> AsyncIterator[OdooCalendar]:
        """A fresh calendar."""
        version, api = request.param
        async with odoo_calendar(version, cast(Api, api)) as made:
            yield made
