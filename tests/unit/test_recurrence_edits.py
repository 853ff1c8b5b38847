"""Series cut in two, given another end, and moved."""

from __future__ import annotations

import itertools
from datetime import date, datetime

import pytest

from sync.errors import Rejected
from sync.model import Span
from sync.recurrence import Start, cut, moved, read, tail, with_end
from sync.recurrence.starts import starts
from tests.unit.test_recurrence_lines import BRUSSELS, MONDAY, MONDAY_ALL_DAY, days, moment, timed

NEW_YORK = "America/New_York"


def lines(text: str, zone: str, span: Span) -> tuple[str, ...]:
    return read([text], zone, span)[0].lines


@pytest.mark.parametrize(
    ("text", "before", "head"),
    [
        # As Google writes it: the end of the local day before.
        ("FREQ=WEEKLY", "2020-01-20T17:00", "RRULE:FREQ=WEEKLY;UNTIL=20200119T225959Z"),
        ("FREQ=WEEKLY;COUNT=4", "2020-01-20T17:00", "RRULE:FREQ=WEEKLY;UNTIL=20200119T225959Z"),
        ("FREQ=WEEKLY;UNTIL=20200301", "2020-01-20T17:00", "RRULE:FREQ=WEEKLY;UNTIL=20200119T225959Z"),
        # An end that came earlier stays.
        ("FREQ=WEEKLY;UNTIL=20200114\nRDATE:20200120T170000Z", "2020-01-20T17:00",
         "RRULE:FREQ=WEEKLY;UNTIL=20200114T225959Z"),
        ("FREQ=WEEKLY;COUNT=2\nRDATE:20200120T170000Z", "2020-01-20T17:00", "RRULE:FREQ=WEEKLY;COUNT=2"),
        # Where something else takes place that day before, the last second.
        ("FREQ=HOURLY", "2020-01-07T17:00", "RRULE:FREQ=HOURLY;UNTIL=20200107T165959Z"),
        ("FREQ=DAILY\nRDATE:20200120T200000Z", "2020-01-20T20:00", "RRULE:FREQ=DAILY;UNTIL=20200120T195959Z"),
        ("FREQ=WEEKLY;BYDAY=TU\nRDATE:20200106T200000Z", "2020-01-06T20:00",
         "RRULE:FREQ=WEEKLY;UNTIL=20200106T195959Z;BYDAY=TU"),
        # The end is just the one that is cut off.
        ("FREQ=WEEKLY;UNTIL=20200120T170000Z", "2020-01-20T17:00",
         "RRULE:FREQ=WEEKLY;UNTIL=20200119T225959Z"),
        # Far more of them, or far later, than could be walked through.
        ("FREQ=DAILY;COUNT=1000000", "2020-01-20T17:00", "RRULE:FREQ=DAILY;UNTIL=20200119T225959Z"),
        ("FREQ=DAILY", "9000-01-20T17:00", "RRULE:FREQ=DAILY;UNTIL=90000119T225959Z"),
        # Single dates and exclusions.
        ("RDATE:20200110T170000Z,20200120T170000Z", "2020-01-20T17:00", "RDATE:20200110T170000Z"),
        ("RDATE:20200120T170000Z", "2020-01-20T17:00", ""),
    ],
)  # fmt: skip
def test_the_head_of_a_series(text: str, before: str, head: str) -> None:
    recurrence, _ = read([text], BRUSSELS, MONDAY)
    assert cut(recurrence, MONDAY, moment(before)).lines == ((head,) if head else ())


def test_the_day_before_is_a_local_one() -> None:
    night = timed("2020-01-06T23:30")  # on Tuesday in Brussels
    head = cut(read(["FREQ=WEEKLY"], BRUSSELS, night)[0], night, moment("2020-01-20T23:30"))
    assert head.lines == ("RRULE:FREQ=WEEKLY;UNTIL=20200120T225959Z",)


def test_the_head_of_an_all_day_series() -> None:
    recurrence, _ = read(["FREQ=DAILY;COUNT=9"], "", MONDAY_ALL_DAY)
    head = cut(recurrence, MONDAY_ALL_DAY, date(2020, 1, 9))
    assert head.lines == ("RRULE:FREQ=DAILY;UNTIL=20200108",)


def test_nothing_comes_before_the_first() -> None:
    recurrence, _ = read(["FREQ=DAILY"], BRUSSELS, MONDAY)
    with pytest.raises(ValueError, match="2020"):
        cut(recurrence, MONDAY, MONDAY.start)


@pytest.mark.parametrize(
    ("text", "start", "rest"),
    [
        ("FREQ=WEEKLY", "2020-01-20T17:00", ["RRULE:FREQ=WEEKLY"]),
        ("FREQ=WEEKLY;COUNT=4;BYDAY=MO", "2020-01-20T17:00", ["RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=MO"]),
        ("FREQ=WEEKLY;UNTIL=20200301", "2020-01-20T17:00", ["RRULE:FREQ=WEEKLY;UNTIL=20200301T225959Z"]),
        ("FREQ=WEEKLY;BYDAY=MO,WE", "2020-01-15T17:00", ["RRULE:FREQ=WEEKLY;BYDAY=MO,WE"]),
        ("FREQ=WEEKLY;INTERVAL=2", "2020-01-20T17:00", ["RRULE:FREQ=WEEKLY;INTERVAL=2"]),
        ("FREQ=DAILY;INTERVAL=7", "2020-01-13T17:00", ["RRULE:FREQ=DAILY;INTERVAL=7"]),
        ("FREQ=WEEKLY;UNTIL=20200120T170000Z", "2020-01-20T17:00",
         ["RRULE:FREQ=WEEKLY;UNTIL=20200120T170000Z"]),
        ("FREQ=DAILY;COUNT=2\nRRULE:FREQ=WEEKLY", "2020-01-20T17:00", ["RRULE:FREQ=WEEKLY"]),
        # The first day was not on the rule, so it was not counted.
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=2", "2020-01-14T17:00", ["RRULE:FREQ=WEEKLY;COUNT=1;BYDAY=TU"]),
        # Single dates after the start; rules that are over.
        ("FREQ=WEEKLY;COUNT=1\nRDATE:20200110T170000Z,20200120T170000Z,20200121T170000Z", "2020-01-20T17:00",
         ["RDATE:20200121T170000Z"]),
        ("FREQ=WEEKLY;UNTIL=20200115\nRDATE:20200120T170000Z", "2020-01-20T17:00", []),
        # From a single date on, the rule has to say what it took from the first start.
        ("FREQ=WEEKLY\nRDATE:20200108T180000Z", "2020-01-08T18:00", ["RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=18"]),
        ("FREQ=MONTHLY\nRDATE:20200108T170000Z", "2020-01-08T17:00", ["RRULE:FREQ=MONTHLY;BYMONTHDAY=6"]),
        ("FREQ=YEARLY\nRDATE:20200108T170000Z", "2020-01-08T17:00",
         ["RRULE:FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=6"]),
        ("FREQ=MONTHLY;BYMONTHDAY=6,7\nRDATE:20200108T171530Z", "2020-01-08T17:15:30",
         ["RRULE:FREQ=MONTHLY;BYMONTHDAY=6,7;BYMINUTE=0;BYSECOND=0"]),
        ("FREQ=DAILY;COUNT=9\nEXRULE:FREQ=DAILY;INTERVAL=2;COUNT=3", "2020-01-08T17:00",
         ["RRULE:FREQ=DAILY;COUNT=7", "EXRULE:FREQ=DAILY;INTERVAL=2;COUNT=2"]),
    ],
)  # fmt: skip
def test_the_rest_of_a_series(text: str, start: str, rest: list[str]) -> None:
    recurrence, _ = read([text], BRUSSELS, MONDAY)
    assert list(tail(recurrence, MONDAY, moment(start)).lines) == rest


def test_the_rest_from_the_night_that_skips_its_time() -> None:
    night = timed("2027-03-27T01:30")
    recurrence, _ = read(["FREQ=DAILY;COUNT=4"], BRUSSELS, night)
    rest = tail(recurrence, night, moment("2027-03-28T01:30"))
    assert rest.lines == ("RRULE:FREQ=DAILY;COUNT=3;BYHOUR=2",)
    assert list(starts(rest, timed("2027-03-28T01:30"))) == list(starts(recurrence, night))[1:]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("FREQ=WEEKLY;INTERVAL=2", "FREQ=WEEKLY;INTERVAL=2"),
        ("FREQ=MONTHLY\nEXRULE:FREQ=DAILY;INTERVAL=2", "FREQ=DAILY;INTERVAL=2"),
    ],
)
def test_every_second_one_cannot_go_on_from_between(text: str, rule: str) -> None:
    recurrence, _ = read([text, "RDATE:20200115T170000Z"], BRUSSELS, MONDAY)
    with pytest.raises(Rejected) as refused:
        tail(recurrence, MONDAY, moment("2020-01-15T17:00"))
    assert (refused.value.code, refused.value.detail) == ("cannot_split_rule", rule)


@pytest.mark.parametrize(
    ("text", "zone", "count", "until", "line"),
    [
        ("FREQ=DAILY;COUNT=9", BRUSSELS, None, None, "RRULE:FREQ=DAILY"),
        ("FREQ=DAILY;UNTIL=20200301", BRUSSELS, 5, None, "RRULE:FREQ=DAILY;COUNT=5"),
        ("FREQ=DAILY;COUNT=9", BRUSSELS, None, date(2020, 7, 1), "RRULE:FREQ=DAILY;UNTIL=20200701T215959Z"),
        ("FREQ=DAILY", NEW_YORK, None, date(2020, 7, 1), "RRULE:FREQ=DAILY;UNTIL=20200702T035959Z"),
        # Midnight is where Santiago's clocks go back, so the last second comes twice.
        ("FREQ=DAILY", "America/Santiago", None, date(2027, 4, 3), "RRULE:FREQ=DAILY;UNTIL=20270404T035959Z"),
        ("FREQ=DAILY", "", None, date(2020, 7, 1), "RRULE:FREQ=DAILY;UNTIL=20200701"),
        ("RDATE:20200701,20200702", "", None, date(2020, 7, 1), "RDATE;VALUE=DATE:20200701"),
        (
            "RDATE:20200701T200000Z,20200702T200000Z",
            BRUSSELS,
            None,
            date(2020, 7, 1),
            "RDATE:20200701T200000Z",
        ),
    ],
)
def test_another_end(text: str, zone: str, count: int | None, until: date | None, line: str) -> None:
    recurrence, _ = read([text], zone, MONDAY if zone else MONDAY_ALL_DAY)
    assert with_end(recurrence, count=count, until=until).lines == (line,)


MOVES = [
    # the first start is Monday, 6 January 2020, 17:00 UTC (18:00 in Brussels)
    ("FREQ=WEEKLY", "2020-01-06T18:00", "FREQ=WEEKLY"),
    ("FREQ=WEEKLY;BYDAY=MO,WE", "2020-01-06T18:00", "FREQ=WEEKLY;BYDAY=MO,WE"),
    ("FREQ=WEEKLY;BYDAY=MO,WE", "2020-01-07T18:00", "FREQ=WEEKLY;BYDAY=TU,TH"),
    ("FREQ=WEEKLY;BYDAY=MO,SU", "2020-01-05T17:00", "FREQ=WEEKLY;BYDAY=SA,SU"),
    ("FREQ=WEEKLY;BYDAY=MO,WE;INTERVAL=2", "2020-01-08T17:00", "FREQ=WEEKLY;BYDAY=WE,FR;INTERVAL=2;WKST=WE"),
    ("FREQ=WEEKLY;BYDAY=MO,WE;INTERVAL=2", "2020-01-05T17:00", "FREQ=WEEKLY;BYDAY=SU,TU;INTERVAL=2;WKST=SU"),
    ("FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=1", "2020-01-08T17:00", "FREQ=WEEKLY;BYDAY=WE,FR;BYSETPOS=1;WKST=WE"),
    ("FREQ=WEEKLY;BYDAY=MO;WKST=SU", "2020-01-08T17:00", "FREQ=WEEKLY;BYDAY=WE"),
    ("FREQ=DAILY;BYDAY=MO,FR", "2020-01-08T17:00", "FREQ=DAILY;BYDAY=WE,SU"),
    ("FREQ=DAILY", "2020-01-08T17:00", "FREQ=DAILY"),
    ("FREQ=HOURLY", "2020-01-08T17:30", "FREQ=HOURLY"),
    ("FREQ=DAILY;UNTIL=20200110", "2020-01-07T18:00", "FREQ=DAILY;UNTIL=20200111"),
    ("FREQ=DAILY;UNTIL=20200110T170000Z", "2020-01-06T18:00", "FREQ=DAILY;UNTIL=20200110"),
    ("FREQ=DAILY;UNTIL=20200110T165959Z", "2020-01-06T18:00", "FREQ=DAILY;UNTIL=20200109"),
    ("FREQ=HOURLY;UNTIL=20200110T170000Z", "2020-01-06T17:30", "FREQ=HOURLY;UNTIL=20200110T173000Z"),
    ("FREQ=DAILY;BYHOUR=18;UNTIL=20200110T170000Z", "2020-01-06T17:30",
     "FREQ=DAILY;BYHOUR=18;UNTIL=20200110T173000Z"),
    ("FREQ=DAILY;COUNT=3", "2020-01-07T18:00", "FREQ=DAILY;COUNT=3"),
    ("RDATE:20200708T160000Z", "2020-01-07T18:00", "RDATE:20200709T170000Z"),
    ("FREQ=DAILY\nEXRULE:FREQ=WEEKLY;BYDAY=SA,SU", "2020-01-07T17:00",
     "FREQ=DAILY\nEXRULE:FREQ=WEEKLY;BYDAY=SU,MO"),
    ("FREQ=DAILY;BYHOUR=18;BYMINUTE=0", "2020-01-06T18:30", "FREQ=DAILY;BYHOUR=19;BYMINUTE=30"),
    ("FREQ=DAILY;BYHOUR=18,20", "2020-01-06T17:30", "FREQ=DAILY;BYHOUR=18,20"),
    ("FREQ=DAILY;BYMONTHDAY=6", "2020-01-06T18:00", "FREQ=DAILY;BYMONTHDAY=6"),
    ("FREQ=MONTHLY", "2020-01-09T17:00", "FREQ=MONTHLY"),
    ("FREQ=MONTHLY;BYMONTHDAY=6", "2020-01-31T17:00", "FREQ=MONTHLY;BYMONTHDAY=31"),
    ("FREQ=MONTHLY;BYMONTHDAY=-26", "2020-01-07T17:00", "FREQ=MONTHLY;BYMONTHDAY=-25"),
    ("FREQ=MONTHLY;BYMONTHDAY=6,20", "2020-01-07T17:00", "FREQ=MONTHLY;BYMONTHDAY=7,21"),
    ("FREQ=MONTHLY;BYMONTHDAY=-26,-2", "2020-01-05T17:00", "FREQ=MONTHLY;BYMONTHDAY=-27,-3"),
    ("FREQ=MONTHLY;BYDAY=1MO", "2020-01-14T17:00", "FREQ=MONTHLY;BYDAY=2TU"),
    ("FREQ=MONTHLY;BYDAY=1MO", "2020-01-30T17:00", "FREQ=MONTHLY;BYDAY=-1TH"),
    ("FREQ=MONTHLY;BYDAY=-4MO", "2020-01-14T17:00", "FREQ=MONTHLY;BYDAY=-3TU"),
    ("FREQ=MONTHLY;BYDAY=-4MO", "2020-01-02T17:00", "FREQ=MONTHLY;BYDAY=1TH"),
    ("FREQ=MONTHLY;BYDAY=1MO,3MO", "2020-01-07T17:00", "FREQ=MONTHLY;BYDAY=1TU,3TU"),
    ("FREQ=MONTHLY;BYDAY=MO,TU", "2020-01-07T17:00", "FREQ=MONTHLY;BYDAY=TU,WE"),
    ("FREQ=YEARLY", "2020-03-06T17:00", "FREQ=YEARLY"),
    ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=6", "2020-03-07T17:00", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=7"),
    ("FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=6", "2020-01-07T17:00", "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=7"),
    ("FREQ=YEARLY;BYMONTH=1;BYDAY=1MO", "2020-02-11T17:00", "FREQ=YEARLY;BYMONTH=2;BYDAY=2TU"),
    ("FREQ=YEARLY;BYDAY=MO", "2020-01-07T17:00", "FREQ=YEARLY;BYDAY=TU"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "start", "wanted"), MOVES)
def test_a_rule_moves_with_its_start(text: str, start: str, wanted: str) -> None:
    recurrence, _ = read([text], BRUSSELS, MONDAY)
    assert moved(recurrence, MONDAY, timed(start, 2), BRUSSELS).lines == lines(wanted, BRUSSELS, MONDAY)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("FREQ=WEEKLY;BYDAY=MO;BYMONTH=1", "2020-01-07T17:00"),
        ("FREQ=DAILY;BYMONTHDAY=6", "2020-01-07T17:00"),
        ("FREQ=HOURLY;BYDAY=MO", "2020-01-07T17:00"),
        ("FREQ=DAILY;BYHOUR=18,20", "2020-01-06T18:00"),
        ("FREQ=DAILY;BYMINUTE=0,30", "2020-01-06T17:10"),
        ("FREQ=DAILY;BYSECOND=0,30", "2020-01-06T17:00:10"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2020-01-07T17:00"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2020-01-07T17:00"),
        ("FREQ=YEARLY;BYWEEKNO=2", "2020-01-07T17:00"),
        ("FREQ=YEARLY;BYYEARDAY=6", "2020-01-07T17:00"),
        ("FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=6", "2020-02-07T17:00"),
        ("FREQ=YEARLY;BYDAY=1MO", "2020-01-07T17:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=6,31", "2020-01-07T17:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=-26", "2020-02-07T17:00"),
        ("FREQ=MONTHLY;BYDAY=2MO", "2020-01-07T17:00"),
        ("FREQ=MONTHLY;BYDAY=1MO,3TU", "2020-01-07T17:00"),
        ("FREQ=MONTHLY;BYDAY=1MO,3MO", "2020-01-14T17:00"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=MO", "2020-01-07T17:00"),
        ("FREQ=MONTHLY;BYMONTH=1;BYDAY=MO", "2020-01-07T17:00"),
    ],
)
def test_what_follows_no_such_rule_does_not_move(text: str, start: str) -> None:
    recurrence, _ = read([text], BRUSSELS, MONDAY)
    with pytest.raises(Rejected, match=r"^cannot_move_rule: FREQ="):
        moved(recurrence, MONDAY, timed(start), BRUSSELS)


def test_days_are_local_ones() -> None:
    tuesday_evening = timed("2027-03-03T02:00")
    recurrence, _ = read(["FREQ=WEEKLY;BYDAY=TU;UNTIL=20270316"], NEW_YORK, tuesday_evening)
    earlier = moved(recurrence, tuesday_evening, timed("2027-03-02T22:00"), NEW_YORK)
    assert earlier == recurrence
    later = moved(recurrence, tuesday_evening, timed("2027-03-04T02:00"), NEW_YORK)
    assert later.lines == ("RRULE:FREQ=WEEKLY;UNTIL=20270318T035959Z;BYDAY=WE",)


def test_another_zone() -> None:
    recurrence, _ = read(["FREQ=WEEKLY;UNTIL=20200301", "RDATE:20200708T160000Z"], BRUSSELS, MONDAY)
    there = moved(recurrence, MONDAY, timed("2020-01-06T23:00"), NEW_YORK)  # 18:00 there, too
    assert (there.lines, there.zone) == (
        ("RRULE:FREQ=WEEKLY;UNTIL=20200302T045959Z", "RDATE:20200708T220000Z"),
        NEW_YORK,
    )
    with pytest.raises(Rejected, match="unknown_zone"):
        moved(recurrence, MONDAY, MONDAY, "Mars/Base")


def test_a_timed_series_becomes_an_all_day_one_and_back() -> None:
    timed_one, _ = read(
        ["FREQ=WEEKLY;BYDAY=MO;BYHOUR=18;UNTIL=20200301T225959Z", "RDATE:20200708T010000Z"], BRUSSELS, MONDAY
    )
    tuesday = days("2020-01-07")
    all_day = moved(timed_one, MONDAY, tuesday, "")
    assert (all_day.lines, all_day.zone) == (
        ("RRULE:FREQ=WEEKLY;UNTIL=20200302;BYDAY=TU", "RDATE;VALUE=DATE:20200709"),
        "",
    )
    back = moved(all_day, tuesday, MONDAY, BRUSSELS)
    assert back.lines == ("RRULE:FREQ=WEEKLY;UNTIL=20200301T225959Z;BYDAY=MO", "RDATE:20200708T160000Z")


@pytest.mark.parametrize("text", ["FREQ=HOURLY;INTERVAL=48", "FREQ=DAILY;BYHOUR=18,20"])
def test_days_have_no_hours(text: str) -> None:
    recurrence, _ = read([text], BRUSSELS, MONDAY)
    with pytest.raises(Rejected, match=r"^cannot_move_rule: FREQ="):
        moved(recurrence, MONDAY, days("2020-01-06"), "")


def test_a_move_near_the_end_of_time_stays_inside_it() -> None:
    recurrence, _ = read(["RDATE:99991231T170000Z"], BRUSSELS, MONDAY)
    later = moved(recurrence, MONDAY, timed("2020-02-06T17:00"), BRUSSELS)
    ends: list[Start] = list(itertools.islice(starts(later, timed("2020-02-06T17:00")), 2))
    assert isinstance(ends[1], datetime)
    assert ends[1].year == 9999
