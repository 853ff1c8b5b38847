"""Odoo, a double or a real server behind the real client, as a calendar under test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any, cast

from sync.base import Hasher
from sync.clock import Clock
from sync.merge import Merge
from sync.model import Event, Response, Start
from sync.odoo import codec
from sync.odoo.client import OdooClient
from sync.odoo.gateway import Api
from sync.odoo.partners import ConnectedPerson
from sync.odoo.side import NewEvent, OdooSide, Owner
from sync.plan import Link
from sync.roles import Role
from sync.seen import Seen, State
from sync.series import is_series
from tests.conformance.calendar import PEOPLE, WINDOW, Calendar, Item, Shown, Write
from tests.doubles.odoo import OdooDouble
from tests.live.real_odoo import RealOdoo

EVENT, ATTENDEE = "calendar.event", "calendar.attendee"
BY_HAND = {"no_mail_to_attendees": True, "dont_notify": True, "skip_contact_description": True}
NAMES = {"title": "name", "location": "location"}


class OdooCalendar(Calendar):
    """What alice sees of calendar.event; she has connected under a private address.

    Odoo has no versions: what is not named in a write stays, and no write is refused.
    """

    lacks = frozenset({"versions"})

    def __init__(self, odoo: OdooDouble | RealOdoo, side: OdooSide) -> None:
        self._odoo = cast(OdooDouble, odoo)
        self._side = side
        alice = odoo.users["alice"]
        self._owner = Owner(alice.id, alice.partner_id)
        side.partners.set_accounts([ConnectedPerson(alice.id, alice.partner_id, "alice@gmail.example")])

    async def projection(self, event: Event) -> Event:
        guests = {guest.email for guest in event.guests}
        guests |= {guest.email for one in event.overrides.values() for guest in one.get("guests", ())}
        await self._side.partners.know_addresses(guests)
        return (await self._side.projection())(event)

    async def make(self, event: Event, key: str = "one") -> Item:
        # As the core does after a crash: what bears the access token is what was made.
        found = await self._side.find(self._owner, _tokens_of(event, key), [])
        for odoo_key, seen in found.seen.items():
            return Item(odoo_key, _link(odoo_key, seen), key)
        new = NewEvent(await self.projection(event), _token(key), Role.HOME, WINDOW)
        [(odoo_key, seen)] = await self._side.create(self._owner, [new])
        return Item(odoo_key, _link(odoo_key, seen), key)

    async def look(self, item: Item) -> Seen:
        assert item.link
        view = await self._side.fetch(self._owner, [item.key], [item.link])
        return view.seen[view.moved.get(item.link.id, item.key)]

    async def everything(self, *items: Item) -> list[Seen]:
        view = await self._side.pull(self._owner, WINDOW, [one.link for one in items if one.link])
        return [seen for seen in view.seen.values() if seen.state is State.PRESENT]

    async def write(self, item: Item, seen: Seen, write: Write) -> None:
        assert item.link
        projected = await self.projection(write.event)
        merged = Merge(projected, frozenset(), write.names, odoo_starts=write.starts)
        item.key, after = await self._side.update(
            self._owner, item.key, merged, seen, token=_token(item.mark), window=WINDOW
        )
        item.link = _link(item.key, after, item.link.role)

    async def delete(self, item: Item, seen: Seen) -> None:
        await self._side.archive(item.key)

    async def decline(self, item: Item) -> None:
        await self._side.decline(self._owner, item.key)

    def shown(self, item: Item) -> list[Shown]:
        found = [(*_times(row), row["name"]) for row in self._rows(item)]
        return sorted(found, key=lambda one: (str(one[0]), one[2]))

    def mails(self) -> list[Any]:
        return [*self._odoo.mails]

    def address(self, name: str) -> str:
        return f"{getattr(self._odoo, 'prefix', '')}{name}@example.com"

    async def edit(self, item: Item, start: Start | None = None, **texts: str) -> None:
        values = {NAMES[name]: text for name, text in texts.items()}
        self._odoo.as_user("alice").call(EVENT, "write", self._ids(item, start), values, context=BY_HAND)

    async def remove(self, item: Item, start: Start | None = None) -> None:
        self._odoo.as_user("alice").call(EVENT, "unlink", self._ids(item, start))

    async def answer(self, item: Item, name: str, response: Response, start: Start | None = None) -> None:
        actor, partner = self._odoo.as_user(name), self._odoo.users[name].partner_id
        own = [("event_id", "in", self._ids(item, start)), ("partner_id", "=", partner)]
        actor.write(ATTENDEE, actor.search(ATTENDEE, own), {"state": response.value})

    async def invited(self, event: Event) -> Item:
        partners = [self._odoo.users[name].partner_id for name in ("bob", "alice")]
        values = codec.encode(event, ["title", "span"], {}) | {"partner_ids": [[6, 0, partners]]}
        if event.recurrence:
            rule = event.recurrence.lines[0].removeprefix("RRULE:")
            values |= {"recurrency": True, "rrule": rule, "event_tz": event.recurrence.zone}
        self._odoo.as_user("bob").call(EVENT, "create", values, context=BY_HAND)
        view = await self._side.pull(self._owner, WINDOW, [])
        [(key, seen)] = view.seen.items()
        return Item(key, _link(key, seen, Role.OUTSIDE))

    async def answered(self, item: Item) -> Response:
        actor = self._odoo.as_user("bob")
        own = [("event_id", "in", self._ids(item, None)), ("partner_id", "=", self._owner.partner_id)]
        [answer] = {row["state"] for row in actor.read(ATTENDEE, actor.search(ATTENDEE, own), ["state"])}
        return Response(answer)

    async def add_odd_guest(self, item: Item) -> None:
        command = {"partner_ids": [[4, self._nameless(), 0]]}
        self._odoo.as_user("alice").call(EVENT, "write", self._ids(item, None), command, context=BY_HAND)

    def odd_guests(self, item: Item) -> int:
        nameless = self._nameless()
        return max([*row["partner_ids"]].count(nameless) for row in self._rows(item))

    def _nameless(self) -> int:
        admin = self._odoo.as_user("admin")
        found = admin.search("res.partner", [("name", "=", "Nameless")])
        made: int = found[0] if found else admin.create("res.partner", {"name": "Nameless"})
        return made

    def _rows(self, item: Item) -> list[dict[str, Any]]:
        actor = self._odoo.as_user("alice")
        domain = ("recurrence_id", "=", -item.key) if is_series(item.key) else ("id", "=", item.key)
        fields = ["name", "allday", "start", "stop", "start_date", "stop_date", "partner_ids"]
        return actor.read(EVENT, actor.search(EVENT, [domain]), fields)

    def _ids(self, item: Item, start: Start | None) -> list[int]:
        if start is None:
            return [row["id"] for row in self._rows(item)]
        assert item.link
        assert item.link.series
        return [key for key, one in item.link.series.rows.items() if one == start]


def _times(row: dict[str, Any]) -> tuple[Start, Start]:
    if not row["allday"]:
        return codec.parse_datetime(row["start"]), codec.parse_datetime(row["stop"])
    last = date.fromisoformat(row["stop_date"])
    return date.fromisoformat(row["start_date"]), last + timedelta(days=1)


def _token(key: str) -> Any:
    return lambda start: f"{key}-{start.isoformat() if start else 'single'}"


def _tokens_of(event: Event, key: str) -> list[str]:
    token = _token(key)
    return [token(event.span.start if event.recurrence else None)]


def _link(key: int, seen: Seen, role: Role = Role.HOME) -> Link:
    return Link(1, key, "g", 0, {}, seen.hashes, role=role, series=seen.series)


@asynccontextmanager
async def odoo_calendar(version: int, api: Api = "jsonrpc") -> AsyncIterator[OdooCalendar]:
    """A fresh double with everybody in it."""
    async with OdooDouble(version) as odoo:
        odoo.add_user("svc", api_key="svc-key")
        for name in PEOPLE:
            odoo.add_user(name)
        async with _opened(odoo, "svc", "svc-key", api) as calendar:
            yield calendar


@asynccontextmanager
async def real_odoo_calendar(odoo: RealOdoo) -> AsyncIterator[OdooCalendar]:
    """A real server, from which all events of these people are taken off."""
    async with odoo:
        odoo.clean()
        odoo.mails.clear()
        async with _opened(odoo, f"{odoo.prefix}svc", "live-svc", "jsonrpc") as calendar:
            yield calendar


@asynccontextmanager
async def _opened(odoo: OdooDouble | RealOdoo, login: str, key: str, api: Api) -> AsyncIterator[OdooCalendar]:
    client = OdooClient(odoo.url, odoo.db, login, key, Clock(), api)
    yield OdooCalendar(odoo, OdooSide(client, Hasher(b"key"), Clock()))
    await client.close()
