"""Odoo, the doubles of its versions, passes the suite over both of its ways."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import pytest

from sync.odoo.gateway import Api
from tests.conformance.odoo import OdooCalendar, odoo_calendar
from tests.conformance.suite import CalendarTests

WAYS = [
    pytest.param((17, "jsonrpc"), id="17-jsonrpc", marks=pytest.mark.long),
    pytest.param((18, "jsonrpc"), id="18-jsonrpc"),
    pytest.param((19, "jsonrpc"), id="19-jsonrpc", marks=pytest.mark.long),
    pytest.param((19, "json2"), id="19-json2"),
]


class TestOdoo(CalendarTests):
    """Over the real client."""

    @pytest.fixture(params=WAYS)
    async def calendar(self, request: pytest.FixtureRequest) -> AsyncIterator[OdooCalendar]:
        """A fresh calendar."""
        version, api = request.param
        async with odoo_calendar(version, cast(Api, api)) as made:
            yield made
