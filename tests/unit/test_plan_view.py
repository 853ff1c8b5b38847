"""A plan as it is told: each action becomes a step, and a line in a terminal."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.texts import Texts
from bot.views.plan import Step, counts, plan_lines, steps, totals
from sync.holding import HELD_BACK
from sync.merge import Merge
from sync.model import Side, Span
from sync.plan import Action, Align, Case, Create, Decline, Delete, Forget, Park
from sync.seen import Seen, State
from tests.unit.sights import LUNCH, NOON, link, seen

T = Texts()
BRUSSELS = ZoneInfo("Europe/Brussels")
DAY = date(2026, 3, 2)
GONE = Seen(State.GONE)
UNKNOWN = Seen(State.UNCHANGED)
HERE = Case("cs1", 42, seen(LUNCH), seen(LUNCH), link())
NOTHING, BOTH = (
    Merge(LUNCH, frozenset(), frozenset()),
    Merge(LUNCH, frozenset({"title"}), frozenset({"span"})),
)


@pytest.mark.parametrize(
    ("action", "act", "writes"),
    [
        (Align(HERE, BOTH, "merged"), "update", {Side.GOOGLE: {"title"}, Side.ODOO: {"span"}}),
        (
            Align(HERE, NOTHING, "rows_completed", organizer=True, rows=True),
            "update",
            {Side.ODOO: {"organizer", "rows"}},
        ),
        (Align(HERE, NOTHING, "same_event"), "note", {}),
        (Create(Side.ODOO, HERE, LUNCH, 0, "new_in_google"), "create", {Side.ODOO: ()}),
        (Delete(Side.GOOGLE, HERE, "deleted_in_odoo"), "delete", {Side.GOOGLE: ()}),
        (Decline(Side.ODOO, HERE, "declined_in_google"), "decline", {Side.ODOO: ()}),
        (Park(Side.ODOO, HERE, "masked"), "park", {Side.ODOO: ()}),
        (Forget(HERE, "gone_on_both"), "note", {}),
    ],
)
def test_every_action_is_told_with_its_writes(action: Action, act: str, writes: dict[Side, set[str]]) -> None:
    assert steps([action]) == [Step(act, writes, action.reason, "Lunch", NOON)]


@pytest.mark.parametrize(
    ("google", "odoo", "expected"),
    [
        (GONE, seen(LUNCH), ("Lunch", NOON)),
        (Seen(State.REJECTED, label="Odd\t2026-03-02"), GONE, ("Odd", DAY)),
        (UNKNOWN, Seen(State.MASKED, label="Busy\t2026-03-02 12:00:00"), ("Busy", NOON)),
        (UNKNOWN, GONE, ("", None)),
    ],
)
def test_an_event_is_named_by_whatever_side_knows_it(google: Seen, odoo: Seen, expected: object) -> None:
    [step] = steps([Delete(Side.GOOGLE, Case("cs1", 42, google, odoo, link()), "deleted_in_odoo")])
    assert (step.title, step.start) == expected


def test_what_is_set_aside_is_counted_together_but_for_deletions_that_wait() -> None:
    planned = steps([Park(Side.ODOO, HERE, reason) for reason in ("masked", "unreadable_rule", HELD_BACK)])
    assert counts(planned) == {"parked": 2, HELD_BACK: 1}


def test_a_terminal_gets_a_line_an_action_in_the_persons_zone_and_the_totals() -> None:
    all_day = dataclasses.replace(LUNCH, title="Holiday", span=Span(DAY, DAY + timedelta(days=1)))
    planned = steps(
        [
            Align(HERE, BOTH, "merged"),
            Create(Side.ODOO, dataclasses.replace(HERE, google=seen(all_day)), all_day, 0, "new_in_google"),
            Delete(Side.GOOGLE, Case("cs1", 42, UNKNOWN, GONE, link()), "deleted_in_odoo"),
            Park(Side.ODOO, HERE, HELD_BACK),
            Forget(HERE, "gone_on_both"),
        ]
    )
    assert plan_lines(T, planned, BRUSSELS) == [
        "added to Odoo: it is new in Google – Holiday  2026-03-02",
        f"changed in Google (title), changed in Odoo (time): {T('why.merged')} – Lunch  2026-03-02 13:00",
        "set aside in Odoo: its deletion waits for your word – Lunch  2026-03-02 13:00",
        "noted: it is gone from both sides – Lunch  2026-03-02 13:00",
        "taken out of Google: it was deleted in Odoo – an event without a title",
        (
            "5 actions: 1 event added to Odoo, 1 event changed on both sides and merged, 1 event deleted "
            "from Google, 1 deletion waiting for the person's word, 1 event only noted"
        ),
    ]


def test_nothing_to_do_is_said() -> None:
    assert plan_lines(T, [], BRUSSELS) == ["Nothing to do."] == [totals(T, {})]


def test_a_title_cannot_move_the_cursor_of_a_terminal() -> None:
    bad = dataclasses.replace(LUNCH, title="a\x1b[2J\x07b\u202e\nc & <d>")
    case = dataclasses.replace(HERE, google=seen(bad))
    [line, _] = plan_lines(T, steps([Create(Side.ODOO, case, bad, 0, "new_in_google")]), BRUSSELS)
    assert "a[2Jb c & <d>" in line
    assert line.isprintable()
