"""What a person chooses when resetting: what becomes of existing events, and what the next sync takes up."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from sync.model import Side


class Existing(enum.StrEnum):
    """What becomes of the events that are there (the words of Odoo's own wizard)."""

    LEAVE = "leave"
    """Leave them untouched."""
    GOOGLE = "google"
    """Delete from the current Google Calendar account."""
    ODOO = "odoo"
    """Delete from Odoo."""
    BOTH = "both"
    """Delete from both."""


class Next(enum.StrEnum):
    """What the next synchronization takes up."""

    NEW = "new"
    """Synchronize only new events: what is there now stays as it is until somebody edits it."""
    ALL = "all"
    """Synchronize all existing events: what is missing on a side is made there."""


@dataclass(frozen=True)
class Choice:
    """One of the eight combinations."""

    existing: Existing
    next: Next

    @property
    def sides(self) -> frozenset[Side]:
        """The sides that lose events."""
        return _SIDES[self.existing]


_SIDES = {
    Existing.LEAVE: frozenset[Side](),
    Existing.GOOGLE: frozenset({Side.GOOGLE}),
    Existing.ODOO: frozenset({Side.ODOO}),
    Existing.BOTH: frozenset(Side),
}
