"""What an edit in Odoo's form meant; the fields are what 17 and 18 made of the same edits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sync.errors import Rejected
from sync.model import Span
from sync.odoo.amend import amend
from sync.odoo.rules import OdooRule
from sync.recurrence import tail
from tests.unit.test_odoo_rules import MONDAY, NEW_YORK, nth, recurrence, rule
from tests.unit.test_recurrence_lines import BRUSSELS, days, moment, timed

WORKING = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
LAST_OF_MARCH = timed("2027-03-31T07:00")
MON_FRI = "mon tue wed thu fri"
THANKSGIVING = "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"
NOVEMBER_25 = timed("2027-11-25T08:00")
TWICE = "FREQ=MONTHLY;BYMONTHDAY=1,15;UNTIL=20270501"
FOURTH_MONDAY = timed("2027-03-22T08:00")
FIRST_OF_MARCH = timed("2027-03-01T08:00")
ANYTHING = rule("weekly", count=1)  # what Odoo makes of an empty text
ANYTHING_MONDAY = rule("weekly", "mon", count=1)
FLAT = rule("weekly", MON_FRI)  # how Odoo reads WORKING
FLAT_17, FLAT_18 = (rule("monthly", **nth("4", "THU"), interval=number) for number in (12, 1))
HOUR, DAY = 1, 24

AMENDED = [
    # Edits of all events through the form: the true rule, its first occurrence, the fields before and after,
    # by how many hours the start was moved, and the rule that was meant.
    ("nothing", WORKING, LAST_OF_MARCH, FLAT, FLAT, 0, WORKING),
    ("720 is for ever", WORKING, LAST_OF_MARCH, FLAT, rule("weekly", MON_FRI, count=720), 0,
     WORKING),
    ("number", WORKING, LAST_OF_MARCH, FLAT, rule("weekly", MON_FRI, count=2), 0,
     WORKING + ";COUNT=2"),
    ("last day", WORKING, LAST_OF_MARCH, FLAT, rule("weekly", MON_FRI, until="2027-06-30"), 0,
     WORKING + ";UNTIL=20270630"),
    ("time", WORKING, LAST_OF_MARCH, FLAT, rule("weekly", MON_FRI, count=720), HOUR, WORKING),
    ("days that were never the rule's", WORKING, LAST_OF_MARCH, FLAT,
     rule("weekly", "mon tue wed thu"), 0, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH"),
    ("weeks that were months", WORKING, LAST_OF_MARCH, FLAT,
     rule("weekly", MON_FRI, interval=2), 0, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR"),
    ("another kind", WORKING, LAST_OF_MARCH, FLAT, rule("daily", count=720), 0, "FREQ=DAILY"),
    ("a fourth Thursday becomes the last", THANKSGIVING, NOVEMBER_25, FLAT_18,
     rule("monthly", **nth("-1", "THU"), count=2), 0, THANKSGIVING + ";COUNT=2"),
    ("in 17 as well", THANKSGIVING, NOVEMBER_25, FLAT_17,
     rule("monthly", **nth("-1", "THU"), interval=12, count=720), HOUR, THANKSGIVING),
    ("every second year, in 17", THANKSGIVING, NOVEMBER_25, FLAT_17,
     rule("monthly", **nth("-1", "THU"), interval=24), 0, THANKSGIVING + ";INTERVAL=2"),
    ("every third month, in 17", THANKSGIVING, NOVEMBER_25, FLAT_17,
     rule("monthly", **nth("-1", "THU"), interval=3), 0, "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1TH"),
    ("moved to the next day", THANKSGIVING, NOVEMBER_25, FLAT_18,
     rule("monthly", **nth("-1", "FRI")), DAY, "FREQ=YEARLY;BYMONTH=11;BYDAY=4FR"),
    ("a fourth Monday becomes the last: that alone is somebody's choice", "FREQ=MONTHLY;BYDAY=4MO;COUNT=6",
     FOURTH_MONDAY, rule("monthly", **nth("4", "MON"), count=6), rule("monthly", **nth("-1", "MON"), count=6),
     0, "FREQ=MONTHLY;BYDAY=-1MO;COUNT=6"),
    ("with another end, Odoo does it by itself", "FREQ=MONTHLY;BYDAY=4MO;COUNT=6",
     FOURTH_MONDAY, rule("monthly", **nth("4", "MON"), count=6), rule("monthly", **nth("-1", "MON"), count=8),
     0, "FREQ=MONTHLY;BYDAY=4MO;COUNT=8"),
    ("with another time, too", "FREQ=MONTHLY;BYDAY=4MO;COUNT=6",
     FOURTH_MONDAY, rule("monthly", **nth("4", "MON"), count=6), rule("monthly", **nth("-1", "MON"), count=6),
     HOUR, "FREQ=MONTHLY;BYDAY=4MO;COUNT=6"),
    ("longer", TWICE, FIRST_OF_MARCH, rule("monthly", day=1, until="2027-05-01"),
     rule("monthly", day=1, until="2027-06-30"), 0, "FREQ=MONTHLY;BYMONTHDAY=1,15;UNTIL=20270630"),
    ("a last day in place of a number", "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=9", MONDAY,
     rule("weekly", "mon wed", count=9), rule("weekly", "mon wed", until="2027-03-16"), 0,
     "FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20270316"),
    ("both days move", TWICE, FIRST_OF_MARCH, rule("monthly", day=1, until="2027-05-01"),
     rule("monthly", day=2, until="2027-05-01"), DAY, "FREQ=MONTHLY;BYMONTHDAY=2,16;UNTIL=20270502"),
    ("every second month", TWICE, FIRST_OF_MARCH, rule("monthly", day=1, until="2027-05-01"),
     rule("monthly", day=1, until="2027-05-01", interval=2), 0,
     "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1,15;UNTIL=20270501"),
    ("a day of the month", TWICE, FIRST_OF_MARCH, rule("monthly", day=1, until="2027-05-01"),
     rule("monthly", day=20, until="2027-05-01"), 0, "FREQ=MONTHLY;BYMONTHDAY=20;UNTIL=20270501"),
    ("by weekday from now on", "FREQ=MONTHLY;COUNT=3", MONDAY, rule("monthly", day=15, count=3),
     rule("monthly", **nth("3", "MON"), count=3), 0, "FREQ=MONTHLY;BYDAY=3MO;COUNT=3"),
    ("one more weekday", "FREQ=WEEKLY;BYDAY=MO,WE", MONDAY, rule("weekly", "mon wed"),
     rule("weekly", "mon tue wed"), 0, "FREQ=WEEKLY;BYDAY=MO,TU,WE"),
    ("one weekday less", "FREQ=WEEKLY;BYMONTH=3", MONDAY, rule("weekly", "mon wed"), rule("weekly", "mon"), 0,
     "FREQ=WEEKLY;BYMONTH=3;BYDAY=MO"),
    ("every third week", "FREQ=WEEKLY;BYDAY=MO,WE;WKST=SU", MONDAY, rule("weekly", "mon wed"),
     rule("weekly", "mon wed", interval=3), 0, "FREQ=WEEKLY;BYDAY=MO,WE;WKST=SU;INTERVAL=3"),
    ("Monday's row to Tuesday", "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4", MONDAY, rule("weekly", "mon wed", count=4),
     rule("weekly", "tue wed", count=4), DAY, "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4"),
    ("Wednesday's row by an hour", "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4", MONDAY,
     rule("weekly", "mon wed", count=4), rule("weekly", "mon", count=4), HOUR,
     "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4"),
    ("Wednesday's row to Thursday", "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4", MONDAY,
     rule("weekly", "mon wed", count=4), rule("weekly", "mon tue", count=4), DAY,
     "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4"),
    ("a start that is off the rule", "FREQ=WEEKLY;BYDAY=TU", MONDAY, rule("weekly", "tue"),
     rule("weekly", "mon tue", count=5), 0, "FREQ=WEEKLY;BYDAY=TU;COUNT=5"),
    ("more than Odoo makes", "FREQ=DAILY;COUNT=2000", MONDAY, rule("daily", count=2000),
     rule("daily", count=720), HOUR, "FREQ=DAILY;COUNT=2000"),
    ("as many, but weekly", "FREQ=DAILY;COUNT=2000", MONDAY, rule("daily", count=2000),
     rule("weekly", "mon", count=720), 0, "FREQ=WEEKLY;BYDAY=MO;COUNT=2000"),
    ("until the same day, but daily", "FREQ=WEEKLY;UNTIL=20270403", MONDAY,
     rule("weekly", "mon", until="2027-04-03"), rule("daily", until="2027-04-03"), 0,
     "FREQ=DAILY;UNTIL=20270403"),
    ("single dates move", "RDATE:20270401T070000Z", MONDAY, ANYTHING, ANYTHING_MONDAY, HOUR,
     "RDATE:20270401T080000Z"),
    ("single dates become a rule", "RDATE:20270401T070000Z", MONDAY, ANYTHING,
     rule("weekly", "mon", count=5), 0, "FREQ=WEEKLY;COUNT=5;BYDAY=MO"),
    ("so many hours", "FREQ=HOURLY", MONDAY, ANYTHING, rule("weekly", "mon", count=5), 0,
     "FREQ=HOURLY;COUNT=5"),
    ("every second hour or week", "FREQ=HOURLY", MONDAY, ANYTHING,
     rule("weekly", "mon", interval=2, count=1), 0, "FREQ=WEEKLY;BYDAY=MO;INTERVAL=2"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "true", "span", "before", "after", "hours", "meant"), AMENDED, ids=[row[0] for row in AMENDED]
)
def test_an_edit_of_all_events(
    why: str, true: str, span: Span, before: OdooRule, after: OdooRule, hours: int, meant: str
) -> None:
    there = Span(span.start + timedelta(hours=hours), span.end + timedelta(hours=hours))
    amended = amend(recurrence(true, span), before, after, span, there)
    assert amended == recurrence(meant, there), why


EVENING = timed("2027-03-24T01:00")  # Tuesday, 23 March, 21:00 in New York
SLIPS = [
    ("number", "FREQ=WEEKLY;BYDAY=TU;COUNT=3", rule("weekly", "tue", NEW_YORK, count=3),
     rule("weekly", "tue wed", NEW_YORK, count=2), EVENING, "FREQ=WEEKLY;BYDAY=TU;COUNT=2"),
    ("next day", "FREQ=WEEKLY;BYDAY=TU;COUNT=3", rule("weekly", "tue", NEW_YORK, count=3),
     rule("weekly", "tue thu", NEW_YORK, count=3), timed("2027-03-25T01:00"), "FREQ=WEEKLY;BYDAY=WE;COUNT=3"),
    ("Fridays, too", "FREQ=WEEKLY;BYDAY=TU;COUNT=3", rule("weekly", "tue", NEW_YORK, count=3),
     rule("weekly", "tue wed fri", NEW_YORK, count=3), EVENING, "FREQ=WEEKLY;BYDAY=TU,FR;COUNT=3"),
    ("weekly", "FREQ=DAILY;COUNT=3", rule("daily", zone=NEW_YORK, count=3),
     rule("weekly", "wed", NEW_YORK, count=3), EVENING, "FREQ=WEEKLY;BYDAY=TU;COUNT=3"),
    ("day of the month", "FREQ=MONTHLY;BYMONTHDAY=23;COUNT=3",
     rule("monthly", zone=NEW_YORK, day=23, count=3),
     rule("monthly", zone=NEW_YORK, day=24, count=2), EVENING, "FREQ=MONTHLY;BYMONTHDAY=23;COUNT=2"),
    ("another day", "FREQ=MONTHLY;BYMONTHDAY=23;COUNT=3", rule("monthly", zone=NEW_YORK, day=23, count=3),
     rule("monthly", zone=NEW_YORK, day=20, count=3), EVENING, "FREQ=MONTHLY;BYMONTHDAY=20;COUNT=3"),
    ("fourth Tuesday", "FREQ=MONTHLY;BYDAY=4TU;COUNT=3",
     rule("monthly", zone=NEW_YORK, **nth("4", "TUE"), count=3),
     rule("monthly", zone=NEW_YORK, **nth("-1", "WED"), count=2), EVENING, "FREQ=MONTHLY;BYDAY=4TU;COUNT=2"),
    ("second Tuesday", "FREQ=MONTHLY;BYDAY=4TU;COUNT=3",
     rule("monthly", zone=NEW_YORK, **nth("4", "TUE"), count=3),
     rule("monthly", zone=NEW_YORK, **nth("2", "TUE"), count=3), EVENING, "FREQ=MONTHLY;BYDAY=2TU;COUNT=3"),
    ("daily", "FREQ=WEEKLY;BYDAY=TU;COUNT=3", rule("weekly", "tue", NEW_YORK, count=3),
     rule("daily", zone=NEW_YORK, count=3), EVENING, "FREQ=DAILY;COUNT=3"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "true", "before", "after", "there", "meant"), SLIPS, ids=[row[0] for row in SLIPS]
)
def test_days_that_odoo_takes_from_utc(
    why: str, true: str, before: OdooRule, after: OdooRule, there: Span, meant: str
) -> None:
    amended = amend(recurrence(true, EVENING, NEW_YORK), before, after, EVENING, there)
    assert amended == recurrence(meant, there, NEW_YORK), why


def test_following_events_get_the_number_of_their_rows() -> None:
    second = timed("2027-03-22T08:00")
    whole = recurrence("FREQ=WEEKLY;BYDAY=MO;COUNT=50", MONDAY)
    rest = tail(whole, MONDAY, moment("2027-03-22T08:00"))
    before = rule("weekly", "mon", count=50)
    kept = amend(rest, before, rule("weekly", "mon", count=2), second, second, rows=2)
    assert kept == recurrence("FREQ=WEEKLY;BYDAY=MO;COUNT=49", second)
    chosen = amend(rest, before, rule("weekly", "mon", count=7), second, second, rows=2)
    assert chosen == recurrence("FREQ=WEEKLY;BYDAY=MO;COUNT=7", second)


def test_another_zone_in_the_form() -> None:
    true = recurrence("FREQ=WEEKLY;BYDAY=MO;UNTIL=20270331", MONDAY)
    before, after = (rule("weekly", "mon", zone, until="2027-03-31") for zone in (BRUSSELS, NEW_YORK))
    there = recurrence("FREQ=WEEKLY;BYDAY=MO;UNTIL=20270331", MONDAY, NEW_YORK)
    assert amend(true, before, after, MONDAY, MONDAY) == there


def test_all_day_and_back() -> None:
    all_day, true = days("2027-03-16"), recurrence("FREQ=WEEKLY;BYDAY=MO", MONDAY)
    before, after = rule("weekly", "mon"), rule("weekly", "tue")
    assert amend(true, before, after, MONDAY, all_day) == recurrence("FREQ=WEEKLY;BYDAY=TU", all_day, "")
    for zone, wanted in ((BRUSSELS, BRUSSELS), ("", "UTC")):
        before, after = rule("weekly", "tue", zone), rule("weekly", "mon", zone)
        back = amend(recurrence("FREQ=WEEKLY;BYDAY=TU", all_day, ""), before, after, all_day, MONDAY)
        assert back == recurrence("FREQ=WEEKLY;BYDAY=MO", MONDAY, wanted)


def test_what_cannot_move_is_told() -> None:
    true, fields = recurrence(WORKING, LAST_OF_MARCH), rule("weekly", MON_FRI)
    with pytest.raises(Rejected, match="cannot_move_rule"):
        amend(true, fields, rule("weekly", "mon tue thu fri"), LAST_OF_MARCH, timed("2027-04-01T07:00"))
