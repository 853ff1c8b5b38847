"""What should happen, as data: cases in, actions with reason codes out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime

from sync.base import FieldHashes, changed
from sync.merge import TEXT_FIELDS, Merge, Rules, Seen, State, merge
from sync.model import Event, Side
from sync.text import is_cut


@dataclasses.dataclass(frozen=True)
class Link:
    """One Odoo event and one Google event of one account that belong together.

    `google_version` is the etag, `google_zone` the zone (IANA) that Google keeps and Odoo knows nothing of,
    `ends_at` (aware UTC) when the event is over, so that long past ones need not be looked at again.
    """

    id: int
    odoo_id: int
    google_id: str
    generation: int
    google_base: FieldHashes
    odoo_base: FieldHashes
    google_version: str = ""
    google_zone: str = ""
    ends_at: datetime | None = None

    def as_seen(self, google: Seen) -> Link:
        """Return the link with what a look at its Google event tells besides the fields."""
        if google.event is None:
            return self
        return dataclasses.replace(
            self,
            google_version=google.version,
            google_zone=google.event.zone,
            ends_at=google.event.span.end_moment,
        )


@dataclasses.dataclass(frozen=True)
class Case:
    """Everything a run knows of one event: its ids on both sides, its link, what each side shows.

    Without a link, both ids mean that the two were found to be the same event. `generation` is what a link
    that begins here begins with.
    """

    google_id: str
    odoo_id: int
    google: Seen
    odoo: Seen
    link: Link | None = None
    own_duplicate: bool = False
    generation: int = 0


@dataclasses.dataclass(frozen=True)
class Align:
    """Give each side the fields it lacks, then record the new base; with no fields: only record it."""

    case: Case
    merged: Merge
    reason: str


@dataclasses.dataclass(frozen=True)
class Create:
    """Make the event on the side where it is missing; `generation` grows each time a link begins anew."""

    side: Side
    case: Case
    event: Event
    generation: int
    reason: str


@dataclasses.dataclass(frozen=True)
class Delete:
    """Delete from Google, or archive in Odoo, and end the link."""

    side: Side
    case: Case
    reason: str

    @property
    def remains_of(self) -> tuple[Side, str]:
        """The item whose disappearance is being followed: its side and its id there."""
        if self.side is Side.ODOO:
            return Side.GOOGLE, self.case.google_id
        return Side.ODOO, str(self.case.odoo_id)


@dataclasses.dataclass(frozen=True)
class Forget:
    """End a link whose two events are both gone."""

    case: Case
    reason: str


@dataclasses.dataclass(frozen=True)
class Park:
    """Set the event aside with the reason, to be looked at again later; nothing is written."""

    side: Side
    case: Case
    reason: str


BOOK_KEEPING = frozenset({"agreed", "gone_on_both"})
"""Reasons of actions that change nothing a person could see."""

Action = Align | Create | Delete | Forget | Park


def plan(cases: Iterable[Case], rules: Rules) -> list[Action]:
    """Decide every case by itself; cases that need nothing yield nothing."""
    return [action for case in cases if (action := decide(case, rules)) is not None]


def decide(case: Case, rules: Rules) -> Action | None:
    """Decide one case: the decision table of the sync.

    Edit beats delete; what we cannot read is never overwritten and never deleted.
    """
    google, odoo = case.google, case.odoo
    if case.own_duplicate:
        return Delete(Side.ODOO, case, "own_duplicate")
    for side, seen in ((Side.GOOGLE, google), (Side.ODOO, odoo)):
        if seen.state is State.REJECTED:
            return Park(side, case, seen.reason)
    match google.state, odoo.state:
        case _, State.MASKED:
            # Unlinked masked events are other people's business; a linked one waits until we may see it.
            wanted = case.link and google.state in (State.PRESENT, State.GONE)
            return Park(Side.ODOO, case, "masked") if wanted else None
        case State.NEVER, State.PRESENT:
            return _create(Side.GOOGLE, case, "new_in_odoo")
        case State.PRESENT, State.NEVER:
            return _create(Side.ODOO, case, "new_in_google")
        case State.GONE, State.GONE:
            return Forget(case, "gone_on_both") if case.link else None
        case State.GONE, State.PRESENT if case.link:
            if changed(case.link.odoo_base, odoo.hashes):
                return _create(Side.GOOGLE, case, "edit_beats_delete")
            return Delete(Side.ODOO, case, "deleted_in_google")
        case ((State.PRESENT | State.UNCHANGED), State.GONE) if case.link:
            if google.state is State.PRESENT and changed(case.link.google_base, google.hashes):
                return _create(Side.ODOO, case, "edit_beats_delete")
            return Delete(Side.GOOGLE, case, "deleted_in_odoo")
        case ((State.PRESENT | State.UNCHANGED), State.PRESENT):
            return _align(case, rules)
        case _:
            return None


def restore(deletion: Delete) -> Create:
    """Return the opposite of a deletion: bring the event back on the side where it is gone."""
    side = Side.GOOGLE if deletion.side is Side.ODOO else Side.ODOO
    return _create(side, deletion.case, "restored")


def _create(side: Side, case: Case, reason: str) -> Create:
    source = case.odoo.event if side is Side.GOOGLE else case.google.event
    if source is None:
        raise ValueError("a create needs the other side's values")
    generation = case.link.generation + 1 if case.link else case.generation
    return Create(side, case, source, generation, reason)


def would_lose_text(case: Case, merged: Merge, rules: Rules) -> bool:
    """Say whether hiding an event's text in Odoo would destroy what is too long for Google to keep."""
    if not rules.veils(merged.event) or case.odoo.event is None:
        return False
    kept = rules.google(case.odoo.event)
    return any(name in merged.to_odoo and is_cut(getattr(kept, name)) for name in TEXT_FIELDS)


def _align(case: Case, rules: Rules) -> Align | Park | None:
    google_base, odoo_base = (case.link.google_base, case.link.odoo_base) if case.link else ({}, {})
    merged = merge(case.google, case.odoo, google_base, odoo_base, rules)
    if would_lose_text(case, merged, rules):
        return Park(Side.ODOO, case, "text_too_long_to_hide")
    if case.link is None:
        return Align(case, merged, "same_event")
    if merged.conflicts:
        return Align(case, merged, "edited_on_both")
    if merged.to_google and merged.to_odoo:
        return Align(case, merged, "merged")
    if merged.to_google:
        return Align(case, merged, "edited_in_odoo")
    if merged.to_odoo:
        return Align(case, merged, "edited_in_google")
    settled = (
        case.link.id
        and not changed(google_base, case.google.hashes)
        and not changed(odoo_base, case.odoo.hashes)
        and case.google.version in ("", case.link.google_version)
    )
    return None if settled else Align(case, merged, "agreed")
