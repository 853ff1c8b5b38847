"""Sightings: what a run knows of one event on one side."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Mapping
from datetime import datetime

from sync.base import FieldHashes, trimmed_base
from sync.model import Event, Side, Start
from sync.series import Series


class State(enum.StrEnum):
    """What a run knows of one event on one side."""

    UNCHANGED = "unchanged"
    """Not in this pull: as the base says."""
    PRESENT = "present"
    """Read in this run."""
    GONE = "gone"
    """Deleted, cancelled or archived, and known to be."""
    MASKED = "masked"
    """There, but shown to us without its text."""
    REJECTED = "rejected"
    """There, but cannot be synced; `reason` says why."""
    NEVER = "never"
    """Has no counterpart on this side yet."""


@dataclasses.dataclass(frozen=True)
class Seen:
    """One event or series as one side shows it.

    `edited_at` (aware UTC) is corrected by that side's clock. `version` is Google's etag or Odoo's write
    date. `uid` is Google's iCalUID (RFC 5545 UID). `key` is the mark of ours that the event carries, if any.
    `label` (title and start, for the owner's eyes only) names an event that is set aside.

    Of a series, `exceptions` names Google's own id of each occurrence that differs, and `series` is how it
    stands in Odoo: with `rebuild`, its rows are not what the series wants and have to be made so. Of a single
    event, `rebuild` says that Odoo takes it for part of a series, from which it was copied.
    `others` counts the Odoo users besides the owner who take part. `alone` is true of an occurrence in Google
    to which the person is invited without being invited to its series. `uninvited` is true of a colleagues'
    meeting in Odoo in which the owner takes no part there yet. `by_owner` says of one that is gone from Odoo
    whether it was the owner who archived it, None where Odoo does not tell. `whole` is the sighting with all
    occurrences, where some were taken off.
    """

    state: State
    event: Event | None = None
    hashes: FieldHashes = dataclasses.field(default_factory=dict)
    edited_at: datetime | None = None
    version: str = ""
    reason: str = ""
    key: str = ""
    label: str = ""
    uid: str = ""
    exceptions: Mapping[Start, str] = dataclasses.field(default_factory=dict)
    series: Series | None = None
    rebuild: bool = False
    others: int = 0
    alone: bool = False
    uninvited: bool = False
    by_owner: bool | None = None
    whole: Seen | None = None

    def lacks_rows(self, until: datetime) -> bool:
        """Say whether the rows of a series in Odoo have to be completed: never finished, outgrown before
        `until` (aware UTC), or flattened."""
        if self.series is None:
            return False
        return self.rebuild or not self.series.complete or self.series.is_outgrown(until)

    def trimmed(self, within: Callable[[Start], bool]) -> Seen:
        """Return the sighting with only those of all its occurrences for which `within` is true."""
        whole = self.whole or self
        if whole.event is None or not whole.event.overrides:
            return self
        kept = {start: one for start, one in whole.event.overrides.items() if within(start)}
        event, hashes = dataclasses.replace(whole.event, overrides=kept), trimmed_base(whole.hashes, within)
        return dataclasses.replace(self, event=event, hashes=hashes, whole=whole)


def later(google: Seen, odoo: Seen) -> Side:
    """Say which side was edited later; Google when that is not known."""
    if google.edited_at and odoo.edited_at and odoo.edited_at > google.edited_at:
        return Side.ODOO
    return Side.GOOGLE
