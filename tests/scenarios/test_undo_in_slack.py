"""Undoing in Slack, and resets by administrators of which the person is told."""

from __future__ import annotations

import asyncio

import pytest

from tests.scenarios.pressing import choose, confirmed, whispered
from tests.scenarios.scripted_resets import Books
from tests.world import PEOPLE, World


async def test_undo_lists_what_can_be_undone_and_asks(scripted: World, books: Books) -> None:
    alice = scripted.in_slack("alice")
    await alice.command("/calsync undo")
    await alice.see("There is nothing to undo")
    await confirmed(scripted)
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


async def test_two_clicks_undo_once(scripted: World, books: Books) -> None:
    alice, _ = await confirmed(scripted)
    books.let_go(4)
    await alice.see("*Reset done.*")
    await alice.click("Undo")
    asked = await alice.see("would bring back")
    await asyncio.gather(alice.click("Undo Now"), alice.stale_click(asked, "Undo Now"))
    books.let_go()
    await alice.see("*Undone.*")
    assert len(books.jobs) == 2


async def test_nobody_undoes_what_is_another_persons(scripted: World, books: Books) -> None:
    await scripted.connect("carol")
    alice, _ = await confirmed(scripted)
    books.let_go(4)
    done = await alice.see("*Reset done.*")
    await alice.click_as(scripted.in_slack("carol"), "Undo", message=done)
    assert "That cannot be undone any more" in await whispered(scripted, scripted.in_slack("carol"))


async def test_an_administrator_resets_somebody_who_is_told_and_can_undo(
    scripted: World, books: Books
) -> None:
    alice, carol = scripted.in_slack("alice"), scripted.in_slack("carol")
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
    account = await scripted.account("alice")
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
    scripted: World, line: str, said: str
) -> None:
    carol = scripted.in_slack("carol")
    await carol.command(f"/calsync {line}")
    await carol.see(said)


async def test_only_administrators_reset_others(scripted: World, books: Books) -> None:
    alice, carol = scripted.in_slack("alice"), scripted.in_slack("carol")
    await carol.command("/calsync help")
    assert "/calsync admin" in (await carol.see("/calsync debug")).text
    await alice.command("/calsync help")
    assert "/calsync admin" not in (await alice.see("/calsync undo")).text
    await alice.command("/calsync admin reset carol because")
    await alice.see("That is for administrators")


async def test_who_is_no_administrator_any_more_cannot_confirm(scripted: World, books: Books) -> None:
    carol = scripted.in_slack("carol")
    await carol.command("/calsync admin reset <@U0000000001|alice> why")
    await carol.see("Reset the sync of alice")
    await carol.click("Show What Would Happen")
    await carol.see("A reset of alice would delete")
    scripted.settings.admin_ids.clear()
    await carol.click("Reset Now")
    await carol.see("That is for administrators")
    assert not books.jobs
