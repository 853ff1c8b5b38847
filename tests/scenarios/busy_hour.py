"""A busy hour of one person: single events and series, made, changed and deleted on both sides at once."""

from __future__ import annotations

from typing import Any

from tests.scenarios.busy import be_busy, make_in_odoo, prepare
from tests.scenarios.calendars import HOUR, WEEK, edit, make_series, masters, monday, rows
from tests.shown import Shown, assert_same
from tests.world import World

SERIES = ("RRULE:FREQ=WEEKLY;COUNT=6", "FREQ=WEEKLY;COUNT=6;BYDAY=MO")


def furnish(world: World) -> None:
    """Make what the hour changes: single events, and two series on either side with an exception each."""
    prepare(world)
    google, start = world.in_google("alice"), monday(world)
    for number, title in enumerate(("G moved here", "G cut here")):
        at = start + number * 2 * HOUR
        made = google.create(title, start=at, end=at + HOUR, recurrence=[SERIES[0]])
        google.patch(google.instances(made["id"])[1]["id"], summary=f"{title}, once")
    for number, title in enumerate(("O moved there", "O cut there")):
        make_series(world, "alice", title, SERIES[1], start + (4 + number * 2) * HOUR)


def hour(world: World) -> None:
    """Change all of it once, on both sides, and make something new on each."""
    be_busy(world)
    google, start = world.in_google("alice"), monday(world)
    _here(world, "G moved here", 0, name="G renamed here", recurrence_update="all_events")
    fourth = [row["id"] for row in rows(world, "alice") if row["name"] == "G cut here"][3]
    world.odoo.as_user("alice").call("calendar.event", "action_mass_deletion", [fourth], "future_events")
    there = {one["summary"]: one for one in masters(world, "alice")}
    moved = google.instances(there["O moved there"]["id"])[2]
    late = start + 2 * WEEK + 9 * HOUR
    google.patch(moved["id"], start=late, end=late + HOUR)
    google.delete(google.instances(there["O moved there"]["id"])[4]["id"])
    google.patch(there["O cut there"]["id"], recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"])
    google.create("G new", start=start + 11 * HOUR, end=start + 12 * HOUR, recurrence=[SERIES[0]])
    make_series(world, "alice", "O new", SERIES[1], start + 13 * HOUR)


def _here(world: World, title: str, place: int, **values: Any) -> None:
    """Let alice edit a row of a series in Odoo."""
    found = [row["id"] for row in rows(world, "alice") if row["name"] == title]
    edit(world, "alice", found[place], **values)


def agreed(world: World) -> list[Shown]:
    """Assert that both calendars show the same, and return what."""
    return assert_same(world, "alice")


def more(world: World) -> None:
    """Change something on both sides once more."""
    google = world.in_google("alice")
    there = {one.get("summary"): one["id"] for one in google.events() if "recurringEventId" not in one}
    here = {row["name"]: row["id"] for row in world.odoo.events("alice", "name")}
    google.patch(there["google edited"], summary="google edited again")
    google.delete(there["odoo edited"])
    world.odoo.as_user("alice").write("calendar.event", here["merged"], {"name": "merged and renamed"})
    world.odoo.as_user("alice").unlink("calendar.event", here["kept by google"])
    google.create("newer in google", start=monday(world), end=monday(world) + HOUR)
    make_in_odoo(world, "alice", "newer in odoo")
