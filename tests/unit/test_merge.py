"""Merging field by field: who changed what since the base, and who is given it."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from sync.google import codec as google_codec
from sync.merge import Merge, State, merge
from sync.model import FIELDS, Event, Privacy, Reminder, Side, Span
from sync.odoo.codec import VEILED_TITLE, Projection
from sync.text import CUT_MARK
from tests.unit.sights import LUNCH, NOON, RULES, base, merged, seen, with_private

TEN = Reminder("popup", 10)
DAY_BEFORE = Reminder("email", 1440)
HOUR = Reminder("popup", 60)

VALUES: dict[str, tuple[Any, Any]] = {
    "title": ("Brunch", "Dinner"),
    "span": (Span(NOON + timedelta(hours=1), NOON + timedelta(hours=2)), Span(NOON, NOON)),
    "description": ("<p>salad</p>", "<p>cake</p>"),
    "location": ("Garden", "Roof"),
    "busy": (False, False),
    "privacy": (Privacy.CONFIDENTIAL, Privacy.PUBLIC),
    "reminders": (frozenset({TEN}), frozenset({DAY_BEFORE})),
}


def changed(event: Event = LUNCH, **values: Any) -> Event:
    """Return an event with some fields changed."""
    return dataclasses.replace(event, **values)


def writes(outcome: Merge) -> tuple[set[str], set[str]]:
    """Return the fields written to Google and to Odoo."""
    return set(outcome.to_google), set(outcome.to_odoo)


def test_there_are_two_values_of_every_field() -> None:
    assert VALUES.keys() == {*FIELDS}


def test_nothing_changed_is_nothing_to_write() -> None:
    outcome = merged(LUNCH, LUNCH)
    assert writes(outcome) == (set(), set())
    assert outcome.event == LUNCH
    assert outcome.conflicts == {}


@pytest.mark.parametrize("name", FIELDS)
def test_a_change_in_google_goes_to_odoo_alone(name: str) -> None:
    outcome = merged(changed(**{name: VALUES[name][0]}), LUNCH)
    assert writes(outcome) == (set(), {name})
    assert outcome.conflicts == {}
    assert outcome.event == changed(**{name: VALUES[name][0]})


@pytest.mark.parametrize("name", FIELDS)
def test_a_change_in_odoo_goes_to_google_alone(name: str) -> None:
    outcome = merged(LUNCH, changed(**{name: VALUES[name][0]}))
    assert writes(outcome) == ({name}, set())
    assert outcome.conflicts == {}
    assert outcome.event == changed(**{name: VALUES[name][0]})


@pytest.mark.parametrize("name", FIELDS)
def test_the_same_change_on_both_sides_is_agreed(name: str) -> None:
    same = changed(**{name: VALUES[name][0]})
    outcome = merged(same, same)
    assert writes(outcome) == (set(), set())
    assert outcome.conflicts == {}


@pytest.mark.parametrize("later", Side)
@pytest.mark.parametrize("name", [one for one in FIELDS if one not in ("busy", "reminders")])
def test_the_later_of_two_changes_of_one_field_wins_that_field(name: str, later: Side) -> None:
    here, there = (changed(**{name: value}) for value in VALUES[name])
    outcome = merged(here, there, later=later)
    assert outcome.conflicts == {name: later.other}
    assert outcome.event == (here if later is Side.GOOGLE else there)
    assert writes(outcome) == ((set(), {name}) if later is Side.GOOGLE else ({name}, set()))


def test_changes_of_different_fields_are_both_kept() -> None:
    outcome = merged(changed(title="Brunch", busy=False), changed(location="Garden"))
    assert outcome.event == changed(title="Brunch", busy=False, location="Garden")
    assert writes(outcome) == ({"location"}, {"title", "busy"})


def test_without_both_times_google_wins() -> None:
    google = dataclasses.replace(seen(changed(title="Brunch")), edited_at=None)
    outcome = merge(google, seen(changed(title="Dinner"), at=9), base(LUNCH), base(LUNCH), RULES)
    assert outcome.event.title == "Brunch"


@pytest.mark.parametrize("later", Side)
@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("name", ["title", "description", "location", "privacy"])
def test_on_a_first_meeting_an_empty_value_loses_to_a_full_one(name: str, side: Side, later: Side) -> None:
    full = changed(privacy=Privacy.CONFIDENTIAL)
    empty = changed(full, **{name: Privacy.DEFAULT if name == "privacy" else ""})
    pair = (empty, full) if side is Side.GOOGLE else (full, empty)
    outcome = merged(*pair, None, None, later=later)
    assert getattr(outcome.event, name) == getattr(full, name)
    assert outcome.conflicts == {name: side}


def test_emptying_a_field_is_a_change_like_any_other() -> None:
    assert merged(changed(location=""), LUNCH).event.location == ""
    assert merged(changed(location=""), changed(location="Roof"), later=Side.GOOGLE).event.location == ""


def test_a_description_that_only_looks_different_in_markup_is_the_same() -> None:
    outcome = merged(changed(description="soup<br>bread"), changed(description="<p>soup</p><p>bread</p>"))
    assert writes(outcome) == (set(), set())
    assert outcome.conflicts == {}


def test_google_not_pulled_is_given_what_changed_in_odoo() -> None:
    google = seen(None, state=State.UNCHANGED)
    outcome = merge(google, seen(changed(title="Dinner")), base(LUNCH), base(LUNCH), RULES)
    assert writes(outcome) == ({"title"}, set())


def test_without_the_values_of_odoo_there_is_nothing_to_merge() -> None:
    with pytest.raises(ValueError, match="Odoo"):
        merge(seen(LUNCH), seen(None, state=State.GONE), {}, {}, RULES)


def test_reminders_are_merged_one_by_one() -> None:
    both = changed(reminders=frozenset({TEN, HOUR}))
    google = changed(reminders=frozenset({TEN, HOUR, DAY_BEFORE}))
    odoo = changed(reminders=frozenset({HOUR}))
    outcome = merged(google, odoo, both, both)
    assert outcome.event.reminders == {HOUR, DAY_BEFORE}
    assert writes(outcome) == ({"reminders"}, {"reminders"})
    assert outcome.conflicts == {}


def test_a_reminder_removed_in_google_goes_from_odoo() -> None:
    both = changed(reminders=frozenset({TEN, HOUR}))
    assert merged(changed(reminders=frozenset({TEN})), both, both, both).event.reminders == {TEN}


def test_what_google_cannot_remind_of_stays_in_odoo() -> None:
    text_message, far = Reminder("sms", 10), Reminder("email", 100_000)
    odoo = changed(reminders=frozenset({text_message, far}))
    google = google_codec.project(odoo)
    assert google.reminders == {Reminder("popup", 10), Reminder("email", 40320)}
    outcome = merged(changed(google, title="Brunch"), odoo, google, odoo)
    assert outcome.event.reminders == odoo.reminders
    assert writes(outcome) == (set(), {"title"})


def test_on_a_first_meeting_what_google_shows_of_a_text_message_is_no_reminder_more() -> None:
    odoo = changed(reminders=frozenset({Reminder("sms", 10)}))
    outcome = merged(changed(reminders=frozenset({TEN})), odoo, None, None)
    assert outcome.event.reminders == odoo.reminders
    assert writes(outcome) == (set(), set())


def test_a_text_message_turned_off_in_google_goes_from_odoo() -> None:
    odoo = changed(reminders=frozenset({Reminder("sms", 10), HOUR}))
    google = google_codec.project(odoo)
    without = changed(google, reminders=frozenset({HOUR}))
    assert merged(without, odoo, google, odoo).event.reminders == {HOUR}


def test_turning_private_in_google_veils_the_text_in_odoo() -> None:
    outcome = merged(changed(privacy=Privacy.PRIVATE), LUNCH)
    veiled = Projection()(outcome.event)
    assert (veiled.title, veiled.description, veiled.location) == (VEILED_TITLE, "", "")
    assert outcome.to_odoo == {"title", "description", "location", "privacy"}
    assert outcome.to_google == set()


def test_turning_public_in_google_shows_the_text_in_odoo_again() -> None:
    private = changed(privacy=Privacy.PRIVATE)
    veiled = Projection()(private)
    outcome = merged(changed(privacy=Privacy.PUBLIC), veiled, private, veiled)
    assert Projection()(outcome.event) == changed(privacy=Privacy.PUBLIC)
    assert outcome.to_odoo == {"title", "description", "location"}  # a veiled one is public already
    assert outcome.to_google == set()


def test_edits_of_a_private_text_in_google_never_reach_odoo() -> None:
    private = changed(privacy=Privacy.PRIVATE)
    veiled = Projection()(private)
    edited = changed(private, title="Surgery", description="secret", location="Clinic")
    outcome = merged(edited, veiled, private, veiled)
    assert writes(outcome) == (set(), set())


def test_with_the_right_to_private_events_nothing_is_veiled() -> None:
    outcome = merged(changed(privacy=Privacy.PRIVATE), LUNCH, rules=with_private())
    assert outcome.to_odoo == {"privacy"}


LONG = "<p>" + "</p><p>".join(f"line {number} of a very long agenda" for number in range(400)) + "</p>"


@pytest.mark.parametrize("name", ["title", "location", "description"])
def test_a_text_longer_than_google_holds_never_comes_back_shortened(name: str) -> None:
    full = LONG if name == "description" else "word " * 400 + "end"
    odoo = changed(LUNCH, **{name: full})
    google = google_codec.project(odoo)
    held = getattr(google, name)
    assert held.endswith(CUT_MARK)
    untouched = merged(changed(google, busy=False), odoo, google, odoo)
    assert untouched.to_odoo == {"busy"}
    edited = merged(changed(google, **{name: f"New: {held}"}), odoo, google, odoo)
    text = getattr(edited.event, name)
    assert text.startswith("New: ")
    assert text.count("agenda" if name == "description" else "word") == 400
    assert CUT_MARK.strip() not in text


def test_taking_the_mark_out_takes_the_rest_out() -> None:
    odoo = changed(description=LONG)
    google = google_codec.project(odoo)
    outcome = merged(changed(google, description="short now"), odoo, google, odoo)
    assert outcome.event.description == "short now"
