"""What a sync would do, told before it does it: in Slack, and by `calsync sync` in a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import once
from sync.store import accounts
from sync.store.accounts import AccountState
from tests.demo.child import environment
from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.scenarios.test_process import calsync
from tests.world import PEOPLE, World

pytestmark = pytest.mark.on_real_odoo

EVENT = "calendar.event"


def change_everything(world: World) -> None:
    """Change what both sides agreed on, and make something new on each."""
    google, odoo = world.in_google("alice"), world.odoo.as_user("alice")
    there = {item["summary"]: item["id"] for item in google.events()}
    here = {row["name"]: row["id"] for row in world.odoo.events("alice", "name")}
    google.patch(there["One"], summary="One <again>")
    odoo.write(EVENT, here["One"], {"location": "Room 1"})
    odoo.unlink(EVENT, here["Two"])
    google.create("New there", start=NOON.date(), end=(NOON + 24 * HOUR).date())
    make_in_odoo(world, "alice", "New here")


@pytest.fixture
async def changed(connected: World) -> World:
    """Alice has changed events on both sides since the last sync."""
    for title in ("One", "Two"):
        connected.in_google("alice").create(title, start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    change_everything(connected)
    connected.google.log.clear()
    connected.odoo.log.clear()
    return connected


TOLD = (
    "1 event changed on both sides and merged",
    "1 event added to Odoo",
    "1 event added to Google",
    "1 event deleted from Google",
)
DONE = {"merged": 1, "new_in_google": 1, "new_in_odoo": 1, "deleted_in_odoo": 1}


async def test_a_dry_run_tells_what_a_sync_then_does_and_writes_nothing(changed: World) -> None:
    alice = changed.in_slack("alice")
    await alice.command("/calsync resync dry-run")
    shown = await alice.see("nothing was written")
    for told in TOLD:
        assert told in shown.text
    for example in (
        "One &lt;again&gt;, <!date^",
        "changed in Google (place), changed in Odoo (title)",
        "Two, <!date^",
        "taken out of Google: it was deleted in Odoo",
        f"New there, {NOON:%b} {NOON.day}, {NOON.year} – added to Odoo: it is new in Google",
    ):
        assert example in shown.text
    assert changed.google.log.writes() == changed.odoo.log.writes() == []
    assert "dry run" not in changed.in_slack("bob").screen().text()
    assert dict((await changed.sync("alice")).counts) == DONE
    await alice.command("/calsync resync dry-run")
    await alice.see("A sync now would change nothing")


async def test_a_dry_run_says_which_deletions_would_wait(connected: World) -> None:
    for n in range(12):
        connected.in_google("alice").create(f"Event {n}", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    rows = [row["id"] for row in connected.odoo.events("alice", "id")]
    connected.odoo.as_user("alice").unlink(EVENT, rows)
    alice = connected.in_slack("alice")
    await alice.command("/calsync resync dry-run")
    shown = await alice.see("12 deletions would wait for your word")
    assert shown.text.count("its deletion waits for your word") == 10
    assert "• Event 0, <!date^" in shown.text
    assert "… and 2 more" in shown.text
    assert (await connected.sync("alice")).counts["held_back"] == 12


@pytest.mark.parametrize("line", ["resync dry-rnu", "resync now"])
async def test_another_word_after_resync_does_nothing(changed: World, line: str) -> None:
    alice = changed.in_slack("alice")
    await alice.command(f"/calsync {line}")
    await alice.see(f"There is no `{line}`. Did you mean `/calsync resync dry-run`?")
    assert changed.google.log.writes() == changed.odoo.log.writes() == []


async def test_a_dry_run_says_what_stands_in_its_way(connected: World) -> None:
    alice, bob = connected.in_slack("alice"), connected.in_slack("bob")
    await bob.command("/calsync resync dry-run")
    await bob.see("You are not connected")
    connected.google.faults.add(operation="calendar.*", drop="before", times=None)
    await alice.command("/calsync resync --dry-run")
    await alice.see("I cannot tell what a sync would do. Google cannot be reached")


@pytest.mark.parametrize("who", ["alice", "Alice@Example.com", PEOPLE["alice"]])
async def test_a_terminal_is_told_action_by_action(changed: World, who: str) -> None:
    result = await once.sync(changed.settings, who, dry_run=True, clock=changed.clock)
    assert (result.code, list(result.problems)) == (0, [])
    head, *lines, total = result.lines
    assert "What a sync of alice would do now, with times in Europe/Brussels" in head
    assert len(lines) == 4
    assert f"taken out of Google: it was deleted in Odoo – Two  {NOON:%Y-%m-%d} " in "\n".join(lines)
    assert f"added to Odoo: it is new in Google – New there  {NOON:%Y-%m-%d}" in lines
    assert total.startswith("4 actions: ")
    for told in TOLD:
        assert told in total
    assert changed.google.log.writes() == changed.odoo.log.writes() == []


async def test_a_terminal_can_sync_while_calsync_is_not_up(world: World) -> None:
    async with world.run():
        await world.connect("alice")
        await world.sync("alice")
        refused = await once.sync(world.settings, "alice", dry_run=False, clock=world.clock)
        assert refused.code == 2
        assert "is taken, so `calsync run` seems to be up" in refused.problems[0]
    make_in_odoo(world, "alice", "One")
    done = await once.sync(world.settings, "alice", dry_run=False, clock=world.clock)
    assert done == once.Result(0, ["1 action: 1 event added to Google"], [])
    world.assert_agree("alice")
    again = await once.sync(world.settings, "alice", dry_run=False, clock=world.clock)
    assert again.lines == ["Nothing to do."]


async def test_a_terminal_is_told_what_stopped_a_sync(world: World) -> None:
    async with world.run() as running:
        await world.connect("alice")
        await world.sync("alice")
        async with running.store.write() as tx:
            values = {"state": AccountState.RECONNECT}
            await accounts.update(tx, (await world.account("alice")).id, **values)
    for dry_run in (True, False):
        result = await once.sync(world.settings, "alice", dry_run=dry_run, clock=world.clock)
        assert result.code == 1
        assert "Your Google account is not connected" in result.problems[0]


async def test_somebody_unknown_or_ambiguous_is_refused(world: World) -> None:
    async with world.run() as running:
        for name in ("alice", "bob"):
            await world.connect(name)
        async with running.store.write() as tx:
            values = {"odoo_login": "alice@example.com"}
            await accounts.update(tx, (await world.account("bob")).id, **values)
    nobody = await once.sync(world.settings, "zoe", dry_run=True, clock=world.clock)
    assert (nobody.code, nobody.lines) == (2, ())
    assert "Nobody who is connected goes by zoe" in nobody.problems[0]
    several = await once.sync(world.settings, "alice@example.com", dry_run=True, clock=world.clock)
    assert several.code == 2
    assert PEOPLE["alice"] in several.problems[0]
    assert PEOPLE["bob"] in several.problems[0]


async def test_the_command_ends_with_its_code(world: World, tmp_path: Path) -> None:
    async with world.run():
        await world.connect("alice")
        await world.sync("alice")
    make_in_odoo(world, "alice", "One")
    env = environment(world.settings)
    code, said = await calsync(tmp_path, env, "sync", "--account", "alice", "--dry-run")
    assert (code, "added to Google: it is new in Odoo – One" in said) == (0, True), said
    code, said = await calsync(tmp_path, env, "sync", "--account", "alice")
    assert (code, "1 action: 1 event added to Google" in said) == (0, True), said
    code, said = await calsync(tmp_path, env, "sync", "--account", "zoe", "--dry-run")
    assert (code, "Nobody who is connected goes by zoe" in said) == (2, True), said
    world.assert_agree("alice")
