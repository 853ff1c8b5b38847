"""Which rows belong together after an edit in Odoo, and what a series is that is seen for the first time."""

from __future__ import annotations

import dataclasses

import pytest

from sync.errors import Rejected
from sync.model import CANCELLED, Guest, Span
from sync.odoo.edits import ALONE, parts, survivor
from sync.odoo.first_sight import first_sight
from sync.odoo.rules import OdooRule
from sync.odoo.shift import Shift
from sync.odoo.standing import Standing
from tests.unit.standing import (
    BOB,
    HASHER,
    HOUR,
    ROWS,
    SERIES,
    STARTS,
    TUESDAYS,
    ZONE,
    at,
    event,
    remembered,
    rows,
    rule,
    standing,
)


class TestParts:
    def test_a_series_that_stands_where_it_stood(self) -> None:
        [part] = parts(7, remembered(), dict.fromkeys(ROWS, 7), holds=True)
        assert (part.recurrence_id, part.memory, part.remade) == (7, remembered(), False)

    def test_a_series_remade_is_known_by_one_row(self) -> None:
        [part] = parts(7, remembered(), {1: 8}, holds=False)
        assert (part.recurrence_id, part.remade, part.memory.series.rows) == (8, True, {1: STARTS[0]})

    def test_a_split_gives_a_head_and_a_tail(self) -> None:
        head, tail = parts(7, remembered(), {1: 7, 2: 7, 3: 8}, holds=True)
        assert (head.recurrence_id, head.remade, head.split) == (7, False, True)
        assert head.memory.series.recurrence == rule("FREQ=WEEKLY;BYDAY=TU;UNTIL=20270315T225959Z")
        assert head.memory.series.covered_until == STARTS[2]
        assert (tail.recurrence_id, tail.remade, tail.count) == (8, True, 4)
        assert tail.memory.series.recurrence == rule("FREQ=WEEKLY;BYDAY=TU;COUNT=4")
        assert tail.memory.series.span == Span(STARTS[2], STARTS[2] + HOUR)
        assert tail.memory.series.rows == {3: STARTS[2]}

    def test_a_head_that_was_remade_after_a_split(self) -> None:
        head, tail = parts(7, remembered(), {1: 9, 3: 8}, holds=False)
        assert (head.recurrence_id, head.remade, tail.recurrence_id) == (9, True, 8)

    def test_new_rows_alone_keep_a_series_in_its_place(self) -> None:
        [part] = parts(7, remembered(), {}, holds=True)
        assert part.memory.series.rows == {}

    def test_a_series_that_is_gone_or_single(self) -> None:
        assert parts(7, remembered(), {}, holds=False) == []
        assert survivor(remembered(), {}) is None
        assert parts(7, remembered(), {4: ALONE, 2: ALONE}, holds=False) == []
        assert survivor(remembered(), {4: ALONE, 2: ALONE}) == 2


class TestFirstSight:
    def test_rows_as_the_fields_say(self) -> None:
        seen = first_sight(standing(rows()), HASHER)
        assert seen.event == SERIES
        assert seen.series.rows == ROWS
        assert seen.series.covered_from == STARTS[0]
        assert not seen.rebuild

    def test_the_text_counts_where_somebody_wrote_it_and_the_rows_fit(self) -> None:
        text = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3"
        starts = [at(1, 29), at(2, 26), at(3, 31, 8)]
        fields = OdooRule("weekly", count=3, days=frozenset(range(5)), event_tz=ZONE)
        here = Standing(7, fields, text, {key: event(start) for key, start in enumerate(starts)})
        assert first_sight(here, HASHER).event.recurrence == rule(text)
        week = [at(1, 29), at(2, 1), at(2, 2)]
        flat = Standing(7, fields, text, {key: event(start) for key, start in enumerate(week)})
        assert first_sight(flat, HASHER).event.recurrence == rule("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=3")

    def test_a_series_under_way_is_not_cut(self) -> None:
        endless = dataclasses.replace(TUESDAYS, count=None)
        seen = first_sight(standing(rows(c=None), endless, finished=False), HASHER)
        assert seen.event.recurrence == rule("FREQ=WEEKLY;BYDAY=TU")
        assert (seen.event.overrides, seen.rebuild, seen.series.complete) == ({}, True, False)

    def test_rows_of_ours_end_with_our_window_and_not_with_the_series(self) -> None:
        endless = dataclasses.replace(TUESDAYS, count=None)
        marked = dict.fromkeys(ROWS, "token")
        seen = first_sight(standing(rows(c=None), endless, tokens=marked), HASHER)
        assert seen.event.recurrence == rule("FREQ=WEEKLY;BYDAY=TU")
        assert seen.event.overrides == {STARTS[2]: {CANCELLED: True}}
        mine = first_sight(standing(rows(), endless), HASHER)
        assert mine.event.recurrence == rule("FREQ=WEEKLY;BYDAY=TU;UNTIL=20270406T215959Z")

    def test_a_single_event_that_became_a_series_keeps_its_answers(self) -> None:
        single = HASHER.event(event(STARTS[0], guests=frozenset({BOB})))
        asked = {key: event(start, guests=frozenset({Guest(BOB.email)})) for key, start in ROWS.items()}
        seen = first_sight(standing(asked), HASHER, single)
        assert seen.event.guests == {BOB}
        assert seen.rebuild

    def test_rows_that_no_rule_gives_are_refused(self) -> None:
        odd = {number: event(at(3, 3) + number * number * HOUR) for number in range(40)}
        with pytest.raises(Rejected, match="unreadable_series"):
            first_sight(standing(odd), HASHER)


def test_a_shift_keeps_the_clock_over_a_change_of_clocks() -> None:
    shift = Shift.between(STARTS[0], Span(at(3, 3, 13), at(3, 3, 15)), ZONE, ZONE)
    assert shift.span(at(3, 30, 8)) == Span(at(3, 31, 12), at(3, 31, 14))
