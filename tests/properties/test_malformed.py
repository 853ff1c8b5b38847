"""Events that make no sense are refused by a reason that a person can read, and by nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import Texts
from sync.errors import Rejected
from sync.google import codec as google
from sync.model import Event, Privacy, Span
from sync.odoo import codec as odoo
from tests.properties.strategies import lines, rich, words

T = Texts()
DAY: dict[str, Any] = {"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}}
TIMED = {"dateTime": "2026-03-02T10:00:00Z"}
NAIVE = "2026-03-02T10:00:00"
NEW_YEAR = date(2026, 1, 1)

dates = st.one_of(st.dates().map(str), words)
offsets = st.one_of(st.just("Z"), st.integers(-14, 14).map(lambda hours: f"{hours:+03d}:00"))
stamps = st.one_of(
    st.builds(lambda moment, offset: moment.isoformat() + offset, st.datetimes(), offsets), words
)
zones = st.one_of(words, st.sampled_from(["UTC", "Europe/Brussels", "Nowhere/Land", "", "..", "/etc/passwd"]))
whens = st.fixed_dictionaries({}, optional={"date": dates, "dateTime": stamps, "timeZone": zones})
overrides = st.lists(
    st.fixed_dictionaries({}, optional={"method": words, "minutes": st.integers()}), max_size=6
)
items = st.fixed_dictionaries(
    {},
    optional={
        "summary": lines,
        "description": rich,
        "location": lines,
        "start": whens,
        "end": whens,
        "visibility": words,
        "transparency": words,
        "reminders": st.fixed_dictionaries(
            {}, optional={"useDefault": st.booleans(), "overrides": overrides}
        ),
    },
)


def refusal(item: dict[str, Any]) -> str:
    """Return the reason for which an item is refused; it must have a sentence."""
    with pytest.raises(Rejected) as refused:
        google.decode(item)
    assert T.has(f"reason.{refused.value.code}")
    return refused.value.code


def _moment(value: date) -> str:
    return value.isoformat()


@given(items)
def test_any_google_item_is_an_event_or_refused_with_a_sentence(item: dict[str, Any]) -> None:
    event: Event | None = None
    reason = ""
    try:
        event = google.decode(item)
    except Rejected as refused:
        reason = refused.code
    assert T.has(f"reason.{reason}") is (event is None)
    assert event is None or _moment(event.span.start) <= _moment(event.span.end)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({}, "no_start_or_end"),
        ({"start": DAY["start"]}, "no_start_or_end"),
        ({"end": DAY["end"]}, "no_start_or_end"),
        ({"start": None, "end": DAY["end"]}, "no_start_or_end"),
        ({"start": {}, "end": {}}, "no_start_or_end"),
        ({"start": DAY["start"], "end": TIMED}, "mixed_start_and_end"),
        ({"start": TIMED, "end": DAY["end"]}, "mixed_start_and_end"),
        ({"start": DAY["end"], "end": {"date": "2026-03-01"}}, "ends_before_start"),
        ({"start": TIMED, "end": {"dateTime": "2026-03-02T10:59:59+01:00"}}, "ends_before_start"),
        ({"start": {"date": "2026-02-30"}, "end": {"date": "2026-03-01"}}, "unreadable_time"),
        ({"start": {"timeZone": "UTC"}, "end": {"timeZone": "UTC"}}, "unreadable_time"),
        ({"start": {"dateTime": NAIVE}, "end": TIMED}, "unreadable_time"),
        ({"start": {"dateTime": NAIVE, "timeZone": "Mars/Base"}, "end": TIMED}, "unreadable_time"),
        ({"start": {"dateTime": 5}, "end": TIMED}, "unreadable_time"),
        ({"start": {"dateTime": "0001-01-01T00:00:00+05:00"}, "end": TIMED}, "unreadable_time"),
        ({"start": TIMED, "end": {"dateTime": "9999-12-31T23:30:00-05:00"}}, "unreadable_time"),
        ({"start": {"date": "9999-12-31"}, "end": {"date": "9999-12-31"}}, "unreadable_time"),
    ],
)
def test_malformed_times_have_their_own_reason(item: dict[str, Any], reason: str) -> None:
    assert refusal(item) == reason


def test_fractions_of_a_second_which_odoo_cannot_hold_are_left_out() -> None:
    moment = {"dateTime": "2026-03-02T10:00:00.999Z"}
    assert google.decode({"start": moment, "end": moment}).span.start == odoo.parse_datetime(
        "2026-03-02 10:00:00"
    )


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_the_ends_of_the_calendar_are_read(year: str) -> None:
    event = google.decode({"start": {"date": f"{year}-01-01"}, "end": {"date": f"{year}-01-02"}})
    assert event.span.start == date(int(year), 1, 1)


def test_an_old_one_day_event_whose_end_is_its_start_lasts_a_day() -> None:
    event = google.decode({"start": DAY["start"], "end": DAY["start"]})
    assert event.span == Span(date(2026, 3, 2), date(2026, 3, 3))


@given(words)
def test_an_unknown_visibility_never_makes_an_event_more_visible(word: str) -> None:
    known = {one.value: one for one in Privacy}
    assert google.decode({**DAY, "visibility": word}).privacy is known.get(word, Privacy.PRIVATE)


def test_a_zone_that_only_google_knows_is_kept_where_the_offset_tells_the_time() -> None:
    start = {"dateTime": "2026-03-02T10:00:00+01:00", "timeZone": "Mars/Base"}
    event = google.decode({"start": start, "end": start})
    assert event.zone == "Mars/Base"
    assert event.span.start == event.span.end == odoo.parse_datetime("2026-03-02 09:00:00")


def row(**values: Any) -> dict[str, Any]:
    """Return a row of Odoo's with some values."""
    times = {"start": "2026-03-02 10:00:00", "stop": "2026-03-02 11:00:00"}
    return dict.fromkeys(odoo.READ_FIELDS, False) | {"name": "x", "alarm_ids": []} | times | values


@pytest.mark.parametrize(
    ("times", "reason"),
    [
        ({"start": "1-01-01 00:00:00"}, "unreadable_time"),
        ({"start": "2026-02-30 00:00:00"}, "unreadable_time"),
        ({"start": False}, "unreadable_time"),
        ({"stop": "2026-03-02 09:59:59"}, "ends_before_start"),
        ({"allday": True}, "unreadable_time"),
        ({"allday": True, "start_date": "9999-12-31", "stop_date": "9999-12-31"}, "unreadable_time"),
        ({"allday": True, "start_date": "2026-03-05", "stop_date": "2026-03-01"}, "ends_before_start"),
        ({"allday": True, "start_date": "2026-03-05", "stop_date": "2026-03-04"}, "ends_before_start"),
    ],
)
def test_malformed_odoo_rows_have_their_own_reason(times: dict[str, Any], reason: str) -> None:
    with pytest.raises(Rejected) as refused:
        odoo.decode(row(**times), {})
    assert refused.value.code == reason
    assert T.has(f"reason.{reason}")


@pytest.mark.parametrize(
    "odd",
    [
        {"description": None},
        {"summary": None},
        {"summary": 5},
        {"start": True, "end": True},
        {"reminders": 5},
        {"reminders": {"overrides": [5]}},
        {"reminders": {"overrides": [{"minutes": None}]}},
        {"start": {"dateTime": NAIVE, "timeZone": "Europe"}, "end": TIMED},
        {"start": {"dateTime": NAIVE, "timeZone": "A" * 300}, "end": TIMED},
    ],
)
def test_what_breaks_googles_own_schema_is_refused_like_the_rest(odd: dict[str, Any]) -> None:
    with pytest.raises(Rejected) as caught:
        google.decode(DAY | odd)
    assert T.has(f"reason.{caught.value.code}")


def test_an_organizer_of_nothing_is_no_reason_to_stop() -> None:
    assert google.decode(DAY | {"organizer": None}).organizer == ""


@pytest.mark.parametrize(
    "span", [(date(2026, 1, 1), date(9999, 12, 31)), (date(1, 1, 1), date(2026, 12, 31))]
)
def test_the_ends_of_time_can_be_compared_with_a_window(span: tuple[date, date]) -> None:
    window = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    assert Span(*span).overlaps(*window)


def test_odd_rows_of_odoo_are_read_with_care() -> None:
    assert odoo.parse_datetime(odoo.format_datetime(datetime(999, 1, 1, tzinfo=UTC))).year == 999
    assert odoo.decode(row(privacy="secret_of_a_module"), {}).privacy is Privacy.PRIVATE
