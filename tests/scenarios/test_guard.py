"""Deletions in numbers that nobody makes by hand wait for the person's word."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Worlds
from tests.scenarios.busy import HOUR, NOON
from tests.world import World

pytestmark = pytest.mark.on_real_odoo

MANY = 12


@pytest.fixture
async def full(connected: World) -> World:
    """Alice has some events, the same on both sides."""
    for n in range(MANY):
        connected.in_google("alice").create(f"Event {n}", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    return connected


def empty_odoo(world: World) -> None:
    alice = world.odoo.as_user("alice")
    alice.unlink("calendar.event", [row["id"] for row in world.odoo.events("alice", "id")])


def counts(world: World) -> tuple[int, int]:
    return len(world.google_events("alice")), len(world.odoo_events("alice"))


async def test_an_emptied_google_calendar_does_not_wipe_odoo(full: World) -> None:
    full.in_google("alice").empty()
    outcome = await full.sync("alice")
    assert outcome.counts["held_back"] == MANY
    assert counts(full) == (0, MANY)
    await full.in_slack("alice").see(f"{MANY} deletions wait for your word")
    full.clock.advance(days=2)
    for _ in range(2):  # not asked again, nothing slips through as its pauses end
        assert (await full.sync("alice")).counts == {}
    assert counts(full) == (0, MANY)
    assert len(full.in_slack("alice").screen().messages) == 4


async def test_delete_them_asks_once_more_and_deletes(full: World) -> None:
    full.in_google("alice").empty()
    await full.sync("alice")
    alice = full.in_slack("alice")
    await alice.see("wait for your word")
    asked = await alice.click("Delete Them", confirm=False)
    assert asked.confirm
    assert counts(full) == (0, MANY)
    await alice.click("Delete Them")
    await alice.see(f"{MANY} events archived in Odoo")
    assert counts(full) == (0, 0)


async def test_bring_them_back_restores_what_is_gone_from_google(full: World) -> None:
    full.in_google("alice").empty()
    await full.sync("alice")
    alice = full.in_slack("alice")
    await alice.see("wait for your word")
    await alice.click("Bring Them Back")
    await alice.see(f"{MANY} events brought back")
    assert counts(full) == (MANY, MANY)
    full.assert_agree("alice")
    assert (await full.sync("alice")).counts == {}


async def test_bring_them_back_restores_what_is_gone_from_odoo(full: World) -> None:
    empty_odoo(full)
    outcome = await full.sync("alice")
    assert outcome.counts["held_back"] == MANY
    alice = full.in_slack("alice")
    await alice.command("/calsync status")
    await alice.see(f"{MANY} deletions wait for your word")
    await alice.click("Bring Them Back")
    await alice.see(f"{MANY} events brought back")
    assert counts(full) == (MANY, MANY)
    full.assert_agree("alice")


async def test_the_question_settles_once(full: World) -> None:
    full.in_google("alice").empty()
    await full.sync("alice")
    alice = full.in_slack("alice")
    message = await alice.see("wait for your word")
    await alice.click("Bring Them Back")
    await alice.see("brought back")
    await alice.stale_click(message, "Delete Them")
    await alice.see("Nothing waits for your word any more")
    assert counts(full) == (MANY, MANY)


async def test_further_deletions_join_the_question(full: World) -> None:
    google = full.in_google("alice")
    extra = google.create("Extra", start=NOON, end=NOON + HOUR)
    await full.sync("alice")
    for item in google.events():
        if item["id"] != extra["id"]:
            google.delete(item["id"])
    await full.sync("alice")
    google.delete(extra["id"])
    outcome = await full.sync("alice")
    assert outcome.counts["held_back"] == 1
    assert counts(full) == (0, MANY + 1)


async def test_what_comes_back_by_itself_no_longer_waits(full: World) -> None:
    google = full.in_google("alice")
    ids = [item["id"] for item in google.events()]
    google.empty()
    await full.sync("alice")
    for event_id in ids:
        google.patch(event_id, status="confirmed")
    outcome = await full.sync("alice")
    assert outcome.code == "ok"
    assert counts(full) == (MANY, MANY)
    alice = full.in_slack("alice")
    await alice.command("/calsync status")
    shown = await alice.see("Working.")
    assert "wait for your word" not in shown.text


async def few(world: World, number: int) -> None:
    """Let alice have so many events, the same on both sides, and no others."""
    for n in range(number):
        world.in_google("alice").create(f"Event {n}", start=NOON, end=NOON + HOUR)
    await world.sync("alice")


async def test_an_emptied_google_calendar_of_a_few_events_is_asked_about_and_then_stays_quiet(
    connected: World,
) -> None:
    await few(connected, 3)
    connected.in_google("alice").empty()
    assert (await connected.sync("alice")).counts["held_back"] == 3
    assert counts(connected) == (0, 3)
    alice = connected.in_slack("alice")
    await alice.see("3 deletions wait for your word")
    await alice.click("Delete Them")
    await alice.see("3 events archived in Odoo")
    for _ in range(2):  # a calendar that is rightly empty does not cry wolf again
        connected.advance(days=2)
        assert (await connected.sync("alice")).counts == {}
    assert counts(connected) == (0, 0)
    await few(connected, 1)
    assert counts(connected) == (1, 1)


async def test_an_emptied_odoo_calendar_of_a_few_events_is_asked_about(connected: World) -> None:
    await few(connected, 4)
    empty_odoo(connected)
    assert (await connected.sync("alice")).counts["held_back"] == 4
    assert counts(connected) == (4, 0)
    alice = connected.in_slack("alice")
    await alice.see("4 deletions wait for your word")
    await alice.click("Bring Them Back")
    await alice.see("4 events brought back")
    assert counts(connected) == (4, 4)


async def test_events_long_over_do_not_hide_that_a_calendar_was_emptied(
    worlds: Worlds, tmp_path: Path
) -> None:
    async with worlds(tmp_path, window_past=30) as world, world.run():
        await world.connect("alice")
        await few(world, 3)
        world.advance(days=60)
        for n in range(3):
            later = NOON + HOUR * 24 * 60
            world.in_google("alice").create(f"Later {n}", start=later, end=later + HOUR)
        await world.sync("alice")
        world.in_google("alice").empty()
        world.advance(days=2)  # the daily pass does not look at what is over
        assert (await world.sync("alice")).counts["held_back"] == 3
        assert len(world.odoo_events("alice")) == 6


async def test_two_events_that_are_all_there_is_just_go(connected: World) -> None:
    await few(connected, 2)
    connected.in_google("alice").empty()
    assert (await connected.sync("alice")).counts == {"deleted_in_google": 2}
    assert counts(connected) == (0, 0)


async def test_few_deletions_just_happen(full: World) -> None:
    google = full.in_google("alice")
    for item in google.events()[:10]:
        google.delete(item["id"])
    outcome = await full.sync("alice")
    assert outcome.counts == {"deleted_in_google": 10}
    assert counts(full) == (MANY - 10, MANY - 10)
