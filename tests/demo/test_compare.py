"""Lining up: what is equal first, then what is the same event by its title or its time."""

from __future__ import annotations

from datetime import date, timedelta

from sync.model import Event, Span
from tests.demo.compare import Row, line_up

TODAY = date(2026, 5, 4)
DAY = timedelta(days=1)


def event(title: str, start: date = TODAY) -> Event:
    return Event(title, Span(start, start + DAY))


def test_equal_events_share_a_row() -> None:
    assert line_up({"g": event("Lunch")}, {1: event("Lunch")}) == [Row("g", 1, same=True)]


def test_a_moved_or_renamed_event_keeps_its_row_and_differs() -> None:
    google = {"moved": event("Lunch"), "renamed": event("Call", TODAY + 3 * DAY)}
    odoo = {1: event("Lunch", TODAY + DAY), 2: event("Long call", TODAY + 3 * DAY)}
    assert line_up(google, odoo) == [Row("moved", 1), Row("renamed", 2)]


def test_the_copy_of_a_double_stands_alone() -> None:
    rows = line_up({"g": event("Lunch")}, {1: event("Lunch"), 2: event("Lunch")})
    assert rows == [Row("g", 1, same=True), Row(None, 2)]


def test_strangers_stand_alone() -> None:
    rows = line_up({"g": event("Lunch")}, {1: event("Dentist", TODAY + DAY)})
    assert rows == [Row("g", None), Row(None, 1)]
