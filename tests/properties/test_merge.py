"""Merging loses nobody's change, comes to rest after one run, and leaves both sides the same."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync.google import codec as google_codec
from sync.model import Event, Privacy, Side
from tests.properties.pair import FIELD_VALUES, Pair, edits, few_reminders
from tests.properties.strategies import events
from tests.unit.sights import LUNCH

some_events = st.builds(Event, **FIELD_VALUES)
sides = st.sampled_from(Side)
Edit = dict[str, Any]


def quiet(pair: Pair) -> bool:
    """Say whether another run would write nothing."""
    again = pair.compare()
    return not again.to_google and not again.to_odoo and not again.conflicts


@given(some_events, st.lists(st.tuples(edits(), edits(), sides), min_size=1, max_size=4))
def test_a_second_run_has_nothing_to_write(event: Event, rounds: list[tuple[Edit, Edit, Side]]) -> None:
    pair = Pair.of(event)
    assert quiet(pair)
    for on_google, on_odoo, later in rounds:
        pair.edit(Side.GOOGLE, on_google)
        pair.edit(Side.ODOO, on_odoo)
        pair.run(later)
        assert quiet(pair)


@given(events(), events(), sides)
def test_a_first_meeting_comes_to_rest_as_well(google: Event, odoo: Event, later: Side) -> None:
    pair = Pair(google_codec.project(google), google_codec.project(odoo))
    pair.odoo = pair.rules.odoo(pair.odoo)
    pair.run(later)
    assert quiet(pair)


@given(some_events, edits(), edits(), sides)
def test_nobodys_single_sided_change_is_lost(
    event: Event, on_google: Edit, on_odoo: Edit, later: Side
) -> None:
    pair = Pair.of(event)
    in_google, in_odoo = pair.edit(Side.GOOGLE, on_google), pair.edit(Side.ODOO, on_odoo)
    google, odoo = pair.google, pair.odoo
    pair.run(later)
    wanted_in_odoo, wanted_in_google = pair.rules.odoo(google), pair.rules.google(odoo)
    for name in in_google - in_odoo - {"reminders"}:
        assert getattr(pair.google, name) == getattr(google, name)
        assert getattr(pair.odoo, name) == getattr(wanted_in_odoo, name)
    for name in in_odoo - in_google - {"reminders"}:
        assert getattr(pair.odoo, name) == getattr(odoo, name)
        assert getattr(pair.google, name) == getattr(wanted_in_google, name)


@given(some_events, edits(), edits(), sides)
def test_of_two_changes_of_one_field_the_later_stands_on_both_sides(
    event: Event, on_google: Edit, on_odoo: Edit, later: Side
) -> None:
    pair = Pair.of(event)
    both = pair.edit(Side.GOOGLE, on_google) & pair.edit(Side.ODOO, on_odoo) - {"reminders"}
    google, odoo = pair.google, pair.odoo
    outcome = pair.run(later)
    names = {one.name for one in outcome.conflicts}
    assert names <= both
    for name in names:
        if later is Side.GOOGLE:
            assert getattr(pair.google, name) == getattr(google, name)
            assert getattr(pair.odoo, name) == getattr(pair.rules.odoo(google), name)
        else:
            assert getattr(pair.odoo, name) == getattr(odoo, name)
            assert getattr(pair.google, name) == getattr(pair.rules.google(odoo), name)


@given(some_events, edits(), edits(), sides)
def test_what_both_sides_hold_alike_is_the_same_afterwards(
    event: Event, on_google: Edit, on_odoo: Edit, later: Side
) -> None:
    pair = Pair.of(event)
    pair.edit(Side.GOOGLE, on_google)
    pair.edit(Side.ODOO, on_odoo)
    pair.run(later)
    assert pair.google.span == pair.odoo.span
    assert pair.google.busy == pair.odoo.busy
    assert pair.google.privacy == pair.odoo.privacy
    assert pair.rules.google(pair.odoo).location == pair.google.location
    shown = {pair.rules.google(pair.odoo).title, pair.odoo.title}
    assert pair.google.title in shown or pair.rules.odoo(pair.google).title in shown


@given(few_reminders, few_reminders, few_reminders)
def test_reminders_are_lost_only_where_somebody_removed_them(
    before: frozenset[Any], now_google: frozenset[Any], now_odoo: frozenset[Any]
) -> None:
    pair = Pair.of(dataclasses.replace(LUNCH, reminders=before))
    shown = pair.google.reminders
    pair.edit(Side.GOOGLE, {"reminders": now_google})
    pair.edit(Side.ODOO, {"reminders": now_odoo})
    left_in_google = pair.google.reminders
    pair.run()
    removed = shown - left_in_google
    fits = google_codec.project_reminder
    assert {one for one in now_odoo if fits(one) not in removed} <= pair.odoo.reminders
    assert {fits(one) for one in pair.odoo.reminders} >= left_in_google - shown
    assert len(pair.google.reminders) <= google_codec.MAX_OVERRIDES


@given(some_events, st.lists(st.tuples(sides, edits(st.sampled_from(Privacy))), max_size=4))
def test_private_text_typed_in_google_is_never_seen_in_odoo(
    event: Event, rounds: list[tuple[Side, Edit]]
) -> None:
    pair = Pair.of(event)
    for side, values in rounds:
        if side is Side.ODOO:
            values.pop("privacy", None)
        elif "description" in values:
            values["description"] = f"secret {values['description']}"
        pair.edit(side, values)
        pair.run()
        if pair.google.privacy is Privacy.PRIVATE:
            assert "secret" not in pair.odoo.description
        assert quiet(pair)
