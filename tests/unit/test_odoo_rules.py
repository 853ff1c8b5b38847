"""Odoo's rule fields as a rule, and a rule as these fields."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sync.errors import Rejected
from sync.model import Span
from sync.odoo.rules import (
    DAYS,
    FIELDS,
    OdooRule,
    from_signature,
    signature,
    text_for,
    to_recurrence,
)
from sync.recurrence import Recurrence, read
from tests.expressible import expressible
from tests.unit.test_recurrence_lines import BRUSSELS, days, timed

NEW_YORK = "America/New_York"


def rule(kind: str, on: str = "", zone: str = BRUSSELS, **values: Any) -> OdooRule:
    """Return the rule of a row, for ever unless `count` or `until` is given; `on` names weekdays."""
    end = "count" if "count" in values else "end_date" if "until" in values else "forever"
    row = dict.fromkeys(FIELDS, False) | {"interval": 1, "count": 0, "month_by": "date", "day": 1}
    row |= {"rrule_type": kind, "end_type": end, "event_tz": zone} | dict.fromkeys(on.split(), True)
    return OdooRule.from_row(row | values)


def nth(ordinal: str, weekday: str) -> dict[str, str]:
    return {"month_by": "day", "byday": ordinal, "weekday": weekday}


def recurrence(text: str, span: Span, zone: str = BRUSSELS) -> Recurrence:
    return read([text], zone, span)[0]


MONDAY = timed("2027-03-15T08:00")


def test_only_what_its_kind_uses_makes_a_rule() -> None:
    untouched = rule("weekly", "mon wed", count=4)
    rewritten = rule("weekly", "mon wed", count=4, day=15, weekday="MON", byday="3")
    assert signature(untouched) == signature(rewritten)
    assert rule("daily") == rule("daily", "mon", day=15, weekday="MON", byday="3")
    assert rule("monthly", day=15) == rule("monthly", "mon", day=15, weekday="MON", byday="3")


@pytest.mark.parametrize(
    "changed",
    [
        rule("weekly", "mon wed", count=5), rule("weekly", "mon wed"), rule("weekly", "mon", count=4),
        rule("weekly", "mon wed", until="2027-06-30"), rule("weekly", "mon wed", count=4, interval=2),
        rule("daily", count=4), rule("monthly", count=4), rule("monthly", count=4, **nth("3", "MON")),
        rule("yearly", count=4), rule("weekly", "mon wed", NEW_YORK, count=4),
    ],
)  # fmt: skip
def test_a_signature_changes_with_the_rule(changed: OdooRule) -> None:
    assert signature(changed) != signature(rule("weekly", "mon wed", count=4))
    assert from_signature(signature(changed)) == changed


def test_720_occurrences_are_what_odoo_makes_of_for_ever() -> None:
    assert rule("daily", count=720) == rule("daily", count=2000) == rule("daily")
    assert rule("daily", count=719) != rule("daily")


@pytest.mark.parametrize(
    "strange",
    [
        {"rrule_type": False}, {"rrule_type": "hourly"}, {"until": "soon"},
        {"until": False, "end_type": "end_date"},
        {"rrule_type": "monthly", "month_by": "day"}, {"rrule_type": "monthly", **nth("1", "XXX")},
    ],
)  # fmt: skip
def test_strange_fields_are_refused(strange: dict[str, Any]) -> None:
    with pytest.raises(Rejected, match="unreadable_rule"):
        rule(**{"kind": "weekly"} | strange)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (rule("daily"), "FREQ=DAILY"),
        (rule("daily", interval=3, count=5), "FREQ=DAILY;INTERVAL=3;COUNT=5"),
        (rule("weekly", "mon wed", until="2027-06-30"), "FREQ=WEEKLY;UNTIL=20270630T215959Z;BYDAY=MO,WE"),
        (rule("weekly", count=1), "FREQ=WEEKLY;COUNT=1"),
        (
            rule("weekly", "sun mon", interval=2, rrule="DTSTART:20261125T074250\nRRULE:FREQ=WEEKLY;WKST=SU"),
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
        ),
        (rule("monthly", day=15, count=3), "FREQ=MONTHLY;COUNT=3;BYMONTHDAY=15"),
        (rule("monthly", **nth("3", "MON")), "FREQ=MONTHLY;BYDAY=3MO"),
        (rule("monthly", **nth("-1", "FRI")), "FREQ=MONTHLY;BYDAY=-1FR"),
        (rule("yearly", interval=2), "FREQ=YEARLY;INTERVAL=2"),
        (rule("monthly", interval=12, day=15), "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=15"),
        (rule("monthly", interval=24, **nth("3", "MON")), "FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=3MO"),
    ],
)  # fmt: skip
def test_fields_become_a_rule(fields: OdooRule, text: str) -> None:
    assert to_recurrence(fields, MONDAY, BRUSSELS) == recurrence(text, MONDAY)


def test_the_month_of_a_yearly_rule_is_local() -> None:
    new_year = timed("2027-01-01T03:00")
    assert to_recurrence(rule("monthly", interval=12, day=31), new_year, NEW_YORK) == recurrence(
        "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31", new_year, NEW_YORK
    )


def test_fields_of_an_all_day_series() -> None:
    fields = rule("monthly", interval=12, day=15, until="2030-03-15", zone="UTC")
    assert to_recurrence(fields, days("2027-03-15"), "").lines == (
        "RRULE:FREQ=YEARLY;UNTIL=20300315;BYMONTH=3;BYMONTHDAY=15",
    )


@pytest.mark.parametrize("fields", [rule("daily", interval=0), rule("monthly", day=40)])
def test_fields_that_mean_no_rule_are_refused(fields: OdooRule) -> None:
    with pytest.raises(Rejected, match="unreadable_rule"):
        to_recurrence(fields, MONDAY, BRUSSELS)


STAND_IN = "FREQ=WEEKLY;COUNT=1;BYDAY=MO"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO"),
        ("FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("FREQ=YEARLY;COUNT=3", "FREQ=YEARLY;COUNT=3;BYMONTH=3;BYMONTHDAY=15"),
        ("FREQ=DAILY;BYHOUR=9,11", "FREQ=DAILY;BYHOUR=9,11"),
        ("FREQ=WEEKLY;UNTIL=20270331T215959Z", "FREQ=WEEKLY;UNTIL=20270331;BYDAY=MO"),
        ("FREQ=WEEKLY;UNTIL=20270331T220000Z", "FREQ=WEEKLY;UNTIL=20270331;BYDAY=MO"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        ("FREQ=WEEKLY\nRDATE:20270401T080000Z\nEXRULE:FREQ=YEARLY", "FREQ=WEEKLY;BYDAY=MO"),
        # What Odoo answers with ValueError, KeyError, AttributeError or an integer that is too big for it.
        ("FREQ=MONTHLY;BYDAY=5MO", STAND_IN),
        ("FREQ=MONTHLY;BYDAY=-2MO", STAND_IN),
        ("FREQ=HOURLY", STAND_IN),
        ("RDATE:20270401T080000Z", STAND_IN),
        ("FREQ=WEEKLY\nRRULE:FREQ=DAILY", STAND_IN),
        ("FREQ=DAILY;INTERVAL=3000000000", STAND_IN),
        ("FREQ=DAILY;COUNT=3000000000", STAND_IN),
    ],
)
def test_what_is_stored_with_rows_that_are_made_one_by_one(text: str, stored: str) -> None:
    assert text_for(recurrence(text, MONDAY), MONDAY) == stored


@pytest.mark.parametrize(
    ("text", "can"),
    [
        ("FREQ=DAILY;INTERVAL=2", True),
        ("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=720", True),
        ("FREQ=WEEKLY;BYDAY=MO;INTERVAL=2;UNTIL=20280101", True),
        ("FREQ=MONTHLY;BYMONTHDAY=15", True),
        ("FREQ=MONTHLY;BYDAY=3MO", True),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=15", True),
        ("FREQ=DAILY;COUNT=721", False),
        ("FREQ=WEEKLY;BYDAY=MO,WE;INTERVAL=2", False),
        ("FREQ=WEEKLY;BYDAY=TU", False),
        ("FREQ=WEEKLY;BYMONTH=3", False),
        ("FREQ=DAILY;BYDAY=MO,TU", False),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", False),
        ("FREQ=MONTHLY;BYDAY=1MO,3MO", False),
        ("FREQ=MONTHLY;BYDAY=MO", False),
        ("FREQ=MONTHLY;BYDAY=-3MO", False),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", False),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=3MO", False),
        ("FREQ=HOURLY", False),
        ("RDATE:20270401T080000Z", False),
        ("FREQ=DAILY\nRDATE:20270401T090000Z", False),
        ("FREQ=DAILY\nEXRULE:FREQ=MONTHLY", False),
    ],
)
def test_what_odoo_can_express(text: str, can: bool) -> None:
    assert expressible(recurrence(text, MONDAY), MONDAY) is can


def test_weekdays_are_in_rfc_order() -> None:
    assert [rule("weekly", day).days for day in DAYS] == [frozenset({number}) for number in range(7)]
    assert rule("daily", until="2027-06-30").until == date(2027, 6, 30)
