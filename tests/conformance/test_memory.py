"""The in-memory side passes the suite, so the suite asks for no more than the core expects."""

from __future__ import annotations

import pytest

from tests.conformance.memory_calendar import MemoryCalendar
from tests.conformance.suite import CalendarTests


class TestMemory(CalendarTests):
    """In memory."""

    @pytest.fixture
    def calendar(self) -> MemoryCalendar:
        """A fresh calendar."""
        return MemoryCalendar()
