"""The timer by itself: changes travel without anybody asking, at the pace of the settings, and no faster."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from sync import timer
from sync.run import Outcome, Runner
from sync.store import accounts, cursors, history
from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.world import World

LIST = "calendar.events.list"


@pytest.fixture
async def ticking(connected: World) -> AsyncIterator[World]:
    """The world with its timer going; the first turn is over."""
    serving = asyncio.create_task(connected.running.timer.serve())
    await settled(connected)
    yield connected
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving


async def settled(world: World) -> None:
    """Wait until no run is under way and the timer waits for its next turn."""
    await world.clock.awaited()
    while running := world.running.timer._running:
        await asyncio.wait(list(running.values()))
        await world.clock.awaited()


async def pass_time(world: World, **amount: float) -> None:
    """Let time pass and wait until all that falls due is done."""
    world.advance(**amount)
    await settled(world)


async def test_a_change_in_odoo_travels_with_the_next_poll(ticking: World) -> None:
    make_in_odoo(ticking, "alice", "One")
    await pass_time(ticking, seconds=20)
    assert len(ticking.google_events("alice")) == 1
    ticking.assert_agree("alice")


async def test_a_change_in_google_travels_with_the_accounts_turn(ticking: World) -> None:
    ticking.in_google("alice").create("One", start=NOON, end=NOON + HOUR)
    lists = ticking.google.log.count(LIST)
    await pass_time(ticking, seconds=100)
    assert ticking.google.log.count(LIST) == lists
    await pass_time(ticking, seconds=21)
    ticking.assert_agree("alice")


async def test_a_connected_account_runs_at_once(ticking: World) -> None:
    ticking.in_google("bob").create("One", start=NOON, end=NOON + HOUR)
    await ticking.connect("bob")
    await ticking.in_slack("bob").see("The first sync is done: 1 event added to Odoo.")


async def test_a_change_runs_an_account_once_and_not_for_ever(ticking: World) -> None:
    """Regression: an account that was just started stayed wanted, and ran again without end."""
    make_in_odoo(ticking, "alice", "One")
    lists = ticking.google.log.count(LIST)
    for _ in range(4):  # its own write comes back from Odoo once at the most
        await pass_time(ticking, seconds=20)
    assert len(ticking.google_events("alice")) == 1
    assert ticking.google.log.count(LIST) - lists <= 2


async def test_a_failing_account_waits_longer_each_time(ticking: World) -> None:
    ticking.google.faults.add(operation=LIST, status=429, times=None)
    tries = []
    for _ in range(60):
        before = ticking.google.log.count(LIST)
        await pass_time(ticking, seconds=60)
        tries.append(ticking.google.log.count(LIST) - before)
    assert 1 <= sum(tries[30:]) < sum(tries[:30])
    ticking.google.faults.clear()
    make_in_odoo(ticking, "alice", "One")
    await pass_time(ticking, seconds=20)
    assert ticking.google_events("alice") == [], "a change in Odoo does not hasten an account that pauses"
    await pass_time(ticking, minutes=31)
    ticking.assert_agree("alice")


async def test_odoo_down_is_status_and_alert_and_passes(ticking: World) -> None:
    fault = ticking.odoo.faults.add(operation="*", drop="before", times=None)
    await pass_time(ticking, seconds=20)
    alice = ticking.in_slack("alice")
    await alice.command("/calsync status")
    await alice.see("*Waiting.* Odoo cannot be reached")
    ticking.odoo.faults.remove(fault)
    make_in_odoo(ticking, "alice", "One")
    await pass_time(ticking, seconds=20)
    ticking.assert_agree("alice")


async def test_history_is_let_go_after_two_weeks(ticking: World) -> None:
    make_in_odoo(ticking, "alice", "One")
    account = await ticking.account("alice")

    async def kept(**later: float) -> int:
        await pass_time(ticking, **later)
        async with ticking.running.store.read() as tx:
            return len(await history.of_account(tx, account.id))

    assert await kept(seconds=20) == 1
    assert await kept(days=13) == 1
    assert await kept(days=2) == 0
    alice = ticking.in_slack("alice")
    await alice.command("/calsync history")
    await alice.see("Nothing has been changed for you in the last 14 days")


async def test_two_runs_of_one_account_never_overlap(connected: World) -> None:
    connected.in_google("alice").create("One", start=NOON, end=NOON + HOUR)
    account = await connected.account("alice")
    timer = connected.running.timer
    outcomes = await asyncio.gather(*(timer.run_now(account.id) for _ in range(3)))
    assert [dict(one.counts) for one in outcomes].count({"new_in_google": 1}) == 1
    assert len(connected.odoo_events("alice")) == 1


async def test_a_run_that_ends_while_the_timer_looks_is_not_repeated(
    ticking: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regression: what was read of an account before its run had ended let it run a second time."""
    timer, running = ticking.running.timer, list[int]()
    held = ticking.google.faults.add(operation=LIST, hold=asyncio.Event())
    look = accounts.due

    async def slow_look(tx: AsyncConnection, now: datetime) -> Sequence[int]:
        due = await look(tx, now)
        if runs := list(timer._running.values()):
            running.extend(due)
            assert held.hold
            held.hold.set()
            await asyncio.wait(runs)
        return due

    ticking.google.log.clear()
    ticking.advance(seconds=121)
    await held.struck.wait()
    await ticking.clock.awaited()
    monkeypatch.setattr(accounts, "due", slow_look)
    await pass_time(ticking, seconds=20)
    assert running == [(await ticking.account("alice")).id]
    assert ticking.google.log.count(LIST) == 1


async def test_a_quiet_account_is_listed_and_noted_without_a_run(
    ticking: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pass_time(ticking, seconds=121)
    before = await ticking.account("alice")

    async def never(*_: object) -> Outcome:
        raise AssertionError("a run for nothing")

    monkeypatch.setattr(Runner, "run", never)
    ticking.google.log.clear()
    await pass_time(ticking, seconds=121)
    after = await ticking.account("alice")
    assert ticking.google.log.counts() == {LIST: 1}
    assert before.synced_at
    assert after.synced_at
    assert after.next_run_at
    assert after.synced_at > before.synced_at
    assert after.next_run_at > ticking.clock.now()


async def test_a_sync_on_demand_waits_for_a_look_under_way(ticking: World) -> None:
    ticking.in_google("alice").create("One", start=NOON, end=NOON + HOUR)
    held = ticking.google.faults.add(operation=LIST, hold=asyncio.Event())
    ticking.advance(seconds=121)
    await held.struck.wait()
    wanted = asyncio.create_task(ticking.sync("alice"))
    await ticking.odoo.log.wait_for("calendar.event.search_read")
    assert held.hold
    held.hold.set()
    assert (await wanted).code == "ok"
    ticking.assert_agree("alice")
    assert len(ticking.odoo_events("alice")) == 1


async def test_who_is_called_need_not_wait_for_all_the_others_to_be_looked_at(
    ticking: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regression: with 10,000 accounts due at once, news in Odoo waited until most of them were listed."""
    await ticking.connect("bob")
    await settled(ticking)
    monkeypatch.setattr(timer, "LOT", 1)
    monkeypatch.setattr(ticking.running.timer, "_lots", asyncio.Semaphore(1))
    alice, bob = [(await ticking.account(name)).id for name in ("alice", "bob")]
    async with ticking.running.store.write() as tx:
        await accounts.update(tx, alice, next_run_at=ticking.clock.now() - HOUR)
        await accounts.update(tx, bob, next_run_at=ticking.clock.now())
    held = ticking.google.faults.add(operation=LIST, hold=asyncio.Event())
    ticking.running.timer.wake()
    await held.struck.wait()
    assert ticking.running.timer.is_running(bob)
    assert not ticking.running.timer.is_busy()
    make_in_odoo(ticking, "bob", "One")
    await ticking.running.timer.poll()
    ticking.running.timer.wake()
    await ticking.google.log.wait_for("calendar.events.insert")
    assert ticking.running.timer.is_running(alice)
    assert (await ticking.running.timer.run_now(bob)).code == "ok"
    assert held.hold
    held.hold.set()
    await settled(ticking)
    assert len(ticking.google_events("bob")) == 1


async def test_the_timer_ends_while_it_looks(ticking: World) -> None:
    """What is found at the very end waits for the next start: nothing begins any more."""
    ticking.in_google("alice").create("One", start=NOON, end=NOON + HOUR)
    held = ticking.google.faults.add(operation=LIST, hold=asyncio.Event())
    ticking.advance(seconds=121)
    await held.struck.wait()
    ending = asyncio.create_task(ticking.running.timer.end())
    await asyncio.sleep(0)
    assert held.hold
    held.hold.set()
    await ending
    assert ticking.running.timer._running == {}
    assert ticking.odoo_events("alice") == []


async def test_a_jump_of_our_clock_makes_no_poll_miss_a_change(connected: World) -> None:
    """Else the next polls would ask for changes from a moment that Odoo's clock has not reached yet."""
    await connected.sync("alice")
    connected.clock.advance(hours=3)
    await connected.running.timer.poll()
    async with connected.running.store.read() as tx:
        watermark = await cursors.watermark(tx, connected.running.odoo.source)
    assert watermark is not None
    assert watermark < connected.odoo.clock.now() + timedelta(minutes=1)
