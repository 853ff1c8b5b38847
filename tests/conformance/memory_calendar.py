"""The in-memory side as a calendar under test."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import Any

from sync.base import Hasher
from sync.errors import Taken
from sync.model import CANCELLED, Event, Guest, Override, Response, Start
from sync.recurrence import occurrences
from sync.seen import Seen
from tests.conformance.calendar import WINDOW, Calendar, Item, Shown, Write
from tests.conformance.memory import MemorySide


class MemoryCalendar(Calendar):
    """Alice's calendar in memory; what it does not tell of an event, such as odd guests, is kept beside."""

    def __init__(self) -> None:
        self.side = MemorySide(Hasher(b"key"))
        self._odd: dict[str, int] = {}

    async def projection(self, event: Event) -> Event:
        return self.side.project(event)

    async def make(self, event: Event, key: str = "one") -> Item:
        with contextlib.suppress(Taken):
            self.side.create(key, event)
        return Item(key)

    async def look(self, item: Item) -> Seen:
        return self.side.look(item.key)

    async def everything(self, *items: Item) -> list[Seen]:
        return [*self.side.everything(WINDOW).values()]

    async def write(self, item: Item, seen: Seen, write: Write) -> None:
        self.side.write(item.key, seen.version, write)

    async def delete(self, item: Item, seen: Seen) -> None:
        self.side.delete(item.key, seen.version)

    async def decline(self, item: Item) -> None:
        self._put(item, None, response=Response.DECLINED)

    def shown(self, item: Item) -> list[Shown]:
        event = self._event(item)
        ones = [event]
        if event.recurrence:
            starts = occurrences(event.recurrence, event.span, *WINDOW)
            ones = [one for start in starts if (one := event.occurrence(start))]
        found = [(one.span.start, one.span.end, one.title) for one in ones]
        return sorted(found, key=lambda one: str(one[0]))

    def mails(self) -> list[Any]:
        return []

    def address(self, name: str) -> str:
        return f"{name}@example.com"

    async def edit(self, item: Item, start: Start | None = None, **texts: str) -> None:
        self._put(item, start, **texts)

    async def remove(self, item: Item, start: Start | None = None) -> None:
        if start is None:
            self.side.delete(item.key, self.side.look(item.key).version)
        else:
            self._put(item, start, **{CANCELLED: True})

    async def answer(self, item: Item, name: str, response: Response, start: Start | None = None) -> None:
        event = self._event(item)
        one = event if start is None else event.occurrence(start)
        assert one
        guests = {guest for guest in one.guests if guest.email != self.address(name)}
        self._put(item, start, guests=frozenset({*guests, Guest(self.address(name), response)}))

    async def invited(self, event: Event) -> Item:
        theirs = dataclasses.replace(event, organizer=self.address("bob"), response=Response.NEEDS_ACTION)
        self.side.create("theirs", theirs)
        return Item("theirs")

    async def answered(self, item: Item) -> Response:
        return self._event(item).response

    async def add_odd_guest(self, item: Item) -> None:
        self._odd[item.key] = self.odd_guests(item) + 1
        self._put(item, None)

    def odd_guests(self, item: Item) -> int:
        return self._odd.get(item.key, 0)

    def _event(self, item: Item) -> Event:
        event = self.side.look(item.key).event
        assert event
        return event

    def _put(self, item: Item, start: Start | None, **values: Any) -> None:
        event = self._event(item)
        if start is None:
            self.side.put(item.key, dataclasses.replace(event, **values))
            return
        override: Override = {**event.overrides.get(start, {}), **values}
        self.side.put(item.key, dataclasses.replace(event, overrides={**event.overrides, start: override}))
