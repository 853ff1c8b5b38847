"""The decision table of the sync: one case in, what to do about it out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from sync.answers import without_colleagues
from sync.barring import allowed, barred, leaves_out
from sync.base import FieldHashes, changed, edited, trimmed_base
from sync.merge import TEXT_FIELDS, Merge, Rules, merge
from sync.model import FIELDS, Response, Side
from sync.overrides import merge_overrides
from sync.plan import Action, Align, Case, Create, Decline, Delete, Forget, Link, Park, Removal
from sync.roles import Flow, Role, flow
from sync.seen import State
from sync.text import is_cut


def plan(cases: Iterable[Case], rules: Rules) -> list[Action]:
    """Decide every case by itself; cases that need nothing yield nothing."""
    return [action for case in cases if (action := decide(case, rules)) is not None]


def decide(case: Case, rules: Rules) -> Action | None:
    """Decide one case, within what the person wishes."""
    if leaves_out(case, rules.wishes):
        return None
    action = _decide(case, rules)
    return allowed(action, rules.wishes) if action else None


def _decide(case: Case, rules: Rules) -> Action | None:
    """Decide as if both sides may be written.

    Edit beats delete; what we cannot read is never overwritten and never deleted. What a disappearance means
    depends on the role: only at home does it go over to the other calendar as a deletion of the meeting.
    """
    google, odoo = case.google, case.odoo
    if case.own_duplicate:
        return Delete(Side.ODOO, case, "own_duplicate")
    if case.superseded:
        return Delete(Side.GOOGLE, case, "organizer_connected")
    for side, seen in ((Side.GOOGLE, google), (Side.ODOO, odoo)):
        if seen.state is State.REJECTED:
            return Park(side, case, seen.reason)
    match google.state, odoo.state:
        case _, State.MASKED:
            # Unlinked masked events are other people's business; a linked one waits until we may see it.
            wanted = case.link and google.state in (State.PRESENT, State.GONE)
            return Park(Side.ODOO, case, "masked") if wanted else None
        case State.NEVER, State.PRESENT:
            return _new_in_odoo(case)
        case State.PRESENT, State.NEVER:
            return None if _comes_by_itself(case) else create(Side.ODOO, case, "new_in_google")
        case State.GONE, State.GONE:
            return Forget(case, "gone_on_both") if case.link else None
        case State.GONE, State.PRESENT if case.link:
            return _gone_in_google(case)
        case ((State.PRESENT | State.UNCHANGED), State.GONE) if case.link:
            return _gone_in_odoo(case)
        case ((State.PRESENT | State.UNCHANGED), State.PRESENT):
            return _both_here(case, rules)
        case _:
            return None


def _new_in_odoo(case: Case) -> Action | None:
    """Make an event of Odoo in Google, unless Google will bring or has brought its own copy of it."""
    if case.role is Role.HOME:
        return create(Side.GOOGLE, case, "new_in_odoo")
    declined = case.odoo.event is not None and case.odoo.event.response is Response.DECLINED
    if case.role is Role.MIRROR and not declined:
        return create(Side.GOOGLE, case, "new_in_odoo")
    return None


def _comes_by_itself(case: Case) -> bool:
    """Say whether a colleague's run will bring the person into an event that is in Odoo already.

    It makes all of a series, too, where the person is invited to one occurrence alone.
    """
    return (case.google.alone and case.role is Role.GUEST) or (
        case.role is not Role.HOME and bool(case.sharers)
    )


def _gone_in_google(case: Case) -> Action:
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
        case Role.OUTSIDE if not case.odoo.others:
            return Delete(Side.ODOO, case, "deleted_in_google")
        case _ if declined:
            return Forget(case, "declined")
        case _:
            return Decline(Side.ODOO, case, "declined_in_google")


def _gone_in_odoo(case: Case) -> Action | None:
    """Follow a disappearance from Odoo: home and mirror end, a guest's copy is Google's own affair."""
    link = _link(case)
    match case.role:
        case Role.HOME:
            if case.google.state is State.PRESENT and edited(link.google_base, case.google.hashes):
                return create(Side.ODOO, case, "edit_beats_delete")
            return Delete(Side.GOOGLE, case, "deleted_in_odoo")
        case Role.MIRROR:
            return Delete(Side.GOOGLE, case, "deleted_in_odoo")
        case Role.OUTSIDE if case.sharers:
            return create(Side.ODOO, case, "put_back") if case.google.event else None
        case Role.OUTSIDE:
            return Decline(Side.GOOGLE, case, "declined_in_odoo")
        case _:
            return None


def restore(removal: Removal) -> Create:
    """Return the opposite of a removal: bring the event back on the side where it is gone.

    A guest's own copy of a meeting cannot be made anew in Google, so a mirror stands for it from then on.
    """
    case = removal.case
    if removal.side is Side.ODOO and case.role is not Role.HOME:
        case = dataclasses.replace(case, role=Role.MIRROR)
    return create(removal.side.other, case, "restored")


def create(side: Side, case: Case, reason: str) -> Create:
    """Return the action that makes a case's event on a side, from what the other side shows.

    Raises:
        ValueError: the other side shows nothing.
    """
    source = case.odoo.event if side is Side.GOOGLE else case.google.event
    if source is None:
        raise ValueError("a create needs the other side's values")
    generation = case.link.generation + 1 if case.link else case.generation
    return Create(side, case, source, generation, reason)


def _both_here(case: Case, rules: Rules) -> Action | None:
    google, odoo = case.google.event, case.odoo.event
    if case.role is Role.MIRROR and odoo and odoo.response is Response.DECLINED and case.link:
        return Delete(Side.GOOGLE, case, "declined_in_odoo")
    if case.link and google and odoo:
        mine_there, mine_here = google.organizer == "", odoo.organizer == ""
        if case.link.role is Role.GUEST and mine_here and not mine_there:
            return create(Side.GOOGLE, dataclasses.replace(case, role=Role.HOME), "organizer_changed")
        if case.link.role is Role.HOME and mine_there and not mine_here and case.organizer_connected:
            return Delete(Side.GOOGLE, case, "organizer_changed")
        moved_in_google = {Role.HOME: mine_here and not mine_there, Role.GUEST: mine_there and not mine_here}
        return _align(case, rules, organizer=moved_in_google.get(case.link.role, False))
    return _align(case, rules)


def _link(case: Case) -> Link:
    assert case.link is not None  # noqa: S101 (decide() has looked)
    return case.link


def would_lose_text(case: Case, merged: Merge, rules: Rules) -> bool:
    """Say whether hiding an event's text in Odoo would destroy what is too long for Google to keep."""
    if not rules.veils(merged.event) or case.odoo.event is None:
        return False
    kept = rules.google(case.odoo.event)
    return any(name in merged.to_odoo and is_cut(getattr(kept, name)) for name in TEXT_FIELDS)


def _merged(case: Case, rules: Rules) -> Merge:
    google_base, odoo_base = _bases(case)
    merged = merge(case.google, case.odoo, google_base, odoo_base, rules, case.role)
    return merge_overrides(
        merged,
        case.google,
        case.odoo,
        trimmed_base(google_base, case.within),
        trimmed_base(odoo_base, case.within),
        rules,
        case.role,
        case.within,
    )


def _bases(case: Case) -> tuple[FieldHashes, FieldHashes]:
    """Return what both sides agreed on last; in a new role, nothing of what the old one left to each side."""
    link = case.link
    if link is None:
        return {}, {}
    taken_up = {
        name
        for name in FIELDS
        if flow(link.role, name) is Flow.NONE and flow(case.role, name) is not Flow.NONE
    }
    google, odoo = (
        {name: one for name, one in base.items() if name not in taken_up}
        for base in (link.google_base, link.odoo_base)
    )
    return google, odoo


def _align(case: Case, rules: Rules, *, organizer: bool = False) -> Align | Park | None:
    if case.role is Role.OUTSIDE:
        google = without_colleagues(case.google, case.odoo, case.colleagues, rules.hasher)
        case = dataclasses.replace(case, google=google)
    merged = barred(_merged(case, rules), rules.wishes)
    if would_lose_text(case, merged, rules):
        return Park(Side.ODOO, case, "text_too_long_to_hide")
    rows = case.wants_rows and case.role is not Role.GUEST and rules.wishes.may_write(Side.ODOO)
    reason = _reason(case, merged, organizer=organizer, rows=rows)
    return Align(case, merged, reason, organizer, rows) if reason else None


def _reason(case: Case, merged: Merge, *, organizer: bool, rows: bool) -> str:
    if case.link is None:
        return "same_event"
    if organizer:
        return "organizer_changed"
    if merged.conflicts:
        put_back = {one.loser for one in merged.conflicts} == {_follower(case.role)}
        return "put_back" if put_back else "edited_on_both"
    if merged.to_google and merged.to_odoo:
        return "merged"
    if merged.to_google:
        return "edited_in_odoo"
    if merged.to_odoo:
        return "edited_in_google"
    if rows:
        return "rows_completed"
    within = case.within
    settled = (
        case.link.id
        and not changed(trimmed_base(case.link.google_base, within), case.google.hashes)
        and not changed(trimmed_base(case.link.odoo_base, within), case.odoo.hashes)
        and case.google.version in ("", case.link.google_version)
        and case.role is case.link.role
    )
    return "" if settled else "agreed"


def _follower(role: Role) -> Side | None:
    return {Role.OUTSIDE: Side.ODOO, Role.MIRROR: Side.GOOGLE}.get(role)
