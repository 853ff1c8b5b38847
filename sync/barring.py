"""Takes out of plans what a person does not want done, so that it is planned again when they do."""

from __future__ import annotations

import dataclasses

from sync.base import FieldHashes, start_key
from sync.merge import Merge
from sync.model import Side
from sync.plan import Action, Align, Case, Create, Removal
from sync.wishes import Wishes

OF_OUR_OWN = frozenset({"own_duplicate", "organizer_connected"})
"""Deletions of copies that we made ourselves and that stand elsewhere: they tell of nobody's edit."""
_BY_ELEMENT = frozenset({"guests", "reminders"})


def leaves_out(case: Case, wishes: Wishes) -> bool:
    """Say whether a case is left as it stands, since one side at least shows an event that takes no part."""
    if case.own_duplicate or case.superseded:
        return False
    shown = (case.google.event, case.odoo.event)
    return any(event is not None and not wishes.wants(event) for event in shown)


def allowed(action: Action, wishes: Wishes) -> Action | None:
    """Return an action unless it writes where nothing may be written; `barred` has seen to an Align."""
    match action:
        case Create() | Removal() if action.reason not in OF_OUR_OWN:
            return action if wishes.may_write(action.side) else None
        case Align(organizer=True):  # noting the new role alone would lose that Odoo has still to hear of it
            return action if wishes.may_write(Side.ODOO) else None
    return action


def barred(merged: Merge, wishes: Wishes) -> Merge:
    """Return a merge without what goes to a side that may not be written to, whose bases are then kept.

    A value that is overruled there is not overruled yet.
    """
    if not wishes.may_write(Side.ODOO):
        kept = (merged.to_odoo - merged.to_google) | (merged.to_odoo & _BY_ELEMENT)
        merged = dataclasses.replace(
            merged, to_odoo=frozenset(), odoo_starts={}, kept_starts=frozenset(merged.odoo_starts)
        )
    elif not wishes.may_write(Side.GOOGLE):
        kept = (merged.to_google - merged.to_odoo) | (merged.to_google & _BY_ELEMENT)
        merged = dataclasses.replace(
            merged, to_google=frozenset(), google_starts={}, kept_starts=frozenset(merged.google_starts)
        )
    else:
        return merged
    if merged.kept_starts:
        kept |= {"overrides"}
    told = tuple(one for one in merged.conflicts if wishes.may_write(one.loser))
    return dataclasses.replace(merged, kept=kept, conflicts=told)


def recorded(base: FieldHashes, now: FieldHashes, other: FieldHashes, merged: Merge) -> FieldHashes:
    """Return the base of a side after a merge was carried out: what it shows `now`, but for what is kept.

    `other` is what the other side shows. Guests and reminders on which both agree are recorded one by one.
    """
    moved = {name: value for name, value in now.items() if name not in merged.kept}
    for name in merged.kept & now.keys():
        before, here, there = base.get(name), now[name], other.get(name)
        match name:
            case "guests":
                moved[name] = _guests(before or {}, here, there or {})
            case "reminders":
                moved[name] = _reminders(before or [], here, there or [])
            case "overrides":
                kept = {start_key(start) for start in merged.kept_starts}
                moved[name] = {key: one for key, one in here.items() if key not in kept} | {
                    key: one for key, one in (before or {}).items() if key in kept
                }
    return base | moved


def _guests(base: dict[str, str], here: dict[str, str], there: dict[str, str]) -> dict[str, str]:
    agreed = {key: answer for key, answer in here.items() if there.get(key) == answer}
    return agreed | {key: one for key, one in base.items() if here.get(key) != there.get(key)}


def _reminders(base: list[str], here: list[str], there: list[str]) -> list[str]:
    return sorted(({*here} & {*there}) | ({*base} & ({*here} ^ {*there})))
