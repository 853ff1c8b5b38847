"""Which recurrences are the same in other words, which come to the same, and which differ."""

from __future__ import annotations

import pytest

from sync.recurrence import canonical, equal, read
from tests.unit.test_recurrence_lines import BRUSSELS, MONDAY, MONDAY_ALL_DAY

SAME_WORDS = [
    ("FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO;INTERVAL=1;WKST=SU"),
    ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
    ("FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=6"),
    ("FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=6"),
    ("FREQ=YEARLY;BYMONTH=1,7", "FREQ=YEARLY;BYMONTH=7,1;BYMONTHDAY=6"),
    ("FREQ=DAILY", "FREQ=DAILY;BYHOUR=18;BYMINUTE=0;BYSECOND=0"),
    ("FREQ=DAILY;UNTIL=20200117", "FREQ=DAILY;UNTIL=20200117T170000Z"),
    ("FREQ=DAILY;UNTIL=20200117", "FREQ=DAILY;UNTIL=20200118T165959Z"),
    ("FREQ=WEEKLY;UNTIL=20200113T235959", "FREQ=WEEKLY;UNTIL=20200113T180000Z"),
    ("FREQ=DAILY", "FREQ=DAILY\nRDATE:20200106T170000Z"),
]
SAME_TIMES = [
    ("FREQ=DAILY;BYDAY=MO,WE", "FREQ=WEEKLY;BYDAY=MO,WE"),
    ("FREQ=DAILY;COUNT=5", "FREQ=DAILY;UNTIL=20200110"),
    ("FREQ=MONTHLY;INTERVAL=12", "FREQ=YEARLY"),
    ("FREQ=MONTHLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1"),
]
DIFFERENT = [
    ("FREQ=DAILY", "FREQ=WEEKLY"),
    ("FREQ=DAILY", "FREQ=DAILY;COUNT=3000"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU"),
    ("FREQ=WEEKLY;INTERVAL=3;BYMONTHDAY=1", "FREQ=WEEKLY;INTERVAL=3;BYMONTHDAY=1;WKST=TU"),
    ("FREQ=WEEKLY;INTERVAL=3;BYYEARDAY=1", "FREQ=WEEKLY;INTERVAL=3;BYYEARDAY=1;WKST=TU"),
    ("FREQ=WEEKLY;BYSETPOS=1;BYDAY=SU,MO", "FREQ=WEEKLY;BYSETPOS=1;BYDAY=SU,MO;WKST=SU"),
    ("FREQ=YEARLY;BYWEEKNO=1", "FREQ=YEARLY;BYWEEKNO=1;WKST=SU"),
    ("FREQ=DAILY;UNTIL=20200117T165959Z", "FREQ=DAILY;UNTIL=20200117T170000Z"),
    ("FREQ=HOURLY;UNTIL=20200117T120000Z", "FREQ=HOURLY;UNTIL=20200117T130000Z"),
    ("FREQ=DAILY;COUNT=5", "FREQ=DAILY;COUNT=6"),
]


@pytest.mark.parametrize(("one", "other"), SAME_WORDS)
def test_other_words_for_the_same(one: str, other: str) -> None:
    left, right = (read([text], BRUSSELS, MONDAY)[0] for text in (one, other))
    assert canonical(left, MONDAY) == canonical(right, MONDAY)
    assert equal(left, right, MONDAY)


@pytest.mark.parametrize(("one", "other"), SAME_TIMES)
def test_other_rules_for_the_same_times(one: str, other: str) -> None:
    left, right = (read([text], BRUSSELS, MONDAY)[0] for text in (one, other))
    assert canonical(left, MONDAY) != canonical(right, MONDAY)
    assert equal(left, right, MONDAY)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_rules_that_differ(one: str, other: str) -> None:
    left, right = (read([text], BRUSSELS, MONDAY)[0] for text in (one, other))
    assert canonical(left, MONDAY) != canonical(right, MONDAY)
    assert not equal(left, right, MONDAY)
    assert equal(left, left, MONDAY)


def test_zones_are_equal_if_their_clocks_are() -> None:
    brussels, rome = (read(["FREQ=DAILY"], zone, MONDAY)[0] for zone in (BRUSSELS, "Europe/Rome"))
    lisbon, _ = read(["FREQ=DAILY"], "Africa/Tunis", MONDAY)
    assert canonical(brussels, MONDAY) != canonical(rome, MONDAY)
    assert equal(brussels, rome, MONDAY)
    assert not equal(brussels, lisbon, MONDAY)


def test_an_all_day_series_is_no_timed_one() -> None:
    timed_one, _ = read(["FREQ=DAILY"], BRUSSELS, MONDAY)
    all_day, _ = read(["FREQ=DAILY"], "", MONDAY_ALL_DAY)
    assert not equal(timed_one, all_day, MONDAY)
    assert canonical(all_day, MONDAY_ALL_DAY) == "\nRRULE:FREQ=DAILY"


def test_the_last_day_of_an_all_day_series_is_kept() -> None:
    until, _ = read(["FREQ=DAILY;UNTIL=20200117"], "", MONDAY_ALL_DAY)
    assert canonical(until, MONDAY_ALL_DAY) == "\nRRULE:FREQ=DAILY;UNTIL=20200117"
