"""The decision table of the sync: one case in, what to do about it out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from sync.answers import without_colleagues, without_declined
from sync.barring import allowed, barred, leaves_out
from sync.base import FieldHashes, Hasher, changed, trimmed_base
from sync.gone import gone_in_google, gone_in_odoo
from sync.merge import TEXT_FIELDS, Conflict, Merge, Rules, merge, way
from sync.model import FIELDS, Event, Response, Side
from sync.overrides import merge_overrides
from sync.places import in_step
from sync.plan import Action, Align, Case, Create, Delete, Forget, Park, Removal, create
from sync.roles import Flow, Role, flow
from sync.seen import State
from sync.text import is_cut

LAID_OUT_BY = frozenset({"recurrence", "span"})
"""Fields of a series with which its rows in Odoo are made anew, up to the end of the window."""


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
            # So does one that a colleague shares with his own key: that colleague's run carries the answer.
            shared = case.role is Role.GUEST and case.awaited
            wanted = case.link and google.state in (State.PRESENT, State.GONE) and not shared
            return Park(Side.ODOO, case, "masked") if wanted else None
        case State.NEVER, State.PRESENT:
            return _new_in_odoo(case)
        case State.PRESENT, State.NEVER:
            return None if _comes_by_itself(case) else create(Side.ODOO, case, "new_in_google")
        case State.GONE, State.GONE:
            return Forget(case, "gone_on_both") if case.link else None
        case State.GONE, State.PRESENT if case.link:
            return gone_in_google(case)
        case ((State.PRESENT | State.UNCHANGED), State.GONE) if case.link:
            return gone_in_odoo(case, rules.hasher)
        case ((State.PRESENT | State.UNCHANGED), State.PRESENT):
            return _both_here(case, rules)
        case _:
            return None


def _new_in_odoo(case: Case) -> Action | None:
    """Make an event of Odoo in Google, unless Google will bring or has brought its own copy of it."""
    if case.role is Role.HOME:
        return create(Side.GOOGLE, case, "new_in_odoo")
    declined = case.odoo.event is not None and case.odoo.event.response is Response.DECLINED
    if case.role is Role.MIRROR and not declined and not case.odoo.uninvited:
        return create(Side.GOOGLE, case, "new_in_odoo")
    return None


def _comes_by_itself(case: Case) -> bool:
    """Say whether a colleague's run will bring the person into an event that is in Odoo already.

    It makes all of a series, too, where the person is invited to one occurrence alone. Where no colleague's
    run is to be expected, what is there in Odoo is seen, and joined; only a meeting from outside that is not
    there any more is made anew, since that of a colleague is the colleague's to delete.
    """
    if case.role is Role.GUEST:
        return case.google.alone or bool(case.sharers)
    return case.role is not Role.HOME and case.awaited


def restore(removal: Removal) -> Create:
    """Return the opposite of a removal: bring the event back on the side where it is gone.

    A guest's own copy of a meeting cannot be made anew in Google, so a mirror stands for it from then on.
    """
    case = removal.case
    if removal.side is Side.ODOO and case.role is not Role.HOME:
        case = dataclasses.replace(case, role=Role.MIRROR)
    return create(removal.side.other, case, "restored")


def _both_here(case: Case, rules: Rules) -> Action | None:
    google, odoo = case.google.event, case.odoo.event
    if case.role is Role.MIRROR and odoo and odoo.response is Response.DECLINED and case.link:
        return Delete(Side.GOOGLE, case, "declined_in_odoo")
    if case.link and google and odoo:
        mine_there, mine_here = google.organizer == "", odoo.organizer == ""
        if case.link.role is Role.GUEST and mine_here and not mine_there:
            return create(Side.GOOGLE, dataclasses.replace(case, role=Role.HOME), "organizer_changed")
        if case.link.role is Role.HOME and mine_there and not mine_here and case.organizer_runs:
            return Delete(Side.GOOGLE, case, "organizer_changed")
        moved_in_google = {Role.HOME: mine_here and not mine_there, Role.GUEST: mine_there and not mine_here}
        return _align(case, rules, organizer=moved_in_google.get(case.link.role, False))
    if case.link is None and google and case.odoo.uninvited:
        return _join(case, google)
    return _align(case, rules)


def _join(case: Case, google: Event) -> Align | None:
    """Bring the person into a colleagues' meeting in Odoo; who has declined it has nothing to look for there.

    That Odoo knows no answer of somebody who is not invited there says nothing against the one in Google.
    """
    if google.response is Response.DECLINED or case.google.alone:
        return None
    return Align(case, Merge(google, frozenset(), frozenset({"response"})), "same_event")


def would_lose_text(case: Case, merged: Merge, rules: Rules) -> bool:
    """Say whether hiding an event's text in Odoo would destroy what is too long for Google to keep."""
    if not rules.veils(merged.event) or case.odoo.event is None:
        return False
    kept = rules.google(case.odoo.event)
    return any(name in merged.to_odoo and is_cut(getattr(kept, name)) for name in TEXT_FIELDS)


def _merged(case: Case, rules: Rules) -> Merge:
    google_base, odoo_base = (_with_told(case, base, rules.hasher) for base in _bases(case))
    merged = merge(case.google, case.odoo, google_base, odoo_base, rules, case.role)
    google, odoo, bases = in_step(merged.event, case.google, case.odoo, (google_base, odoo_base))
    google_base, odoo_base = (trimmed_base(base, case.within) for base in bases)
    return merge_overrides(merged, google, odoo, google_base, odoo_base, rules, case.role, case.within)


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


def _with_told(case: Case, base: FieldHashes, hasher: Hasher) -> FieldHashes:
    """Return a base that knows who was a guest before the owner's first run, and taken off in Google since.

    A colleague's run has brought him into Odoo, where he would pass for somebody invited there.
    """
    google, odoo = case.google.event, case.odoo.event
    if not case.told or google is None or odoo is None or "guests" in base:
        return base
    listed = {one.email for one in google.guests}
    hashes = {hasher.element("guests", one.email): one for one in odoo.guests if one.email not in listed}
    off = {key: one.response.value for key, one in hashes.items() if {key, one.email} & case.told}
    return {**base, "guests": off} if off else base


def _align(case: Case, rules: Rules, *, organizer: bool = False) -> Align | Park | None:
    whole = case
    if case.role is Role.OUTSIDE:
        google = without_colleagues(case.google, case.odoo, case.colleagues, rules.hasher)
        case = dataclasses.replace(case, google=google)
    if case.role is Role.MIRROR:
        case = dataclasses.replace(case, odoo=without_declined(case.odoo, rules.hasher))
    merged = barred(_merged(case, rules), rules.wishes)
    if would_lose_text(case, merged, rules):
        return Park(Side.ODOO, case, "text_too_long_to_hide")
    rows = case.wants_rows and case.role is not Role.GUEST and rules.wishes.may_write(Side.ODOO)
    anew = not merged.to_odoo.isdisjoint(LAID_OUT_BY)
    if (rows or anew) and case.google.whole and not case.reach:
        return _align(whole.laid_out(anew=anew), rules, organizer=organizer)
    reason = _reason(case, merged, rules, organizer=organizer, rows=rows)
    return Align(case, merged, reason, organizer, rows) if reason else None


def _reason(case: Case, merged: Merge, rules: Rules, *, organizer: bool, rows: bool) -> str:
    if case.link is None:
        return "same_event"
    if organizer:
        return "organizer_changed"
    if merged.conflicts:
        if {one.loser for one in merged.conflicts} == {_follower(case.role)}:
            return "put_back"
        veiled = all(_is_veiled(one, case, rules) for one in merged.conflicts)
        return "kept_private" if veiled else "edited_on_both"
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


def _is_veiled(conflict: Conflict, case: Case, rules: Rules) -> bool:
    """Say whether a value lost since Odoo has no say in what it hides, rather than to a later edit."""
    google = case.google.event
    if google is not None and conflict.start is not None:
        google = google.occurrence(conflict.start)
    return google is not None and way(case.role, conflict.name, google, rules) is not Flow.BOTH


def _follower(role: Role) -> Side | None:
    return {Role.OUTSIDE: Side.ODOO, Role.MIRROR: Side.GOOGLE}.get(role)
