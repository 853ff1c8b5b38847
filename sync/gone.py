"""What it means that an event disappeared from one side, told by what the person is to it; pure."""

from __future__ import annotations

import dataclasses

from sync.answers import unanswered
from sync.base import Hasher, edited
from sync.model import Response, Side
from sync.plan import Action, Case, Create, Decline, Delete, Forget, Link, create
from sync.roles import Role
from sync.seen import State


def gone_in_google(case: Case) -> Action:
    """Follow a disappearance from Google: at home the meeting ends, elsewhere the person declines."""
    link = _link(case)
    declined = case.odoo.event is not None and case.odoo.event.response is Response.DECLINED
    match case.role:
        case Role.HOME:
            if edited(link.odoo_base, case.odoo.hashes):
                return create(Side.GOOGLE, case, "edit_beats_delete")
            return Delete(Side.ODOO, case, "deleted_in_google")
        case Role.GUEST if (case.google_id, Role.HOME) not in case.sharers:
            # Not taken off by its owner: the original itself has moved to another calendar, perhaps here.
            if case.organizer_connected:
                return Forget(case, "organizer_changed")
            mine = case.odoo.event is not None and case.odoo.event.organizer == ""
            moved = dataclasses.replace(case, role=Role.HOME if mine else Role.MIRROR)
            return create(Side.GOOGLE, moved, "organizer_changed")
        case Role.OUTSIDE if not (case.odoo.others or case.sharers):
            return Delete(Side.ODOO, case, "deleted_in_google")
        case _ if declined:
            return Forget(case, "declined")
        case _:
            return Decline(Side.ODOO, case, "declined_in_google")


def gone_in_odoo(case: Case, hasher: Hasher) -> Action | None:
    """Follow a disappearance from Odoo: home and mirror end, a guest's copy is Google's own affair."""
    link = _link(case)
    match case.role:
        case Role.HOME:
            if case.google.state is State.PRESENT and edited(link.google_base, case.google.hashes):
                return create(Side.ODOO, case, "edit_beats_delete")
            return Delete(Side.GOOGLE, case, "deleted_in_odoo")
        case Role.MIRROR:
            return Delete(Side.GOOGLE, case, "deleted_in_odoo")
        case Role.OUTSIDE:
            if _is_own_doing(case, link, hasher):
                return Decline(Side.GOOGLE, case, "declined_in_odoo")
            return _put_back(case)
        case _:
            return None


def _put_back(case: Case) -> Create | None:
    """Make a meeting from outside in Odoo again; what colleagues have answered their own runs tell there."""
    if case.google.event is None:
        return None
    again = create(Side.ODOO, case, "put_back")
    return dataclasses.replace(again, event=unanswered(again.event, case.colleagues))


def _is_own_doing(case: Case, link: Link, hasher: Hasher) -> bool:
    """Say whether it was the person who took a meeting from outside out of Odoo, or no loss of his.

    Odoo tells who archived a row, but not who deleted one: that can have been any of those who shared it, and
    nobody declines who did nothing. So it was he for sure only if no connected colleague was in it.
    """
    if case.google.event is not None and case.google.event.response is Response.DECLINED:
        return True
    if case.odoo.by_owner is not None:
        return case.odoo.by_owner
    invited = link.odoo_base.get("guests", {})
    return not case.sharers and not any(hasher.element("guests", one) in invited for one in case.colleagues)


def _link(case: Case) -> Link:
    assert case.link is not None  # noqa: S101 (decide() has looked)
    return case.link
