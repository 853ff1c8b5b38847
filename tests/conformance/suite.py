"""The whole suite: a side passes when a subclass that gives its calendar does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stamina

from tests.conformance.calendar import Calendar
from tests.conformance.events import EventTests
from tests.conformance.meetings import MeetingTests
from tests.conformance.occurrences import OccurrenceTests
from tests.conformance.safety import SafetyTests
from tests.conformance.series import SeriesTests


class CalendarTests(EventTests, SeriesTests, OccurrenceTests, MeetingTests, SafetyTests):
    """Everything; after each test nobody has been mailed."""

    @pytest.fixture(autouse=True)
    def _no_pauses(self) -> Iterator[None]:
        """Let short retries happen without their pauses."""
        stamina.set_testing(True, attempts=3, cap=True)
        yield
        stamina.set_testing(False)

    @pytest.fixture(autouse=True)
    def _nobody_is_mailed(self, calendar: Calendar) -> Iterator[None]:
        yield
        assert calendar.mails() == []
