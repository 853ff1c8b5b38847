"""Series told from rows made by hand: what each kind of edit in Odoo leaves behind."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sync.base import Hasher
from sync.errors import Rejected
from sync.model import CANCELLED, Event, Guest, Override, Recurrence, Response, Span, Start
from sync.odoo.edits import ALONE, parts, survivor
from sync.odoo.first_sight import first_sight
from sync.odoo.rules import OdooRule, signature
from sync.odoo.series import Memory, sight
from sync.odoo.shift import Shift
from sync.odoo.standing import Standing
from sync.recurrence import read
from sync.series import Series

ZONE = "Europe/Brussels"
HASHER = Hasher(b"key")
TUESDAYS = OdooRule("weekly", count=6, days=frozenset({1}), event_tz=ZONE)
BOB = Guest("bob@example.com", Response.ACCEPTED)


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2027, month, day, hour, tzinfo=UTC)


STARTS = [at(3, 2), at(3, 9), at(3, 16), at(3, 23), at(3, 30, 8), at(4, 6, 8)]
ROWS = dict(zip(range(1, 7), STARTS, strict=True))
HOUR = timedelta(hours=1)


def rule(text: str) -> Recurrence:
    return read([text], ZONE, Span(STARTS[0], STARTS[0] + HOUR))[0]


def event(start: Start, **more: Any) -> Event:
    return Event(**{"title": "Standup", "span": Span(start, start + HOUR), **more})


SERIES = event(STARTS[0], recurrence=rule("FREQ=WEEKLY;BYDAY=TU;COUNT=6"))


def standing(rows: Mapping[int, Event], fields: OdooRule = TUESDAYS, key: int = 7, **more: Any) -> Standing:
    return Standing(key, fields, "", rows, **more)


def remembered(series: Event = SERIES, fields: OdooRule = TUESDAYS, **more: Any) -> Memory:
    assert series.recurrence
    known = Series(series.recurrence, series.span, signature(fields), at(1, 1), at(7, 1), ROWS, complete=True)
    return Memory(dataclasses.replace(known, **more), HASHER.event(series))


def rows(**changed: Event | None) -> dict[int, Event]:
    """Return the rows as they were made, but for those named by letters a to f, None being gone."""
    found: dict[int, Event | None] = {key: event(start) for key, start in ROWS.items()}
    found |= {"abcdef".index(name) + 1: one for name, one in changed.items()}
    return {key: one for key, one in found.items() if one is not None}


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
