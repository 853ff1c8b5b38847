"""Series told from rows made by hand: what each kind of edit in Odoo leaves behind."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest

from sync.errors import Rejected
from sync.model import CANCELLED, Guest, Override, Span, Start
from sync.odoo.rules import OdooRule
from sync.odoo.series import sight
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


class TestTheSameRows:
    def test_nothing_changed(self) -> None:
        seen = sight(standing(rows()), remembered(), HASHER)
        assert (seen.event, seen.series, seen.rebuild) == (SERIES, remembered().series, False)

    def test_one_row_that_differs_leaves_the_series_as_its_base_has_it(self) -> None:
        renamed = {name: event(STARTS["abcdef".index(name)], title="Retro") for name in "bcdef"}
        seen = sight(standing(rows(**renamed)), remembered(), HASHER)
        assert seen.event.title == "Standup"
        assert seen.event.overrides == {start: {"title": "Retro"} for start in STARTS[1:]}

    def test_all_rows_renamed_rename_the_series(self) -> None:
        renamed = {name: event(STARTS["abcdef".index(name)], title="Retro") for name in "abcdef"}
        seen = sight(standing(rows(**renamed)), remembered(), HASHER)
        assert (seen.event.title, seen.event.overrides) == ("Retro", {})

    def test_most_rows_count_when_none_is_as_it_was(self) -> None:
        titles = dict(zip("abcdef", ["One", "Two", "Two", "Two", "Three", "Two"], strict=True))
        new = {name: event(STARTS["abcdef".index(name)], title=title) for name, title in titles.items()}
        seen = sight(standing(rows(**new)), remembered(), HASHER)
        assert seen.event.title == "Two"
        assert seen.event.overrides == {STARTS[0]: {"title": "One"}, STARTS[4]: {"title": "Three"}}

    def test_known_exceptions_alone_do_not_change_the_series(self) -> None:
        """Two exceptions were left, and the series took the title of the one and the time of the other."""
        exceptions: dict[Start, Override] = {
            STARTS[0]: {"title": "Retro"},
            STARTS[1]: {"title": "Retro", "span": Span(at(3, 9, 14), at(3, 9, 15))},
        }
        series = dataclasses.replace(SERIES, overrides=exceptions)
        left = {1: event(STARTS[0], title="Retro"), 2: event(at(3, 9, 14), title="Retro")}
        seen = sight(standing(left), remembered(series), HASHER)
        assert seen.unseen == {"title"}
        assert seen.event.span == SERIES.span
        assert {start: seen.event.overrides[start] for start in exceptions} == exceptions
        left[2] = event(at(3, 9, 14), title="New")
        seen = sight(standing(left), remembered(series), HASHER)
        assert (seen.unseen, seen.event.title) == (frozenset(), "New")

    def test_a_row_keeps_its_place_wherever_it_is_moved(self) -> None:
        seen = sight(standing(rows(b=event(at(5, 1, 14)))), remembered(), HASHER)
        assert seen.event.overrides == {STARTS[1]: {"span": Span(at(5, 1, 14), at(5, 1, 15))}}
        assert seen.series == remembered().series

    def test_a_row_that_is_gone_is_left_out(self) -> None:
        seen = sight(standing(rows(c=None)), remembered(), HASHER)
        assert seen.event.overrides == {STARTS[2]: {CANCELLED: True}}

    def test_the_last_row_gone_is_left_out_and_two_end_the_series(self) -> None:
        seen = sight(standing(rows(f=None)), remembered(), HASHER)
        assert seen.event.overrides == {STARTS[5]: {CANCELLED: True}}
        seen = sight(standing(rows(e=None, f=None)), remembered(), HASHER)
        assert seen.event.overrides == {}
        assert seen.event.recurrence == rule("FREQ=WEEKLY;BYDAY=TU;UNTIL=20270329T215959Z")

    def test_rows_left_out_by_google_do_not_end_the_series(self) -> None:
        left_out: dict[Start, Override] = {STARTS[4]: {CANCELLED: True}, STARTS[5]: {CANCELLED: True}}
        series = dataclasses.replace(SERIES, overrides=left_out)
        seen = sight(standing(rows(e=None, f=None)), remembered(series), HASHER)
        assert seen.event == series

    def test_rows_still_to_be_made_are_not_left_out(self) -> None:
        series = dataclasses.replace(SERIES, overrides={STARTS[1]: {CANCELLED: True}})
        seen = sight(standing(rows(b=None, c=None)), remembered(series, complete=False), HASHER)
        assert seen.event.overrides == {STARTS[1]: {CANCELLED: True}}
        assert seen.rebuild
        assert not seen.series.complete

    def test_a_row_we_were_moving_ourselves_is_no_exception(self) -> None:
        half = rows(a=event(at(3, 2, 13)), b=event(at(3, 9, 13)))
        seen = sight(standing(half), remembered(complete=False), HASHER)
        assert seen.event == SERIES
        assert seen.rebuild

    def test_rows_that_another_account_added_count(self) -> None:
        endless = dataclasses.replace(SERIES, recurrence=rule("FREQ=WEEKLY;BYDAY=TU"))
        fields = dataclasses.replace(TUESDAYS, count=None)
        later = {**rows(), 8: event(at(4, 13, 8)), 9: event(at(4, 20, 8))}
        memory = remembered(endless, fields, covered_until=at(4, 7))
        seen = sight(standing(later, fields), memory, HASHER)
        assert seen.event.overrides == {}
        assert seen.series.covered_until == at(4, 20, 8) + timedelta(seconds=1)
        assert seen.series.rows == {**ROWS, 8: at(4, 13, 8), 9: at(4, 20, 8)}

    def test_rows_that_another_account_moved_move_the_series(self) -> None:
        moved = {key: event(start + 4 * HOUR) for key, start in ROWS.items()}
        seen = sight(standing(moved), remembered(), HASHER)
        assert seen.event.span == Span(at(3, 2, 13), at(3, 2, 14))
        assert (seen.event.recurrence, seen.event.overrides) == (SERIES.recurrence, {})
        assert seen.series.rows[5] == at(3, 30, 12)

    def test_a_row_added_by_hand_is_a_date_of_its_own(self) -> None:
        seen = sight(standing({**rows(), 8: event(at(3, 4))}), remembered(), HASHER)
        assert seen.event.recurrence
        assert seen.event.recurrence.lines[1:] == ("RDATE:20270304T090000Z",)
        assert seen.event.overrides == {}
        assert seen.series.rows[8] == at(3, 4)

    def test_many_rows_off_the_rule_are_not_believed(self) -> None:
        odd = {number: event(at(3, 3) + number * HOUR) for number in range(100, 130)}
        with pytest.raises(Rejected, match="unreadable_series"):
            sight(standing({**rows(), **odd}), remembered(), HASHER)

    def test_the_past_before_our_rows_is_left_alone(self) -> None:
        past = {**rows(), 8: event(at(1, 1) - timedelta(days=30), title="Old")}
        seen = sight(standing(past), remembered(), HASHER)
        assert (seen.event, seen.series.rows) == (SERIES, ROWS)

    def test_rows_without_the_owner_are_left_out_for_him(self) -> None:
        seen = sight(standing(rows(), absent=frozenset({2})), remembered(), HASHER)
        assert seen.event.overrides == {STARTS[1]: {CANCELLED: True}}

    def test_rooms_of_odoos_own_are_one_room(self) -> None:
        room = "http://odoo.example/calendar/join_videocall/"
        new = {name: event(STARTS["abcdef".index(name)], meeting_link=f"{room}{name}") for name in "abcdef"}
        seen = sight(standing(rows(**new)), remembered(), HASHER)
        assert seen.event.meeting_link == f"{room}a"
        assert seen.event.overrides == {}


class TestRowsMadeAnew:
    def test_what_was_left_out_and_what_people_answered_survive(self) -> None:
        series = dataclasses.replace(
            SERIES, guests=frozenset({BOB}), overrides={STARTS[1]: {CANCELLED: True}}
        )
        asked = frozenset({Guest(BOB.email)})
        new = {1: event(at(3, 2, 13), guests=asked)} | {
            20 + number: event(start + 4 * HOUR, guests=asked) for number, start in enumerate(STARTS[1:])
        }
        seen = sight(standing(new, key=8), remembered(series), HASHER, remade=True)
        assert seen.event.span == Span(at(3, 2, 13), at(3, 2, 14))
        assert seen.event.guests == {BOB}
        assert seen.event.overrides == {at(3, 9, 13): {CANCELLED: True}}
        assert seen.rebuild

    def test_rows_as_the_true_rule_wants_them_need_nothing(self) -> None:
        new = {1: event(at(3, 2, 13))} | {
            20 + number: event(start + 4 * HOUR) for number, start in enumerate(STARTS[1:])
        }
        seen = sight(standing(new, key=8), remembered(), HASHER, remade=True)
        assert not seen.rebuild

    def test_rows_of_a_flattened_rule_are_not_believed(self) -> None:
        text = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3"
        starts = [at(1, 29), at(2, 26), at(3, 31, 8)]
        last = event(starts[0], recurrence=rule(text))
        fields = OdooRule("weekly", count=3, days=frozenset(range(5)), event_tz=ZONE)
        memory = remembered(last, fields, rows=dict(enumerate(starts, 1)))
        flat = {1: event(at(1, 29, 12)), 5: event(at(2, 1, 12)), 6: event(at(2, 2, 12))}
        seen = sight(standing(flat, fields, key=8), memory, HASHER, remade=True)
        assert seen.event.recurrence == rule(text)
        assert seen.event.span == Span(at(1, 29, 12), at(1, 29, 13))
        assert (seen.event.overrides, seen.series.rows, seen.rebuild) == ({}, {1: at(1, 29, 12)}, True)

    def test_a_rule_that_cannot_be_moved_stays_where_another_side_leads(self) -> None:
        text = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3"
        starts = [at(1, 29), at(2, 26), at(3, 31, 8)]
        last = event(starts[0], recurrence=rule(text))
        fields = OdooRule("weekly", count=3, days=frozenset(range(5)), event_tz=ZONE)
        memory = remembered(last, fields, rows=dict(enumerate(starts, 1)))
        moved = standing({1: event(at(1, 30)), 5: event(at(2, 1)), 6: event(at(2, 2))}, fields, key=8)
        with pytest.raises(Rejected, match="cannot_move_rule"):
            sight(moved, memory, HASHER, remade=True)
        seen = sight(moved, memory, HASHER, remade=True, led=True)
        assert (seen.event.recurrence, seen.event.span.start) == (rule(text), at(1, 30))
        assert seen.rebuild

    def test_a_series_that_became_one_of_whole_days(self) -> None:
        days = [date(2027, 3, 2) + timedelta(weeks=number) for number in range(6)]
        new = {
            number or 1: event(start, span=Span(start, start + timedelta(days=1)))
            for number, start in zip((1, *range(20, 25)), days, strict=True)
        }
        seen = sight(standing(new, key=8), remembered(), HASHER, remade=True)
        assert seen.event.span == Span(days[0], date(2027, 3, 3))
        assert seen.event.recurrence
        assert seen.event.recurrence.zone == ""
        assert seen.event.overrides == {}
        assert sorted(map(str, seen.series.rows.values())) == [str(one) for one in days]
