"""What a run must not do by itself: deletions in numbers that no person makes by hand, or of all there is."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sync.model import Side
from sync.plan import Action, Case, Removal
from sync.seen import State

OUR_OWN = frozenset({"own_duplicate", "organizer_connected", "organizer_changed"})
"""Deletions of copies that calsync made and that stand elsewhere by now: they need nobody's yes."""
LEAST = 10
SHARE = 0.2
EMPTIED = 3
"""Fewer linked events than these may all be deleted at once without a question."""


def held_back(
    actions: Sequence[Action], cases: Sequence[Case], linked: int, asking: Collection[Side]
) -> list[Removal]:
    """Return the removals that need a person's yes: all of a side's, if they look like a mistake.

    Too many is more than ten and more than a fifth of the `linked` events that are not long over; or any at
    all when the other side was emptied, or on a side where the person is being asked already (`asking`).
    Copies of ours that stand elsewhere do not count. `cases` are what the actions were planned from.

    A link without a base is held in any case: the database was set back or replaced, and that an event is
    not there may only mean that it never was.
    """
    held: list[Removal] = []
    for side in Side:
        removals = [
            action
            for action in actions
            if isinstance(action, Removal) and action.side is side and action.reason not in OUR_OWN
        ]
        many = len(removals) > max(LEAST, SHARE * linked)
        if many or side in asking or is_emptied(side.other, cases, linked):
            held += removals
        else:
            held += [one for one in removals if _has_no_base(one.case)]
    return held


def is_emptied(side: Side, cases: Sequence[Case], linked: int) -> bool:
    """Say whether all linked events of a side, and at least three, are gone from it at once.

    What is long over is seldom looked at, so neither does it count.
    """
    gone = sum(_is_current(case) and case.shown_on(side).state is State.GONE for case in cases)
    return gone >= max(EMPTIED, linked)


def _has_no_base(case: Case) -> bool:
    return case.link is not None and not (case.link.google_base and case.link.odoo_base)


def _is_current(case: Case) -> bool:
    if case.link is None:
        return False
    return case.link.ends_at is None or case.link.ends_at >= case.window[0]
