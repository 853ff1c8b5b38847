"""Roles: told from the organizers on both sides, the colleagues who are connected, and what was before."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

import pytest

from sync.casting import cast
from sync.model import NOBODY, Event
from sync.roles import PERSONAL, Flow, Role, flow
from tests.unit.sights import LUNCH, link

COLLEAGUE, STRANGER = "bob@example.com", "zoe@elsewhere.example"
HOME, GUEST, MIRROR, OUTSIDE = Role


def by(organizer: str | None) -> Event | None:
    """Return an event of an organizer; None: not seen."""
    return None if organizer is None else dataclasses.replace(LUNCH, organizer=organizer)


@pytest.mark.parametrize(
    ("google", "odoo", "shared_as", "role"),
    [
        ("", None, (), HOME),
        (None, "", (), HOME),
        ("", "", (), HOME),
        (COLLEAGUE, None, (), GUEST),
        (None, COLLEAGUE, (), GUEST),
        (COLLEAGUE, COLLEAGUE, (HOME,), GUEST),
        (STRANGER, None, (), OUTSIDE),
        (STRANGER, NOBODY, (OUTSIDE,), OUTSIDE),
        (None, NOBODY, (OUTSIDE,), OUTSIDE),
        (None, NOBODY, (), MIRROR),
        (None, STRANGER, (MIRROR,), MIRROR),
        ("", STRANGER, (), MIRROR),
    ],
)
def test_the_first_role(
    google: str | None, odoo: str | None, shared_as: Collection[Role], role: Role
) -> None:
    assert cast(None, by(google), by(odoo), {COLLEAGUE}, shared_as, {COLLEAGUE}) is role


def test_what_somebody_organizes_in_odoo_whose_account_does_not_run_is_mirrored() -> None:
    assert cast(None, None, by(COLLEAGUE), {COLLEAGUE}, (), ()) is MIRROR
    assert cast(None, by(COLLEAGUE), by(COLLEAGUE), {COLLEAGUE}, (), ()) is GUEST
    assert cast(link(role=GUEST), None, by(COLLEAGUE), {COLLEAGUE}, (), ()) is GUEST


@pytest.mark.parametrize(
    ("was", "google", "odoo", "role"),
    [
        (HOME, "", "", HOME),
        (HOME, None, "", HOME),
        # Changed on one side alone: the old role, until the other side has followed.
        (HOME, COLLEAGUE, "", HOME),
        (HOME, "", COLLEAGUE, HOME),
        (HOME, COLLEAGUE, COLLEAGUE, GUEST),
        (HOME, STRANGER, STRANGER, OUTSIDE),
        (HOME, None, COLLEAGUE, HOME),
        (GUEST, COLLEAGUE, COLLEAGUE, GUEST),
        (GUEST, None, COLLEAGUE, GUEST),
        (GUEST, "", "", HOME),
        (GUEST, "", COLLEAGUE, HOME),
        (GUEST, STRANGER, NOBODY, OUTSIDE),
        (OUTSIDE, COLLEAGUE, NOBODY, GUEST),
        (OUTSIDE, STRANGER, NOBODY, OUTSIDE),
        (OUTSIDE, None, NOBODY, OUTSIDE),
        (MIRROR, "", STRANGER, MIRROR),
        (MIRROR, "", COLLEAGUE, MIRROR),
        (MIRROR, None, None, MIRROR),
        (MIRROR, "", "", HOME),
    ],
)
def test_the_role_of_a_link(was: Role, google: str | None, odoo: str | None, role: Role) -> None:
    assert cast(link(role=was), by(google), by(odoo), {COLLEAGUE}, (), {COLLEAGUE}) is role


def test_which_way_each_field_goes() -> None:
    assert {flow(HOME, name) for name in ("title", "guests", "response", "privacy")} == {Flow.BOTH}
    assert flow(GUEST, "title") is flow(GUEST, "guests") is Flow.NONE
    assert flow(OUTSIDE, "title") is flow(OUTSIDE, "guests") is Flow.TO_ODOO
    assert flow(MIRROR, "title") is Flow.TO_GOOGLE
    assert flow(MIRROR, "guests") is flow(MIRROR, "response") is Flow.NONE
    assert {flow(role, "response") for role in (HOME, GUEST, OUTSIDE)} == {Flow.BOTH}
    assert {flow(role, name) for role in (GUEST, MIRROR, OUTSIDE) for name in PERSONAL} == {Flow.NONE}
