"""Texts longer than Google can hold: whatever people do there, Odoo keeps the end."""

from __future__ import annotations

import dataclasses
from typing import Any

from sync.decide import decide
from sync.google import codec as google
from sync.model import Event, Privacy, Side
from sync.plan import Align, Case, Park
from tests.properties.pair import Pair
from tests.unit.sights import LUNCH, RULES, link, merged, seen

LONG = "".join(f"<p>line {n} of the agenda</p>" for n in range(400))
FULL = dataclasses.replace(LUNCH, description=LONG)
HELD = google.project(FULL)


def changed(event: Event, **values: Any) -> Event:
    return dataclasses.replace(event, **values)


def test_a_change_of_privacy_leaves_the_texts_alone() -> None:
    for privacy in (Privacy.PUBLIC, Privacy.CONFIDENTIAL):
        assert merged(changed(HELD, privacy=privacy), FULL, HELD, FULL).to_odoo == {"privacy"}


def test_where_both_edited_it_and_google_wins_odoo_keeps_the_end() -> None:
    there = changed(HELD, description=f"New: {HELD.description}")
    here = changed(FULL, description=LONG + "<p>PS</p>")
    outcome = merged(there, here, HELD, FULL, later=Side.GOOGLE)
    assert outcome.event.description.count("agenda") == 400


def test_two_edits_in_google_in_a_row_keep_the_end() -> None:
    pair = Pair.of(FULL)
    pair.edit(Side.GOOGLE, {"description": pair.google.description[6000:]})
    pair.run()
    pair.edit(Side.GOOGLE, {"description": f"New: {pair.google.description}"})
    pair.run()
    assert "line 399" in pair.odoo.description


def test_what_google_cannot_keep_is_not_hidden_in_odoo() -> None:
    private = seen(changed(HELD, privacy=Privacy.PRIVATE))
    case = Case("cs1", 42, private, seen(FULL), link(HELD, FULL))
    assert decide(case, RULES) == Park(Side.ODOO, case, "text_too_long_to_hide")


def test_a_text_that_google_holds_whole_is_hidden() -> None:
    private = seen(changed(LUNCH, privacy=Privacy.PRIVATE))
    action = decide(Case("cs1", 42, private, seen(LUNCH), link()), RULES)
    assert isinstance(action, Align)
    assert {"title", "description", "location"} <= action.merged.to_odoo


def test_turning_private_hides_what_was_edited_in_odoo_meanwhile() -> None:
    outcome = merged(changed(LUNCH, privacy=Privacy.PRIVATE), changed(LUNCH, title="Dinner"))
    assert "title" in outcome.to_odoo
    assert "title" in outcome.to_google
    assert outcome.event.title == "Dinner"
