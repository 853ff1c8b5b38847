"""Recurrence lines: what is a line, and which instances it means across changes of daylight saving time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.doubles.google import recurrence, times
from tests.doubles.google.errors import GoogleError
from tests.doubles.google.times import EventDateTime

TIMED: EventDateTime = {"dateTime": "2025-03-24T08:00:00Z", "timeZone": "Europe/Berlin"}
ALL_DAY: EventDateTime = {"date": "2025-03-24"}
FAR = datetime(2030, 1, 1)  # noqa: DTZ001 - wall clock time


@pytest.mark.parametrize(
    "line",
    [
        "RRULE:FREQ=DAILY",
        "RRULE:FREQ=WEEKLY;WKST=SU;UNTIL=20250401T080000Z;BYDAY=MO,-1FR",
        "RRULE:FREQ=MONTHLY;COUNT=10;BYMONTHDAY=-1;INTERVAL=2",
        "EXDATE;TZID=Europe/Berlin:20250325T090000,20250326T090000",
        "RDATE:20250330T080000Z",
        "RRULE;X-EVOLUTION-ENDDATE=20200120:FREQ=WEEKLY;COUNT=3;BYDAY=MO",
    ],
)
def test_lines_for_timed_events(line: str) -> None:
    recurrence.check([line], TIMED)


@pytest.mark.parametrize("line", ["RRULE:FREQ=DAILY;UNTIL=20250401", "EXDATE;VALUE=DATE:20250325"])
def test_lines_for_all_day_events(line: str) -> None:
    recurrence.check([line], ALL_DAY)


@pytest.mark.parametrize(
    "line",
    [
        "FREQ=DAILY",
        "DTSTART:20250324T090000Z",
        "DTEND:20250324T090000Z",
        "RRULE:COUNT=3",
        "RRULE:FREQ=DAILY;COUNT=3;UNTIL=20250401T080000Z",
        "RRULE:FREQ=DAILY;UNTIL=20250401",
        "RRULE:FREQ=DAILY;UNTIL=20250401T080000",
        "RRULE:FREQ=SOMETIMES",
        "RRULE:FREQ=DAILY;COUNT=0",
        "RRULE:FREQ=WEEKLY;BYDAY=XX",
        "RRULE:FREQ=WEEKLY;BYDAY",
        "EXDATE:tomorrow",
        "EXDATE;TZID=Mars/Olympus:20250325T090000",
    ],
)
def test_lines_that_google_refuses(line: str) -> None:
    with pytest.raises(GoogleError):
        recurrence.check([line], TIMED)


def test_until_has_to_be_a_date_for_all_day_events() -> None:
    with pytest.raises(GoogleError):
        recurrence.check(["RRULE:FREQ=DAILY;UNTIL=20250401T080000Z"], ALL_DAY)


def _starts(lines: list[str], start: EventDateTime = TIMED) -> list[str]:
    return [next(iter(o.values())) for o in recurrence.occurrences(lines, start, before=FAR)]


def test_the_wall_clock_stays_in_spring_and_autumn() -> None:
    assert _starts(["RRULE:FREQ=WEEKLY;COUNT=2"]) == ["2025-03-24T08:00:00Z", "2025-03-31T07:00:00Z"]
    autumn = {"dateTime": "2025-10-20T07:00:00Z", "timeZone": "Europe/Berlin"}
    assert _starts(["RRULE:FREQ=WEEKLY;COUNT=2"], autumn) == ["2025-10-20T07:00:00Z", "2025-10-27T08:00:00Z"]


def test_a_time_that_the_clock_skips_comes_an_hour_later() -> None:
    start = {"dateTime": "2025-03-29T01:30:00Z", "timeZone": "Europe/Berlin"}
    # 02:30 does not exist on 30 March: the offset before the gap holds (RFC 5545, 3.3.5).
    assert _starts(["RRULE:FREQ=DAILY;COUNT=3"], start) == [
        "2025-03-29T01:30:00Z",
        "2025-03-30T01:30:00Z",
        "2025-03-31T00:30:00Z",
    ]


def test_until_is_a_moment_and_included() -> None:
    assert len(_starts(["RRULE:FREQ=DAILY;UNTIL=20250326T080000Z"])) == 3
    assert len(_starts(["RRULE:FREQ=DAILY;UNTIL=20250326T075959Z"])) == 2
    assert _starts(["RRULE:FREQ=DAILY;UNTIL=20250325"], ALL_DAY) == ["2025-03-24", "2025-03-25"]


def test_dates_are_added_and_excluded_however_they_are_written() -> None:
    lines = [
        "RRULE:FREQ=DAILY;COUNT=4",
        "EXDATE:20250325T080000Z",
        "EXDATE;TZID=America/New_York:20250326T040000",
        "RDATE;TZID=Europe/Berlin:20250401T120000",
    ]
    assert _starts(lines) == ["2025-03-24T08:00:00Z", "2025-03-27T08:00:00Z", "2025-04-01T10:00:00Z"]
    assert _starts(["RRULE:FREQ=DAILY;COUNT=2", "EXDATE;VALUE=DATE:20250324"], ALL_DAY) == ["2025-03-25"]


def test_a_start_that_the_rule_does_not_name_comes_on_top_of_its_count() -> None:
    # 24 March 2025 is a Monday.
    assert _starts(["RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=2"]) == [
        "2025-03-24T08:00:00Z",
        "2025-03-26T08:00:00Z",
        "2025-04-02T07:00:00Z",
    ]


def test_an_end_takes_the_place_of_count_and_until() -> None:
    last = datetime(2025, 4, 1, 21, 59, 59, tzinfo=UTC)
    assert recurrence.ended(["RRULE:FREQ=DAILY;COUNT=9", "EXDATE:20250325T080000Z"], last, TIMED) == [
        "RRULE:FREQ=DAILY;UNTIL=20250401T215959Z",
        "EXDATE:20250325T080000Z",
    ]
    assert recurrence.ended(["RRULE:FREQ=DAILY"], last, ALL_DAY) == ["RRULE:FREQ=DAILY;UNTIL=20250401"]


def test_local_times_and_back() -> None:
    assert times.from_local(times.local(TIMED), TIMED) == TIMED
    assert times.from_local(times.local(ALL_DAY), ALL_DAY) == ALL_DAY
