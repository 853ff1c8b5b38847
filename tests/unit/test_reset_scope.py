"""What a reset takes away and what stays, by role, choice and state."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from sync.model import Guest, Recurrence, Side, Span
from sync.plan import Case
from sync.reset.choice import Choice, Existing, Next
from sync.reset.scope import estimate, preview, scope
from sync.roles import Role
from sync.seen import Seen, State
from tests.unit.sights import LUNCH, NOON, link, seen

GOOGLE = Choice(Existing.GOOGLE, Next.NEW)
ODOO = Choice(Existing.ODOO, Next.ALL)
BOTH = Choice(Existing.BOTH, Next.NEW)
LEAVE = Choice(Existing.LEAVE, Next.ALL)
NEVER, GONE, UNCHANGED = Seen(State.NEVER), Seen(State.GONE), Seen(State.UNCHANGED)
HERE = seen(LUNCH)


def linked(google: Seen = HERE, odoo: Seen = HERE, role: Role = Role.HOME) -> Case:
    return Case("cs1", 42, google, odoo, link(role=role), role=role)


def taken(one: Case, choice: Choice, *parked: tuple[Side, str]) -> tuple[set[Side], dict[str, int]]:
    """Return the sides that lose the event of a case, and what stays for which reason."""
    found = scope([one], choice, parked)
    return {side for target in found.targets for side in target.sides}, dict(found.stays)


@pytest.mark.parametrize("choice", [GOOGLE, ODOO, BOTH, LEAVE])
def test_a_home_event_goes_as_chosen(choice: Choice) -> None:
    assert taken(linked(), choice) == ({*choice.sides}, {})
    assert taken(linked(UNCHANGED, UNCHANGED), choice) == ({*choice.sides}, {})


def test_only_what_is_there_is_taken_away() -> None:
    assert taken(linked(GONE), BOTH) == ({Side.ODOO}, {})
    assert taken(linked(GONE), GOOGLE) == (set(), {})


def test_of_a_mirror_only_our_copy_goes() -> None:
    theirs = seen(dataclasses.replace(LUNCH, organizer="bob@example.com"))
    mirror = linked(HERE, theirs, Role.MIRROR)
    assert taken(mirror, GOOGLE) == ({Side.GOOGLE}, {})
    assert taken(mirror, BOTH) == ({Side.GOOGLE}, {"mirror_in_odoo": 1})
    assert taken(mirror, ODOO) == (set(), {"mirror_in_odoo": 1})


@pytest.mark.parametrize("role", [Role.GUEST, Role.OUTSIDE])
def test_where_the_person_is_a_guest_nothing_goes(role: Role) -> None:
    assert taken(linked(role=role), BOTH) == (set(), {role.value: 1})


def test_what_is_masked_or_set_aside_stays() -> None:
    assert taken(linked(HERE, Seen(State.MASKED)), GOOGLE) == (set(), {"masked": 1})
    assert taken(linked(Seen(State.REJECTED), HERE), ODOO) == (set(), {"parked": 1})
    assert taken(linked(), BOTH, (Side.ODOO, "42")) == (set(), {"parked": 1})
    assert taken(linked(), BOTH, (Side.ODOO, "43")) == ({*Side}, {})


@pytest.mark.parametrize("side", Side)
def test_what_has_become_somebody_elses_stays(side: Side) -> None:
    theirs = seen(dataclasses.replace(LUNCH, organizer="bob@example.com"))
    one = linked(theirs, HERE) if side is Side.GOOGLE else linked(HERE, theirs)
    assert taken(one, BOTH) == (set(), {"not_own": 1})


def test_what_is_not_linked_stays() -> None:
    assert taken(Case("cs1", 0, HERE, NEVER), BOTH) == (set(), {"not_linked": 1})
    assert taken(Case("cs1", 0, HERE, NEVER), ODOO) == (set(), {})


def named(title: str, days: float, **more: Any) -> Case:
    start = NOON + timedelta(days=days)
    event = dataclasses.replace(LUNCH, title=title, span=Span(start, start + timedelta(hours=1)), **more)
    return linked(seen(event), seen(event))


def test_a_preview_counts_and_names_the_soonest() -> None:
    guests = frozenset({Guest("bob@example.com")})
    moved = {NOON + timedelta(days=2): {"guests": frozenset({Guest("carol@example.com")})}}
    daily = Recurrence(("RRULE:FREQ=DAILY",), "UTC")
    cases = [
        named("over", -3),
        named("long over", -9),
        named("next", 1, guests=guests),
        named("later", 5),
        named("series", 2, recurrence=daily, overrides=moved),
        named("last", 9),
        linked(UNCHANGED, UNCHANGED),
        Case("cs2", 0, HERE, NEVER),
    ]
    asleep = [Case("", 43, NEVER, HERE)]
    found = preview(BOTH, cases, asleep, (), NOON, "token_refused")
    assert found.deleted == {Side.GOOGLE: 7, Side.ODOO: 7}
    assert [one.title for one in found.examples[Side.ODOO]] == ["next", "series", "later", "last", "over"]
    assert found.series == {Side.GOOGLE: 1, Side.ODOO: 1}
    assert found.stays == {"not_linked": 2}
    assert (found.guests, found.guests_examples) == (2, ["bob@example.com", "carol@example.com"])
    assert found.left_alone == {Side.GOOGLE: 1, Side.ODOO: 0}
    assert found.trouble == "token_refused"
    assert preview(ODOO, cases, asleep, (), NOON).left_alone == {Side.GOOGLE: 0, Side.ODOO: 0}


def test_an_estimate_knows_the_quota_of_a_minute() -> None:
    assert estimate({Side.GOOGLE: 0, Side.ODOO: 0}) == 0
    assert estimate({Side.GOOGLE: 100, Side.ODOO: 0}) == 5
    assert estimate({Side.GOOGLE: 2000, Side.ODOO: 10}) == 181
