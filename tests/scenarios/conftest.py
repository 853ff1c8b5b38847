"""Fixtures of scenarios: one way alone, to Google or to Odoo, and a Google that breaks its own rules."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sync.clock import Clock
from sync.odoo.client import OdooClient
from tests.doubles.google import discovery, render
from tests.doubles.odoo import OdooDouble
from tests.scenarios.line import Line, make_line
from tests.scenarios.scripted_resets import Books
from tests.scenarios.stage import Odd
from tests.world import PEOPLE, World


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """The client of Google, with tokens for alice and bob."""
    async with make_line() as made:
        yield made


@pytest.fixture
async def odoo19() -> AsyncIterator[OdooDouble]:
    """Odoo 19, which has both ways."""
    async with OdooDouble(19) as double:
        double.add_user("svc", api_key="svc-key")
        yield double


@pytest.fixture
async def team(world: World) -> AsyncIterator[World]:
    """A world in which alice, bob and carol are connected and calsync runs."""
    async with world.run():
        for name in PEOPLE:
            await world.connect(name)
            await world.sync(name)
        yield world


@pytest.fixture
async def pair(world: World) -> AsyncIterator[World]:
    """A world in which alice and bob are connected, and carol is not; time stands still."""
    world.stop_clocks()
    async with world.run():
        for name in ("alice", "bob"):
            await world.connect(name)
            await world.sync(name)
        yield world


class Clients:
    """Makes clients and closes them in the end."""

    def __init__(self) -> None:
        self.made: list[OdooClient] = []

    def __call__(
        self, odoo: OdooDouble, key: str = "svc-key", *, clock: Clock | None = None, **more: Any
    ) -> OdooClient:
        settings = {"url": odoo.url, "database": odoo.db, "login": "svc", **more}
        self.made.append(OdooClient(key=key, clock=clock or Clock(), **settings))
        return self.made[-1]


@pytest.fixture
async def client() -> AsyncIterator[Clients]:
    """Clients, closed in the end."""
    clients = Clients()
    yield clients
    for one in clients.made:
        await one.close()


@pytest.fixture
def odd(monkeypatch: pytest.MonkeyPatch) -> Odd:
    """Event ids with fields that Google shows for them against its own rules; None takes a field away."""
    changes: Odd = {}
    proper = render.item

    def item(*args: Any, **named: Any) -> dict[str, Any]:
        shown = proper(*args, **named)
        spoiled = shown | changes.get(shown["id"], {})
        return {name: value for name, value in spoiled.items() if value is not None}

    monkeypatch.setattr(render, "item", item)
    monkeypatch.setattr(discovery, "check_answer", lambda *_: None)  # it keeps the double from just this
    return changes


@pytest.fixture
async def books(monkeypatch: pytest.MonkeyPatch) -> Books:
    """The books of a core that does nothing to calendars."""
    made = Books()
    monkeypatch.setattr("bot.core.Resets", made.resets)
    return made


@pytest.fixture
async def scripted(books: Books, world: World) -> AsyncIterator[World]:
    """A running world in which alice is connected; carol is an administrator."""
    async with world.run():
        await world.connect("alice")
        yield world
