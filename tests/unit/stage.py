"""An Odoo, calsync's client of it and a store, for tests of what watches over the database."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sync.errors import NeedsHuman
from sync.odoo.client import OdooClient
from sync.odoo.feed import Feed
from sync.odoo.identity import Identity, accept
from sync.store import Store, accounts, cursors, identity
from sync.store.accounts import Account
from tests.clock import TestClock
from tests.doubles.odoo import OdooDouble
from tests.unit.rows import add_account

PEOPLE = ("alice", "bob")
TIMES = {"start": "2027-03-10 09:00:00", "stop": "2027-03-10 10:00:00"}


@dataclasses.dataclass
class Stage:
    """The double, the service account's client, and what watches; alice and bob have accounts."""

    odoo: OdooDouble
    client: OdooClient
    store: Store
    clock: TestClock
    identity: Identity
    feed: Feed
    ids: dict[str, int]

    def advance(self, **amount: float) -> None:
        """Move both clocks on, by the keywords of `timedelta`."""
        self.odoo.clock.advance(**amount)
        self.clock.advance(**amount)

    def restarted(self) -> None:
        """Begin with fresh objects, as a new process does."""
        self.identity = Identity(self.client, self.store, self.clock)
        self.feed = Feed(self.client, self.store, self.clock, self.identity)

    def create(self, person: str, /, **values: Any) -> int:
        """Let a person make an event in Odoo and return its id."""
        event: int = self.odoo.as_user(person).create("calendar.event", {"name": "x", **TIMES, **values})
        return event

    def write(self, person: str, event: int, /, **values: Any) -> None:
        """Let a person change an event in Odoo."""
        self.odoo.as_user(person).write("calendar.event", event, values)

    def unlink(self, person: str, *events: int) -> None:
        """Let a person delete events in Odoo."""
        self.odoo.as_user(person).unlink("calendar.event", list(events))

    async def account(self, name: str) -> Account:
        """Return a person's account."""
        async with self.store.read() as tx:
            account = await accounts.get(tx, self.ids[name])
        assert account is not None
        return account

    async def marked(self, name: str) -> set[int]:
        """Return the events marked for a person, and take the marks off."""
        async with self.store.write() as tx:
            marks = await cursors.marks(tx, self.ids[name])
            await cursors.clear_marks(tx, marks.values())
        return set(marks)

    async def polled(self) -> dict[str, int]:
        """Poll and return how often each operation was asked of Odoo."""
        self.odoo.log.clear()
        await self.feed.poll()
        return self.odoo.log.counts()

    async def settle(self) -> None:
        """Poll until nothing that has happened is news any more, with no marks left."""
        for _ in range(3):
            self.advance(seconds=30)
            await self.feed.poll()
        for name in PEOPLE:
            await self.marked(name)


@asynccontextmanager
async def make_stage(store: Store, version: int = 18, login: str = "svc") -> AsyncIterator[Stage]:
    """Start it; `login` is who calsync is in Odoo."""
    double, clock = OdooDouble(version), TestClock()
    async with double:
        double.add_user("svc", api_key="svc-key")
        double.add_key("admin", secret="admin-key")
        users = {name: double.add_user(name) for name in PEOPLE}
        client = OdooClient(double.url, double.db, login, f"{login}-key", clock)
        identity = Identity(client, store, clock)
        feed = Feed(client, store, clock, identity)
        ids = {
            name: await add_account(
                store, number, odoo_uid=user.id, odoo_partner_id=user.partner_id, odoo_login=name
            )
            for number, (name, user) in enumerate(users.items(), 1)
        }
        try:
            yield Stage(double, client, store, clock, identity, feed, ids)
        finally:
            await client.close()


async def doubt(stage: Stage) -> str:
    """Poll and return the code of what stopped it, "" for nothing."""
    try:
        await stage.feed.poll()
    except NeedsHuman as error:
        return error.code
    return ""


async def known(stage: Stage) -> identity.Known:
    """Return what is known of the database."""
    async with stage.store.read() as tx:
        found = await identity.known(tx)
    assert found is not None
    return found


async def remembered(stage: Stage) -> set[int]:
    """Return the ids of the remembered rows."""
    async with stage.store.read() as tx:
        return {one.odoo_id for one in await identity.memory(tx)}


async def confirmed(stage: Stage) -> bool:
    """Let an administrator say that it is right so."""
    return await accept(stage.store, stage.client.source)
