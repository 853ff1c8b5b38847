"""The job of a reset as it is shown: progress in place, cancel, restarts in the middle, failures."""

from __future__ import annotations

import asyncio

import pytest

from sync.model import Side
from sync.reset import Failure, Result
from tests.scenarios.pressing import NOTHING_YET, Tell, confirmed, look, opened
from tests.scenarios.scripted_resets import Books
from tests.world import World


async def test_slack_that_does_not_take_the_end_is_asked_again(scripted: World) -> None:
    alice = await opened(scripted)
    scripted.slack.faults.add(operation="chat.update", reason="internal_error")
    scripted.advance(minutes=11)
    await scripted.slack.log.wait_for("chat.update")
    await scripted.clock.awaited()
    assert "No answer came" not in alice.screen().text()
    scripted.advance(minutes=2)
    await alice.see("No answer came within 10 minutes")


@pytest.mark.parametrize("steps", [0, 2])
async def test_a_job_goes_on_after_a_restart_in_the_same_message(
    world: World, books: Books, steps: int
) -> None:
    async with world.run():
        await world.connect("alice")
        alice, shown = await confirmed(world)
        books.let_go(steps)
        if steps:
            await alice.see("of 4 done")
    assert books.jobs[1].state == "working"
    async with world.run():
        books.let_go(4 - steps)
        done = await alice.see("*Reset done.* Deleted: 2 events in Google, 2 events in Odoo.")
        assert done.ts == shown.ts
        await alice.click("Undo")
        await alice.see("would bring back")


async def test_an_end_that_was_not_told_is_told_after_a_restart(world: World, books: Books) -> None:
    async with world.run():
        await world.connect("alice")
        alice, shown = await confirmed(world)
        books.let_go(1)
        await alice.see("1 of 4 done")
    books.jobs[1].state, books.jobs[1].done = "done", 4  # ended, and the process died before it said so
    async with world.run():
        done = await alice.see("*Reset done.*")
        assert done.ts == shown.ts


async def test_a_restart_before_anything_was_written_down_is_told(
    world: World, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.PATIENCE", 0.1)
    async with world.run() as calsync:
        await world.connect("alice")
        never = asyncio.Event()

        async def start(*_: object, **__: object) -> int:
            await never.wait()
            return 0

        monkeypatch.setattr(calsync.services.resets, "start", start)
        alice, shown = await confirmed(world)
    async with world.run():
        ended = await alice.see("A restart came in between, before anything was done")
        assert ended.ts == shown.ts
    assert not books.jobs


async def test_a_restart_just_after_it_was_written_down_loses_no_job(
    world: World, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.PATIENCE", 0.1)
    async with world.run() as calsync:
        await world.connect("alice")
        never = asyncio.Event()

        async def set_place(*_: object) -> None:
            await never.wait()

        monkeypatch.setattr(calsync.services.resets, "set_place", set_place)
        alice, shown = await confirmed(world)
        await books.until(lambda: bool(books.jobs))
    async with world.run():
        books.let_go()
        assert (await alice.see("*Reset done.*")).ts == shown.ts


async def test_cancel_stops_between_two_events_and_what_was_done_can_be_undone(
    scripted: World, books: Books
) -> None:
    alice, _ = await confirmed(scripted)
    books.let_go(2)
    working = await alice.see("of 4 done")
    await alice.click("Cancel")
    await alice.see("Stopping after the event that I am at")
    ended = await alice.see("*Cancelled.* Deleted before that: 1 event in Google, 1 event in Odoo")
    assert ended.ts == working.ts
    await alice.stale_click(working, "Cancel")
    await alice.see("This question is settled already")
    await alice.click("Undo")
    await alice.see("would bring back: 1 event in Google")


async def test_progress_is_shown_at_most_every_three_seconds(scripted: World, books: Books) -> None:
    alice, _ = await confirmed(scripted)
    books.let_go(1)
    await alice.see("1 of 4 done")
    changed = scripted.slack.log.count("chat.update")
    books.let_go(2)
    await books.until(lambda: books.jobs[1].done == 3)
    await scripted.clock.awaited()
    assert scripted.slack.log.count("chat.update") == changed
    scripted.advance(seconds=3)
    await alice.see("3 of 4 done")
    assert scripted.slack.log.count("chat.update") == changed + 1


async def test_a_job_goes_on_while_slack_takes_no_changes(scripted: World, books: Books) -> None:
    alice, _ = await confirmed(scripted)
    scripted.slack.faults.add(operation="chat.update", reason="internal_error")
    books.let_go()
    await scripted.clock.awaited()
    assert "Reset done" not in alice.screen().text()
    scripted.advance(minutes=1)
    await alice.see("*Reset done.*")


async def test_a_job_that_breaks_goes_on_a_little_later(
    scripted: World, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    resets, broke = scripted.running.services.resets, asyncio.Event()
    proper = resets.work

    async def work(job_id: int, tell: Tell) -> Result:
        monkeypatch.setattr(resets, "work", proper)
        broke.set()
        raise ZeroDivisionError

    monkeypatch.setattr(resets, "work", work)
    alice, _ = await confirmed(scripted)
    await broke.wait()
    await scripted.clock.awaited()
    scripted.advance(minutes=1)
    books.let_go()
    await alice.see("*Reset done.*")


async def test_a_reset_that_cannot_begin_says_that_nothing_was_done(
    scripted: World, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def start(*_: object, **__: object) -> int:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(scripted.running.services.resets, "start", start)
    alice = await opened(scripted)
    await look(alice)
    await alice.click("Reset Now")
    shown = await alice.see("Nothing was done.")
    assert "secret" not in shown.text
    assert not books.jobs


async def test_a_deleted_message_is_written_anew(scripted: World, books: Books) -> None:
    alice, shown = await confirmed(scripted)
    message = scripted.slack.workspace.message(shown.channel, shown.ts)
    assert message
    scripted.slack.workspace.remove(message)
    books.let_go()
    done = await alice.see("*Reset done.*")
    assert done.ts != shown.ts


async def test_failures_are_told_by_name_and_reason(scripted: World, books: Books) -> None:
    books.failures = [Failure("Board <meeting>", Side.GOOGLE, "google_refuses")]
    alice, _ = await confirmed(scripted)
    books.let_go()
    done = await alice.see("1 event could not be dealt with")
    assert "Board &lt;meeting&gt; (Google)" in done.text


async def test_a_second_reset_waits_for_the_first(scripted: World, books: Books) -> None:
    alice, _ = await confirmed(scripted)
    await alice.see("Starting…")
    await books.until(lambda: bool(books.jobs))
    for line in ("/calsync reset", "/calsync disconnect"):
        alice.reload()
        await alice.command(line)
        if "disconnect" in line:
            await alice.see("What stays")
            await alice.click("Disconnect")
        await alice.see("A reset or an undo is under way for this account")
    books.let_go()
    await alice.see("*Reset done.*")
    await alice.command("/calsync reset")
    await alice.see(NOTHING_YET)
