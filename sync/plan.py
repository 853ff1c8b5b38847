"""What should happen, as data: cases in, actions with reason codes out."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

from sync.base import FieldHashes
from sync.merge import Merge
from sync.model import Event, Side, Start, moment
from sync.roles import Role
from sync.seen import Seen
from sync.series import Series, ends_at
from sync.window import Window

ALWAYS: Window = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


@dataclasses.dataclass(frozen=True)
class Link:
    """One Odoo event or series and one Google event of one account that belong together.

    `odoo_id` is a key of `sync.series.odoo_key`, `google_version` the etag, `google_zone` the zone (IANA)
    that Google keeps and Odoo knows nothing of, `uid` Google's iCalUID, `ends_at` (aware UTC) when the event
    is over, so that long past ones need not be looked at again. `series` is there when the Odoo event is a
    series.
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
    role: Role = Role.HOME
    uid: str = ""
    series: Series | None = None

    def as_seen(self, google: Seen) -> Link:
        """Return the link with what a look at its Google event tells besides the fields."""
        if google.event is None:
            return self
        return dataclasses.replace(
            self,
            google_version=google.version,
            google_zone=google.event.zone,
            ends_at=ends_at(google.event),
            uid=google.uid or self.uid,
        )


@dataclasses.dataclass(frozen=True)
class Case:
    """Everything a run knows of one event: its ids on both sides, its link, what each side shows.

    Without a link, both ids mean that the two were found to be the same event. An `own_duplicate` is a row
    that a create of ours made a second time, `superseded` a mirror whose original has come. `generation` is
    what a link that begins here begins with. `role` is what the person is to the event now, `sharers` maps
    the Google ids of the other accounts that are linked to the same Odoo event to their roles, and `awaited`
    says that one of those accounts runs. The Odoo organizer may be connected, and yet have an account that
    does not run. `colleagues` are the addresses of all other connected people, `told` names guests that the
    event had in Google when a colleague's run met it (`sync.told`). Occurrences of a series count
    between `window`'s two moments (aware UTC), as far as Odoo has rows for them; where rows are to be laid
    out, between those of `reach`.
    """

    google_id: str
    odoo_id: int
    google: Seen
    odoo: Seen
    link: Link | None = None
    own_duplicate: bool = False
    superseded: bool = False
    generation: int = 0
    role: Role = Role.HOME
    sharers: tuple[tuple[str, Role], ...] = ()
    awaited: bool = False
    organizer_connected: bool = True
    organizer_runs: bool = True
    colleagues: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    window: Window = ALWAYS
    reach: Window | None = None

    def shown_on(self, side: Side) -> Seen:
        """Return what a side shows of it."""
        return self.google if side is Side.GOOGLE else self.odoo

    def within(self, start: Start) -> bool:
        """Say whether an occurrence takes part in the sync."""
        first, last = self.reach or self._covered
        return first <= moment(start) < last

    @property
    def _covered(self) -> Window:
        """Between which moments of the window Odoo has rows, or may have them."""
        series = self.odoo.series or (self.link.series if self.link else None)
        if series is None:
            return self.window
        return max(self.window[0], series.covered_from), min(self.window[1], series.covered_until)

    def trimmed(self) -> Case:
        """Return the case without the occurrences that take no part in the sync."""
        google, odoo = self.google.trimmed(self.within), self.odoo.trimmed(self.within)
        return dataclasses.replace(self, google=google, odoo=odoo)

    def laid_out(self, *, anew: bool) -> Case:
        """Return the case with the occurrences that will have rows once these are completed or made `anew`.

        What Google says of them has never been compared: there was nothing in Odoo to compare it with.
        """
        first = self.window[0] if anew else self._covered[0]
        return dataclasses.replace(self, reach=(first, self.window[1])).trimmed()

    @property
    def wants_rows(self) -> bool:
        """Whether the rows of a series in Odoo have to be completed."""
        return self.odoo.lacks_rows(self.window[1])


@dataclasses.dataclass(frozen=True)
class Align:
    """Give each side the fields it lacks, then record the new base; with no fields: only record it.

    `organizer` asks Odoo to note who organizes the meeting now, `rows` to complete the rows of a series.
    """

    case: Case
    merged: Merge
    reason: str
    organizer: bool = False
    rows: bool = False


@dataclasses.dataclass(frozen=True)
class Create:
    """Make the event on the side where it is missing; `generation` grows each time a link begins anew."""

    side: Side
    case: Case
    event: Event
    generation: int
    reason: str


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


@dataclasses.dataclass(frozen=True)
class Removal:
    """Let an event go from one side too, since it disappeared from the other."""

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
class Delete(Removal):
    """Delete from Google, or archive in Odoo, and end the link."""


@dataclasses.dataclass(frozen=True)
class Decline(Removal):
    """Answer for the person that he does not take part, since he deleted his copy, and end the link."""


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

Action = Align | Create | Delete | Decline | Forget | Park
