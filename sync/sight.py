"""What one run sees: the sightings of both sides, and the links they touch."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from sync.model import Event, Side
from sync.plan import Link
from sync.roles import Role
from sync.seen import Seen, State
from sync.store.intents import Begun
from sync.store.links import Sharer
from sync.window import takes_place

K = TypeVar("K")


@dataclasses.dataclass(frozen=True)
class Sight:
    """All sightings of a run: Google's by id, Odoo's by key, and the links they touch.

    `moved` maps a link's id to the Odoo key under which its event is found now, if that is another one.
    `colleagues` are the Google addresses of the other connected people, `running` of those whose accounts
    run; `idle` are the ids of the accounts that do not. `sharers` are colleagues' links to the events seen.
    `from_outside` names events of Odoo that were made from somebody's Google event and have no organizer in
    Odoo, `begun` what somebody's run has begun to make of them in Odoo. `borrowed` are colleagues'
    links to series that no link of this account names, by key, `due` parked items that were asked for again,
    perhaps to be found under another key. `declined` are events of Odoo that a run declined for the person
    when the copy in Google had gone. `told` says, by iCalUID, who has been a guest of the person's own
    meetings that no link names yet (`sync.told`)."""

    google: Mapping[str, Seen]
    odoo: Mapping[int, Seen]
    links: Collection[Link]
    moved: Mapping[int, int]
    window: tuple[datetime, datetime]
    colleagues: frozenset[str]
    running: frozenset[str]
    idle: frozenset[int]
    sharers: Collection[Sharer] = ()
    from_outside: frozenset[int] = frozenset()
    begun: Begun = dataclasses.field(default_factory=dict)
    borrowed: Mapping[int, Link] = dataclasses.field(default_factory=dict)
    due: frozenset[tuple[Side, str]] = frozenset()
    declined: frozenset[int] = frozenset()
    told: Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)

    @cached_property
    def _shared_by_key(self) -> Mapping[int, Sequence[Sharer]]:
        return _by(lambda one: one.odoo_id, self.sharers)

    @cached_property
    def _shared_by_uid(self) -> Mapping[str, Sequence[Sharer]]:
        return _by(lambda one: one.uid, self.sharers)

    def shared(self, odoo_key: int, uid: str) -> Sequence[Sharer]:
        """Return colleagues' links to an event of Odoo; of one that is not there (0), by its iCalUID."""
        if odoo_key:
            return self._shared_by_key.get(odoo_key, ())
        return self._shared_by_uid.get(uid, ()) if uid else ()

    def odoo_key(self, link: Link) -> int:
        """Return the key under which a link's Odoo event is found now."""
        return self.moved.get(link.id, link.odoo_id)

    @property
    def looked_at(self) -> set[tuple[Side, str]]:
        """Return the items seen in this run, in the form in which items are parked."""
        google = {(Side.GOOGLE, key) for key in self.google}
        return google | {(Side.ODOO, str(key)) for key in self.odoo} | self.due

    def lost_from_outside(self) -> list[Link]:
        """Return the links to meetings organized outside that are gone from Odoo."""
        gone = {key for key, seen in self.odoo.items() if seen.state is State.GONE}
        return [link for link in self.links if link.role is Role.OUTSIDE and self.odoo_key(link) in gone]

    def is_awaited(self, event: Event, uid: str) -> bool:
        """Say whether the run of a colleague will bring the person into a meeting in Odoo: its organizer's,
        or of one from outside any that has it."""
        if event.organizer in self.colleagues:
            return event.organizer in self.running
        return any(one.account_id not in self.idle for one in self._shared_by_uid.get(uid, ()))

    def unlinked_google(self) -> dict[str, Event]:
        """Return Google's events inside the window that no link names."""
        return dict(self._unlinked)

    @cached_property
    def _unlinked(self) -> dict[str, Event]:
        known = {link.google_id for link in self.links}
        return {
            key: seen.event
            for key, seen in self.google.items()
            if key not in known and seen.event and takes_place(seen.event, self.window)
        }


def _by(key: Callable[[Sharer], K], sharers: Iterable[Sharer]) -> dict[K, list[Sharer]]:
    found: dict[K, list[Sharer]] = {}
    for one in sharers:
        found.setdefault(key(one), []).append(one)
    return found


def addresses_in(seen: Iterable[Seen]) -> set[str]:
    """Return the addresses of all guests and organizers, of single occurrences, too."""
    events = [one.event for one in seen if one.event]
    listed = {guest.email for event in events for guest in event.guests}
    listed |= {
        guest.email
        for event in events
        for override in event.overrides.values()
        for guest in override.get("guests", ())
    }
    return listed | {event.organizer for event in events if event.organizer}
