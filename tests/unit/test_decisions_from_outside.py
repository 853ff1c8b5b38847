"""What is decided about meetings from outside that are gone from Odoo, and about joining what is there."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import timedelta
from typing import Any

import pytest

from sync.decide import decide
from sync.merge import Conflict
from sync.model import Event, Guest, Privacy, Recurrence, Response, Side
from sync.plan import Action, Align, Case, Create, Decline
from sync.roles import Role
from sync.seen import Seen, State
from tests.unit.sights import HASHER, LUNCH, NOON, RULES, base, link, seen

BOSS, BOB, ZOE = "boss@elsewhere.example", "bob@example.com", "zoe@elsewhere.example"
THEIRS = dataclasses.replace(LUNCH, organizer=BOSS)
WITH_BOB = dataclasses.replace(THEIRS, guests=frozenset({Guest(BOB, Response.ACCEPTED), Guest(ZOE)}))
COLLEAGUES = frozenset({BOB})
SHARED = (("x", Role.OUTSIDE),)
DECLINES, PUT_BACK = (Decline, Side.GOOGLE, "declined_in_odoo"), (Create, Side.ODOO, "put_back")


def lost(there: Event | None = THEIRS, was: Event = THEIRS, *, by_owner: bool | None, **more: Any) -> Case:
    """Return the case of a meeting from outside that is gone from Odoo, and still there in Google."""
    google = Seen(State.UNCHANGED) if there is None else seen(there)
    gone = Seen(State.GONE, by_owner=by_owner)
    return Case("cs1", 42, google, gone, link(was, was, role=Role.OUTSIDE), role=Role.OUTSIDE, **more)


def told(action: Action | None) -> tuple[type[Action], Side | None, str] | None:
    """Return which action it is, on which side, for which reason."""
    return (type(action), getattr(action, "side", None), action.reason) if action else None


def test_who_declines_what_is_gone_from_odoo_and_who_gets_it_back() -> None:
    """Whoever archived it declines; of what was deleted, only one whom no colleague can have forestalled."""
    for by_owner, shared, was, declined in itertools.product(
        (True, False, None), (SHARED, ()), (WITH_BOB, THEIRS), (True, False)
    ):
        there = dataclasses.replace(THEIRS, response=Response.DECLINED) if declined else THEIRS
        case = lost(there, was, by_owner=by_owner, sharers=shared, colleagues=COLLEAGUES)
        alone = by_owner is None and not shared and was is THEIRS
        expected = DECLINES if by_owner or declined or alone else PUT_BACK
        assert told(decide(case, RULES)) == expected, (by_owner, shared, was, declined)


def test_guests_who_are_no_colleagues_cannot_have_deleted_it() -> None:
    assert told(decide(lost(was=WITH_BOB, by_owner=None), RULES)) == DECLINES


def test_what_google_does_not_show_now_cannot_be_put_back() -> None:
    assert decide(lost(None, by_owner=False), RULES) is None


def test_put_back_without_the_answers_that_colleagues_own_calendars_know_better() -> None:
    start = NOON + timedelta(days=1)
    series = dataclasses.replace(
        WITH_BOB,
        recurrence=Recurrence(("RRULE:FREQ=DAILY;COUNT=3",), "UTC"),
        overrides={start: {"guests": WITH_BOB.guests}, NOON: {"title": "Brunch"}},
    )
    action = decide(lost(series, by_owner=False, colleagues=COLLEAGUES), RULES)
    assert isinstance(action, Create)
    asked = frozenset({Guest(BOB), Guest(ZOE)})
    assert action.event.guests == asked
    assert action.event.overrides == {start: {"guests": asked}, NOON: {"title": "Brunch"}}
    assert dataclasses.replace(action.event, guests=WITH_BOB.guests, overrides=series.overrides) == series


@pytest.mark.parametrize("role", [Role.GUEST, Role.OUTSIDE])
@pytest.mark.parametrize("answer", Response)
def test_joining_a_meeting_in_odoo_takes_along_the_answer_from_google(role: Role, answer: Response) -> None:
    """That he is not invited in Odoo reads as if he had declined there, and is no answer of his."""
    there, here = (
        dataclasses.replace(THEIRS, response=answer),
        dataclasses.replace(THEIRS, response=Response.DECLINED),
    )
    action = decide(Case("cs1", 42, seen(there), seen(here, at=1, uninvited=True), role=role), RULES)
    if answer is Response.DECLINED:
        assert action is None
        return
    assert isinstance(action, Align)
    assert (action.reason, action.merged.event) == ("same_event", there)
    assert (action.merged.to_google, action.merged.to_odoo) == (frozenset(), frozenset({"response"}))


def test_nobody_joins_a_series_for_the_sake_of_one_occurrence() -> None:
    here = seen(dataclasses.replace(THEIRS, response=Response.DECLINED), uninvited=True)
    assert decide(Case("cs1", 42, seen(THEIRS, alone=True), here, role=Role.GUEST), RULES) is None


def test_what_was_joined_before_is_aligned_as_ever() -> None:
    here = seen(dataclasses.replace(THEIRS, title="Brunch"), uninvited=True)
    outside = link(THEIRS, THEIRS, role=Role.OUTSIDE)
    action = decide(Case("cs1", 42, seen(THEIRS), here, outside, role=Role.OUTSIDE), RULES)
    assert told(action) == (Align, None, "put_back")


def test_no_mirror_is_made_of_a_meeting_that_was_looked_at_to_be_joined() -> None:
    here, never = seen(THEIRS, uninvited=True), Seen(State.NEVER)
    assert decide(Case("", 42, never, here, role=Role.MIRROR), RULES) is None


@pytest.mark.parametrize(
    ("role", "sharers", "awaited", "made"),
    [
        (Role.GUEST, (), False, True),
        # A colleague's meeting that is not in Odoo is the colleague's to delete.
        (Role.GUEST, (("cs1", Role.HOME),), False, False),
        (Role.GUEST, (("cs1", Role.HOME),), True, False),
        (Role.OUTSIDE, SHARED, True, False),
        (Role.OUTSIDE, SHARED, False, True),
        (Role.HOME, SHARED, True, True),
    ],
)
def test_what_a_colleagues_run_will_bring_is_not_made(
    role: Role, sharers: Any, awaited: bool, made: bool
) -> None:
    never = Seen(State.NEVER)
    case = Case("cs1", 0, seen(THEIRS), never, role=role, sharers=sharers, awaited=awaited)
    assert told(decide(case, RULES)) == ((Create, Side.ODOO, "new_in_google") if made else None)


SECRET = dataclasses.replace(LUNCH, privacy=Privacy.PRIVATE)
BLOCK = RULES.odoo(SECRET)


def test_a_guest_who_was_put_on_the_busy_block_of_a_private_event_is_taken_off_again() -> None:
    added = dataclasses.replace(BLOCK, guests=frozenset({Guest(BOB)}))
    action = decide(Case("cs1", 42, seen(SECRET), seen(added, at=1), link(SECRET, BLOCK)), RULES)
    assert isinstance(action, Align)
    assert action.reason == "kept_private"
    assert action.merged.conflicts == (Conflict("guests", Side.ODOO, added.guests),)
    assert (action.merged.to_google, action.merged.to_odoo) == (frozenset(), frozenset({"guests"}))


@pytest.mark.parametrize("private", [True, False])
def test_a_guest_of_one_occurrence_that_may_be_private(private: bool) -> None:
    rule = Recurrence(("RRULE:FREQ=DAILY;COUNT=3",), "UTC")
    start = NOON + timedelta(days=1)
    changed = {"privacy": Privacy.PRIVATE} if private else {"title": "Brunch"}
    there = dataclasses.replace(LUNCH, recurrence=rule, overrides={start: changed})
    agreed = RULES.odoo(there)
    override = {**agreed.overrides[start], "guests": frozenset({Guest(BOB)})}
    here = dataclasses.replace(agreed, overrides={start: override})
    was = dataclasses.replace(link(), google_base=base(there), odoo_base=HASHER.event(agreed))
    action = decide(Case("cs1", 42, seen(there), seen(here, at=1), was), RULES)
    assert isinstance(action, Align)
    if private:
        assert action.reason == "kept_private"
        assert (action.merged.to_google, action.merged.to_odoo) == (frozenset(), frozenset({"overrides"}))
        assert action.merged.odoo_starts == {start: {"guests"}}
    else:
        assert action.reason == "edited_in_odoo"
        assert action.merged.google_starts == {start: {"guests"}}


@pytest.mark.parametrize("off_google", [True, False])
@pytest.mark.parametrize("answer", [Response.ACCEPTED, Response.DECLINED])
def test_taking_somebody_off_is_beaten_by_an_answer_unless_it_is_a_decline(
    answer: Response, off_google: bool
) -> None:
    invited = dataclasses.replace(LUNCH, guests=frozenset({Guest(BOB)}))
    answered = dataclasses.replace(LUNCH, guests=frozenset({Guest(BOB, answer)}))
    there, here = (LUNCH, answered) if off_google else (answered, LUNCH)
    action = decide(Case("cs1", 42, seen(there), seen(here), link(invited, invited)), RULES)
    assert isinstance(action, Align)
    stays = answer is Response.ACCEPTED
    assert action.merged.event.guests == (answered.guests if stays else frozenset())
    assert (action.merged.to_google, action.merged.to_odoo) == (
        frozenset({"guests"} if stays is off_google else ()),
        frozenset({"guests"} if stays is not off_google else ()),
    )
