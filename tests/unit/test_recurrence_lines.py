"""Recurrence lines as Google, Odoo and others write them, and what is no recurrence."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sync.errors import Rejected
from sync.model import Span
from sync.recurrence import Recurrence, Start, read, write
from sync.recurrence.lines import MOST_DATES, parts

BRUSSELS = "Europe/Brussels"


def timed(text: str, hours: float = 1) -> Span:
    """Return a span that begins at a UTC time."""
    start = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return Span(start, start + timedelta(hours=hours))


def days(text: str, number: int = 1) -> Span:
    """Return a span of whole days."""
    return Span(date.fromisoformat(text), date.fromisoformat(text) + timedelta(days=number))


MONDAY = timed("2020-01-06T17:00")
MONDAY_ALL_DAY = days("2020-01-06")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("RRULE:FREQ=WEEKLY;BYDAY=MO", "RRULE:FREQ=WEEKLY;BYDAY=MO"),
        ("FREQ=WEEKLY;BYDAY=MO", "RRULE:FREQ=WEEKLY;BYDAY=MO"),
        ("rrule:freq=weekly;byday=we,mo;interval=1;wkst=mo;", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE"),
        (
            "RRULE;X-EVOLUTION-ENDDATE=20200120:FREQ=WEEKLY;COUNT=3;BYDAY=MO;X-RELATIVE=1",
            "RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO",
        ),
        ("X-EVOLUTION-ENDDATE=20200120:FREQ=WEEKLY;COUNT=3", "RRULE:FREQ=WEEKLY;COUNT=3"),
        (":FREQ=DAILY", "RRULE:FREQ=DAILY"),
        ("DTSTART:20261125T074250\nRRULE:FREQ=WEEKLY;WKST=SU;COUNT=2;BYDAY=MO",
         "RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=MO;WKST=SU"),
        ("RRULE:FREQ=MONTHLY;BYDAY=+1MO,-1FR", "RRULE:FREQ=MONTHLY;BYDAY=-1FR,1MO"),
        ("RRULE:FREQ=WEEKLY;BYDAY=2MO", "RRULE:FREQ=WEEKLY;BYDAY=MO"),
        ("RRULE:FREQ=YEARLY;BYMONTH=11;\r\n BYDAY=4\r\n\tTH\n\n", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"),
        ("EXRULE:FREQ=DAILY;INTERVAL=3", "EXRULE:FREQ=DAILY;INTERVAL=3"),
        ("RRULE:FREQ=MINUTELY;BYHOUR=9,10;BYSECOND=0", "RRULE:FREQ=MINUTELY;BYHOUR=9,10;BYSECOND=0"),
        ("RRULE:FREQ=DAILY;UNTIL=20200117T100000Z", "RRULE:FREQ=DAILY;UNTIL=20200117T100000Z"),
        ("RRULE:FREQ=DAILY;UNTIL=20200117", "RRULE:FREQ=DAILY;UNTIL=20200117T225959Z"),
        ("RRULE:FREQ=DAILY;UNTIL=20200717T235959", "RRULE:FREQ=DAILY;UNTIL=20200717T215959Z"),
        ("RDATE:20200109T170000Z,20200108T170000Z", "RDATE:20200108T170000Z,20200109T170000Z"),
        ("RDATE;VALUE=PERIOD:20200108T170000Z/PT2H", "RDATE:20200108T170000Z"),
        ("rdate;value=date:20200708", "RDATE:20200708T160000Z"),
        ("RDATE;TZID=America/New_York:20200113T110000", "RDATE:20200113T160000Z"),
        ("RRULE:FREQ=DAILY;UNTIL=20200717T100000", "RRULE:FREQ=DAILY;UNTIL=20200717T080000Z"),
        ("\n\nRRULE:FREQ=DAILY", "RRULE:FREQ=DAILY"),
    ],
)  # fmt: skip
def test_a_line_of_a_timed_series(given: str, line: str) -> None:
    assert read([given], BRUSSELS, MONDAY) == (Recurrence((line,), BRUSSELS), frozenset())


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("RRULE:FREQ=DAILY;UNTIL=20200117", "RRULE:FREQ=DAILY;UNTIL=20200117"),
        ("RRULE:FREQ=DAILY;UNTIL=20240620T215959Z", "RRULE:FREQ=DAILY;UNTIL=20240620"),
        ("RRULE:FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0", "RRULE:FREQ=DAILY"),
        ("RDATE;VALUE=DATE:20150609,20150611", "RDATE;VALUE=DATE:20150609,20150611"),
        ("RDATE;TZID=Nowhere/At_All:20150609T000000", "RDATE;VALUE=DATE:20150609"),
    ],
)
def test_a_line_of_an_all_day_series(given: str, line: str) -> None:
    assert read([given], "no zone", MONDAY_ALL_DAY) == (Recurrence((line,), ""), frozenset())


@pytest.mark.parametrize(
    "line",
    [
        "EXDATE:20200113T170000Z",
        "EXDATE;TZID=Europe/Rome:20200113T180000",
        'exdate;tzid="Europe/Rome":20200113t180000',
        "EXDATE;TZID=America/New_York:20200113T120000",
        "EXDATE:20200113T180000",
        "EXDATE;VALUE=DATE:20200113",
        "EXDATE;TZID=Europe/Rome:20200113",
    ],
)
def test_cancelled_occurrences_come_apart(line: str) -> None:
    recurrence, cancelled = read([line, "RRULE:FREQ=WEEKLY"], BRUSSELS, MONDAY)
    assert recurrence.lines == ("RRULE:FREQ=WEEKLY",)
    assert cancelled == {moment("2020-01-13T17:00")}


@pytest.mark.parametrize("value", ["20200113", "20200113T000000Z", "20200113T235959"])
def test_cancelled_days_come_apart(value: str) -> None:
    lines = [f"EXDATE:{value}", "EXDATE;VALUE=DATE:20200120,20200127"]
    _, cancelled = read(lines, "", MONDAY_ALL_DAY)
    assert cancelled == {date(2020, 1, 13), date(2020, 1, 20), date(2020, 1, 27)}


def test_lines_come_in_one_order_and_once() -> None:
    lines = [
        "RDATE:20200108T170000Z",
        "EXRULE:FREQ=YEARLY",
        "RRULE:FREQ=WEEKLY",
        "RRULE:FREQ=DAILY",
        "RRULE:FREQ=DAILY",
    ]
    recurrence, _ = read(lines, BRUSSELS, MONDAY)
    assert recurrence.lines == (
        "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY", "EXRULE:FREQ=YEARLY", "RDATE:20200108T170000Z",
    )  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "nonsense", "RRULE:", "RRULE:FREQ", "RRULE:FREQ=FORTNIGHTLY", "RRULE:COUNT=3", "DTEND:20200101",
        "X-FOO:1", "RRULE:FREQ=DAILY;COUNT=0", "RRULE:FREQ=DAILY;INTERVAL=0", "RRULE:FREQ=DAILY;INTERVAL=-1",
        "RRULE:FREQ=DAILY;COUNT=٣", "RRULE:FREQ=DAILY;COUNT=9999999999999", "RRULE:FREQ=DAILY;COUNT=",
        "RRULE:FREQ=DAILY;COUNT=3;UNTIL=20200117", "RRULE:FREQ=DAILY;FREQ=DAILY",
        "RRULE:FREQ=DAILY;RSCALE=CHINESE", "RRULE:FREQ=DAILY;UNTIL=soon", "RRULE:FREQ=DAILY;UNTIL=20200230",
        "RRULE:FREQ=DAILY;UNTIL=20200117T250000Z", "RRULE:FREQ=DAILY;UNTIL=", "RRULE:FREQ=DAILY;WKST=XX",
        "RRULE:FREQ=WEEKLY;BYDAY=", "RRULE:FREQ=WEEKLY;BYDAY=XX", "RRULE:FREQ=MONTHLY;BYDAY=0MO",
        "RRULE:FREQ=MONTHLY;BYDAY=54MO", "RRULE:FREQ=MONTHLY;BYMONTHDAY=0",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=32", "RRULE:FREQ=YEARLY;BYMONTH=13", "RRULE:FREQ=YEARLY;BYMONTH=-1",
        "RRULE:FREQ=YEARLY;BYWEEKNO=54", "RRULE:FREQ=YEARLY;BYYEARDAY=367", "RRULE:FREQ=DAILY;BYHOUR=24",
        "RRULE:FREQ=DAILY;BYSETPOS=0", "RRULE:FREQ=MONTHLY;BYMONTHDAY=1.5", "EXRULE:FREQ=NEVER", "RDATE:",
        "EXDATE:x", "EXDATE:20200113T1700Z", "RDATE:20200108T170000Z,,20200109T170000Z",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(line: str) -> None:
    with pytest.raises(Rejected) as refused:
        read([line], BRUSSELS, MONDAY)
    assert refused.value.code == "unreadable_rule"
    assert refused.value.detail.upper() in line.upper()


def test_days_do_not_recur_by_the_hour() -> None:
    with pytest.raises(Rejected, match="unreadable_rule"):
        read(["RRULE:FREQ=HOURLY"], "", MONDAY_ALL_DAY)


@pytest.mark.parametrize(
    "zone", ["", "Mars/Base", "Europe", "../etc/passwd", "Europe/Brussels\0", "/etc/passwd"]
)
def test_a_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(Rejected) as refused:
        read(["RRULE:FREQ=DAILY"], zone, MONDAY)
    assert (refused.value.code, refused.value.detail) == ("unknown_zone", zone)
    with pytest.raises(Rejected, match="unknown_zone"):
        read([f"EXDATE;TZID={zone}:20200113T180000"], BRUSSELS, MONDAY)


def test_too_many_dates_are_refused() -> None:
    many = ",".join(f"2020{month:02}{day:02}T{second:06}Z" for month in range(1, 13) for day in range(1, 29)
                    for second in range(31))  # fmt: skip
    assert many.count(",") > MOST_DATES
    with pytest.raises(Rejected, match=r"^too_many_occurrences$"):
        read(["RDATE:" + many], BRUSSELS, MONDAY)


@pytest.mark.parametrize(
    ("lines", "zone", "cancelled", "written"),
    [
        (("RRULE:FREQ=DAILY",), BRUSSELS, (), ["RRULE:FREQ=DAILY"]),
        (
            ("RRULE:FREQ=DAILY", "RDATE:20200108T170000Z"),
            BRUSSELS,
            (moment("2020-02-03T17:00"), moment("2020-01-13T17:00")),
            ["RRULE:FREQ=DAILY", "RDATE:20200108T170000Z", "EXDATE:20200113T170000Z,20200203T170000Z"],
        ),
        (("RRULE:FREQ=DAILY",), "", (date(2015, 6, 10),), ["RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20150610"]),
        ((), BRUSSELS, (), []),
    ],
)
def test_lines_for_google(
    lines: tuple[str, ...], zone: str, cancelled: tuple[Start, ...], written: list[str]
) -> None:
    assert write(Recurrence(lines, zone), cancelled) == written


def test_years_are_written_with_four_digits() -> None:
    assert write(Recurrence((), ""), [date(800, 12, 25)]) == ["EXDATE;VALUE=DATE:08001225"]


def test_lines_that_did_not_come_from_here_are_refused() -> None:
    with pytest.raises(Rejected, match="unreadable_rule"):
        parts(Recurrence(("RRULE:FREQ=NEVER",), BRUSSELS))
