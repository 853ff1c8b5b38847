"""An Odoo with people in it, and the Odoo side of the core that looks at it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from sync.base import Hasher
from sync.clock import Clock
from sync.merge import Merge
from sync.model import Event, Span, Start
from sync.odoo.client import OdooClient
from sync.odoo.partners import ConnectedPerson
from sync.odoo.side import NewEvent, OdooSide, OdooView, Owner
from sync.plan import Link
from sync.recurrence import read
from sync.roles import Role
from sync.seen import Seen
from tests.doubles.odoo import OdooDouble
from tests.live.real_odoo import RealOdoo

EVENT, RECURRENCE, ATTENDEE = "calendar.event", "calendar.recurrence", "calendar.attendee"
QUIET = {
    "no_mail_to_attendees": True,
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "dont_notify": True,
    "skip_contact_description": True,
}
ZONE = "Europe/Brussels"
WINDOW = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC)
PEOPLE = ("alice", "bob", "carol")


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of 2027 in UTC."""
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


def meeting(start: Start, minutes: int = 60, **more: Any) -> Event:
    """Return an event of so many minutes, or of one day."""
    length = timedelta(minutes=minutes) if isinstance(start, datetime) else timedelta(days=1)
    return Event(**{"title": "Standup", "span": Span(start, start + length), **more})


def repeated(start: Start, rule: str, **more: Any) -> Event:
    """Return a series by its rule, in Brussels unless it is one of whole days."""
    event = meeting(start, **more)
    return dataclasses.replace(event, recurrence=read([rule], ZONE, event.span)[0])


@dataclasses.dataclass
class Stage:
    """Odoo, seen and written through `side`, and edited by people with their own logins."""

    odoo: OdooDouble
    client: OdooClient
    side: OdooSide

    @classmethod
    def build(cls, odoo: OdooDouble | RealOdoo, api_key: str) -> Stage:
        """Bring the side up; alice has connected under a private address."""
        client = OdooClient(odoo.url, odoo.db, odoo.users["svc"].login, api_key, Clock())
        side = OdooSide(client, Hasher(b"key"), Clock())
        alice = odoo.users["alice"]
        side.partners.set_accounts([ConnectedPerson(alice.id, alice.partner_id, "alice@gmail.example")])
        return cls(cast(OdooDouble, odoo), client, side)

    def owner(self, login: str = "alice") -> Owner:
        """Return a person as the owner of a calendar."""
        return Owner(self.odoo.users[login].id, self.odoo.users[login].partner_id)

    def email(self, login: str) -> str:
        """Return the address of somebody who is not connected."""
        return self.odoo.users[login].email

    # --- what people do

    def make(self, login: str = "alice", **vals: Any) -> int:
        """Let a person create an event, on 2 March 2027 at nine unless told otherwise."""
        vals = {"name": "Standup", "start": "2027-03-02 09:00:00", "stop": "2027-03-02 10:00:00", **vals}
        made: int = self.odoo.as_user(login).call(EVENT, "create", vals, context=QUIET)
        return made

    def edit(self, ids: int | list[int], login: str = "alice", **vals: Any) -> None:
        """Let a person write events."""
        some = ids if isinstance(ids, list) else [ids]
        self.odoo.as_user(login).call(EVENT, "write", some, vals, context=QUIET)

    def delete(self, ids: int | list[int], login: str = "alice") -> None:
        """Let a person delete events."""
        self.odoo.as_user(login).call(EVENT, "unlink", ids if isinstance(ids, list) else [ids])

    def answer(self, event_id: int, login: str, state: str) -> None:
        """Let a person answer an invitation."""
        actor = self.odoo.as_user(login)
        [own] = actor.search(
            ATTENDEE, [("event_id", "=", event_id), ("partner_id", "=", self.owner(login).partner_id)]
        )
        actor.write(ATTENDEE, own, {"state": state})

    def nameless(self) -> int:
        """Return a contact without an address."""
        admin = self.odoo.as_user("admin")
        found = admin.search("res.partner", [("name", "=", "Nameless")])
        made: int = found[0] if found else admin.create("res.partner", {"name": "Nameless"})
        return made

    def later(self) -> None:
        """Let a second go by, which is how finely Odoo tells its times."""
        self.odoo.clock.advance(seconds=1)

    def rows(self, key: int, *fields: str, login: str = "alice") -> list[dict[str, Any]]:
        """Return the rows of a series, earliest first."""
        actor = self.odoo.as_user(login)
        ids = actor.search(EVENT, [("recurrence_id", "=", -key)], order="start, id")
        rows = {row["id"]: row for row in actor.read(EVENT, ids, ["start", "stop", *fields])}
        return [rows[one] for one in ids]

    def row_at(self, key: int, start: str) -> int:
        """Return the row of a series that starts so."""
        [row] = [row["id"] for row in self.rows(key) if row["start"].startswith(start)]
        return int(row)

    def answers(self, event_id: int) -> dict[int, str]:
        """Return the answers to an event by partner."""
        actor = self.odoo.as_user("alice")
        ids = actor.search(ATTENDEE, [("event_id", "=", event_id)])
        rows = actor.read(ATTENDEE, ids, ["partner_id", "state"])
        return {row["partner_id"][0]: row["state"] for row in rows}

    # --- what the core does

    async def create(
        self, event: Event, login: str = "alice", role: Role = Role.HOME, mark: str = "t"
    ) -> Link:
        """Create an event as the core does, and return the link to it."""
        projected = (await self.projection(event))(event)
        new = NewEvent(projected, tokens(mark), role, WINDOW)
        [(key, seen)] = await self.side.create(self.owner(login), [new])
        return linked(key, seen, role)

    async def projection(self, event: Event) -> Any:
        """Return the projection, everybody in the event being looked up."""
        guests = {guest.email for guest in event.guests}
        guests |= {guest.email for one in event.overrides.values() for guest in one.get("guests", ())}
        await self.side.partners.know_addresses(guests | {event.organizer} - {""})
        return await self.side.projection()

    async def look(self, *links: Link, login: str = "alice") -> OdooView:
        """Look at linked events again."""
        return await self.side.fetch(self.owner(login), [link.odoo_id for link in links], links)

    async def update(
        self,
        link: Link,
        seen: Seen,
        event: Event,
        *names: str,
        starts: Mapping[Start, frozenset[str]] | None = None,
        login: str = "alice",
        mark: str = "t",
        **more: Any,
    ) -> Link:
        """Write what Google changed, as the core does, and return the link as it is after that."""
        named = frozenset(names) | ({"overrides"} if starts else frozenset())
        merged = Merge((await self.projection(event))(event), frozenset(), named, odoo_starts=starts or {})
        key, after = await self.side.update(
            self.owner(login), link.odoo_id, merged, seen, token=tokens(mark), window=WINDOW, **more
        )
        return linked(key, after, link.role)


def tokens(mark: str) -> Any:
    """Return access tokens as the core makes them: one for each occurrence."""
    return lambda start: f"{mark}-{start.isoformat() if start else 'single'}"


def linked(key: int, seen: Seen, role: Role = Role.HOME, number: int = 1) -> Link:
    """Return the link that remembers a sighting."""
    return Link(number, key, "g", 0, {}, seen.hashes, role=role, series=seen.series)


def day(month: int, number: int) -> date:
    """Return a day of 2027."""
    return date(2027, month, number)
