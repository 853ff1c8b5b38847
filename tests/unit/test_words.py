"""Labels, values and reasons in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import Texts, escape
from bot.views.words import because, done, event_named, shortened, value_in_words
from sync.labels import read_label
from sync.model import Guest, Privacy, Recurrence, Reminder, Response, Side, Span
from tests.properties.strategies import odd
from tests.unit.sights import NOON

T = Texts()
DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Lunch\t2026-03-02T13:00:00+01:00", ("Lunch", NOON)),
        ("Lunch\t2026-03-02T12:00:00Z", ("Lunch", NOON)),
        ("Lunch\t2026-03-02 12:00:00", ("Lunch", NOON)),
        ("Lunch\t2026-03-02", ("Lunch", DAY)),
        ("Lunch\tsoon", ("Lunch", None)),
        ("Lunch\t", ("Lunch", None)),
        ("\t2026-99-99", ("", None)),
        ("", ("", None)),
    ],
)
def test_a_label_tells_title_and_start_as_either_side_writes_them(label: str, expected: object) -> None:
    title, start = read_label(label)
    assert (title, start) == expected
    assert not isinstance(start, datetime) or start.tzinfo


def test_an_event_is_named_by_what_is_known_of_it() -> None:
    assert event_named("Lunch", DAY, T) == "Lunch, Mar 2, 2026"
    assert event_named("<!here>", None, T) == "&lt;!here&gt;"
    assert event_named(" \n", None, T) == "an event without a title"
    assert event_named("Lunch", NOON, T).startswith("Lunch, <!date^1772452800^")


def test_what_is_done_names_the_fields_of_updates_only() -> None:
    assert done("update", {Side.ODOO: ["span", "title"]}, T) == "changed in Odoo (time, title)"
    both = {Side.GOOGLE: {"title"}, Side.ODOO: {"rows"}}
    assert done("update", both, T) == "changed in Google (title), changed in Odoo (further dates)"
    assert done("decline", {Side.GOOGLE: ["response"]}, T) == "declined in Google"
    assert done("note", {}, T) == "noted"


def test_a_reason_is_that_of_an_action_or_of_setting_aside_or_a_trouble() -> None:
    assert because("new_in_odoo", T) == "it is new in Odoo"
    assert because("masked", T) == T("reason.masked")
    assert because("odoo_busy", T) == T("trouble.odoo_busy")
    assert "(<?>)" not in because("<?>", T)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("title", "Lunch\n&  soup", "Lunch & soup"),
        ("title", "", "none"),
        ("description", "<p>Bring <b>cake</b></p>", "Bring cake"),
        ("busy", False, "free"),
        ("busy", True, "busy"),
        ("privacy", Privacy.CONFIDENTIAL, "confidential"),
        ("response", Response.TENTATIVE, "maybe"),
        ("guests", frozenset({Guest("b@x.example"), Guest("a@x.example")}), "a@x.example, b@x.example"),
        ("guests", frozenset(), "none"),
        (
            "reminders",
            frozenset({Reminder("popup", 1), Reminder("email", 10)}),
            "10 minutes before, 1 minute",
        ),
        ("recurrence", Recurrence(("RRULE:FREQ=DAILY",)), "not shown"),
        ("recurrence", None, "none"),
        ("span", Span(DAY, DAY + timedelta(days=1)), "Mar 2, 2026"),
        ("span", Span(DAY, DAY + timedelta(days=3)), "Mar 2, 2026 – Mar 4, 2026"),
    ],
)
def test_values_are_told_as_people_write_them(name: str, value: Any, expected: str) -> None:
    assert value_in_words(name, value, T).startswith(expected)


def test_a_span_of_hours_is_two_moments() -> None:
    told = value_in_words("span", Span(NOON, NOON + timedelta(hours=1)), T)
    assert "2026-03-02 12:00 UTC> – <!date" in told


@given(odd, st.integers(1, 50))
def test_what_is_shortened_fits_once_it_is_escaped(text: str, limit: int) -> None:
    short = shortened(text * 3, limit)
    assert len(escape(short)) <= limit
    assert "\n" not in short
    whole = " ".join((text * 3).split())
    assert short == whole or short.endswith("…")
    assert short.removesuffix("…") == whole[: len(short.removesuffix("…"))]
