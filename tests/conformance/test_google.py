"""Google, the double of it, passes the suite."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conformance.google import GoogleCalendar, google_calendar
from tests.conformance.suite import CalendarTests


class TestGoogle(CalendarTests):
    """Over the real client."""

    @pytest.fixture
    async def calendar(self) -> AsyncIterator[GoogleCalendar]:
        """A fresh calendar."""
        async with google_calendar() as made:
            yield made
