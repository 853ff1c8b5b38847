"""Connecting, then single events both ways: create, edit, delete."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sync.model import Span
from tests.world import World

HOUR = timedelta(hours=1)
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=3)


async def test_connect_shows_success_and_says_so_in_slack(world: World) -> None:
    async with world.run():
        page = await world.connect("alice")
        assert "Connected" in page
        await world.in_slack("alice").see("Connected: *alice@example.com*")


async def test_event_made_in_google_appears_in_odoo(connected: World) -> None:
    connected.in_google("alice").create("Dentist", start=NOON, end=NOON + HOUR, location="Main St")
    outcome = await connected.sync("alice")
    assert outcome.counts == {"new_in_google": 1}
    [event] = connected.odoo_events("alice")
    assert (event.title, event.location, event.span) == (
        "Dentist",
        "Main St",
        Span(NOON, NOON + HOUR),
    )
    connected.assert_agree("alice")
