"""Fixtures of the tests of Odoo's double: a server with people in it, and the real client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import odoorpc
import pytest

from tests.doubles.odoo import OdooDouble

QUIET = {
    "no_mail_to_attendees": True,
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "dont_notify": True,
    "skip_contact_description": True,
}


class Client:
    """One person's odoorpc, called from a thread so that the double can answer in this one."""

    def __init__(self, odoo: OdooDouble, login: str) -> None:
        user = odoo.users[login]
        self.uid, self.partner_id = user.id, user.partner_id
        host, port = odoo.url.removeprefix("http://").split(":")
        self.raw = odoorpc.ODOO(host, port=int(port), version=f"{odoo.version}.0")
        self.raw.login(odoo.db, user.login, user.secret)

    async def __call__(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of a model by `execute_kw`."""
        return await asyncio.to_thread(self.raw.execute_kw, model, method, list(args), kwargs)

    async def event(self, **vals: Any) -> int:
        """Create an event quietly, on 10 March 2027 at nine unless told otherwise."""
        vals = {"name": "x", "start": "2027-03-10 09:00:00", "stop": "2027-03-10 10:00:00", **vals}
        event: int = await self("calendar.event", "create", vals, context=QUIET)
        return event

    async def read(self, event: int, *fields: str) -> dict[str, Any]:
        """Read one event."""
        rows: list[dict[str, Any]] = await self("calendar.event", "read", [event], list(fields))
        return rows[0]

    async def refused(self, model: str, method: str, *args: Any, **kwargs: Any) -> str:
        """Call what must fail and return the name of the error."""
        with pytest.raises(odoorpc.error.RPCError) as caught:
            await self(model, method, *args, **kwargs)
        name: str = caught.value.info["data"]["name"]
        return name

    async def states(self, event: int) -> dict[str, str]:
        """Return the answers of an event's attendees by their names."""
        rows = await self(
            "calendar.attendee", "search_read", [["event_id", "=", event]], ["common_name", "state"]
        )
        return {row["common_name"]: row["state"] for row in rows}


async def running(version: int, **settings: Any) -> AsyncIterator[OdooDouble]:
    """Run a double with four people."""
    async with OdooDouble(version, **settings) as odoo:
        odoo.add_user("alice")
        odoo.add_user("bob", tz="America/New_York")
        odoo.add_user("carol", tz="Asia/Tehran")
        odoo.add_user("svc", name="Service", tz="", api_key="svc-key")
        yield odoo


@pytest.fixture(params=(17, 18, 19))
async def odoo(request: pytest.FixtureRequest) -> AsyncIterator[OdooDouble]:
    """Each of the three versions in turn."""
    async for double in running(request.param):
        yield double


@pytest.fixture
async def odoo18() -> AsyncIterator[OdooDouble]:
    """Odoo 18, for what does not differ between versions."""
    async for double in running(18):
        yield double


async def logged_in(odoo: OdooDouble, login: str) -> Client:
    """Log a person in."""
    return await asyncio.to_thread(Client, odoo, login)


@pytest.fixture
async def alice(odoo: OdooDouble) -> Client:
    """Alice, logged in."""
    return await logged_in(odoo, "alice")


@pytest.fixture
async def bob(odoo: OdooDouble) -> Client:
    """Bob, logged in."""
    return await logged_in(odoo, "bob")


@pytest.fixture
async def svc(odoo: OdooDouble) -> Client:
    """The service account, logged in with its key."""
    return await logged_in(odoo, "svc")


@pytest.fixture
async def admin(odoo: OdooDouble) -> Client:
    """The administrator, logged in."""
    return await logged_in(odoo, "admin")
