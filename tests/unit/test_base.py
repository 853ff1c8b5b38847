"""The base: keyed hashes that differ exactly when values do, and tell nothing of them."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime, timedelta

from hypothesis import given

from sync.base import Hasher, changed, edited, read_start, start_key, trimmed_base
from sync.model import CANCELLED, FIELDS, Event, Guest, Privacy, Recurrence, Reminder, Response, Span
from tests.properties.strategies import events
from tests.unit.sights import HASHER, LUNCH, NOON

TEN, HOUR = Reminder("popup", 10), Reminder("popup", 60)


def test_every_field_has_its_hash() -> None:
    assert HASHER.event(LUNCH).keys() == {*FIELDS}
    assert HASHER.event(LUNCH, ["title"]) == {"title": HASHER.field("title", "Lunch")}


@given(events(), events())
def test_hashes_differ_exactly_where_values_do(one: Event, other: Event) -> None:
    different = {name for name in FIELDS if getattr(one, name) != getattr(other, name)}
    assert changed(HASHER.event(one), HASHER.event(other)) == different


def test_a_change_of_any_field_is_seen() -> None:
    others = Event(
        "x",
        Span(NOON, NOON),
        "x",
        "x",
        busy=False,
        privacy=Privacy.PUBLIC,
        reminders=frozenset({TEN}),
        guests=frozenset({Guest("bob@example.com")}),
        response=Response.DECLINED,
        meeting_link="https://meet.example.com/x",
        recurrence=Recurrence(("RRULE:FREQ=DAILY",), "UTC"),
        overrides={NOON: {"title": "x"}},
    )
    for name in FIELDS:
        edited = dataclasses.replace(LUNCH, **{name: getattr(others, name)})
        assert changed(HASHER.event(LUNCH), HASHER.event(edited)) == {name}


def test_the_zone_is_no_field() -> None:
    assert HASHER.event(LUNCH) == HASHER.event(dataclasses.replace(LUNCH, zone="Asia/Tehran"))


def test_a_field_the_base_does_not_know_counts_as_changed() -> None:
    assert changed({}, HASHER.event(LUNCH)) == {*FIELDS}
    assert changed(HASHER.event(LUNCH), {}) == frozenset()


def test_the_same_text_in_two_fields_has_two_hashes() -> None:
    assert HASHER.field("title", "x") != HASHER.field("location", "x")


def test_reminders_are_hashed_one_by_one_and_in_no_order() -> None:
    both = HASHER.field("reminders", frozenset({TEN, HOUR}))
    assert both == sorted([HASHER.element("reminders", TEN), HASHER.element("reminders", HOUR)])
    assert HASHER.field("reminders", frozenset()) == []


def test_a_day_is_not_the_moments_from_midnight_to_midnight() -> None:
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    day = Span(date(2026, 3, 2), date(2026, 3, 3))
    assert HASHER.field("span", day) != HASHER.field("span", Span(midnight, midnight + timedelta(days=1)))


def test_hashes_depend_on_the_key_and_hide_the_value() -> None:
    secret = dataclasses.replace(LUNCH, title="Surgery")
    stored = json.dumps(HASHER.event(secret))
    assert "Surgery" not in stored
    assert Hasher(b"other").field("title", "Surgery") != HASHER.field("title", "Surgery")


def test_lone_surrogates_are_hashed_too() -> None:
    assert HASHER.field("title", "\ud800") != HASHER.field("title", "\udfff")


def test_an_answer_shows_in_the_hash_but_no_address_does() -> None:
    one = HASHER.field("guests", {Guest("bob@example.com")})
    other = HASHER.field("guests", {Guest("bob@example.com", Response.DECLINED)})
    assert one.keys() == other.keys()
    assert (*one.values(), *other.values()) == ("needsAction", "declined")
    assert "bob" not in str(one)


def test_occurrences_are_hashed_field_by_field_under_their_starts() -> None:
    hashed = HASHER.field("overrides", {NOON: {"title": "x"}, NOON.date(): {CANCELLED: True}})
    assert hashed.keys() == {"2026-03-02T12:00:00+00:00", "2026-03-02"}
    assert hashed["2026-03-02T12:00:00+00:00"] == {"title": HASHER.field("title", "x")}


def test_a_start_is_read_back_as_it_was_named() -> None:
    for start in (NOON, NOON.date()):
        assert read_start(start_key(start)) == start


def test_a_trimmed_base_has_only_the_occurrences_that_count() -> None:
    base = {"title": "x", "overrides": {start_key(NOON): {}, start_key(NOON.date()): {}}}
    assert trimmed_base(base, lambda start: start == NOON) == {
        "title": "x",
        "overrides": {start_key(NOON): {}},
    }
    assert trimmed_base({"title": "x"}, lambda _: False) == {"title": "x"}


def test_an_answer_is_no_edit() -> None:
    bob, yes = Guest("bob@example.com"), Guest("bob@example.com", Response.ACCEPTED)
    asked = dataclasses.replace(LUNCH, guests=frozenset({bob}), overrides={NOON: {"title": "x"}})
    base = HASHER.event(asked)
    answered = dataclasses.replace(
        asked,
        guests=frozenset({yes}),
        response=Response.DECLINED,
        overrides={NOON: {"title": "x", "response": Response.DECLINED}},
    )
    assert not edited(base, HASHER.event(asked))
    assert edited(base, HASHER.event(dataclasses.replace(asked, title="x")))
    assert edited(base, HASHER.event(dataclasses.replace(asked, guests=frozenset())))
    assert edited(base, HASHER.event(dataclasses.replace(asked, overrides={})))
    assert not edited(base, HASHER.event(answered))
