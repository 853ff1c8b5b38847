"""The opposite of a removal: what a person does not want to lose comes back where it is gone."""

from __future__ import annotations

import pytest

from sync.decide import restore
from sync.model import Side
from sync.plan import Case, Create, Decline, Delete, Removal
from sync.roles import Role
from sync.seen import Seen, State
from tests.unit.sights import LUNCH, link, seen


def case(role: Role, gone: Side) -> Case:
    """Return a linked event that is gone on one side."""
    here, away = seen(LUNCH), Seen(State.GONE)
    google, odoo = (away, here) if gone is Side.GOOGLE else (here, away)
    return Case("cs1", 42, google, odoo, link(), role=role)


@pytest.mark.parametrize("side", Side)
def test_a_deletion_turns_into_a_create_on_the_other_side(side: Side) -> None:
    deletion = Delete(side, case(Role.HOME, side.other), "deleted")
    made = restore(deletion)
    assert made == Create(side.other, deletion.case, LUNCH, link().generation + 1, "restored")


@pytest.mark.parametrize(
    ("role", "then"),
    [
        (Role.GUEST, Role.MIRROR),
        (Role.OUTSIDE, Role.MIRROR),
        (Role.MIRROR, Role.MIRROR),
        (Role.HOME, Role.HOME),
    ],
)
def test_a_copy_that_google_made_comes_back_as_a_mirror(role: Role, then: Role) -> None:
    made = restore(Decline(Side.ODOO, case(role, Side.GOOGLE), "declined_in_google"))
    assert (made.side, made.case.role) == (Side.GOOGLE, then)


def test_what_is_gone_from_odoo_keeps_its_role() -> None:
    made = restore(Decline(Side.GOOGLE, case(Role.OUTSIDE, Side.ODOO), "declined_in_odoo"))
    assert (made.side, made.case.role) == (Side.ODOO, Role.OUTSIDE)


@pytest.mark.parametrize("kind", [Delete, Decline])
def test_every_removal_names_what_disappeared(kind: type[Removal]) -> None:
    assert kind(Side.ODOO, case(Role.HOME, Side.GOOGLE), "x").remains_of == (Side.GOOGLE, "cs1")
    assert kind(Side.GOOGLE, case(Role.HOME, Side.ODOO), "x").remains_of == (Side.ODOO, "42")
