"""Google, the double of it behind the real client, as a calendar under test."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sync.base import Hasher
from sync.clock import Clock
from sync.errors import Taken
from sync.google import codec
from sync.google.client import GoogleClient
from sync.google.limits import Quota
from sync.google.side import GoogleSide
from sync.merge import Merge
from sync.model import CANCELLED, OVERRIDABLE, Event, Response, Start
from sync.seen import Seen, State
from tests.conformance.calendar import NOW, PEOPLE, WINDOW, ZONE, Calendar, Item, Shown, Write
from tests.doubles.google import GoogleDouble
from tests.doubles.google.client import OWNED

ACCOUNT = 1
ROOM = "room1@resource.calendar.google.com"


class Standing(Clock):
    """A clock that stands still."""

    def now(self) -> datetime:
        """Return the moment of the tests."""
        return NOW


class GoogleCalendar(Calendar):
    """Alice's primary calendar."""

    lacks = frozenset({"rules by the hour"})

    def __init__(self, google: GoogleDouble, side: GoogleSide) -> None:
        self._google, self._side = google, side
        self._alice, self._bob = (google.people[self.address(name)] for name in ("alice", "bob"))

    async def projection(self, event: Event) -> Event:
        return codec.project(event)

    async def make(self, event: Event, key: str = "one") -> Item:
        # As the core does: single occurrences are changed once the series is there.
        try:
            own = self.address("alice")
            seen = await self._side.create(ACCOUNT, _id_of(key), event, ZONE, "7.0", address=own)
        except Taken:
            seen = await self._side.fetch(ACCOUNT, _id_of(key))
        item = Item(_id_of(key))
        if event.overrides and seen.state is State.PRESENT:
            turned = frozenset({CANCELLED, *OVERRIDABLE})
            names = {
                start: turned if CANCELLED in one else frozenset(one)
                for start, one in event.overrides.items()
            }
            await self.write(item, seen, Write(event, frozenset({"overrides"}), names))
        return item

    async def look(self, item: Item) -> Seen:
        return await self._side.fetch(ACCOUNT, item.key)

    async def everything(self, *items: Item) -> list[Seen]:
        pull = await self._side.pull(ACCOUNT, None)
        return [seen for seen in pull.seen.values() if seen.state is State.PRESENT]

    async def write(self, item: Item, seen: Seen, write: Write) -> None:
        merged = Merge(write.event, write.names, frozenset(), google_starts=write.starts)
        after = await self._side.update(ACCOUNT, item.key, merged, seen, seen.version, ZONE)
        # When it was edited is told by our clock, which is set by each answer's Date, to the second.
        told, looked = (dataclasses.replace(one, edited_at=None) for one in (after, await self.look(item)))
        assert told == looked

    async def delete(self, item: Item, seen: Seen) -> None:
        await self._side.delete(ACCOUNT, item.key, seen.version)

    async def decline(self, item: Item) -> None:
        seen = await self.look(item)
        await self._side.delete(ACCOUNT, item.key, seen.version)

    def shown(self, item: Item) -> list[Shown]:
        master = self._alice.event(item.key)
        entries = self._alice.instances(item.key) if master.get("recurrence") else [master]
        inside = [
            (_time(one["start"]), _time(one["end"]), one.get("summary", ""))
            for one in entries
            if not master.get("recurrence") or _is_inside(_time(one["originalStartTime"]))
        ]
        return sorted(inside, key=lambda one: (str(one[0]), one[2]))

    def mails(self) -> list[Any]:
        return self._google.mails

    def address(self, name: str) -> str:
        return f"{name}@example.com"

    async def edit(self, item: Item, start: Start | None = None, **texts: str) -> None:
        names = {"title": "summary", "location": "location"}
        self._alice.patch(self._id(item, start), **{names[name]: text for name, text in texts.items()})

    async def remove(self, item: Item, start: Start | None = None) -> None:
        self._alice.delete(self._id(item, start))

    async def answer(self, item: Item, name: str, response: Response, start: Start | None = None) -> None:
        self._google.people[self.address(name)].respond(self._id(item, start), response.value)

    async def invited(self, event: Event) -> Item:
        zone = ZoneInfo(event.recurrence.zone if event.recurrence else ZONE)
        start, end = event.span.start, event.span.end
        if isinstance(start, datetime) and isinstance(end, datetime):
            start, end = start.astimezone(zone), end.astimezone(zone)
        more: dict[str, Any] = {"recurrence": [*event.recurrence.lines]} if event.recurrence else {}
        guests = [{"email": self.address("alice")}]
        made = self._bob.create(event.title, start=start, end=end, attendees=guests, **more)
        return Item(made["id"])

    async def answered(self, item: Item) -> Response:
        [own] = [
            one for one in self._bob.event(item.key)["attendees"] if one["email"] == self.address("alice")
        ]
        return Response(own["responseStatus"])

    async def add_odd_guest(self, item: Item) -> None:
        held = self._alice.event(item.key).get("attendees", [])
        self._alice.patch(item.key, attendees=[*held, {"email": ROOM}])

    def odd_guests(self, item: Item) -> int:
        return [one["email"] for one in self._alice.event(item.key)["attendees"]].count(ROOM)

    def _id(self, item: Item, start: Start | None) -> str:
        if start is None:
            return str(item.key)
        [found] = [
            one["id"] for one in self._alice.instances(item.key) if _time(one["originalStartTime"]) == start
        ]
        return str(found)


def _time(value: dict[str, Any]) -> Start:
    if "date" in value:
        return date.fromisoformat(value["date"])
    moment = datetime.fromisoformat(value["dateTime"])
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(value["timeZone"]))
    return moment.astimezone(UTC)


def _is_inside(start: Start) -> bool:
    first, last = (one.date() for one in WINDOW)
    begin = start.date() if isinstance(start, datetime) else start
    return first <= begin < last


@asynccontextmanager
async def google_calendar() -> AsyncIterator[GoogleCalendar]:
    """A fresh Google with everybody in it."""
    async with GoogleDouble() as google:
        google.clock.set(NOW, frozen=True)
        google.settings.user_quota = google.settings.project_quota = 10**6
        google.add_room(ROOM, "Room 1")
        for name in PEOPLE:
            google.add_person(f"{name}@example.com", time_zone=ZONE)
        grant = google.grants.new_access_token("alice@example.com", frozenset({OWNED})).value

        async def token(_account_id: int, _renew: bool) -> str:
            return grant

        client = GoogleClient(google.api_url, token, Standing())
        client.limits.quota = Quota(10**6, 10**6)
        side = GoogleSide(client, Hasher(b"key"), Standing(), NOW - WINDOW[0], WINDOW[1] - NOW)
        yield GoogleCalendar(google, side)
        await client.close()


def _id_of(key: str) -> str:
    """Return an id for a key: Google takes no letters beyond v."""
    return key.encode().hex()
