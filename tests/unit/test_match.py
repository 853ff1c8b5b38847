"""Pairing events that no link joins: by our own keys first, then by being equal, and never twice."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import match
from sync.match import google_id, pair, token_message
from sync.model import Event, Recurrence, Span
from tests.unit.sights import LUNCH, NOON

LATER = dataclasses.replace(LUNCH, span=Span(NOON + timedelta(hours=3), NOON + timedelta(hours=4)))
DINNER = dataclasses.replace(LUNCH, title="Dinner")
NO_KEYS: Mapping[str, int] = {}


def paired(
    google: Mapping[str, Event],
    odoo: Mapping[int, Event],
    derived: Mapping[int, list[str]] | None = None,
    tokens: Mapping[str, int] = NO_KEYS,
    derived_tokens: Mapping[str, list[str]] | None = None,
    known: Mapping[str, int] = NO_KEYS,
) -> set[tuple[str, int]]:
    """Return the pairs that are found."""
    return set(
        pair(
            google,
            odoo,
            known=known,
            derived_ids=lambda key: (derived or {}).get(key, []),
            tokens=tokens,
            derived_tokens=lambda key: (derived_tokens or {}).get(key, []),
        )
    )


def test_equal_events_are_a_pair() -> None:
    assert paired({"a": LUNCH, "b": DINNER}, {1: DINNER, 2: LUNCH}) == {("a", 2), ("b", 1)}


def test_case_white_space_and_markup_of_a_title_do_not_count() -> None:
    assert paired({"a": LUNCH}, {1: dataclasses.replace(LUNCH, title="  lUNCH\xa0")}) == {("a", 1)}


def test_another_title_or_time_is_another_event() -> None:
    day = dataclasses.replace(LUNCH, span=Span(date(2026, 3, 2), date(2026, 3, 3)))
    assert paired({"a": LUNCH}, {1: LATER, 2: DINNER, 3: day}) == set()


def test_description_and_place_may_differ() -> None:
    assert paired({"a": LUNCH}, {1: dataclasses.replace(LUNCH, description="", location="Roof")}) == {
        ("a", 1)
    }


def test_of_several_equal_ones_each_is_taken_once_and_the_rest_left() -> None:
    for ids in itertools.permutations([1, 2]):
        found = paired({"c": LUNCH, "a": LUNCH, "b": LUNCH}, dict.fromkeys(ids, LUNCH))
        assert found == {("a", 1), ("b", 2)}


def test_our_own_ids_win_over_equality() -> None:
    assert paired({"cs7": LUNCH, "a": LUNCH}, {7: DINNER, 8: LUNCH}, {7: ["cs7"]}) == {("cs7", 7), ("a", 8)}


def test_a_later_generation_of_our_id_is_recognised() -> None:
    assert paired({"cs7-1": LUNCH}, {7: DINNER}, {7: ["cs7-0", "cs7-1"]}) == {("cs7-1", 7)}


def test_our_own_tokens_win_over_equality() -> None:
    found = paired({"a": LUNCH, "b": LUNCH}, {1: LUNCH, 2: DINNER}, None, {"t": 2}, {"b": ["s", "t"]})
    assert found == {("b", 2), ("a", 1)}


def test_a_token_of_a_row_that_has_its_pair_already_is_passed_over() -> None:
    found = paired({"cs1": LUNCH, "b": DINNER}, {1: LUNCH}, {1: ["cs1"]}, {"t": 1}, {"b": ["t"]})
    assert found == {("cs1", 1)}


def test_what_a_colleagues_link_says_wins_over_everything() -> None:
    found = paired({"a": LUNCH, "cs7": DINNER}, {7: DINNER, 8: LUNCH}, {7: ["cs7"]}, known={"a": 7})
    assert found == {("a", 7)}
    assert paired({"b": LUNCH}, {8: LUNCH}, known={"a": 8, "b": 9}) == {("b", 8)}


def test_a_series_is_no_pair_with_a_single_event() -> None:
    weekly = dataclasses.replace(LUNCH, recurrence=Recurrence(("RRULE:FREQ=WEEKLY",), "UTC"))
    assert paired({"a": weekly}, {1: LUNCH}) == set()
    assert paired({"a": weekly}, {1: LUNCH, -2: weekly}) == {("a", -2)}


some = st.sampled_from([LUNCH, LATER, DINNER])


@given(st.dictionaries(st.text(max_size=2), some), st.dictionaries(st.integers(1, 20), some))
def test_no_event_is_in_two_pairs_and_no_equal_pair_is_left(
    google: dict[str, Event], odoo: dict[int, Event]
) -> None:
    found = paired(google, odoo)
    assert len({one for one, _ in found}) == len({other for _, other in found}) == len(found)
    assert all(google[one] == odoo[other] for one, other in found)
    left_google = [google[key] for key in google.keys() - {one for one, _ in found}]
    left_odoo = [odoo[key] for key in odoo.keys() - {other for _, other in found}]
    assert not [one for one in left_google if one in left_odoo]


def test_pairing_changes_neither_side() -> None:
    google, odoo = {"a": LUNCH}, {1: LUNCH}
    paired(google, odoo)
    assert (google, odoo) == ({"a": LUNCH}, {1: LUNCH})


@given(st.text(), st.integers(1), st.integers(1), st.integers(0))
def test_an_id_is_one_that_google_takes(source: str, uid: int, odoo_id: int, generation: int) -> None:
    event_id = google_id(source, uid, odoo_id, generation)
    assert re.fullmatch("[0-9a-v]{5,1024}", event_id)
    assert event_id == google_id(source, uid, odoo_id, generation)


def test_ids_and_tokens_differ_in_every_part_they_derive_from() -> None:
    parts = [
        ("db", 1, 2, 0),
        ("other", 1, 2, 0),
        ("db", 2, 2, 0),
        ("db", 1, 3, 0),
        ("db", 1, 2, 1),
        ("db", 12, 2, 0),
    ]
    assert len({google_id(*part) for part in parts}) == len(parts)
    messages = {token_message("db", "a", 0), token_message("db", "a", 1), token_message("db", "b", 0)}
    messages |= {token_message("db", "a", 0, "2026-03-02"), token_message("db", "a", 0, "2026-03-09")}
    assert len(messages) == 5


def test_titles_are_read_only_where_the_times_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: 10,000 titles were read for half a second though the other calendar was empty."""
    read: list[str] = []

    def visible_text(title: str) -> str:
        read.append(title)
        return title

    monkeypatch.setattr(match, "visible_text", visible_text)
    assert paired({"a": LUNCH}, {}) == set()
    assert paired({}, {1: LUNCH}) == set()
    assert paired({"a": LUNCH}, {1: LATER}) == set()
    assert read == []
    assert paired({"a": LUNCH, "b": LATER}, {1: LUNCH}) == {("a", 1)}
    assert len(read) == 2
