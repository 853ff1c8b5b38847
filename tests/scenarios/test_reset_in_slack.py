"""A reset as people press it: choose, look, confirm, watch, cancel, undo; and every wrong click."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from sync.errors import RetryLater
from sync.model import Side
from sync.reset import Choice, Existing, Failure, Next, Progress, Result
from sync.store import accounts
from sync.store.accounts import AccountState
from tests.doubles.slack import Message, Person
from tests.scenarios.scripted_resets import DEAD, Books
from tests.world import PEOPLE, World

Tell = Callable[[Progress], Awaitable[None]]
NOTHING_YET = "Nothing is done yet"


@pytest.fixture
async def books(monkeypatch: pytest.MonkeyPatch) -> Books:
    """The books of a core that does nothing to calendars."""
    made = Books()
    monkeypatch.setattr("bot.core.Resets", made.resets)
    return made


@pytest.fixture
async def connected(books: Books, world: World) -> AsyncIterator[World]:
    """A running world in which alice is connected; carol is an administrator."""
    async with world.run():
        await world.connect("alice")
        yield world


async def choose(person: Person, *buttons: str) -> Message:
    """Press buttons of the choice, and return it as it then looks."""
    for button in buttons:
        await person.click(button)
        await person.see(f"*{button}*")
    return await person.see(NOTHING_YET)


async def look(person: Person) -> Message:
    """Ask what would happen."""
    await person.click("Show What Would Happen")
    return await person.see("A reset would delete")


async def opened(world: World, name: str = "alice") -> Person:
    person = world.in_slack(name)
    await person.command("/calsync reset")
    await person.see(NOTHING_YET)
    return person


def whispered(world: World, person: Person) -> str:
    """Return what was answered to a person in whatever conversation."""
    return "\n".join(one.text for one in world.slack.workspace.messages if one.ephemeral_to == person.id)


async def confirmed(world: World) -> tuple[Person, Message]:
    """Let alice confirm a reset of both sides; its job waits for the test."""
    alice = await opened(world)
    await choose(alice, "Delete from both")
    shown = await look(alice)
    await alice.click("Reset Now")
    await alice.see("Starting…")
    return alice, shown


async def test_from_the_choice_to_the_undo_in_place(connected: World, books: Books) -> None:
    alice = await opened(connected)
    first = await alice.see("*Leave them untouched*")
    assert "*Synchronize only new events*" in first.text
    chosen = await choose(alice, "Delete from Odoo", "Synchronize all existing events")
    assert "archived in Odoo" in chosen.text
    assert not books.jobs
    preview = await look(alice)
    for fact in ("2 events in Odoo", "Secret plan", "1 meeting of a colleague stays", "bob@example.com"):
        assert fact in preview.text
    asked = await alice.click("Reset Now", confirm=False)
    assert asked.confirm
    assert not books.jobs
    await alice.click("Reset Now")
    books.let_go(2)
    working = await alice.see("of 4 done")
    books.let_go()
    result = await alice.see("*Reset done.* Deleted: 4 events in Odoo.")
    assert first.ts == chosen.ts == preview.ts == working.ts == result.ts
    assert books.jobs[1].choice == Choice(Existing.ODOO, Next.ALL)
    assert books.jobs[1].job.by == PEOPLE["alice"]
    await alice.click("Undo")
    await alice.see("would bring back: 4 events in Odoo")
    await alice.click("Undo Now")
    undone = await alice.see("*Undone.* Brought back: 4 events in Google")
    assert undone.ts != result.ts
    await alice.click("Undo", message=result)
    await alice.see("That cannot be undone any more, or is undone already")


async def test_going_back_chooses_again(connected: World, books: Books) -> None:
    alice = await opened(connected)
    await choose(alice, "Delete from both")
    shown = await look(alice)
    await alice.click("Choose Again")
    await alice.see("*Delete from both*")
    await choose(alice, "Leave them untouched")
    await alice.stale_click(shown, "Reset Now")
    await alice.see("Something else has been chosen since")
    assert not books.jobs
    await look(alice)
    await alice.click("Reset Now")
    books.let_go()
    await alice.see("No event was deleted")


async def test_a_confirmation_before_looking_does_nothing(connected: World, books: Books) -> None:
    alice = await opened(connected)
    shown = await look(alice)
    await alice.click("Choose Again")
    await alice.see("*Leave them untouched*")
    await alice.stale_click(shown, "Reset Now")
    await alice.see("please look again at what would happen")
    assert not books.jobs


async def test_cancel_is_a_no_for_good(connected: World, books: Books) -> None:
    alice = await opened(connected)
    shown = await look(alice)
    await alice.click("Cancel")
    ended = await alice.see("Cancelled: nothing was done.")
    assert ended.ts == shown.ts
    for button in ("Reset Now", "Choose Again", "Cancel"):
        alice.reload()
        await alice.stale_click(shown, button)
        await alice.see("This question is settled already")
    assert not books.jobs


async def test_two_clicks_reset_once(connected: World, books: Books) -> None:
    alice = await opened(connected)
    await choose(alice, "Delete from both")
    shown = await look(alice)
    await asyncio.gather(alice.click("Reset Now"), alice.stale_click(shown, "Reset Now"))
    await alice.see("This question is settled already")
    books.let_go()
    await alice.see("*Reset done.*")
    assert len(books.jobs) == 1


async def test_a_click_in_somebodys_name_does_nothing(connected: World, books: Books) -> None:
    alice, carol = await opened(connected), connected.in_slack("carol")
    await choose(alice, "Delete from both")
    await look(alice)
    for button in ("Reset Now", "Cancel", "Choose Again"):
        await alice.click_as(carol, button)
    assert "This question was put to somebody else" in whispered(connected, carol)
    await alice.see("2 events in Google")
    assert not books.jobs


async def test_silence_is_a_no(connected: World, books: Books) -> None:
    alice = await opened(connected)
    connected.advance(minutes=9)
    shown = await look(alice)  # a step begins the time anew
    connected.advance(minutes=9)
    assert "nothing is done" in (await alice.see("A reset would delete")).text
    connected.advance(minutes=2)
    ended = await alice.see(
        "No answer came within 10 minutes, so nothing was done. `/calsync reset` asks anew."
    )
    assert ended.ts == shown.ts
    await alice.stale_click(shown, "Reset Now")
    await alice.see("The time for this question is over")
    assert not books.jobs


async def test_silence_is_a_no_also_over_a_restart(world: World, books: Books) -> None:
    async with world.run():
        await world.connect("alice")
        alice = await opened(world)
        shown = await look(alice)
    world.advance(minutes=11)
    async with world.run():
        ended = await alice.see("No answer came within 10 minutes")
        assert ended.ts == shown.ts
    assert not books.jobs


async def test_a_question_outlives_a_restart_within_its_time(world: World, books: Books) -> None:
    async with world.run():
        await world.connect("alice")
        alice = await opened(world)
        await choose(alice, "Delete from both")
        shown = await look(alice)
    async with world.run():
        await alice.click("Reset Now")
        books.let_go()
        done = await alice.see("*Reset done.*")
        assert done.ts == shown.ts


async def test_slack_that_does_not_take_the_end_is_asked_again(connected: World) -> None:
    alice = await opened(connected)
    connected.slack.faults.add(operation="chat.update", reason="internal_error")
    connected.advance(minutes=11)
    await connected.slack.log.wait_for("chat.update")
    await connected.clock.awaited()
    assert "No answer came" not in alice.screen().text()
    connected.advance(minutes=2)
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
    connected: World, books: Books
) -> None:
    alice, _ = await confirmed(connected)
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


async def test_progress_is_shown_at_most_every_three_seconds(connected: World, books: Books) -> None:
    alice, _ = await confirmed(connected)
    books.let_go(1)
    await alice.see("1 of 4 done")
    changed = connected.slack.log.count("chat.update")
    books.let_go(2)
    await books.until(lambda: books.jobs[1].done == 3)
    await connected.clock.awaited()
    assert connected.slack.log.count("chat.update") == changed
    connected.advance(seconds=3)
    await alice.see("3 of 4 done")
    assert connected.slack.log.count("chat.update") == changed + 1


async def test_a_job_goes_on_while_slack_takes_no_changes(connected: World, books: Books) -> None:
    alice, _ = await confirmed(connected)
    connected.slack.faults.add(operation="chat.update", reason="internal_error")
    books.let_go()
    await connected.clock.awaited()
    assert "Reset done" not in alice.screen().text()
    connected.advance(minutes=1)
    await alice.see("*Reset done.*")


async def test_a_job_that_breaks_goes_on_a_little_later(
    connected: World, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    resets, broke = connected.running.services.resets, asyncio.Event()
    proper = resets.work

    async def work(job_id: int, tell: Tell) -> Result:
        monkeypatch.setattr(resets, "work", proper)
        broke.set()
        raise ZeroDivisionError

    monkeypatch.setattr(resets, "work", work)
    alice, _ = await confirmed(connected)
    await broke.wait()
    await connected.clock.awaited()
    connected.advance(minutes=1)
    books.let_go()
    await alice.see("*Reset done.*")


async def test_a_reset_that_cannot_begin_says_that_nothing_was_done(
    connected: World, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def start(*_: object, **__: object) -> int:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(connected.running.services.resets, "start", start)
    alice = await opened(connected)
    await look(alice)
    await alice.click("Reset Now")
    shown = await alice.see("Nothing was done.")
    assert "secret" not in shown.text
    assert not books.jobs


async def test_a_deleted_message_is_written_anew(connected: World, books: Books) -> None:
    alice, shown = await confirmed(connected)
    message = connected.slack.workspace.message(shown.channel, shown.ts)
    assert message
    connected.slack.workspace.remove(message)
    books.let_go()
    done = await alice.see("*Reset done.*")
    assert done.ts != shown.ts


async def test_failures_are_told_by_name_and_reason(connected: World, books: Books) -> None:
    books.failures = [Failure("Board <meeting>", Side.GOOGLE, "google_refuses")]
    alice, _ = await confirmed(connected)
    books.let_go()
    done = await alice.see("1 event could not be dealt with")
    assert "Board &lt;meeting&gt; (Google)" in done.text


async def test_a_second_reset_waits_for_the_first(connected: World, books: Books) -> None:
    alice, _ = await confirmed(connected)
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


async def test_trouble_while_looking_leads_back_to_the_choice(connected: World, books: Books) -> None:
    alice = await opened(connected)
    books.trouble = RetryLater("odoo_unreachable")
    await alice.click("Show What Would Happen")
    await alice.see("I cannot tell what would happen. Odoo cannot be reached")
    books.trouble = None
    await look(alice)


async def test_a_grant_that_dies_before_the_confirmation_is_told(connected: World, books: Books) -> None:
    alice = await opened(connected)
    await choose(alice, "Delete from both")
    await look(alice)
    books.trouble = DEAD
    await alice.click("Reset Now")
    await alice.see("Nothing was done.")
    await alice.click("Connect Again")
    await alice.see("works once")


async def test_a_dead_grant_leaves_the_choices_that_can_be_done(connected: World) -> None:
    account = await connected.account("alice")
    async with connected.running.store.write() as tx:
        await accounts.update(tx, account.id, state=AccountState.RECONNECT, trouble="grant_dead")
    alice = await opened(connected)
    shown = await alice.see("so nothing can be deleted there")
    labels = [
        element["text"]["text"]
        for block in shown.blocks
        for element in block.get("elements", [])
        if element["type"] == "button"
    ]
    assert labels == [
        "Leave them untouched",
        "Delete from Odoo",
        "Synchronize only new events",
        "Synchronize all existing events",
        "Show What Would Happen",
        "Connect Again",
        "Cancel",
    ]


@pytest.mark.parametrize("line", ["reset", "undo", "disconnect"])
async def test_somebody_who_is_not_connected_has_nothing_to_lose(
    world: World, books: Books, line: str
) -> None:
    async with world.run():
        alice = world.in_slack("alice")
        await alice.command(f"/calsync {line}")
        await alice.see("You are not connected")


async def test_asked_in_a_channel_it_answers_in_the_direct_messages(connected: World) -> None:
    await connected.connect("carol")
    carol = connected.in_slack("carol")
    channel = next(one.id for one in connected.slack.workspace.channels.values() if one.name)
    await carol.command("/calsync reset", channel=channel)
    await carol.see("I have asked you in our direct messages", channel=channel)
    await carol.see(NOTHING_YET)
    assert NOTHING_YET not in carol.screen(channel).text()


# --- the list of what can be undone


async def test_undo_lists_what_can_be_undone_and_asks(connected: World, books: Books) -> None:
    alice = connected.in_slack("alice")
    await alice.command("/calsync undo")
    await alice.see("There is nothing to undo")
    await confirmed(connected)
    books.let_go(4)
    await alice.see("*Reset done.*")
    alice.reload()
    await alice.command("/calsync undo")
    listed = await alice.see("This can be undone, newest first")
    assert "Reset (“Delete from both”" in listed.text
    await alice.click("Undo", message=listed)
    asked = await alice.see("would bring back")
    await alice.click("Cancel")
    await alice.see("Cancelled: nothing was done.")
    await alice.stale_click(asked, "Undo Now")
    await alice.see("This question is settled already")
    assert len(books.jobs) == 1


async def test_two_clicks_undo_once(connected: World, books: Books) -> None:
    alice, _ = await confirmed(connected)
    books.let_go(4)
    await alice.see("*Reset done.*")
    await alice.click("Undo")
    asked = await alice.see("would bring back")
    await asyncio.gather(alice.click("Undo Now"), alice.stale_click(asked, "Undo Now"))
    books.let_go()
    await alice.see("*Undone.*")
    assert len(books.jobs) == 2


async def test_nobody_undoes_what_is_another_persons(connected: World, books: Books) -> None:
    await connected.connect("carol")
    alice, _ = await confirmed(connected)
    books.let_go(4)
    done = await alice.see("*Reset done.*")
    await alice.click_as(connected.in_slack("carol"), "Undo", message=done)
    assert "That cannot be undone any more" in whispered(connected, connected.in_slack("carol"))


# --- by an administrator


async def test_an_administrator_resets_somebody_who_is_told_and_can_undo(
    connected: World, books: Books
) -> None:
    alice, carol = connected.in_slack("alice"), connected.in_slack("carol")
    await carol.command("/calsync admin reset alice@example.com doubled events, see the ticket")
    await carol.see("Reset the sync of alice")
    await choose(carol, "Delete from both")
    await carol.click("Show What Would Happen")
    shown = await carol.see("A reset of alice would delete")
    assert "Secret plan" not in shown.text
    assert "bob@example.com" not in shown.text
    await carol.click("Reset Now")
    books.let_go()
    told = await alice.see("reset your calendar sync")
    assert f"<@{PEOPLE['carol']}>" in told.text
    assert "doubled events, see the ticket" in told.text
    assert "Deleted: 2 events in Google" in told.text
    await carol.see("*Reset done.*")
    [written] = books.jobs.values()
    account = await connected.account("alice")
    assert (written.job.account_id, written.job.by) == (account.id, PEOPLE["carol"])
    assert written.reason == "doubled events, see the ticket"
    await alice.click("Undo")
    await alice.see("By @carol.")
    await alice.click("Undo Now")
    await alice.see("*Undone.*")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("admin", "reset somebody's sync"),
        ("admin reset", "reset somebody's sync"),
        ("admin reset nobody why", "nobody is not connected"),
        ("admin reset alice", "Please say why"),
    ],
)
async def test_an_administrator_has_to_name_somebody_and_a_reason(
    connected: World, line: str, said: str
) -> None:
    carol = connected.in_slack("carol")
    await carol.command(f"/calsync {line}")
    await carol.see(said)


async def test_only_administrators_reset_others(connected: World, books: Books) -> None:
    alice, carol = connected.in_slack("alice"), connected.in_slack("carol")
    await carol.command("/calsync help")
    assert "/calsync admin" in (await carol.see("/calsync debug")).text
    await alice.command("/calsync help")
    assert "/calsync admin" not in (await alice.see("/calsync undo")).text
    await alice.command("/calsync admin reset carol because")
    await alice.see("That is for administrators")


async def test_who_is_no_administrator_any_more_cannot_confirm(connected: World, books: Books) -> None:
    carol = connected.in_slack("carol")
    await carol.command("/calsync admin reset <@U0000000001|alice> why")
    await carol.see("Reset the sync of alice")
    await carol.click("Show What Would Happen")
    await carol.see("A reset of alice would delete")
    connected.settings.admin_ids.clear()
    await carol.click("Reset Now")
    await carol.see("That is for administrators")
    assert not books.jobs
