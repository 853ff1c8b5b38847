"""A busy half-hour: every kind of change at once, and what must come of it whatever goes wrong meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.world import World

HOUR = timedelta(hours=1)
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=3)
DAY = NOON.date()

EXPECTED = sorted(
    [
        "google edited",
        "odoo edited",
        "merged",
        "new in google",
        "new in odoo",
        "kept by odoo",
        "kept by google",
    ]
)


def odoo_time(moment: datetime) -> str:
    """Write a moment as Odoo does."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def make_in_odoo(world: World, name: str, title: str, **values: Any) -> int:
    """Let a person make an event of an hour in Odoo."""
    times = {"start": odoo_time(NOON), "stop": odoo_time(NOON + HOUR)}
    created: int = world.odoo.as_user(name).create("calendar.event", {"name": title, **times, **values})
    return created


def prepare(world: World) -> None:
    """Make the events that will be changed, all in Google."""
    for title in ("to edit there", "to edit here", "to merge", "to delete there", "to delete here"):
        world.in_google("alice").create(title, start=NOON, end=NOON + HOUR)
    for title in ("deleted there, edited here", "edited there, deleted here"):
        world.in_google("alice").create(title, start=NOON, end=NOON + HOUR)


def be_busy(world: World) -> None:
    """Change everything at once, on both sides."""
    google, odoo = world.in_google("alice"), world.odoo.as_user("alice")
    there = {item["summary"]: item["id"] for item in google.events()}
    here = {row["name"]: row["id"] for row in world.odoo.events("alice", "name")}
    google.patch(there["to edit there"], summary="google edited")
    odoo.write("calendar.event", here["to edit here"], {"name": "odoo edited"})
    google.patch(there["to merge"], summary="merged")
    odoo.write("calendar.event", here["to merge"], {"location": "Room 1"})
    google.delete(there["to delete there"])
    odoo.unlink("calendar.event", here["to delete here"])
    google.delete(there["deleted there, edited here"])
    odoo.write("calendar.event", here["deleted there, edited here"], {"name": "kept by odoo"})
    google.patch(there["edited there, deleted here"], summary="kept by google")
    odoo.unlink("calendar.event", here["edited there, deleted here"])
    google.create("new in google", start=DAY, end=DAY + timedelta(days=1), description="a\nb")
    make_in_odoo(world, "alice", "new in odoo", description="<p>text</p>")
    world.odoo.mails.clear()  # what people cause themselves is theirs


async def assert_settled(world: World) -> None:
    """Assert that all is well after some undisturbed runs, and that a further one writes nothing."""
    for _ in range(3):
        world.clock.advance(hours=7)  # past every pause
        outcome = await world.sync("alice")
        assert outcome.code == "ok"
    assert sorted(event.title for event in world.google_events("alice")) == EXPECTED
    assert sorted(event.title for event in world.odoo_events("alice")) == EXPECTED
    world.assert_agree("alice")
    [merged] = [event for event in world.google_events("alice") if event.title == "merged"]
    assert merged.location == "Room 1"
    world.google.log.clear()
    world.odoo.log.clear()
    await world.sync("alice")
    assert world.google.log.writes() == world.odoo.log.writes() == []
    assert not world.google.mails
    assert not world.odoo.mails


async def get_busy(world: World) -> None:
    """Make the events and bring them over, then change everything at once."""
    prepare(world)
    await world.sync("alice")
    be_busy(world)
