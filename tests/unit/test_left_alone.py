"""What is left alone until somebody edits it, and what is not any more."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from sync.left_alone import LeftAlone, sift
from sync.model import Guest, Recurrence, Reminder, Response, Side
from sync.plan import ALWAYS, Case
from sync.seen import Seen, State
from tests.unit.sights import LUNCH, NOON, link, seen

NEVER = Seen(State.NEVER)
OTHER = dataclasses.replace(LUNCH, title="Dinner")


def record(side: Side, event: Any = LUNCH) -> LeftAlone:
    return LeftAlone(side, "cs1" if side is Side.GOOGLE else "42", seen(event).hashes, ALWAYS[1])


def case(google: Seen = NEVER, odoo: Seen = NEVER, **more: Any) -> Case:
    return Case("cs1" if google is not NEVER else "", 42 if odoo is not NEVER else 0, google, odoo, **more)


def sifted(one: Case, *records: LeftAlone) -> tuple[bool, set[Side]]:
    """Return whether a case sleeps, and the sides that are no longer left alone."""
    found = sift([one], {each.key: each for each in records})
    assert len(found.awake) + len(found.asleep) == 1
    return bool(found.asleep), {side for side, _ in found.over}


GOOGLE, ODOO = record(Side.GOOGLE), record(Side.ODOO)


def test_what_nobody_recorded_is_awake() -> None:
    assert sifted(case(seen(LUNCH))) == (False, set())


def test_what_was_not_edited_sleeps_on_either_side() -> None:
    assert sifted(case(seen(LUNCH)), GOOGLE) == (True, set())
    assert sifted(case(odoo=seen(LUNCH)), ODOO) == (True, set())


def test_an_edit_wakes_it() -> None:
    assert sifted(case(seen(OTHER)), GOOGLE) == (False, {Side.GOOGLE})


@pytest.mark.parametrize("state", [State.MASKED, State.REJECTED])
def test_what_cannot_be_read_sleeps_on(state: State) -> None:
    assert sifted(case(odoo=Seen(state)), ODOO) == (True, set())


def test_what_is_gone_is_not_left_alone_any_more() -> None:
    assert sifted(case(Seen(State.GONE)), GOOGLE) == (False, {Side.GOOGLE})


def test_a_pair_sleeps_only_if_both_do() -> None:
    both = case(seen(LUNCH), seen(LUNCH))
    assert sifted(both, GOOGLE, ODOO) == (True, set())
    assert sifted(both, ODOO) == (False, {Side.ODOO}), "its counterpart is new: they are one event"
    assert sifted(case(seen(OTHER), seen(LUNCH)), GOOGLE, ODOO) == (False, {*Side})
    assert sifted(case(seen(LUNCH), Seen(State.GONE)), GOOGLE) == (True, set())


def test_what_is_linked_is_not_left_alone() -> None:
    assert sifted(case(seen(LUNCH), seen(LUNCH), link=link()), GOOGLE, ODOO) == (False, {*Side})


def test_answers_of_others_and_reminders_are_no_edit_but_the_own_answer_is() -> None:
    guests = frozenset({Guest("bob@example.com")})
    before = dataclasses.replace(LUNCH, guests=guests)
    answered = dataclasses.replace(
        LUNCH, guests=frozenset({Guest("bob@example.com", Response.ACCEPTED)}), reminders=frozenset()
    )
    reminded = dataclasses.replace(before, reminders=frozenset({Reminder("popup", 5)}))
    declined = dataclasses.replace(before, response=Response.DECLINED)
    known = record(Side.GOOGLE, before)
    assert sifted(case(seen(answered)), known) == (True, set())
    assert sifted(case(seen(reminded)), known) == (True, set())
    assert sifted(case(seen(declined)), known) == (False, {Side.GOOGLE})


def test_occurrences_beyond_the_window_of_then_say_nothing() -> None:
    series = dataclasses.replace(LUNCH, recurrence=Recurrence(("RRULE:FREQ=DAILY",), "UTC"))
    day = timedelta(days=1)
    later = dataclasses.replace(series, overrides={NOON + 10 * day: {"title": "Late"}})
    known = dataclasses.replace(record(Side.GOOGLE, series), until=NOON + 5 * day)
    assert sifted(case(seen(later)), known) == (True, set())
    sooner = dataclasses.replace(series, overrides={NOON + 3 * day: {"title": "Soon"}})
    assert sifted(case(seen(sooner)), known) == (False, {Side.GOOGLE})
