"""What administrators can do from Slack, and ordinary people cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.world import ADMIN, ALERTS, PEOPLE, World, make_world


@pytest.mark.parametrize("line", ["", "status", "pause", "resume", "resync @alice", "accounts", "nonsense"])
async def test_ordinary_people_get_a_polite_no(world: World, line: str) -> None:
    async with world.run() as calsync:
        alice = world.in_slack("alice")
        await alice.command(f"/calsync admin {line}")
        await alice.see(f"That is for administrators. Please ask <@{ADMIN}>.")
        assert await calsync.timer.stopped() is None


async def test_only_administrators_read_of_their_commands(world: World) -> None:
    async with world.run():
        await world.in_slack("alice").command("/calsync help")
        assert "admin" not in (await world.in_slack("alice").see("/calsync connect")).text
        await world.in_slack("carol").command("/calsync help")
        await world.in_slack("carol").see("/calsync admin")
        await world.in_slack("carol").command("/calsync admin stauts")
        shown = await world.in_slack("carol").see("Did you mean `/calsync admin status`")
        assert "/calsync admin resync @who" in shown.text


async def test_status_tells_of_everybody(team: World) -> None:
    team.google.faults.add(operation="calendar.*", status=429)
    await team.sync("bob")
    carol = team.in_slack("carol")
    await carol.command("/calsync admin status")
    shown = await carol.see("Accounts: 2 work, 1 waits.")
    for fact in ("was synced: ", "Google's quota", "Odoo answers", "1 person: Google asks us to slow down"):
        assert fact in shown.text


async def test_accounts_are_listed_and_filtered(team: World) -> None:
    carol = team.in_slack("carol")
    await carol.command("/calsync admin accounts")
    shown = await carol.see("3 accounts")
    assert all(f"{name}@example.com" in shown.text for name in PEOPLE)
    await carol.command("/calsync admin accounts BOB@")
    shown = await carol.see("1 account,")
    assert "alice" not in shown.text


async def test_a_pause_holds_for_all_and_loses_nothing(world: World) -> None:
    async with world.run():
        for name in ("alice", "bob"):
            await world.connect(name)
            await world.sync(name)
        carol, alice = world.in_slack("carol"), world.in_slack("alice")
        await carol.command("/calsync admin pause")
        await carol.see("All syncs are paused. What people change")
        await carol.see("All syncs are paused by an administrator", channel=ALERTS)
        make_in_odoo(world, "alice", "In Odoo")
        world.in_google("bob").create("In Google", start=NOON, end=NOON + HOUR)
        await alice.command("/calsync resync")
        await alice.see("Not synced. An administrator has paused all syncs")
        await alice.command("/calsync status")
        await alice.see("*Waiting.* An administrator has paused all syncs")
    async with world.run():  # through a restart
        world.google.log.clear()
        world.advance(hours=1)
        await world.running.timer.poll()
        await world.running.timer._start_due()
        assert world.running.timer._running == {}
        assert (await world.sync("bob")).code == "all_paused"
        assert world.google.log.count("*") == 0
        await carol.command("/calsync admin pause")
        await carol.see("paused already")
        await carol.command("/calsync admin resume")
        await carol.see("All syncs go on")
        await carol.see("Resolved after 60 min", channel=ALERTS)
        for name in ("alice", "bob"):
            assert (await world.sync(name)).code == "ok"
            world.assert_agree(name)
        assert len(world.google_events("alice")) == len(world.odoo_events("bob")) == 1
        await carol.command("/calsync admin resume")
        await carol.see("The syncs are not paused")


@pytest.mark.parametrize("who", ["@alice", PEOPLE["alice"], "alice", "alice@example.com"])
async def test_an_administrator_syncs_somebody_who_is_told(connected: World, who: str) -> None:
    make_in_odoo(connected, "alice", "One")
    carol = connected.in_slack("carol")
    await carol.command(f"/calsync admin resync {who}")
    await carol.see(f"Synced <@{PEOPLE['alice']}>: 1 event added to Google.")
    await connected.in_slack("alice").see(f"<@{ADMIN}>, an administrator, had your calendars synced")


@pytest.mark.parametrize(
    ("who", "sentence"), [("", "Whom?"), ("@bob", "is not connected"), ("<nobody>", "is not connected")]
)
async def test_whom_nobody_knows_is_said(connected: World, who: str, sentence: str) -> None:
    carol = connected.in_slack("carol")
    await carol.command(f"/calsync admin resync {who}".rstrip())
    await carol.see(sentence)


async def test_members_of_the_user_group_are_administrators_as_long_as_they_are(tmp_path: Path) -> None:
    async with make_world(tmp_path, admins="", admin_group="S0000000001") as world:
        world.slack.app.bot_scopes = (*world.slack.app.bot_scopes, "usergroups:read")
        world.slack.add_usergroup("S0000000001", [PEOPLE["bob"]])
        async with world.run():
            bob, carol = world.in_slack("bob"), world.in_slack("carol")
            await bob.command("/calsync admin status")
            await bob.see("Nobody has connected yet")
            await carol.command("/calsync admin status")
            await carol.see("That is for administrators. Please ask your calsync administrator.")
            world.slack.add_usergroup("S0000000001", [])
            await bob.command("/calsync admin status")
            await bob.see("That is for administrators")
