"""The decision table of the sync, each combination of what the two sides show decided by exactly one row."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Collection

import pytest

from sync.decide import decide, plan, restore
from sync.merge import Conflict
from sync.model import Event, Side
from sync.plan import Action, Align, Case, Create, Delete, Forget, Park
from sync.seen import Seen, State
from tests.unit.sights import LUNCH, RULES, link, seen

MOVED_IN_GOOGLE = dataclasses.replace(LUNCH, title="Lunch in town")
MOVED_IN_ODOO = dataclasses.replace(LUNCH, location="Garden")

EITHER = (True, False)
UNCHANGED, PRESENT, GONE, MASKED, REJECTED, NEVER = State
KNOWN = [state for state in State if state is not REJECTED]


@dataclasses.dataclass(frozen=True)
class Row:
    """What is expected where the states, the link and the changes are among those named."""

    google: Collection[State]
    odoo: Collection[State]
    expected: tuple[type[Action], Side | None, str] | None
    linked: Collection[bool] = EITHER
    google_changed: Collection[bool] = EITHER
    odoo_changed: Collection[bool] = EITHER


YES, NO = (True,), (False,)
TABLE = [
    # What cannot be read is set aside, whatever the other side shows.
    Row([REJECTED], [*State], (Park, Side.GOOGLE, "odd")),
    Row(KNOWN, [REJECTED], (Park, Side.ODOO, "odd")),
    # A masked event of ours waits; others' masked events are none of our business.
    Row([PRESENT, GONE], [MASKED], (Park, Side.ODOO, "masked"), YES),
    Row([PRESENT, GONE], [MASKED], None, NO),
    Row([UNCHANGED, MASKED, NEVER], [MASKED], None),
    # On one side only: made on the other.
    Row([NEVER], [PRESENT], (Create, Side.GOOGLE, "new_in_odoo")),
    Row([PRESENT], [NEVER], (Create, Side.ODOO, "new_in_google")),
    # Gone from one side: an edit on the other beats the deletion.
    Row([GONE], [PRESENT], (Create, Side.GOOGLE, "edit_beats_delete"), YES, odoo_changed=YES),
    Row([GONE], [PRESENT], (Delete, Side.ODOO, "deleted_in_google"), YES, odoo_changed=NO),
    Row([PRESENT], [GONE], (Create, Side.ODOO, "edit_beats_delete"), YES, google_changed=YES),
    Row([PRESENT], [GONE], (Delete, Side.GOOGLE, "deleted_in_odoo"), YES, google_changed=NO),
    Row([UNCHANGED], [GONE], (Delete, Side.GOOGLE, "deleted_in_odoo"), YES),
    Row([GONE], [GONE], (Forget, None, "gone_on_both"), YES),
    Row([GONE], [PRESENT, GONE], None, NO),
    Row([PRESENT, UNCHANGED], [GONE], None, NO),
    # On both sides: aligned field by field.
    Row([PRESENT], [PRESENT], None, YES, NO, NO),
    Row([PRESENT], [PRESENT], (Align, None, "edited_in_google"), YES, YES, NO),
    Row([PRESENT], [PRESENT], (Align, None, "edited_in_odoo"), YES, NO, YES),
    Row([PRESENT], [PRESENT], (Align, None, "merged"), YES, YES, YES),
    Row([UNCHANGED], [PRESENT], (Align, None, "edited_in_odoo"), YES, odoo_changed=YES),
    Row([UNCHANGED], [PRESENT], None, YES, odoo_changed=NO),
    Row([PRESENT, UNCHANGED], [PRESENT], (Align, None, "same_event"), NO),
    # Too little is known, or nothing is left to do.
    Row([UNCHANGED, PRESENT, GONE, MASKED, NEVER], [UNCHANGED], None),
    Row([UNCHANGED, GONE, MASKED, NEVER], [NEVER], None),
    Row([MASKED], [PRESENT], None),
    Row([MASKED, NEVER], [GONE], None),
]

Combination = tuple[State, State, bool, bool, bool]
PRODUCT: list[Combination] = list(itertools.product(State, State, EITHER, EITHER, EITHER))


def rows_of(combination: Combination) -> list[Row]:
    """Return the rows that speak of a combination."""
    return [
        row
        for row in TABLE
        if all(
            value in named
            for value, named in zip(
                combination,
                (row.google, row.odoo, row.linked, row.google_changed, row.odoo_changed),
                strict=True,
            )
        )
    ]


def case_of(combination: Combination, *, own_duplicate: bool = False) -> Case:
    """Return the case that a combination describes."""
    google, odoo, linked, google_changed, odoo_changed = combination
    return Case(
        "cs1",
        42,
        _sighting(google, MOVED_IN_GOOGLE if google_changed else LUNCH),
        _sighting(odoo, MOVED_IN_ODOO if odoo_changed else LUNCH),
        link() if linked else None,
        own_duplicate,
    )


def _sighting(state: State, event: Event) -> Seen:
    if state is PRESENT:
        return seen(event)
    return Seen(state, reason="odd" if state is REJECTED else "")


def test_the_table_covers_the_whole_product() -> None:
    assert len(PRODUCT) == len(set(PRODUCT)) == len(State) ** 2 * 2**3
    assert [one for one in PRODUCT if len(rows_of(one)) != 1] == []


@pytest.mark.parametrize("google", State)
@pytest.mark.parametrize("odoo", State)
def test_every_combination_is_decided_as_the_table_says(google: State, odoo: State) -> None:
    for combination in PRODUCT:
        if combination[:2] != (google, odoo):
            continue
        case = case_of(combination)
        [row] = rows_of(combination)
        action = decide(case, RULES)
        decided = (type(action), getattr(action, "side", None), action.reason) if action else None
        assert decided == row.expected, combination
        assert action is None or action.case is case


def test_nothing_is_deleted_that_a_person_did_not_delete() -> None:
    for combination in PRODUCT:
        action = decide(case_of(combination), RULES)
        if isinstance(action, Delete):
            other = combination[0] if action.side is Side.ODOO else combination[1]
            assert other is GONE
            assert action.case.link


def test_what_we_may_not_see_is_never_written() -> None:
    for combination in PRODUCT:
        if {MASKED, REJECTED} & {*combination[:2]}:
            assert isinstance(decide(case_of(combination), RULES), Park | None)


def test_a_create_begins_a_new_generation_of_a_link() -> None:
    for combination in PRODUCT:
        case = case_of(combination)
        action = decide(case, RULES)
        if isinstance(action, Create):
            assert action.generation == (3 if case.link else 0)
            assert action.event is (case.odoo if action.side is Side.GOOGLE else case.google).event


def test_our_own_duplicate_goes_whatever_else_is_seen() -> None:
    for combination in PRODUCT:
        case = case_of(combination, own_duplicate=True)
        assert decide(case, RULES) == Delete(Side.ODOO, case, "own_duplicate")


def test_the_same_field_edited_differently_is_a_conflict_that_the_later_edit_wins() -> None:
    other = dataclasses.replace(LUNCH, title="Brunch")
    action = decide(Case("cs1", 42, seen(MOVED_IN_GOOGLE, at=1), seen(other, at=2), link()), RULES)
    assert isinstance(action, Align)
    assert action.reason == "edited_on_both"
    assert action.merged.conflicts == (Conflict("title", Side.GOOGLE, "Lunch in town"),)
    assert action.merged.to_google == {"title"}
    assert action.merged.to_odoo == frozenset()


def test_the_same_edit_on_both_sides_is_only_recorded() -> None:
    action = decide(Case("cs1", 42, seen(MOVED_IN_GOOGLE), seen(MOVED_IN_GOOGLE), link()), RULES)
    assert isinstance(action, Align)
    assert action.reason == "agreed"
    assert not action.merged.to_google | action.merged.to_odoo


@pytest.mark.parametrize(("version", "expected"), [("", None), ('"1"', None), ('"2"', "agreed")])
def test_a_new_version_without_a_change_is_recorded_so_that_later_writes_name_it(
    version: str, expected: str | None
) -> None:
    action = decide(Case("cs1", 42, seen(LUNCH, version=version), seen(LUNCH), link()), RULES)
    assert (action.reason if action else None) == expected


def test_a_plan_leaves_out_what_needs_nothing_and_keeps_the_order() -> None:
    cases = [case_of(one) for one in PRODUCT]
    decided = [decide(one, RULES) for one in cases]
    assert plan(cases, RULES) == [one for one in decided if one]


@pytest.mark.parametrize("side", Side)
def test_restoring_brings_the_event_back_where_it_is_gone(side: Side) -> None:
    google, odoo = (GONE, PRESENT) if side is Side.ODOO else (PRESENT, GONE)
    deletion = decide(case_of((google, odoo, True, False, False)), RULES)
    assert isinstance(deletion, Delete)
    assert deletion.side is side
    back = restore(deletion)
    assert (back.side, back.event, back.generation, back.reason) == (side.other, LUNCH, 3, "restored")


def test_restoring_without_the_values_is_refused() -> None:
    deletion = decide(case_of((UNCHANGED, GONE, True, False, False)), RULES)
    assert isinstance(deletion, Delete)
    with pytest.raises(ValueError, match="values"):
        restore(deletion)
