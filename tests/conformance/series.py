"""What every side has to do with series as a whole."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from sync.model import CANCELLED, Event, Guest, Override, Span, Start
from sync.recurrence import equal, moved, read
from sync.seen import State
from tests.conformance.calendar import Calendar, Write
from tests.conformance.events import filled
from tests.conformance.steps import (
    TURNED,
    at,
    change,
    day,
    expected,
    holds,
    insist,
    meeting,
    present,
    repeated,
    write_of,
)

WEEKLY = repeated(at(3, 2), "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=6")
HOUR = timedelta(hours=1)
RULES = {
    "daily": ["RRULE:FREQ=DAILY;COUNT=10"],
    "every third day": ["RRULE:FREQ=DAILY;INTERVAL=3;UNTIL=20270501T235959Z"],
    "weekdays": ["RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=20"],
    "every other week from Sunday": ["RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU;COUNT=8"],
    "a day of the month": ["RRULE:FREQ=MONTHLY;BYMONTHDAY=2"],
    "the 31st": ["RRULE:FREQ=MONTHLY;BYMONTHDAY=31;COUNT=5"],
    "the last day": ["RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=5"],
    "a weekday of the month": ["RRULE:FREQ=MONTHLY;BYDAY=1TU;COUNT=6"],
    "the last Friday": ["RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=6"],
    "two weekdays of the month": ["RRULE:FREQ=MONTHLY;BYDAY=1TU,3WE;COUNT=9"],
    "the last working day": ["RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=6"],
    "quarterly": ["RRULE:FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=2"],
    "yearly": ["RRULE:FREQ=YEARLY"],
    "some months of the year": ["RRULE:FREQ=YEARLY;BYMONTH=3,6,9;BYDAY=1TU"],
    "a week of the year": ["RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=WE"],
    "a day of the year": ["RRULE:FREQ=YEARLY;BYYEARDAY=100,200"],
    "twice a day": ["RRULE:FREQ=DAILY;BYHOUR=10,15;COUNT=9"],
    "two rules": ["RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=4", "RRULE:FREQ=MONTHLY;BYMONTHDAY=15;COUNT=3"],
    "a rule without some": ["RRULE:FREQ=DAILY;COUNT=14", "EXRULE:FREQ=WEEKLY;BYDAY=SA,SU"],
    "a rule and dates": ["RRULE:FREQ=WEEKLY;COUNT=3", "RDATE:20270311T090000Z,20270320T150000Z"],
    "dates alone": ["RDATE:20270302T090000Z,20270311T090000Z,20270320T150000Z"],
    "without some dates": ["RRULE:FREQ=DAILY;COUNT=8", "EXDATE:20270304T090000Z,20270306T090000Z"],
    "without the first": ["RRULE:FREQ=DAILY;COUNT=8", "EXDATE:20270302T090000Z"],
    "a first that no rule names": ["RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=4"],
    "endless": ["RRULE:FREQ=WEEKLY"],
}
DAY_RULES = {
    "daily": ["RRULE:FREQ=DAILY;COUNT=5"],
    "weekly": ["RRULE:FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20270420"],
    "monthly": ["RRULE:FREQ=MONTHLY;BYDAY=-1SU;COUNT=4"],
    "with dates": ["RRULE:FREQ=WEEKLY;COUNT=3", "RDATE;VALUE=DATE:20270401", "EXDATE;VALUE=DATE:20270309"],
}
ZONES = {
    "Europe/Brussels": at(3, 2, 8),
    "America/New_York": at(3, 2, 14),
    "Australia/Sydney": at(3, 1, 22),
    "America/Santiago": at(3, 2, 12),
    "Asia/Tehran": at(3, 2, 5, 30),
    "Australia/Lord_Howe": at(3, 1, 21, 30),
    "UTC": at(3, 2),
}
"""Zones with the same morning in each, by which a series goes through both clock changes of the year."""


class SeriesTests:
    """Made from rules of every kind, changed as a whole, and turned into single events and back."""

    @pytest.mark.parametrize("lines", RULES.values(), ids=RULES)
    async def test_a_rule_reads_back_with_the_same_meaning(
        self, calendar: Calendar, lines: list[str]
    ) -> None:
        event = repeated(at(3, 2), *lines)
        item = await calendar.make(event)
        seen = await holds(calendar, item, event)
        assert seen.event
        assert seen.event.recurrence
        assert event.recurrence
        assert equal(seen.event.recurrence, event.recurrence, event.span)

    async def test_a_rule_by_the_hour(self, calendar: Calendar) -> None:
        calendar.needs("rules by the hour")
        event = repeated(at(3, 2), "RRULE:FREQ=HOURLY;INTERVAL=5;COUNT=12")
        await holds(calendar, await calendar.make(event), event)

    @pytest.mark.parametrize("lines", DAY_RULES.values(), ids=DAY_RULES)
    async def test_a_rule_of_whole_days(self, calendar: Calendar, lines: list[str]) -> None:
        event = repeated(day(3, 2), *lines)
        await holds(calendar, await calendar.make(event), event)

    async def test_everything_of_a_series_reads_back(self, calendar: Calendar) -> None:
        event = filled(calendar, WEEKLY)
        await holds(calendar, await calendar.make(event), event)

    @pytest.mark.parametrize("zone", ZONES)
    async def test_the_clock_of_its_zone_holds_through_the_year(self, calendar: Calendar, zone: str) -> None:
        event = repeated(ZONES[zone], "RRULE:FREQ=WEEKLY", zone=zone)
        await holds(calendar, await calendar.make(event), event)

    @pytest.mark.parametrize("first", [at(3, 25, 1, 30), at(10, 28, 0, 30)], ids=["skipped", "twice"])
    async def test_a_time_that_a_clock_change_skips_or_has_twice(
        self, calendar: Calendar, first: Start
    ) -> None:
        event = repeated(first, "RRULE:FREQ=DAILY;COUNT=7")
        await holds(calendar, await calendar.make(event), event)

    async def test_a_zone_gives_way_to_another(self, calendar: Calendar) -> None:
        event = repeated(at(3, 2, 14), "RRULE:FREQ=WEEKLY;COUNT=9", zone="America/New_York")
        item = await calendar.make(event)
        tehran = repeated(at(3, 2, 14), "RRULE:FREQ=WEEKLY;COUNT=9", zone="Asia/Tehran")
        await change(calendar, item, recurrence=tehran.recurrence)
        await holds(calendar, item, tehran)

    async def test_a_new_rule(self, calendar: Calendar) -> None:
        event = filled(calendar, WEEKLY)
        item = await calendar.make(event)
        for lines in (
            ["RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=9"],
            ["RRULE:FREQ=DAILY;COUNT=4"],
            RULES["two rules"],
        ):
            rule, _ = read(lines, "Europe/Brussels", event.span)
            await change(calendar, item, recurrence=rule)
            await holds(calendar, item, dataclasses.replace(event, recurrence=rule))

    async def test_a_single_event_becomes_a_series_and_back(self, calendar: Calendar) -> None:
        single = filled(calendar, meeting(at(3, 2)))
        item = await calendar.make(single)
        for _ in range(2):
            await change(calendar, item, recurrence=WEEKLY.recurrence)
            await holds(calendar, item, dataclasses.replace(single, recurrence=WEEKLY.recurrence))
            await change(calendar, item, {at(3, 9): {"title": "Retro"}, at(3, 16): {CANCELLED: True}})
            await insist(
                calendar,
                item,
                lambda seen: write_of(seen, recurrence=None, title="Alone"),
            )
            single = dataclasses.replace(single, title="Alone")
            await holds(calendar, item, single)

    async def test_a_timed_series_becomes_one_of_whole_days_and_back(self, calendar: Calendar) -> None:
        event = filled(calendar, WEEKLY)
        item = await calendar.make(event)
        days = dataclasses.replace(event, span=Span(day(3, 2), day(3, 3)))
        rule, _ = read(["RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=6"], "", days.span)
        await change(calendar, item, span=days.span, recurrence=rule)
        await holds(calendar, item, dataclasses.replace(days, recurrence=rule))
        await change(calendar, item, span=event.span, recurrence=event.recurrence)
        await holds(calendar, item, event)

    @pytest.mark.parametrize("hours", [1, -3, 24, 30, -48])
    async def test_a_moved_series_takes_its_exceptions_along(self, calendar: Calendar, hours: int) -> None:
        exceptions: dict[Start, Override] = {
            at(3, 9): {"title": "Retro"},
            at(3, 16): {CANCELLED: True},
            at(3, 23): {"span": Span(at(3, 23, 11), at(3, 23, 13))},
            at(4, 6, 8): {"location": "Roof"},
        }
        event = dataclasses.replace(filled(calendar, WEEKLY), overrides=exceptions)
        item = await calendar.make(event)
        await holds(calendar, item, event)
        after = moved_by(event, hours * HOUR)
        # As the core has it, what is said of an occurrence under its old name is said under the new one.
        named = {
            start: TURNED if CANCELLED in one else frozenset(one)
            for start, one in [*exceptions.items(), *after.overrides.items()]
        }
        names = {"span", "overrides"} | ({"recurrence"} if after.recurrence != event.recurrence else set())
        await insist(calendar, item, lambda _seen: Write(after, frozenset(names), named))
        await holds(calendar, item, after)

    async def test_a_new_length(self, calendar: Calendar) -> None:
        event = dataclasses.replace(WEEKLY, overrides={at(3, 9): {"title": "Retro"}})
        item = await calendar.make(event)
        longer = Span(event.span.start, event.span.end + HOUR)
        await change(calendar, item, span=longer)
        await holds(calendar, item, dataclasses.replace(event, span=longer))

    async def test_a_thousand_occurrences(self, calendar: Calendar) -> None:
        event = repeated(at(1, 4, 7), "RRULE:FREQ=DAILY;BYHOUR=8,12,16;COUNT=1000", minutes=30)
        assert len(expected(event)) == 1000
        item = await calendar.make(event)
        await change(calendar, item, {at(6, 1, 10): {CANCELLED: True}}, title="Retro")
        wanted = dataclasses.replace(event, title="Retro", overrides={at(6, 1, 10): {CANCELLED: True}})
        await holds(calendar, item, wanted)

    async def test_a_deleted_series_is_gone_and_twice_is_no_error(self, calendar: Calendar) -> None:
        guests = frozenset({Guest(calendar.address("bob"))})
        item = await calendar.make(dataclasses.replace(WEEKLY, guests=guests))
        seen = await present(calendar, item)
        await calendar.delete(item, seen)
        assert (await calendar.look(item)).state is State.GONE
        await calendar.delete(item, seen)
        assert await calendar.everything(item) == []


def moved_by(event: Event, shift: timedelta) -> Event:
    """Return a series all of whose occurrences begin so much later by the clock of Brussels."""
    assert event.recurrence
    span = Span(event.span.start + shift, event.span.end + shift)
    rule = moved(event.recurrence, event.span, span, event.recurrence.zone)
    overrides: dict[Start, Override] = {
        start + shift: {name: _later(value, shift) for name, value in one.items()}
        for start, one in event.overrides.items()
    }
    return dataclasses.replace(event, span=span, recurrence=rule, overrides=overrides)


def _later(value: object, by: timedelta) -> object:
    return Span(value.start + by, value.end + by) if isinstance(value, Span) else value
