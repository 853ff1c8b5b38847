"""People of the matrix: connecting whatever day it is, and syncing one after the other."""

from __future__ import annotations

from unittest.mock import patch

from google.auth import _helpers

from sync.run import Outcome
from tests.world import PEOPLE, World


async def reconnect(world: World, name: str) -> None:
    """Let a person connect, or connect anew, whatever day it is in this world."""
    # Google's library reads the system's clock when it verifies who has consented.
    with patch.object(_helpers, "utcnow", lambda: world.google.clock.now().replace(tzinfo=None)):
        assert "Connected" in await world.connect(name)


async def sync_all(world: World, *names: str) -> list[Outcome]:
    """Let people's accounts run, one after the other."""
    return [await world.sync(name) for name in names]


def newcomer(world: World, name: str) -> None:
    """Add somebody to all three services."""
    PEOPLE.setdefault(name, f"U1{len(PEOPLE):09}")
    email = f"{name}@example.com"
    world.slack.add_person(PEOPLE[name], name, email)
    world.google.add_person(email, time_zone="Europe/Brussels")
    world.odoo.add_user(name)
