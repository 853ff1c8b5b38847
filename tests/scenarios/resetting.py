"""What scenarios of resets share: a calendar with every kind of event, jobs, and what both sides show."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import timedelta

from sync.model import Side
from sync.reset import Choice, Existing, Next, Progress, Resets, Result
from sync.run import Outcome
from tests.scenarios.busy import NOON
from tests.scenarios.calendars import BRUSSELS, DAY, HOUR, STRANGER, addresses, make, partner
from tests.shown import Shown, in_google, in_odoo
from tests.world import World

CHOICES = [Choice(existing, following) for existing in Existing for following in Next]
START = NOON.astimezone(BRUSSELS)

OWN = {"Single", "Series", "Moved", "From Odoo", "Home meeting"}
"""What is alice's own and synced; "Moved" is an exception of the series."""
MIRROR, GUEST, OUTSIDE = "Mirror", "Guest copy", "Outside"
NEW_THERE, NEW_HERE = "Unsynced in Google", "Unsynced in Odoo"
THERE = OWN | {MIRROR, GUEST, OUTSIDE, NEW_THERE}
HERE = OWN | {MIRROR, GUEST, OUTSIDE, NEW_HERE}


def name_of(choice: Choice) -> str:
    """Name a choice in the list of tests."""
    return f"{choice.existing}-{choice.next}"


async def furnish(world: World) -> None:
    """Give alice an event of every kind: her own, a mirror, a guest's copy, one from outside, unsynced ones.

    Bob is connected as well, carol is not.
    """
    alice, bob = world.in_google("alice"), world.in_google("bob")
    reminders = {"useDefault": False, "overrides": [{"method": "popup", "minutes": 15}]}
    alice.create("Single", start=START, end=START + HOUR, location="Roof", reminders=reminders)
    series = alice.create("Series", start=START, end=START + HOUR, recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"])
    one, two = alice.instances(series["id"])[1:3]
    alice.patch(one["id"], summary="Moved", start=START + 7 * DAY + HOUR, end=START + 7 * DAY + 2 * HOUR)
    alice.delete(two["id"])
    alice.create("Home meeting", start=START, end=START + HOUR, attendees=addresses("alice", "bob"))
    make(world, "alice", "From Odoo", description="<p>soup</p>")
    bob.create(GUEST, start=START, end=START + HOUR, attendees=addresses("bob", "alice"))
    make(world, "carol", MIRROR, partner(world, "alice"))
    alice.invited(STRANGER, "uid-1@elsewhere.example", OUTSIDE, start=START, end=START + HOUR,
                  attendees=addresses(STRANGER, "alice"))  # fmt: skip
    for name in ("alice", "bob", "alice", "bob"):
        await synced(world, name)
    alice.create(NEW_THERE, start=START + DAY, end=START + DAY + HOUR)
    make(world, "alice", NEW_HERE)
    world.google.mails.clear()


async def synced(world: World, *names: str) -> list[Outcome]:
    """Let people's accounts sync; all must go well."""
    outcomes = [await world.sync(name) for name in names]
    assert [one.code for one in outcomes] == ["ok"] * len(names)
    return outcomes


def resets(world: World) -> Resets:
    """Return what resets."""
    return world.running.services.resets


async def my_id(world: World, name: str = "alice") -> int:
    """Return the id of a person's account."""
    return (await world.account(name)).id


@dataclasses.dataclass
class Told:
    """Collects what a job tells of its progress."""

    steps: list[Progress] = dataclasses.field(default_factory=list)

    async def __call__(self, progress: Progress) -> None:
        self.steps.append(progress)


async def reset(world: World, choice: Choice, name: str = "alice") -> Result:
    """Reset a person's calendars and work until it is done."""
    job = await resets(world).start(await my_id(world, name), choice, by="U1")
    return await resets(world).work(job, Told())


async def undo_last(world: World, name: str = "alice") -> Result:
    """Undo what was done last and can be undone."""
    me = await my_id(world, name)
    newest, *_ = await resets(world).undoable(me)
    return await resets(world).work(await resets(world).undo(me, newest.id, by="U1"), Told())


def titles(world: World, name: str = "alice") -> dict[Side, set[str]]:
    """Return what a person's calendars show, by side."""
    return {
        Side.GOOGLE: {one.title for one in in_google(world, name)},
        Side.ODOO: {one.title for one in in_odoo(world, name)},
    }


def shown(world: World, names: Iterable[str] = ("alice", "bob", "carol")) -> list[list[Shown]]:
    """Return all that these people see on both sides."""
    return [look(world, name) for name in names for look in (in_google, in_odoo)]


def reminders(world: World) -> tuple[list[object], list[object]]:
    """Return the reminders of alice's events on both sides."""
    return (
        [one.reminders for one in world.google_events("alice")],
        [one.reminders for one in world.odoo_events("alice")],
    )


def a_day_later(world: World) -> None:
    """Let a day pass, so that the next run lists everything."""
    world.clock.advance(seconds=timedelta(hours=25).total_seconds())
