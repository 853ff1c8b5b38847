"""Pausing: nothing is written meanwhile and nothing is lost, deletions included."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from sync.store import accounts
from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.scenarios.test_guard import empty_odoo
from tests.world import ADMIN, World


@pytest.fixture
async def paused(connected: World) -> World:
    """Alice has an event on both sides and has paused her sync."""
    make_in_odoo(connected, "alice", "One")
    await connected.sync("alice")
    alice = connected.in_slack("alice")
    await alice.command("/calsync pause")
    await alice.see("*Paused* since")
    return connected


async def test_nothing_is_written_while_it_is_paused(paused: World) -> None:
    make_in_odoo(paused, "alice", "Two")
    paused.in_google("alice").create("Three", start=NOON, end=NOON + HOUR)
    assert (await paused.sync("alice")).code == "paused"
    assert [one.title for one in paused.google_events("alice")] == ["One", "Three"]
    assert [one.title for one in paused.odoo_events("alice")] == ["One", "Two"]


async def test_resume_carries_over_what_changed_meanwhile(paused: World) -> None:
    make_in_odoo(paused, "alice", "Two")
    paused.in_google("alice").create("Three", start=NOON, end=NOON + HOUR)
    paused.advance(days=3)
    alice = paused.in_slack("alice")
    await alice.command("/calsync resume")
    shown = await alice.see("Synced:")
    assert "1 event added to Google" in shown.text
    assert "1 event added to Odoo" in shown.text
    assert len(paused.google_events("alice")) == 3
    paused.assert_agree("alice")


async def test_hnd_61_a_deletion_while_paused_reaches_google_after_it(paused: World) -> None:
    """HND-61: paused, deleted in Odoo, resumed, and nothing else changed: the deletion still gets through."""
    empty_odoo(paused)
    paused.advance(hours=1)
    assert (await paused.sync("alice")).code == "paused"
    assert len(paused.google_events("alice")) == 1
    alice = paused.in_slack("alice")
    await alice.command("/calsync resume")
    await alice.see("1 event deleted from Google")
    assert paused.google_events("alice") == []


async def test_many_deletions_while_paused_are_asked_about(connected: World) -> None:
    for n in range(12):
        connected.in_google("alice").create(f"Event {n}", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    alice = connected.in_slack("alice")
    await alice.command("/calsync pause")
    await alice.see("*Paused* since")
    empty_odoo(connected)
    await alice.command("/calsync resume")
    await alice.see("12 deletions wait for your word")
    assert len(connected.google_events("alice")) == 12


async def test_the_question_about_deletions_offers_a_pause_and_keeps_the_answer(connected: World) -> None:
    for n in range(3):
        connected.in_google("alice").create(f"Event {n}", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    empty_odoo(connected)
    await connected.sync("alice")
    alice = connected.in_slack("alice")
    await alice.see("3 deletions wait for your word")
    await alice.click("Pause")
    await alice.see("*Paused* since")
    await alice.click("Bring Them Back")
    await alice.see("Your answer is noted")
    assert connected.odoo_events("alice") == []
    await alice.click("Resume", message=await alice.see("Your answer is noted"))
    await alice.see("3 events brought back")
    connected.assert_agree("alice")


async def test_status_and_resync_say_that_it_is_paused_and_offer_to_resume(paused: World) -> None:
    alice = paused.in_slack("alice")
    for line in ("/calsync status", "/calsync resync"):
        alice.reload()
        await alice.command(line)
        shown = await alice.see("*Paused* since")
        assert "Next sync" not in shown.text
    await alice.click("Resume")
    await alice.see("Synced: nothing had changed.")
    alice.reload()
    await alice.command("/calsync status")
    await alice.see("*Working.*")


async def test_pausing_twice_and_resuming_twice_says_how_it_is(paused: World) -> None:
    alice = paused.in_slack("alice")
    first = await paused.account("alice")
    paused.advance(hours=1)
    alice.reload()
    await alice.command("/calsync pause")
    await alice.see("*Paused* since")
    assert (await paused.account("alice")).paused_at == first.paused_at
    await alice.command("/calsync resume")
    await alice.see("Synced")
    await alice.command("/calsync resume")
    await alice.see("Your sync is not paused")


@pytest.mark.parametrize("line", ["pause", "resume"])
async def test_somebody_who_is_not_connected_can_pause_nothing(world: World, line: str) -> None:
    async with world.run():
        alice = world.in_slack("alice")
        await alice.command(f"/calsync {line}")
        await alice.see("You are not connected")


async def test_only_an_administrator_ends_an_administrators_pause(connected: World) -> None:
    account = await connected.account("alice")
    async with connected.running.store.write() as tx:
        await accounts.pause(tx, account.id, ADMIN, connected.clock.now())
    alice = connected.in_slack("alice")
    await alice.command("/calsync resume")
    shown = await alice.see("who can also resume it")
    assert f"<@{ADMIN}>" in shown.text
    assert "Resume" not in str(shown.blocks)
    await connected.connect("alice")  # neither does connecting again
    await alice.see("An administrator has paused the sync, so nothing is synced yet")
    assert (await connected.sync("alice")).code == "paused"


async def test_connecting_again_ends_ones_own_pause(paused: World) -> None:
    await paused.connect("alice")
    assert (await paused.sync("alice")).code == "ok"


async def test_a_run_under_way_comes_to_its_end(connected: World) -> None:
    make_in_odoo(connected, "alice", "One")
    hold = asyncio.Event()
    fault = connected.google.faults.add(operation="calendar.events.insert", hold=hold)
    running = asyncio.create_task(connected.sync("alice"))
    await fault.struck.wait()
    alice = connected.in_slack("alice")
    await alice.command("/calsync pause")
    await alice.see("A sync that is under way still comes to its end")
    hold.set()
    assert (await running).code == "ok"
    assert (await connected.sync("alice")).code == "paused"


@pytest.fixture
async def ticking(paused: World) -> AsyncIterator[World]:
    """The same with the timer going."""
    serving = asyncio.create_task(paused.running.serve())
    yield paused
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving


async def test_the_timer_asks_google_nothing_about_a_paused_account(ticking: World) -> None:
    before = ticking.google.log.count("calendar.events.list")
    make_in_odoo(ticking, "alice", "Two")
    for _ in range(5):
        await ticking.clock.awaited()
        ticking.advance(seconds=130)
    await ticking.clock.awaited()
    assert ticking.google.log.count("calendar.events.list") == before
