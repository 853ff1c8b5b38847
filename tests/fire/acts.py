"""The columns of the matrix: what a person does to single events, series and answers, and at first."""

from __future__ import annotations

from sync.model import Side
from tests.fire.act import Act, Wanted, hour
from tests.fire.people import newcomer, reconnect, sync_all
from tests.scenarios.calendars import DAY, HOUR, addresses, answer, edit, make, rows
from tests.shown import Shown, in_google, in_odoo
from tests.world import World

MANY = 20
"""Events to be deleted that are made at a time."""


class Creating(Act):
    """Two events at once, so that a create in Odoo is a batch."""

    name = "create"
    changes = frozenset({"odoo create"})

    def act(self, world: World, n: int) -> None:
        for part in "ab":
            self._make(world, self.side, f"New {n}{part}", days=n % 20)


class Editing(Act):
    """Title and time of an event; meanwhile its place, on the other side, or every second time another's."""

    name = "edit"
    edited = "Plan"

    def furnish(self, world: World) -> None:
        self._make(world, Side.GOOGLE, self.edited)

    def act(self, world: World, n: int) -> None:
        old, self.edited = self.edited, f"Plan {n}"
        start = self.start(world, n % 5)
        if self.side is Side.GOOGLE:
            item = self._item(world, old)
            world.in_google("alice").patch(item, summary=self.edited, start=start, end=start + HOUR)
        else:
            edit(world, "alice", self._row(world, old), name=self.edited, **hour(start))

    def meanwhile(self, world: World, wanted: Wanted) -> Wanted:
        if self.n % 2:  # a change of the same event would lead calsync back to it
            return super().meanwhile(world, wanted)
        known = self.edited
        if self.side is Side.GOOGLE:  # the other side may know it by its old title yet
            titles = {str(row["name"]) for row in rows(world, "alice")}
        else:
            titles = {str(one["summary"]) for one in world.in_google("alice").events()}
        if known not in titles:
            known = next(title for title in titles if title.startswith("Plan"))
        return self._place(world, known, self.edited, wanted)


class Deleting(Act):
    """One event of many."""

    name = "delete"

    def __init__(self, side: Side) -> None:
        super().__init__(side)
        self.made = 0

    async def ready(self, world: World) -> None:
        if self.made - self.n < MANY:
            for n in range(self.made + 1, self.n + MANY + 1):
                self._make(world, Side.GOOGLE, f"Doomed {n}", days=n % 30)
            self.made = self.n + MANY
            for _ in range(2):
                await sync_all(world, *self.people)

    def act(self, world: World, n: int) -> None:
        title = f"Doomed {n}"
        if self.side is Side.GOOGLE:
            world.in_google("alice").delete(self._item(world, title))
        else:
            world.odoo.as_user("alice").unlink("calendar.event", self._row(world, title))


class EditingSeries(Act):
    """The title of a whole series and the place of one of its dates."""

    name = "series edit"

    def furnish(self, world: World) -> None:
        start = self.start(world)
        rule = ["RRULE:FREQ=WEEKLY;COUNT=5"]
        google = world.in_google("alice")
        series = google.create("Weekly 0", start=start, end=start + HOUR, recurrence=rule)
        moved = google.instances(series["id"])[2]
        google.patch(moved["id"], start=start + 14 * DAY + HOUR, end=start + 14 * DAY + 2 * HOUR)

    def act(self, world: World, n: int) -> None:
        title, place = f"Weekly {n}", f"Hall {n}"
        if self.side is Side.GOOGLE:
            google = world.in_google("alice")
            series = next(one["id"] for one in google.events() if one.get("recurrence"))
            google.patch(series, summary=title)
            google.patch(google.instances(series)[1]["id"], location=place)
        else:
            mine = [row["id"] for row in rows(world, "alice") if row["recurrence_id"]]
            edit(world, "alice", mine[0], name=title, recurrence_update="all_events")
            mine = [row["id"] for row in rows(world, "alice") if row["recurrence_id"]]
            edit(world, "alice", mine[1], location=place)


class Answering(Act):
    """An answer to bob's invitation."""

    name = "RSVP"

    def __init__(self, side: Side) -> None:
        super().__init__(side)
        self.people = ("alice", "bob")

    def furnish(self, world: World) -> None:
        start = self.start(world)
        world.in_google("bob").create(
            "Party", start=start, end=start + HOUR, attendees=addresses("bob", "alice")
        )

    def act(self, world: World, n: int) -> None:
        yes = bool(n % 2)
        if self.side is Side.GOOGLE:
            item = self._item(world, "Party")
            world.in_google("alice").respond(item, "accepted" if yes else "tentative")
        else:
            answer(world, "alice", self._row(world, "Party"), "do_accept" if yes else "do_tentative")


class SyncingFirst(Act):
    """Somebody new connects, with two events and a series on one side."""

    name = "first sync"
    changes = frozenset({"odoo create"})

    @property
    def asks(self) -> frozenset[str]:
        """The kinds of calls that it makes; it lists all, not what is new."""
        return super().asks - {"google news"}

    def __init__(self, side: Side) -> None:
        super().__init__(side)
        self.people = ()

    async def begin(self, world: World) -> Wanted:
        """Let somebody new connect; the first sync has not begun."""
        self.n += 1
        name = f"new{self.n}"
        newcomer(world, name)
        start = self.start(world)
        for part in range(2):
            begins = start + part * DAY
            if self.side is Side.GOOGLE:
                world.in_google(name).create(f"Old {part}", start=begins, end=begins + HOUR)
            else:
                make(world, name, f"Old {part}", **hour(begins))
        self.people = (name,)
        await reconnect(world, name)
        look = in_google if self.side is Side.GOOGLE else in_odoo
        return {name: look(world, name)}

    def meanwhile(self, world: World, wanted: Wanted) -> Wanted:
        """Let the newcomer make something more on the other side."""
        [name] = self.people
        start = self.start(world, 9)
        if self.side is Side.GOOGLE:
            make(world, name, "Meanwhile", **hour(start))
        else:
            world.in_google(name).create("Meanwhile", start=start, end=start + HOUR)
        times = hour(start)
        return {name: sorted([*wanted[name], Shown(times["start"], times["stop"], "Meanwhile")])}
