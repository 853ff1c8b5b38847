"""What all columns of the matrix share: a person acts on one side, meanwhile on the other; calsync runs."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

from sync.model import Side
from tests.fire.people import reconnect, sync_all
from tests.scenarios.busy import odoo_time
from tests.scenarios.calendars import BRUSSELS, HOUR, UTC, edit, make, rows
from tests.shown import Shown, in_google, in_odoo
from tests.world import World

STEADY = "Steady"
"""The event that is edited on the other side while the trouble lasts."""

Wanted = dict[str, list[Shown]]
"""What both calendars of each person are to show in the end."""


def hour(start: datetime) -> dict[str, str]:
    """Return the hour from `start` (aware) on as Odoo has it."""
    utc = start.astimezone(UTC)
    return {"start": odoo_time(utc), "stop": odoo_time(utc + HOUR)}


class Act:
    """Something that alice does on `side`, again and again."""

    name = ""
    wears_out = False
    """Whether each trouble gets a world of its own: an event begins anew in Google fifty times at most."""
    changes = frozenset({"google change"})
    """Which writes there are, of those that some troubles are about alone."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.people: tuple[str, ...] = ("alice",)
        """Who is concerned and syncs, the one who does it first."""
        self.n = 0
        """How often it was done."""

    @property
    def asks(self) -> frozenset[str]:
        """The kinds of calls (`tests.fire.calls`) that the first runs after it make."""
        written = self.side.other
        mine = {one for one in self.changes if one.startswith(written)}
        return frozenset({"google news", f"{written} write"} | mine)

    def start(self, world: World, days: int = 0) -> datetime:
        """Return ten o'clock some weeks ahead, in Brussels."""
        now = world.clock.now().astimezone(BRUSSELS)
        return now.replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=40 + days)

    async def prepare(self, world: World) -> None:
        """Connect those concerned and make what is there before."""
        for name in self.people:
            await reconnect(world, name)
            await world.sync(name)
        self._make(world, Side.GOOGLE, STEADY)
        self.furnish(world)
        for _ in range(2):
            await sync_all(world, *self.people)

    def furnish(self, world: World) -> None:
        """Make what the act needs."""

    async def ready(self, world: World) -> None:
        """See that it can be done some more times."""

    async def begin(self, world: World) -> Wanted:
        """Do it once more and return what must come of it."""
        self.n += 1
        self.act(world, self.n)
        look = in_google if self.side is Side.GOOGLE else in_odoo
        return {name: look(world, name) for name in self.people}

    def act(self, world: World, n: int) -> None:
        """Do it by hand."""

    async def carry_out(self, world: World) -> None:
        """Let calsync do what there is to do, once."""
        await sync_all(world, *self.people)

    def meanwhile(self, world: World, wanted: Wanted) -> Wanted:
        """Let alice change an event on the other side while the trouble lasts."""
        return self._place(world, STEADY, STEADY, wanted)

    async def finish(self, world: World) -> None:
        """Let alice do what she was told to do again once the trouble was over."""

    # --- by hand

    def _make(self, world: World, side: Side, title: str, *, days: int = 0) -> None:
        start = self.start(world, days)
        if side is Side.GOOGLE:
            world.in_google("alice").create(title, start=start, end=start + HOUR)
        else:
            make(world, "alice", title, **hour(start))

    def _place(self, world: World, known: str, title: str, wanted: Wanted) -> Wanted:
        """Let alice say on the other side, where an event is `known` by that, where it is."""
        place = f"Room {self.n}"
        if self.side is Side.GOOGLE:
            edit(world, "alice", self._row(world, known), location=place)
        else:
            world.in_google("alice").patch(self._item(world, known), location=place)
        placed = [
            dataclasses.replace(one, place=place) if one.title == title else one for one in wanted["alice"]
        ]
        return wanted | {"alice": sorted(placed)}

    def _item(self, world: World, title: str) -> str:
        items = world.in_google("alice").events()
        return next(str(one["id"]) for one in items if one.get("summary") == title)

    def _row(self, world: World, title: str) -> int:
        return next(int(row["id"]) for row in rows(world, "alice") if row["name"] == title)
