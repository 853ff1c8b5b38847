"""Merging field by field: who changed what since the base, and who is given it."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from sync.google import codec as google_codec
from sync.merge import Conflict, merge
from sync.model import FIELDS, Guest, Privacy, Recurrence, Reminder, Response, Side, Span
from sync.odoo.codec import VEILED_TITLE, Projection
from sync.roles import Flow, Role, flow
from sync.seen import State
from sync.text import CUT_MARK
from tests.unit.sights import LUNCH, NOON, RULES, base, changed, merged, seen, with_private, writes

TEN = Reminder("popup", 10)
DAY_BEFORE = Reminder("email", 1440)
HOUR = Reminder("popup", 60)
BOB, CAROL = Guest("bob@example.com"), Guest("carol@example.com", Response.ACCEPTED)
WEEKLY, DAILY = Recurrence(("RRULE:FREQ=WEEKLY",), "UTC"), Recurrence(("RRULE:FREQ=DAILY",), "UTC")
VALUES: dict[str, tuple[Any, Any]] = {
    "title": ("Brunch", "Dinner"),
    "span": (Span(NOON + timedelta(hours=1), NOON + timedelta(hours=2)), Span(NOON, NOON)),
    "description": ("<p>salad</p>", "<p>cake</p>"),
    "location": ("Garden", "Roof"),
    "busy": (False, False),
    "privacy": (Privacy.CONFIDENTIAL, Privacy.PUBLIC),
    "reminders": (frozenset({TEN}), frozenset({DAY_BEFORE})),
    "guests": (frozenset({BOB}), frozenset({CAROL})),
    "response": (Response.TENTATIVE, Response.DECLINED),
    "meeting_link": ("https://meet.google.com/abc-defg-hij", "https://meet.google.com/xyz-wxyz-xyz"),
    "recurrence": (WEEKLY, DAILY),
}


MERGED = [name for name in FIELDS if name != "overrides"]
"""Occurrences are merged by themselves (test_overrides)."""


BOSS = "boss@example.com"
INVITED = dataclasses.replace(LUNCH, organizer=BOSS)
"""One's own answer exists only where somebody else organizes, or where there are guests."""


def test_there_are_two_values_of_every_field() -> None:
    assert VALUES.keys() == {*MERGED}


def test_nothing_changed_is_nothing_to_write() -> None:
    outcome = merged(LUNCH, LUNCH)
    assert writes(outcome) == (set(), set())
    assert outcome.event == LUNCH
    assert outcome.conflicts == ()


@pytest.mark.parametrize("name", MERGED)
def test_a_change_in_google_goes_to_odoo_alone(name: str) -> None:
    outcome = merged(changed(INVITED, **{name: VALUES[name][0]}), INVITED)
    assert writes(outcome) == (set(), {name})
    assert outcome.conflicts == ()
    assert outcome.event == changed(INVITED, **{name: VALUES[name][0]})


@pytest.mark.parametrize("name", MERGED)
def test_a_change_in_odoo_goes_to_google_alone(name: str) -> None:
    outcome = merged(INVITED, changed(INVITED, **{name: VALUES[name][0]}))
    assert writes(outcome) == ({name}, set())
    assert outcome.conflicts == ()
    assert outcome.event == changed(INVITED, **{name: VALUES[name][0]})


@pytest.mark.parametrize("name", MERGED)
def test_the_same_change_on_both_sides_is_agreed(name: str) -> None:
    same = changed(INVITED, **{name: VALUES[name][0]})
    outcome = merged(same, same)
    assert writes(outcome) == (set(), set())
    assert outcome.conflicts == ()


@pytest.mark.parametrize("later", Side)
@pytest.mark.parametrize("name", [one for one in MERGED if one not in ("busy", "reminders", "guests")])
def test_the_later_of_two_changes_of_one_field_wins_that_field(name: str, later: Side) -> None:
    here, there = (changed(INVITED, **{name: value}) for value in VALUES[name])
    outcome = merged(here, there, later=later)
    lost = there if later is Side.GOOGLE else here
    assert outcome.conflicts == (Conflict(name, later.other, getattr(lost, name)),)
    assert outcome.event == (here if later is Side.GOOGLE else there)
    assert writes(outcome) == ((set(), {name}) if later is Side.GOOGLE else ({name}, set()))


def test_changes_of_different_fields_are_both_kept() -> None:
    outcome = merged(changed(title="Brunch", busy=False), changed(location="Garden"))
    assert outcome.event == changed(title="Brunch", busy=False, location="Garden")
    assert writes(outcome) == ({"location"}, {"title", "busy"})


def test_edited_at_the_same_moment_google_wins() -> None:
    google, odoo = seen(changed(title="Brunch"), at=1), seen(changed(title="Dinner"), at=1)
    assert merge(google, odoo, base(LUNCH), base(LUNCH), RULES).event.title == "Brunch"


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
    assert outcome.conflicts == (Conflict(name, side, getattr(empty, name)),)


@pytest.mark.parametrize("name", ["span", "recurrence"])
def test_on_a_first_meeting_of_two_series_google_knows_when_and_how_they_began(name: str) -> None:
    series = changed(recurrence=WEEKLY)
    shorter = changed(series, **{name: VALUES[name][1]})
    outcome = merged(series, shorter, None, None, later=Side.ODOO)
    assert getattr(outcome.event, name) == getattr(series, name)
    assert writes(outcome) == (set(), {name})


def test_it_is_a_first_meeting_as_long_as_one_side_has_no_base() -> None:
    for bases in ((None, LUNCH), (LUNCH, None)):
        outcome = merged(changed(location=""), changed(location="Roof"), *bases, later=Side.GOOGLE)
        assert outcome.event.location == "Roof"


def test_a_meeting_link_that_is_not_googles_goes_where_people_see_it() -> None:
    link = "https://meet.example.com/room"
    nowhere = changed(location="")
    outcome = merged(nowhere, changed(nowhere, meeting_link=link), nowhere, nowhere)
    assert writes(outcome) == ({"location"}, set())
    assert google_codec.project(outcome.event).location == link


def test_emptying_a_field_is_a_change_like_any_other() -> None:
    assert merged(changed(location=""), LUNCH).event.location == ""
    assert merged(changed(location=""), changed(location="Roof"), later=Side.GOOGLE).event.location == ""


def test_a_description_that_only_looks_different_in_markup_is_the_same() -> None:
    outcome = merged(changed(description="soup<br>bread"), changed(description="<p>soup</p><p>bread</p>"))
    assert writes(outcome) == (set(), set())
    assert outcome.conflicts == ()


def test_google_not_pulled_is_given_what_changed_in_odoo() -> None:
    google = seen(None, state=State.UNCHANGED)
    outcome = merge(google, seen(changed(title="Dinner")), base(LUNCH), base(LUNCH), RULES)
    assert writes(outcome) == ({"title"}, set())


def test_without_the_values_of_odoo_there_is_nothing_to_merge() -> None:
    with pytest.raises(ValueError, match="Odoo"):
        merge(seen(LUNCH), seen(None, state=State.GONE), {}, {}, RULES)


def test_turning_private_in_google_veils_the_text_in_odoo() -> None:
    outcome = merged(changed(privacy=Privacy.PRIVATE), LUNCH)
    veiled = Projection()(outcome.event)
    assert (veiled.title, veiled.description, veiled.location) == (VEILED_TITLE, "", "")
    assert outcome.to_odoo == {"title", "description", "location", "privacy"}
    assert outcome.to_google == set()


def test_a_meeting_from_outside_that_turns_private_is_veiled_as_well() -> None:
    outcome = merged(changed(privacy=Privacy.PRIVATE), LUNCH, role=Role.OUTSIDE)
    assert outcome.to_odoo >= {"title", "description", "location"}
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


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", MERGED)
@pytest.mark.parametrize("side", Side)
def test_a_change_goes_only_where_the_role_lets_it(role: Role, name: str, side: Side) -> None:
    edited = changed(INVITED, **{name: VALUES[name][0]})
    outcome = merged(*((edited, INVITED) if side is Side.GOOGLE else (INVITED, edited)), role=role)
    expected: dict[Flow, tuple[set[str], set[str]]] = {
        Flow.NONE: (set(), set()),
        Flow.TO_GOOGLE: ({name}, set()),
        Flow.TO_ODOO: (set(), {name}),
        Flow.BOTH: (set(), {name}) if side is Side.GOOGLE else ({name}, set()),
    }
    assert writes(outcome) == expected[flow(role, name)]
    put_back = flow(role, name) is (Flow.TO_GOOGLE if side is Side.GOOGLE else Flow.TO_ODOO)
    assert bool(outcome.conflicts) is put_back


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", MERGED)
def test_google_not_pulled_is_given_only_what_the_role_lets_it_have(role: Role, name: str) -> None:
    google = seen(None, state=State.UNCHANGED)
    edited = seen(changed(**{name: VALUES[name][0]}))
    outcome = merge(google, edited, base(LUNCH), base(LUNCH), RULES, role)
    outward = flow(role, name) in (Flow.BOTH, Flow.TO_GOOGLE)
    assert writes(outcome) == ({name} if outward else set(), set())


def test_rules_that_mean_the_same_are_agreed() -> None:
    short, long = (
        Recurrence(("RRULE:FREQ=WEEKLY",), "UTC"),
        Recurrence(("RRULE:FREQ=WEEKLY;INTERVAL=1",), "UTC"),
    )
    outcome = merged(changed(recurrence=short), changed(recurrence=long))
    assert writes(outcome) == (set(), set())
    assert outcome.conflicts == ()


def test_of_two_series_that_meet_for_the_first_time_googles_start_counts() -> None:
    rule = Recurrence(("RRULE:FREQ=DAILY;COUNT=9",), "UTC")
    shorter = Recurrence(("RRULE:FREQ=DAILY;COUNT=5",), "UTC")
    day = timedelta(days=1)
    google = changed(LUNCH, recurrence=rule)
    later_rows = Span(LUNCH.span.start + 4 * day, LUNCH.span.end + 4 * day)
    odoo = changed(LUNCH, recurrence=shorter, span=later_rows)
    outcome = merged(google, odoo, None, None, later=Side.ODOO)
    assert (outcome.event.span, outcome.event.recurrence) == (google.span, rule)
    assert {"span", "recurrence"} <= outcome.to_odoo
