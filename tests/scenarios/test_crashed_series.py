"""A series of Odoo's is cut while Google lets exceptions go, and the process dies at any call of that run."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from tests.conftest import Worlds
from tests.scenarios.calendars import EVENT, HOUR, WEEK, monday, rows
from tests.scenarios.test_crashes import Crash, Doom, When
from tests.shown import Shown, assert_same, in_google
from tests.world import World

SHARES = 3


def series_with_exceptions(world: World) -> None:
    """Let alice have eight Mondays in Google: one called otherwise, one at another hour, one left out."""
    person, start = world.in_google("alice"), monday(world)
    rule = ["RRULE:FREQ=WEEKLY;COUNT=8"]
    made = person.create("Weekly", start=start, end=start + HOUR, recurrence=rule)
    _, second, third, fourth, *_ = person.instances(made["id"])
    person.patch(second["id"], summary="Retro")
    third_start = start + 2 * WEEK + 3 * HOUR
    person.patch(third["id"], start=third_start, end=third_start + HOUR)
    person.delete(fourth["id"])


def cut(world: World) -> None:
    """Let alice delete the seventh Monday and what follows in Odoo."""
    seventh = str((monday(world) + 6 * WEEK).date())
    later = [row["id"] for row in rows(world, "alice") if row["start"] >= seventh]
    world.odoo.as_user("alice").call(EVENT, "action_mass_deletion", later[:1], "future_events")


async def expect(world: World) -> list[Shown]:
    """Let alice run until all is quiet, and return what both of her calendars show."""
    for _ in range(3):
        world.advance(hours=1)
        assert (await world.sync("alice")).code == "ok"
    world.google.log.clear()
    world.odoo.log.clear()
    await world.sync("alice")
    assert world.google.log.writes() == world.odoo.log.writes() == []
    return assert_same(world, "alice")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "share", [0, *(pytest.param(one, marks=pytest.mark.long) for one in range(1, SHARES))]
)
async def test_no_exception_is_lost(
    share: int, when: When, worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Google let go looked, to the run after the crash, like the person's removal of these exceptions.

    And before it got there, nothing led the next run to the series whose last rows were gone.
    """
    died, at = True, share + 1
    while died:
        folder = tmp_path / str(at)
        folder.mkdir()
        async with worlds(folder) as world:
            world.google.settings.exceptions_on_move = "drop_all"
            async with world.run():
                await world.connect("alice")
                await world.sync("alice")
                series_with_exceptions(world)
                await expect(world)
                cut(world)
                doom = Doom(world.running, at, when, monkeypatch)
                with contextlib.suppress(Crash):
                    await world.sync("alice")
                monkeypatch.undo()
            died = doom.dead
            async with world.run():
                shown = await expect(world)
        titles = [one.title for one in shown]
        assert titles == ["Weekly", "Retro", "Weekly", "Weekly", "Weekly"], at
        at += SHARES
    assert at > 12


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_moved_occurrence_stays_where_it_is_though_the_first_run_was_cut_off(
    connected: World, drop: str
) -> None:
    """All rows were there, but nothing told which one it was, and it passed for moved back in Odoo."""
    series_with_exceptions(connected)
    before = in_google(connected, "alice")
    connected.odoo.faults.add(operation="*.write", drop=drop, times=9)
    assert (await connected.sync("alice")).code != "ok"
    connected.odoo.faults.clear()
    assert await expect(connected) == before
