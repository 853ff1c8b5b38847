"""What a disappearance or a new event means for a guest, a mirror and a meeting organized outside."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import timedelta
from typing import Any

import pytest

from sync.decide import decide
from sync.merge import Conflict
from sync.model import CANCELLED, NOBODY, Event, Guest, Recurrence, Response, Side
from sync.plan import Action, Align, Case, Create, Decline, Delete, Forget
from sync.roles import Role
from sync.seen import Seen, State
from tests.unit.sights import LUNCH, NOON, RULES, link, seen

BOSS = "boss@example.com"
THEIRS = dataclasses.replace(LUNCH, organizer=BOSS)
DECLINED = dataclasses.replace(THEIRS, response=Response.DECLINED)
OWNERLESS = dataclasses.replace(LUNCH, organizer=NOBODY)
GONE, NEVER, UNCHANGED = Seen(State.GONE), Seen(State.NEVER), Seen(State.UNCHANGED)
HOME_SHARES = (("cs1", Role.HOME),)
OUTSIDE_SHARES = (("x", Role.OUTSIDE),)

Expected = tuple[type[Action], Side | None, str] | None


def case(role: Role, google: Seen, odoo: Seen, *, linked: bool = True, **more: Any) -> Case:
    """Return a case of one event in a role."""
    return Case(
        "cs1", 42, google, odoo, link(THEIRS, THEIRS, role=role) if linked else None, role=role, **more
    )


def decided(one: Case) -> Expected:
    """Return what is decided: which action, on which side, for which reason."""
    action = decide(one, RULES)
    assert action is None or dataclasses.replace(action.case, role=one.role) == one
    return (type(action), getattr(action, "side", None), action.reason) if action else None


@pytest.mark.parametrize(
    ("role", "response", "expected"),
    [
        (Role.HOME, Response.ACCEPTED, (Create, Side.GOOGLE, "new_in_odoo")),
        (Role.MIRROR, Response.NEEDS_ACTION, (Create, Side.GOOGLE, "new_in_odoo")),
        (Role.MIRROR, Response.DECLINED, None),
        (Role.GUEST, Response.ACCEPTED, None),
        (Role.OUTSIDE, Response.ACCEPTED, None),
    ],
)
def test_what_is_new_in_odoo_is_made_in_google_unless_google_brings_it(
    role: Role, response: Response, expected: Expected
) -> None:
    event = dataclasses.replace(THEIRS, response=response)
    assert decided(case(role, NEVER, seen(event), linked=False)) == expected


@pytest.mark.parametrize("role", Role)
def test_what_is_new_in_google_is_made_in_odoo_whoever_organizes_it(role: Role) -> None:
    expected = (Create, Side.ODOO, "new_in_google")
    assert decided(case(role, seen(THEIRS), NEVER, linked=False)) == expected


@pytest.mark.parametrize(
    ("role", "event", "more", "others", "expected"),
    [
        # A colleague's original is there: the person deleted only the own copy.
        (Role.GUEST, THEIRS, {"sharers": HOME_SHARES}, 1, (Decline, Side.ODOO, "declined_in_google")),
        (Role.GUEST, DECLINED, {"sharers": HOME_SHARES}, 1, (Forget, None, "declined")),
        # The original itself has moved to another calendar, or to nobody's.
        (Role.GUEST, THEIRS, {"organizer_connected": True}, 1, (Forget, None, "organizer_changed")),
        (Role.GUEST, THEIRS, {"organizer_connected": False}, 1, (Create, Side.GOOGLE, "organizer_changed")),
        (Role.MIRROR, THEIRS, {}, 1, (Decline, Side.ODOO, "declined_in_google")),
        (Role.MIRROR, DECLINED, {}, 1, (Forget, None, "declined")),
        # Nobody else in Odoo takes part: what is left would stay for ever.
        (Role.OUTSIDE, OWNERLESS, {}, 0, (Delete, Side.ODOO, "deleted_in_google")),
        (Role.OUTSIDE, OWNERLESS, {}, 1, (Decline, Side.ODOO, "declined_in_google")),
        # A colleague who has declined still has it in Google.
        (Role.OUTSIDE, OWNERLESS, {"sharers": OUTSIDE_SHARES}, 0, (Decline, Side.ODOO, "declined_in_google")),
        (Role.OUTSIDE, DECLINED, {}, 1, (Forget, None, "declined")),
    ],
)
def test_a_guest_who_deletes_only_declines(
    role: Role, event: Event, more: dict[str, Any], others: int, expected: Expected
) -> None:
    assert decided(case(role, GONE, seen(event, others=others), **more)) == expected


def test_a_guest_whose_meeting_has_moved_to_an_unknown_calendar_gets_a_mirror() -> None:
    action = decide(case(Role.GUEST, GONE, seen(THEIRS), organizer_connected=False), RULES)
    assert isinstance(action, Create)
    assert action.case.role is Role.MIRROR


def test_a_guest_to_whom_the_meeting_was_handed_over_gets_the_original() -> None:
    action = decide(case(Role.GUEST, GONE, seen(LUNCH), organizer_connected=False), RULES)
    assert isinstance(action, Create)
    assert (action.case.role, action.reason) == (Role.HOME, "organizer_changed")


def test_what_the_old_role_left_to_each_side_is_compared_anew_in_the_new_one() -> None:
    bob = frozenset({Guest("bob@example.com")})
    google, odoo = dataclasses.replace(LUNCH, busy=False), dataclasses.replace(LUNCH, guests=bob)
    mirror = link(google, odoo, role=Role.MIRROR)
    action = decide(Case("cs1", 42, seen(google), seen(odoo), mirror, role=Role.HOME), RULES)
    assert isinstance(action, Align)
    assert action.merged.to_google == {"guests"}
    assert action.merged.to_odoo == {"busy"}


def test_what_a_guest_had_otherwise_on_each_side_is_compared_anew_when_the_meeting_becomes_his() -> None:
    there, here = dataclasses.replace(LUNCH, busy=False), dataclasses.replace(LUNCH, title="Brunch")
    guest = link(there, here, role=Role.GUEST)
    action = decide(Case("cs1", 42, seen(there), seen(here, at=1), guest, role=Role.HOME), RULES)
    assert isinstance(action, Align)
    assert action.merged.event == here
    assert action.merged.to_google == {"title", "busy"}
    assert action.merged.to_odoo == frozenset()
    as_before = Case("cs1", 42, seen(there), seen(here, at=1), guest, role=Role.GUEST)
    assert decide(as_before, RULES) is None


@pytest.mark.parametrize(
    ("role", "google", "sharers", "expected"),
    [
        (Role.GUEST, seen(THEIRS), HOME_SHARES, None),
        (Role.MIRROR, seen(THEIRS), (), (Delete, Side.GOOGLE, "deleted_in_odoo")),
        (Role.MIRROR, UNCHANGED, (), (Delete, Side.GOOGLE, "deleted_in_odoo")),
        # Deleted in Odoo by the only one who has it: he declines. With colleagues: Google says it is there.
        (Role.OUTSIDE, seen(THEIRS), (), (Decline, Side.GOOGLE, "declined_in_odoo")),
        (Role.OUTSIDE, UNCHANGED, (), (Decline, Side.GOOGLE, "declined_in_odoo")),
        (Role.OUTSIDE, seen(THEIRS), (("x", Role.OUTSIDE),), (Create, Side.ODOO, "put_back")),
        (Role.OUTSIDE, UNCHANGED, (("x", Role.OUTSIDE),), None),
    ],
)
def test_what_is_gone_from_odoo_is_deleted_in_google_only_where_it_is_ours(
    role: Role, google: Seen, sharers: Any, expected: Expected
) -> None:
    assert decided(case(role, google, GONE, sharers=sharers)) == expected


def test_nobody_but_the_organizer_ever_deletes_a_meeting_for_others() -> None:
    shared = [(), HOME_SHARES, (("x", Role.OUTSIDE),)]
    for role, google, odoo, sharers, others in itertools.product(
        [Role.GUEST, Role.OUTSIDE], [GONE, seen(THEIRS), UNCHANGED], [GONE, seen(THEIRS)], shared, [0, 1]
    ):
        here = dataclasses.replace(odoo, others=others)
        action = decide(case(role, google, here, sharers=sharers), RULES)
        if isinstance(action, Delete):
            assert (role, action.side, others) == (Role.OUTSIDE, Side.ODOO, 0)


def test_declining_in_odoo_takes_the_mirror_away() -> None:
    assert decided(case(Role.MIRROR, seen(LUNCH), seen(DECLINED))) == (
        Delete,
        Side.GOOGLE,
        "declined_in_odoo",
    )


def test_a_mirror_whose_original_has_come_goes() -> None:
    one = case(Role.MIRROR, seen(LUNCH), seen(THEIRS), superseded=True)
    assert decided(one) == (Delete, Side.GOOGLE, "organizer_connected")


@pytest.mark.parametrize("role", [Role.OUTSIDE, Role.MIRROR])
def test_an_edit_where_it_does_not_count_is_put_back_and_kept(role: Role) -> None:
    edited, agreed = dataclasses.replace(THEIRS, title="Brunch"), THEIRS
    google, odoo = (agreed, edited) if role is Role.OUTSIDE else (edited, agreed)
    action = decide(case(role, seen(google), seen(odoo)), RULES)
    assert isinstance(action, Align)
    loser = Side.ODOO if role is Role.OUTSIDE else Side.GOOGLE
    assert action.reason == "put_back"
    assert action.merged.conflicts == (Conflict("title", loser, "Brunch"),)
    assert action.merged.event.title == "Lunch"
    assert (action.merged.to_odoo if role is Role.OUTSIDE else action.merged.to_google) == {"title"}


def test_the_organizer_changes() -> None:
    mine, theirs = LUNCH, THEIRS
    home, guest = Role.HOME, Role.GUEST

    def changed(role: Role, google: Event, odoo: Event, *, connected: bool = True) -> Expected:
        return decided(case(role, seen(google), seen(odoo), organizer_runs=connected))

    # In Odoo, to a connected colleague: his calendar gets the original, the old one goes.
    assert changed(home, mine, theirs) == (Delete, Side.GOOGLE, "organizer_changed")
    assert changed(guest, theirs, mine) == (Create, Side.GOOGLE, "organizer_changed")
    original = decide(case(guest, seen(theirs), seen(mine)), RULES)
    assert isinstance(original, Create)
    assert original.case.role is home
    # In Odoo, to somebody whose calendar we do not know: the original stays where it is.
    assert changed(home, mine, theirs, connected=False) is None
    # In Google: Odoo notes it.
    for role, google, odoo in ((home, theirs, mine), (guest, mine, theirs)):
        action = decide(case(role, seen(google), seen(odoo)), RULES)
        assert isinstance(action, Align)
        assert (action.reason, action.organizer) == ("organizer_changed", True)


def test_an_occurrence_declined_in_odoo_is_left_out_of_the_mirror() -> None:
    rule, start = Recurrence(("RRULE:FREQ=DAILY;COUNT=3",), "UTC"), NOON + timedelta(days=1)
    series = dataclasses.replace(THEIRS, recurrence=rule)
    declined = dataclasses.replace(series, overrides={start: {"response": Response.DECLINED}})
    one = dataclasses.replace(case(Role.MIRROR, seen(series), seen(declined)), link=link(series, series))
    action = decide(one, RULES)
    assert isinstance(action, Align)
    assert action.merged.google_starts.keys() == {start}
    assert action.merged.event.overrides == {start: {CANCELLED: True}}
    assert action.merged.to_odoo == frozenset()
