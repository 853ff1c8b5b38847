"""A calendar under test: what the core does with a side, and what people do there behind its back."""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from sync.model import Event, Response, Start
from sync.plan import Link
from sync.seen import Seen

WINDOW = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
"""What is synced: a whole year, so that the clocks of every zone that has two times change twice."""
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
"""When the tests take place, where the clock can be moved."""
ZONE = "Europe/Brussels"
PEOPLE = ("alice", "bob", "carol")
"""Alice's is the calendar."""

Shown = tuple[Start, Start, str]
"""An occurrence as people see it: when it begins and ends (aware UTC, or dates), and its title."""


@dataclasses.dataclass
class Item:
    """An event or a series on the calendar; for Odoo with the link that remembers it, and our key."""

    key: Any
    link: Link | None = None
    mark: str = "one"


@dataclasses.dataclass(frozen=True)
class Write:
    """What the core gives to a side: the fields `names` of `event`, and of single occurrences (`starts`)."""

    event: Event
    names: frozenset[str]
    starts: Mapping[Start, frozenset[str]] = dataclasses.field(default_factory=dict)


class Calendar(abc.ABC):
    """Alice's calendar on one side.

    A calendar says what it cannot do by `lacks`; tests that need that are skipped, and never do otherwise.
    """

    lacks: frozenset[str] = frozenset()

    def needs(self, *abilities: str) -> None:
        """Skip the test if this calendar lacks an ability."""
        if missing := self.lacks & {*abilities}:
            pytest.skip(f"this side lacks {', '.join(sorted(missing))}")

    # --- what the core does

    @abc.abstractmethod
    async def projection(self, event: Event) -> Event:
        """Return an event as this side would hold it."""

    @abc.abstractmethod
    async def make(self, event: Event, key: str = "one") -> Item:
        """Make an event under a key of ours, or find the one that was made so, as after a crash."""

    @abc.abstractmethod
    async def look(self, item: Item) -> Seen:
        """Look at an event."""

    @abc.abstractmethod
    async def everything(self, *items: Item) -> list[Seen]:
        """Return everything inside the window that is there; `items` are those that the core knows."""

    @abc.abstractmethod
    async def write(self, item: Item, seen: Seen, write: Write) -> None:
        """Write to an event as it was seen.

        Raises:
            Stale: it is not like that any more. Gone: it is not there. Rejected: it cannot be so.
        """

    @abc.abstractmethod
    async def delete(self, item: Item, seen: Seen) -> None:
        """Let an event go; one that is gone is no error.

        Raises:
            Stale: it is not as it was seen.
        """

    @abc.abstractmethod
    async def decline(self, item: Item) -> None:
        """Answer for alice that she does not take part."""

    # --- what people see and do

    @abc.abstractmethod
    def shown(self, item: Item) -> list[Shown]:
        """Return what alice sees of an event, each of its occurrences by itself, in order."""

    @abc.abstractmethod
    def mails(self) -> list[Any]:
        """Return what was mailed to anybody because of what the core did."""

    @abc.abstractmethod
    def address(self, name: str) -> str:
        """Return the address under which somebody can be invited."""

    @abc.abstractmethod
    async def edit(self, item: Item, start: Start | None = None, **texts: str) -> None:
        """Let alice give an event or one of its occurrences another `title` or `location`."""

    @abc.abstractmethod
    async def remove(self, item: Item, start: Start | None = None) -> None:
        """Let alice delete an event or one of its occurrences."""

    @abc.abstractmethod
    async def answer(self, item: Item, name: str, response: Response, start: Start | None = None) -> None:
        """Let somebody who is invited answer."""

    @abc.abstractmethod
    async def invited(self, event: Event) -> Item:
        """Let bob make an event to which alice is invited, who has not answered; return alice's."""

    @abc.abstractmethod
    async def answered(self, item: Item) -> Response:
        """Return the answer of alice's that bob sees on such an event."""

    @abc.abstractmethod
    async def add_odd_guest(self, item: Item) -> None:
        """Let alice invite something that the core does not know as a guest: a room, a nameless contact."""

    @abc.abstractmethod
    def odd_guests(self, item: Item) -> int:
        """Return how many of those are invited."""
