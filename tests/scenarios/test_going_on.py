"""What people are led to: a command that needs the connection, one that was meant, and what support needs."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot import commands
from sync.store import tables
from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.world import ADMIN, World, browse


async def test_help_lists_what_can_be_done_before_connecting(world: World) -> None:
    async with world.run():
        alice = world.in_slack("alice")
        await alice.command("/calsync")
        shown = await alice.see("/calsync connect")
        assert "/calsync resync" not in shown.text
        assert f"<@{ADMIN}>" in shown.text
        await alice.click("Connect")
        await alice.see("works once")


async def test_a_guess_is_carried_out_at_a_click(connected: World) -> None:
    alice = connected.in_slack("alice")
    await alice.command("/calsync stauts")
    await alice.see("Did you mean")
    await alice.click("Yes, Do That")
    await alice.see("Working.")
    await alice.command("/calsync resync dryrun")
    await alice.see("Did you mean `/calsync resync dry-run`")
    await alice.click("Yes, Do That")
    await alice.see("nothing was written")


async def test_a_command_that_needs_the_connection_is_carried_out_once_it_stands(world: World) -> None:
    async with world.run():
        make_in_odoo(world, "alice", "One")
        alice = world.in_slack("alice")
        await alice.command("/calsync Resync  ")
        shown = await alice.see("After that I go on with `/calsync resync`")
        assert "You are not connected" in shown.text
        pressed = await alice.click("Connect Google Account")
        assert pressed.url
        await browse(pressed.url, "alice@example.com")
        await alice.see("Connected:")
        await alice.see("Synced: 1 event added to Google.")
        await world.connect("alice")  # again, for its own sake: nothing is repeated
        assert (await world.sync("alice")).counts == {}
        assert len([one for one in alice.screen().messages if "Synced:" in one.text]) == 1


async def test_a_command_that_could_be_regretted_is_not_kept_until_somebody_has_connected(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried_out = list[str]()

    async def wipe(_: object) -> None:
        carried_out.append("wipe")

    monkeypatch.setitem(commands.COMMANDS, "wipe", wipe)
    async with world.run():
        alice = world.in_slack("alice")
        await alice.command("/calsync wipe")
        await alice.see("You are not connected")
        await alice.click("Connect")
        shown = await alice.see("works once")
        assert "After that" not in shown.text
        await world.connect("alice")
        assert carried_out == []


async def test_administrators_are_told_of_their_commands_and_others_are_not(
    connected: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "FOR_ADMINS", frozenset({"history"}))
    for name, told in (("carol", True), ("alice", False)):
        person = connected.in_slack(name)
        await person.command("/calsync histroy")
        shown = await person.see("There is no `histroy`")
        assert ("Did you mean `/calsync history`" in shown.text) is told
        assert ("`/calsync history` –" in shown.text) is told


async def test_what_stood_in_the_way_of_connecting_does_not_make_it_forget_the_command(world: World) -> None:
    async with world.run():
        alice = world.in_slack("alice")
        fault = world.odoo.faults.add(operation="*", drop="before", times=None)
        await alice.command("/calsync status")
        await alice.see("Odoo cannot be reached")
        world.odoo.faults.remove(fault)
        await alice.click("Connect")
        await alice.see("After that I go on with `/calsync status`")


async def test_what_breaks_after_connecting_is_told_with_a_reference(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world.run():
        alice = world.in_slack("alice")
        await alice.command("/calsync status")
        await alice.see("works once")
        pressed = await alice.click("Connect Google Account")
        assert pressed.url

        async def broken(_: object) -> None:
            raise ZeroDivisionError("secret")

        monkeypatch.setitem(commands.COMMANDS, "status", broken)
        await browse(pressed.url, "alice@example.com")
        shown = await alice.see("Something went wrong on my side")
        assert "secret" not in shown.text


async def test_debug_tells_codes_and_nothing_private(connected: World) -> None:
    connected.in_google("alice").create("Secret title", start=NOON, end=NOON + HOUR)
    connected.odoo.faults.add(
        operation="calendar.event.create", status=200, reason="odoo.exceptions.ValidationError"
    )
    await connected.sync("alice")
    alice = connected.in_slack("alice")
    await alice.command("/calsync debug")
    shown = await alice.see("This is what support needs")
    for fact in ("calsync=", "odoo=18.0", "state=connected", "parked.odoo_refuses=1", "ok parked:1"):
        assert fact in shown.text
    for secret in ("Secret", "@example.com", "xoxb", "svc-key"):
        assert secret not in str(shown.blocks) + shown.text
    connected.odoo.faults.add(operation="*", drop="before", times=None)
    async with connected.running.store.write() as tx:
        await tx.execute(sa.delete(tables.account))
    await alice.command("/calsync debug")
    shown = await alice.see("calsync=", after=shown)
    assert "state=" not in shown.text
