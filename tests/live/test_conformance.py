"""A real Odoo passes the suite of a calendar side."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator

import pytest

from tests.conformance.calendar import PEOPLE
from tests.conformance.odoo import OdooCalendar, real_odoo_calendar
from tests.conformance.suite import CalendarTests
from tests.live.real_odoo import RealOdoo


@functools.cache
def _server() -> RealOdoo:
    """Return the server; its people are made once, since Odoo hashes passwords slowly."""
    return RealOdoo(PEOPLE)


class TestRealOdoo(CalendarTests):
    """Over the real client."""

    @pytest.fixture
    async def calendar(self) -> AsyncIterator[OdooCalendar]:
        """The server's calendar of alice, emptied."""
        async with real_odoo_calendar(_server()) as made:
            yield made
