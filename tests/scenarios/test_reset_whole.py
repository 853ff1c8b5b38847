"""Resets pressed in Slack and carried out on both calendars: what is gone, what stays, and the way back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot import forget
from sync.google.client import GoogleClient
from sync.store import accounts
from sync.store.accounts import AccountState
from tests.doubles.slack import Message
from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.scenarios.calendars import BRUSSELS
from tests.shown import in_google, in_odoo
from tests.world import PEOPLE, World

START = NOON.astimezone(BRUSSELS)
LEAVE, GOOGLE = "Leave them untouched", "Delete from the current Google Calendar account"
ODOO, BOTH = "Delete from Odoo", "Delete from both"
NEW, ALL = "Synchronize only new events", "Synchronize all existing events"


@pytest.fixture
async def full(connected: World) -> World:
    """Alice has a meeting, a series in which one date was moved, and a birthday, the same on both sides."""
    await fill(connected)
    return connected


async def fill(world: World) -> None:
    google = world.in_google("alice")
    make_in_odoo(world, "alice", "Review", location="Room 1")
    series = google.create("Weekly", start=START, end=START + HOUR, recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"])
    google.create("Birthday", start=NOON.date(), end=NOON.date() + HOUR * 24)
    await world.sync("alice")
    [_, second, _] = google.instances(series["id"])
    google.patch(second["id"], summary="Weekly, longer")
    await world.sync("alice")
    assert in_google(world, "alice") == in_odoo(world, "alice")


def counts(world: World) -> tuple[int, int]:
    """Return how many dates each of alice's calendars shows."""
    return len(in_google(world, "alice")), len(in_odoo(world, "alice"))


def both(world: World) -> tuple[object, object]:
    """Return what alice's calendars show."""
    return in_google(world, "alice"), in_odoo(world, "alice")


async def reset(world: World, *choice: str) -> Message:
    """Press through a reset of alice's and return its result."""
    alice = world.in_slack("alice")
    newest = alice.screen().messages[-1]
    await confirm(world, *choice)
    return await alice.see("*Reset done.*", after=newest)


async def confirm(world: World, *choice: str) -> None:
    alice = world.in_slack("alice")
    await alice.command("/calsync reset")
    await alice.see("Nothing is done yet")
    for button in choice:
        await alice.click(button)
        await alice.see(f"*{button}*")
    await alice.click("Show What Would Happen")
    await alice.see("A reset would delete")
    await alice.click("Reset Now")


async def undo(world: World) -> Message:
    """Press Undo on the newest result and return what came of it."""
    alice = world.in_slack("alice")
    await alice.click("Undo")
    await alice.see("Undoing this would bring back")
    await alice.click("Undo Now")
    return await alice.see("*Undone.*")


@pytest.mark.parametrize(
    ("choice", "told", "left"),
    [
        ((GOOGLE, NEW), "Deleted: 3 events in Google.", (0, 5)),
        ((ODOO, NEW), "Deleted: 3 events in Odoo.", (5, 0)),
        ((BOTH, ALL), "Deleted: 3 events in Google, 3 events in Odoo.", (0, 0)),
    ],
)
async def test_what_is_chosen_is_done_and_undone(
    full: World, choice: tuple[str, str], told: str, left: tuple[int, int]
) -> None:
    before = both(full)
    result = await reset(full, *choice)
    assert told in result.text
    assert (await full.sync("alice")).code == "ok"
    assert counts(full) == left
    assert not full.google.mails
    assert not full.odoo.mails
    await undo(full)
    assert both(full) == before
    assert (await full.sync("alice")).code == "ok"
    assert both(full) == before


async def test_leaving_everything_keeps_a_difference_until_it_is_undone(full: World) -> None:
    before = both(full)
    await reset(full, LEAVE, NEW)
    alice = full.in_slack("alice")
    assert "Undo" not in str((await alice.see("No event was deleted")).blocks), "there is nothing to undo"
    [birthday] = [key for key, event in full.google_by_id("alice").items() if event.title == "Birthday"]
    full.in_google("alice").patch(birthday, summary="Name day")
    await reset(full, LEAVE, NEW)
    await full.sync("alice")
    assert both(full)[1] == before[1]
    await undo(full)
    await full.sync("alice")
    assert both(full)[0] == both(full)[1] != before[0]


@pytest.mark.parametrize(("choice", "left"), [((GOOGLE, ALL), (5, 5)), ((ODOO, ALL), (5, 5))])
async def test_all_existing_events_come_back_from_the_other_side(
    full: World, choice: tuple[str, str], left: tuple[int, int]
) -> None:
    await reset(full, *choice)
    assert (await full.sync("alice")).code == "ok"
    assert counts(full) == left


async def test_a_restart_in_the_middle_goes_on_in_the_same_message(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.PATIENCE", 0.1)
    hold, close = asyncio.Event(), GoogleClient.close

    async def let_go_and_close(client: GoogleClient) -> None:
        hold.set()  # only now that the job has been given up: its threads end by themselves
        await close(client)

    monkeypatch.setattr(GoogleClient, "close", let_go_and_close)
    async with world.run():
        await world.connect("alice")
        await world.sync("alice")
        await fill(world)
        fault = world.google.faults.add(operation="calendar.events.delete", hold=hold)
        await confirm(world, BOTH, NEW)
        await fault.struck.wait()
        alice = world.in_slack("alice")
        working = await alice.see("of 6 done")
    assert counts(world) != (0, 0)
    async with world.run():
        done = await alice.see("*Reset done.* Deleted: 3 events in Google, 3 events in Odoo.")
        assert done.ts == working.ts
        assert counts(world) == (0, 0)
        await undo(world)
        assert counts(world) == (5, 5)


async def test_a_sync_meanwhile_waits_and_says_so(full: World) -> None:
    hold = asyncio.Event()
    fault = full.google.faults.add(operation="calendar.events.delete", hold=hold)
    await confirm(full, GOOGLE, NEW)
    await fault.struck.wait()
    assert (await full.sync("alice")).code == "resetting"
    alice = full.in_slack("alice")
    await alice.command("/calsync resync")
    await alice.see("Not synced. Your calendars are being reset just now")
    hold.set()
    await alice.see("*Reset done.*")
    assert (await full.sync("alice")).code == "ok"
    assert counts(full) == (0, 5)


async def test_with_a_dead_grant_odoo_can_still_be_reset(full: World) -> None:
    account = await full.account("alice")
    async with full.running.store.write() as tx:
        await accounts.update(tx, account.id, state=AccountState.RECONNECT, trouble="grant_dead")
    full.google.grants.revoke_all("alice@example.com")
    full.running.grants.forget(account.id)
    alice = full.in_slack("alice")
    await alice.command("/calsync reset")
    await alice.see("so nothing can be deleted there")
    await alice.click(ODOO)
    await alice.see(f"*{ODOO}*")
    await alice.click("Show What Would Happen")
    await alice.see("Google's side is taken as it is when you have connected again")
    await alice.click("Reset Now")
    await alice.see("Deleted: 3 events in Odoo.")
    await full.connect("alice")
    assert (await full.sync("alice")).code == "ok"
    assert counts(full) == (5, 0)


async def test_deletions_that_a_sync_carried_out_can_be_undone(full: World) -> None:
    [birthday] = [key for key, event in full.google_by_id("alice").items() if event.title == "Birthday"]
    full.in_google("alice").delete(birthday)
    await full.sync("alice")
    assert counts(full) == (4, 4)
    alice = full.in_slack("alice")
    await alice.command("/calsync undo")
    await alice.see("Deleted by the sync: 1 event in Odoo")
    await undo(full)
    await full.sync("alice")
    assert counts(full) == (5, 5)


async def test_an_administrators_reset_is_told_and_undone_by_the_person(full: World) -> None:
    before = both(full)
    carol, alice = full.in_slack("carol"), full.in_slack("alice")
    await carol.command(f"/calsync admin reset {PEOPLE['alice']} doubled events")
    await carol.see("Reset the sync of alice")
    await carol.click(BOTH)
    await carol.see(f"*{BOTH}*")
    await carol.click("Show What Would Happen")
    shown = await carol.see("3 events in Google, 3 events in Odoo")
    assert "Birthday" not in shown.text
    await carol.click("Reset Now")
    await alice.see("The reason given: doubled events")
    await carol.see("*Reset done.*")
    assert counts(full) == (0, 0)
    await undo(full)
    assert both(full) == before


async def test_forgetting_takes_what_undo_would_need_with_it(world: World) -> None:
    async with world.run():
        await world.connect("alice")
        await world.sync("alice")
        await fill(world)
        await reset(world, GOOGLE, NEW)
        account = await world.account("alice")
    result = await forget.forget(world.settings, account.slack_user_id, world.clock)
    assert result.code == 0, result
    assert "removal: 3 rows erased" in result.lines
    folder = Path(world.settings.database_url.partition("///")[2]).parent
    for path in folder.glob("calsync.db*"):
        assert b"alice" not in path.read_bytes()
