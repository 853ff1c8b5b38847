"""A reset as people press it: choose, look, confirm or not; and every wrong click."""

from __future__ import annotations

import asyncio

import pytest

from sync.errors import RetryLater
from sync.reset import Choice, Existing, Next
from sync.store import accounts
from sync.store.accounts import AccountState
from tests.scenarios.pressing import NOTHING_YET, choose, look, opened, whispered
from tests.scenarios.scripted_resets import DEAD, Books
from tests.world import PEOPLE, World


async def test_from_the_choice_to_the_undo_in_place(scripted: World, books: Books) -> None:
    alice = await opened(scripted)
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


async def test_going_back_chooses_again(scripted: World, books: Books) -> None:
    alice = await opened(scripted)
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


async def test_a_confirmation_before_looking_does_nothing(scripted: World, books: Books) -> None:
    alice = await opened(scripted)
    shown = await look(alice)
    await alice.click("Choose Again")
    await alice.see("*Leave them untouched*")
    await alice.stale_click(shown, "Reset Now")
    await alice.see("please look again at what would happen")
    assert not books.jobs


async def test_cancel_is_a_no_for_good(scripted: World, books: Books) -> None:
    alice = await opened(scripted)
    shown = await look(alice)
    await alice.click("Cancel")
    ended = await alice.see("Cancelled: nothing was done.")
    assert ended.ts == shown.ts
    for button in ("Reset Now", "Choose Again", "Cancel"):
        alice.reload()
        await alice.stale_click(shown, button)
        await alice.see("This question is settled already")
    assert not books.jobs


async def test_two_clicks_reset_once(scripted: World, books: Books) -> None:
    alice = await opened(scripted)
    await choose(alice, "Delete from both")
    shown = await look(alice)
    await asyncio.gather(alice.click("Reset Now"), alice.stale_click(shown, "Reset Now"))
    await alice.see("This question is settled already")
    books.let_go()
    await alice.see("*Reset done.*")
    assert len(books.jobs) == 1


async def test_a_click_in_somebodys_name_does_nothing(scripted: World, books: Books) -> None:
    alice, carol = await opened(scripted), scripted.in_slack("carol")
    await choose(alice, "Delete from both")
    await look(alice)
    for button in ("Reset Now", "Cancel", "Choose Again"):
        await alice.click_as(carol, button)
    assert "This question was put to somebody else" in await whispered(scripted, carol)
    await alice.see("2 events in Google")
    assert not books.jobs


async def test_silence_is_a_no(scripted: World, books: Books) -> None:
    alice = await opened(scripted)
    scripted.advance(minutes=9)
    shown = await look(alice)  # a step begins the time anew
    scripted.advance(minutes=9)
    assert "nothing is done" in (await alice.see("A reset would delete")).text
    scripted.advance(minutes=2)
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


async def test_trouble_while_looking_leads_back_to_the_choice(scripted: World, books: Books) -> None:
    alice = await opened(scripted)
    books.trouble = RetryLater("odoo_unreachable")
    await alice.click("Show What Would Happen")
    await alice.see("I cannot tell what would happen. Odoo cannot be reached")
    books.trouble = None
    await look(alice)


async def test_a_grant_that_dies_before_the_confirmation_is_told(scripted: World, books: Books) -> None:
    alice = await opened(scripted)
    await choose(alice, "Delete from both")
    await look(alice)
    books.trouble = DEAD
    await alice.click("Reset Now")
    await alice.see("Nothing was done.")
    await alice.click("Connect Again")
    await alice.see("works once")


async def test_a_dead_grant_leaves_the_choices_that_can_be_done(scripted: World) -> None:
    account = await scripted.account("alice")
    async with scripted.running.store.write() as tx:
        await accounts.update(tx, account.id, state=AccountState.RECONNECT, trouble="grant_dead")
    alice = await opened(scripted)
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


async def test_asked_in_a_channel_it_answers_in_the_direct_messages(scripted: World) -> None:
    await scripted.connect("carol")
    carol = scripted.in_slack("carol")
    channel = next(one.id for one in scripted.slack.workspace.channels.values() if one.name)
    await carol.command("/calsync reset", channel=channel)
    await carol.see("I have asked you in our direct messages", channel=channel)
    await carol.see(NOTHING_YET)
    assert NOTHING_YET not in carol.screen(channel).text()
