"""What a run must not do by itself: deletions in numbers that no person makes by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sync.model import Side
from sync.plan import Action, Delete

OUR_OWN = frozenset({"own_duplicate", "organizer_connected", "organizer_changed"})
"""Deletions of copies that calsync made and that stand elsewhere by now: they need nobody's yes."""
LEAST = 10
SHARE = 0.2


def held_back(actions: Sequence[Action], linked: int, asking: Collection[Side]) -> list[Delete]:
    """Return the deletions that need a person's yes: all of a side's, if there are too many of them.

    Too many is more than ten and more than a fifth of the `linked` events, or any at all on a side where the
    person is being asked already (`asking`). Copies of ours that stand elsewhere do not count.
    """
    held: list[Delete] = []
    for side in Side:
        deletions = [
            action
            for action in actions
            if isinstance(action, Delete) and action.side is side and action.reason not in OUR_OWN
        ]
        if side in asking or len(deletions) > max(LEAST, SHARE * linked):
            held += deletions
    return held
