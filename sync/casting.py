"""What an account is to an event now, told from who organizes it on each side and what it was before."""

from __future__ import annotations

from collections.abc import Collection

from sync.model import Event
from sync.plan import Link
from sync.roles import Role


def cast(
    link: Link | None,
    google: Event | None,
    odoo: Event | None,
    colleagues: Collection[str],
    shared_as: Collection[Role],
    running: Collection[str],
) -> Role:
    """Return the role of an account in an event.

    `colleagues` are the Google addresses of the other connected people, `running` of those among them whose
    accounts run, `shared_as` their roles in the same Odoo event. Google brings nobody a copy of what somebody
    organizes in Odoo whose account does not run: it is mirrored meanwhile. Where the organizer changed on one
    side alone, the old role stays until the other side follows (`sync.decide` sees to it).
    """
    if link is None:
        return _first_role(google, odoo, colleagues, shared_as, running)
    mine_there = google is None or google.organizer == ""
    mine_here = odoo is None or odoo.organizer == ""
    match link.role:
        case Role.MIRROR:
            return Role.HOME if mine_here and odoo else Role.MIRROR
        case Role.HOME if mine_there or mine_here:
            return Role.HOME
        case Role.GUEST | Role.OUTSIDE if google is not None and mine_there:
            return Role.HOME
        case _ if google is None:
            return link.role
        case _:
            return Role.GUEST if google.organizer in colleagues else Role.OUTSIDE


def _first_role(
    google: Event | None,
    odoo: Event | None,
    colleagues: Collection[str],
    shared_as: Collection[Role],
    running: Collection[str],
) -> Role:
    if google is not None and google.organizer:
        return Role.GUEST if google.organizer in colleagues else Role.OUTSIDE
    if odoo is None or not odoo.organizer:
        return Role.HOME
    if google is None and odoo.organizer in running:
        return Role.GUEST
    if google is None and Role.OUTSIDE in shared_as:
        return Role.OUTSIDE
    return Role.MIRROR
