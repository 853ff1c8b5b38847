"""When occurrences take place: tables made by hand, over clock changes in both hemispheres."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime

import pytest

from sync.errors import Rejected
from sync.model import Span
from sync.recurrence import is_endless, last_start, occurrences, read, span_at
from sync.recurrence.starts import starts
from tests.unit.test_recurrence_lines import BRUSSELS, MONDAY, MONDAY_ALL_DAY, days, moment, timed

CLOCKS = [
    ("weekly 9:00 into summer", "FREQ=WEEKLY;COUNT=3", BRUSSELS, "2027-03-22T08:00",
     "03-22T08:00 03-29T07:00 04-05T07:00"),
    ("weekly 9:00 into winter", "FREQ=WEEKLY;COUNT=3", BRUSSELS, "2027-10-25T07:00",
     "10-25T07:00 11-01T08:00 11-08T08:00"),
    ("2:30 that Brussels skips", "FREQ=DAILY;COUNT=3", BRUSSELS, "2027-03-27T01:30",
     "03-27T01:30 03-28T01:30 03-29T00:30"),
    ("2:30 that comes twice", "FREQ=DAILY;COUNT=3", BRUSSELS, "2027-10-30T00:30",
     "10-30T00:30 10-31T00:30 11-01T01:30"),
    ("the second 2:30 of a night", "FREQ=DAILY;COUNT=2", BRUSSELS, "2027-10-31T01:30",
     "10-31T01:30 11-01T01:30"),
    ("2:30 that New York skips", "FREQ=DAILY;COUNT=3", "America/New_York", "2027-03-13T07:30",
     "03-13T07:30 03-14T07:30 03-15T06:30"),
    ("Tuesday evening is Wednesday in UTC", "FREQ=WEEKLY;BYDAY=TU;COUNT=3", "America/New_York",
     "2027-03-03T02:00", "03-03T02:00 03-10T02:00 03-17T01:00"),
    ("midnight that Santiago skips", "FREQ=DAILY;COUNT=3", "America/Santiago", "2026-09-05T04:00",
     "09-05T04:00 09-06T04:00 09-07T03:00"),
    ("Sydney into winter", "FREQ=DAILY;COUNT=3", "Australia/Sydney", "2027-04-02T22:00",
     "04-02T22:00 04-03T23:00 04-04T23:00"),
    ("2:30 that Sydney skips", "FREQ=DAILY;COUNT=3", "Australia/Sydney", "2026-10-02T16:30",
     "10-02T16:30 10-03T16:30 10-04T15:30"),
    ("Tehran had summer time until 2022", "FREQ=YEARLY;COUNT=2", "Asia/Tehran", "2022-06-01T04:30",
     "2022-06-01T04:30 2023-06-01T05:30"),
    ("2:15 that Lord Howe skips", "FREQ=DAILY;COUNT=3", "Australia/Lord_Howe", "2026-10-02T15:45",
     "10-02T15:45 10-03T15:45 10-04T15:15"),
    ("hours do not repeat after a gap", "FREQ=HOURLY;COUNT=4", BRUSSELS, "2027-03-28T00:00",
     "03-28T00:00 03-28T01:00 03-28T02:00 03-28T03:00"),
]  # fmt: skip


def found(text: str, zone: str, span: Span, number: int = 12) -> list[str]:
    """Return the first starts, without their year where it is the first one's."""
    recurrence, _ = read(text.split("\n"), zone, span)
    year = f"{span.start.year}-"
    form = "%Y-%m-%dT%H:%M" if isinstance(span.start, datetime) else "%Y-%m-%d"
    return [
        start.strftime(form).removeprefix(year)
        for start in itertools.islice(starts(recurrence, span), number)
    ]


@pytest.mark.parametrize(("why", "text", "zone", "first", "wanted"), CLOCKS, ids=[row[0] for row in CLOCKS])
def test_rules_count_on_local_clocks(why: str, text: str, zone: str, first: str, wanted: str) -> None:
    expected = [one.removeprefix(first[:5]) for one in wanted.split()]
    assert found(text, zone, timed(first)) == expected, why


RULES = [
    ("leap days", "FREQ=YEARLY;COUNT=3", "2024-02-29", "02-29 2028-02-29 2032-02-29"),
    ("the 31st", "FREQ=MONTHLY;COUNT=4", "2027-01-31", "01-31 03-31 05-31 07-31"),
    ("last working day", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", "2027-03-31",
     "03-31 04-30 05-31"),
    ("first and last working day", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1;COUNT=4", "2027-05-03",
     "05-03 05-31 06-01 06-30"),
    ("Thanksgiving", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=3", "2026-11-26",
     "11-26 2027-11-25 2028-11-23"),
    ("1st and 15th", "FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=4", "2027-01-01", "01-01 01-15 02-01 02-15"),
    ("last day of the month", "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", "2027-01-31", "01-31 02-28 03-31"),
    ("first Monday, last Friday", "FREQ=MONTHLY;BYDAY=1MO,-1FR;COUNT=4", "2027-03-01",
     "03-01 03-26 04-05 04-30"),
    ("a fifth Monday", "FREQ=MONTHLY;BYDAY=5MO;COUNT=3", "2027-03-29", "03-29 05-31 08-30"),
    ("Mondays, and the first Tuesday", "FREQ=MONTHLY;BYDAY=MO,1TU;COUNT=6", "2027-03-01",
     "03-01 03-02 03-08 03-15 03-22 03-29"),
    ("Friday the 13th", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3", "2026-02-13", "02-13 03-13 11-13"),
    ("20th Monday of the year", "FREQ=YEARLY;BYDAY=20MO;COUNT=3", "1997-05-19",
     "05-19 1998-05-18 1999-05-17"),
    ("Monday of week 20", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3", "1997-05-12",
     "05-12 1998-05-11 1999-05-17"),
    ("the last week of years with 52 or 53", "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=TH;COUNT=3", "2026-12-31",
     "12-31 2027-12-30 2028-12-28"),
    ("week 1 that begins in December", "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;COUNT=3", "2024-12-30",
     "12-30 2025-12-29 2027-01-04"),
    ("week 53 that ends in January", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=FR;COUNT=2", "2016-01-01",
     "01-01 2021-01-01"),
    ("the last week, whether it ends in January or not", "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=FR;COUNT=3",
     "2016-01-01", "01-01 12-30 2017-12-29"),
    ("every third month", "FREQ=MONTHLY;INTERVAL=3;COUNT=3", "2027-02-10", "02-10 05-10 08-10"),
    ("days 1, 100 and 200 of every third year", "FREQ=YEARLY;INTERVAL=3;BYYEARDAY=1,100,200;COUNT=5",
     "1997-01-01", "01-01 04-10 07-19 2000-01-01 2000-04-09"),
    ("the last day of the year", "FREQ=YEARLY;BYYEARDAY=-1;COUNT=3", "2027-12-31",
     "12-31 2028-12-31 2029-12-31"),
    ("second-last weekday", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=3", "1997-09-29",
     "09-29 10-30 11-27"),
    ("weeks from Monday", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05",
     "08-05 08-10 08-19 08-24"),
    ("weeks from Sunday", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05",
     "08-05 08-17 08-19 08-31"),
    ("a set position in a week that began earlier", "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1;COUNT=2",
     "2027-03-03", "03-03 03-08 03-15"),
    ("every day in January", "FREQ=DAILY;BYMONTH=1;COUNT=4", "2027-01-30",
     "01-30 01-31 2028-01-01 2028-01-02"),
    ("every third day in March", "FREQ=MONTHLY;BYMONTH=3;BYMONTHDAY=3,6;COUNT=3", "2027-03-03",
     "03-03 03-06 2028-03-03"),
    ("US election day", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3",
     "1996-11-05", "11-05 2000-11-07 2004-11-02"),
    ("the end counts", "FREQ=DAILY;UNTIL=20270303", "2027-03-01", "03-01 03-02 03-03"),
    ("single dates alone", "RDATE:20270305,20270303", "2027-03-01", "03-01 03-03 03-05"),
    ("rule and single dates", "FREQ=WEEKLY;COUNT=2\nRDATE:20270303,20270308", "2027-03-01",
     "03-01 03-03 03-08"),
    ("excluded by a rule", "FREQ=DAILY;COUNT=6\nEXRULE:FREQ=DAILY;INTERVAL=2", "2027-03-01",
     "03-02 03-04 03-06"),
    ("all of it excluded", "FREQ=DAILY;COUNT=6\nEXRULE:FREQ=DAILY", "2027-03-01", ""),
    ("two rules", "FREQ=WEEKLY;COUNT=2\nRRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=1", "2027-03-01",
     "03-01 03-03 03-08"),
    ("first day off the rule, as Google counts", "FREQ=WEEKLY;BYDAY=WE;COUNT=3", "2024-05-30",
     "05-30 06-05 06-12 06-19"),
    ("before the calendar began", "FREQ=WEEKLY;BYDAY=MO,WE;WKST=SU;COUNT=2", "0001-01-01", "01-01 01-03"),
    ("Tuesday's weeks at the beginning of the calendar", "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;COUNT=1;WKST=TU",
     "0001-01-01", "01-01 01-08"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "first", "wanted"), RULES, ids=[row[0] for row in RULES])
def test_rules_of_days(why: str, text: str, first: str, wanted: str) -> None:
    expected = wanted.split()
    assert found(text, "", days(first)) == expected, why
    if "RDATE" not in text:
        assert [one[:-6] for one in found(text, "UTC", timed(f"{first}T09:00"))] == expected, why


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("FREQ=HOURLY;INTERVAL=3;COUNT=4", "03-01T09:00 03-01T12:00 03-01T15:00 03-01T18:00"),
        ("FREQ=HOURLY;BYHOUR=9,11;COUNT=3", "03-01T09:00 03-01T11:00 03-02T09:00"),
        ("FREQ=HOURLY;BYDAY=TU;BYMINUTE=0,30;COUNT=2", "03-01T09:00 03-02T00:00 03-02T00:30"),
        ("FREQ=HOURLY;INTERVAL=5;BYDAY=TU;COUNT=2", "03-01T09:00 03-02T00:00 03-02T05:00"),
        ("FREQ=MINUTELY;INTERVAL=90;COUNT=3", "03-01T09:00 03-01T10:30 03-01T12:00"),
        ("FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,16;COUNT=4", "03-01T09:00 03-01T09:20 03-01T09:40 03-01T16:00"),
        ("FREQ=MINUTELY;BYMINUTE=15;COUNT=2", "03-01T09:00 03-01T09:15 03-01T10:15"),
        ("FREQ=SECONDLY;INTERVAL=1800;COUNT=3", "03-01T09:00 03-01T09:30 03-01T10:00"),
        ("FREQ=SECONDLY;BYHOUR=12;BYMINUTE=7,8;BYSECOND=0;COUNT=2", "03-01T09:00 03-01T12:07 03-01T12:08"),
        ("FREQ=DAILY;BYSECOND=0,30;COUNT=3", "03-01T09:00 03-01T09:00 03-02T09:00"),
        # On to the next day, hour or minute in one step, and to its very beginning.
        ("FREQ=SECONDLY;BYDAY=TU;BYHOUR=0;BYMINUTE=0;BYSECOND=0;COUNT=1", "03-01T09:00 03-02T00:00"),
        ("FREQ=SECONDLY;BYHOUR=12;BYMINUTE=7;BYSECOND=0;COUNT=5",
         "03-01T09:00 03-01T12:07 03-02T12:07 03-03T12:07 03-04T12:07 03-05T12:07"),
        ("FREQ=SECONDLY;BYHOUR=12;BYMINUTE=7;BYSECOND=0,30;COUNT=3",
         "03-01T09:00 03-01T12:07 03-01T12:07 03-02T12:07"),
        ("FREQ=MINUTELY;BYSECOND=15,30;COUNT=3", "03-01T09:00 03-01T09:00 03-01T09:00 03-01T09:01"),
        ("FREQ=DAILY;BYHOUR=9,16;BYMINUTE=0,20;COUNT=5",
         "03-01T09:00 03-01T09:20 03-01T16:00 03-01T16:20 03-02T09:00"),
        ("FREQ=DAILY;BYHOUR=9,12,16;BYSETPOS=-1;COUNT=2", "03-01T09:00 03-01T16:00 03-02T16:00"),
    ],
)  # fmt: skip
def test_rules_within_a_day(text: str, wanted: str) -> None:
    assert found(text, "UTC", timed("2027-03-01T09:00")) == wanted.split()


def test_a_window_shows_what_overlaps_it() -> None:
    recurrence, _ = read(["FREQ=DAILY"], BRUSSELS, MONDAY)  # 17:00 to 18:00 UTC

    def shown(first: str, last: str) -> list[int]:
        return [start.day for start in occurrences(recurrence, MONDAY, moment(first), moment(last))]

    assert shown("2020-01-08T17:30", "2020-01-10T17:00") == [8, 9]
    assert shown("2020-01-08T18:00", "2020-01-10T17:01") == [9, 10]
    assert shown("2019-01-01", "2020-01-08") == [6, 7]
    assert shown("2020-01-08T18:00", "2020-01-09T17:00") == []


def test_what_began_days_ago_is_in_the_window_as_well() -> None:
    long = timed("2020-01-06T17:00", 5 * 24)
    recurrence, _ = read(["FREQ=WEEKLY"], BRUSSELS, long)
    shown = occurrences(recurrence, long, moment("2020-01-17"), moment("2020-01-18"))
    assert shown == [moment("2020-01-13T17:00")]


def test_a_moment_is_in_the_window_that_it_begins() -> None:
    instant = timed("2020-01-06T17:00", 0)
    recurrence, _ = read(["FREQ=DAILY"], BRUSSELS, instant)
    assert len(occurrences(recurrence, instant, moment("2020-01-08T17:00"), moment("2020-01-09T17:00"))) == 1


def test_days_around_a_window_are_shown_since_zones_differ() -> None:
    recurrence, _ = read(["FREQ=DAILY"], "", MONDAY_ALL_DAY)
    shown = occurrences(recurrence, MONDAY_ALL_DAY, moment("2020-02-10"), moment("2020-02-11"))
    assert shown == [date(2020, 2, 9), date(2020, 2, 10), date(2020, 2, 11)]


def test_windows_may_reach_to_the_ends_of_time() -> None:
    recurrence, _ = read(["FREQ=DAILY;COUNT=3"], BRUSSELS, MONDAY)
    ends = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert len(occurrences(recurrence, MONDAY, *ends)) == 3
    old = days("0001-01-01")
    assert len(occurrences(read(["FREQ=DAILY;COUNT=3"], "", old)[0], old, *ends)) == 3
    late = Span(datetime(9999, 12, 31, 20, tzinfo=UTC), datetime(9999, 12, 31, 21, tzinfo=UTC))
    endless, _ = read(["FREQ=DAILY;UNTIL=99991231"], "Asia/Tehran", late)
    assert last_start(endless, late) == late.start
    assert last_start(read(["FREQ=DAILY;UNTIL=99991231"], "America/New_York", late)[0], late) == late.start


def test_a_day_that_never_comes_is_looked_for_in_the_window_only() -> None:
    recurrence, _ = read(["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"], BRUSSELS, MONDAY)
    assert occurrences(recurrence, MONDAY, moment("2020-01-01"), moment("2040-01-01")) == [MONDAY.start]


def test_nothing_is_looked_for_when_all_are_counted() -> None:
    leap_day = timed("9996-02-29T08:00")
    recurrence, _ = read(["FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=9;COUNT=1"], BRUSSELS, leap_day)
    assert last_start(recurrence, leap_day) == leap_day.start


def test_seconds_are_counted_from_the_first_one() -> None:
    first = timed("2027-03-01T09:30")
    seconds, _ = read(["FREQ=SECONDLY;COUNT=2"], "UTC", first)
    assert last_start(seconds, first) == moment("2027-03-01T09:30:01")
    hourly, _ = read(["FREQ=SECONDLY;BYMINUTE=7;BYSECOND=0;COUNT=40"], "UTC", first)
    assert last_start(hourly, first) == moment("2027-03-03T01:07")
    odd = timed("2027-03-01T09:30:10")
    sevenths, _ = read(["FREQ=SECONDLY;INTERVAL=7;COUNT=3"], "UTC", odd)
    assert last_start(sevenths, odd) == moment("2027-03-01T09:30:24")


def test_more_occurrences_than_asked_for_are_refused() -> None:
    recurrence, _ = read(["FREQ=DAILY"], BRUSSELS, MONDAY)
    week = moment("2020-01-06"), moment("2020-01-13")
    assert len(occurrences(recurrence, MONDAY, *week, limit=7)) == 7
    with pytest.raises(Rejected, match=r"^too_many_occurrences$"):
        occurrences(recurrence, MONDAY, *week, limit=6)


def test_a_far_window_takes_no_longer() -> None:
    recurrence, _ = read(["FREQ=DAILY"], BRUSSELS, timed("1970-01-05T08:00"))
    far = moment("9000-01-01"), moment("9000-01-08")
    assert (
        len(occurrences(recurrence, timed("1970-01-05T08:00"), *far)) == 7
    )  # walking there would be refused


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY", "FREQ=SECONDLY;COUNT=1000000000", "FREQ=DAILY;COUNT=4;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;BYHOUR=3;BYMONTH=2;BYMONTHDAY=31;COUNT=1",
        "FREQ=YEARLY;BYHOUR=0,1,2,3,4,5,6,7;BYMINUTE=0,1,2,3,4,5,6,7;BYSECOND=0,1,2,3,4,5,6,7;BYDAY=MO,TU,WE,TH",
    ],
)  # fmt: skip
def test_too_much_work_is_refused(text: str) -> None:
    recurrence, _ = read([text], BRUSSELS, MONDAY)
    with pytest.raises(Rejected, match=r"^too_many_occurrences$"):
        occurrences(recurrence, MONDAY, moment("2020-01-01"), moment("9000-01-01"))


def test_an_occurrence_lasts_as_long_as_the_first() -> None:
    night = timed("2027-03-20T22:00", 8)
    assert span_at(night, moment("2027-03-27T22:00")) == timed("2027-03-27T22:00", 8)
    assert span_at(days("2027-03-20", 3), date(2027, 3, 27)) == days("2027-03-27", 3)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("FREQ=DAILY", None),
        ("FREQ=DAILY;COUNT=3\nRRULE:FREQ=WEEKLY", None),
        ("FREQ=DAILY;COUNT=3", "2020-01-08T17:00"),
        ("FREQ=DAILY;UNTIL=20200110", "2020-01-10T17:00"),
        ("FREQ=DAILY;UNTIL=20191231", "2020-01-06T17:00"),
        ("FREQ=DAILY;COUNT=3\nRDATE:20200120T170000Z", "2020-01-20T17:00"),
        ("RDATE:20200120T170000Z", "2020-01-20T17:00"),
        ("FREQ=DAILY;COUNT=4\nEXRULE:FREQ=DAILY;INTERVAL=3", "2020-01-08T17:00"),
        ("FREQ=DAILY;COUNT=4\nEXRULE:FREQ=DAILY", None),
    ],
)
def test_the_last_occurrence(text: str, last: str | None) -> None:
    recurrence, _ = read([text], BRUSSELS, MONDAY)
    assert last_start(recurrence, MONDAY) == (moment(last) if last else None)
    assert is_endless(recurrence) == (last is None and "EXRULE" not in text)
