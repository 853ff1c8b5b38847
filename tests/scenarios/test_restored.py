"""calsync's own database is set back to a backup: what was done since is neither doubled, lost nor undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import backup
from sync.reset import Choice, Existing, Next
from sync.store.backup import copy
from sync.store.restored import DOUBT
from tests.scenarios import busy_hour
from tests.scenarios.busy import NOON, make_in_odoo
from tests.scenarios.calendars import EVENT, HOUR, addresses, answer, make, partner, rows, settle
from tests.scenarios.resetting import Told, reset, resets, undo_last
from tests.shown import assert_same
from tests.world import World


def back_up(world: World, folder: Path) -> Path:
    """Copy the database while calsync runs."""
    [main, *_] = world.running.store.files
    copy(main, folder / "backup.db")
    return folder / "backup.db"


def restore(copied: Path, folder: Path) -> None:
    """Do what docs/backup.md says."""
    aside = folder / "aside"
    aside.mkdir()
    for file in list(folder.glob("calsync.db*")):
        file.rename(aside / file.name)
    copied.rename(folder / "calsync.db")


def written(world: World) -> list[str]:
    """Return what was written to either side since the logs were cleared."""
    return [one.operation for one in (*world.google.log.writes(), *world.odoo.log.writes())]


def clear(world: World) -> None:
    world.google.log.clear()
    world.odoo.log.clear()


async def an_hour_after_a_backup(world: World, folder: Path) -> Path:
    """Let alice's calendars be full, copied, and changed in an hour that is synced."""
    await world.connect("alice")
    busy_hour.furnish(world)
    await settle(world)
    copied = back_up(world, folder)
    busy_hour.hour(world)
    await settle(world)
    return copied


async def test_what_was_synced_since_the_backup_stays_as_it_is(world: World, tmp_path: Path) -> None:
    async with world.run():
        copied = await an_hour_after_a_backup(world, tmp_path)
        busy_hour.more(world)
        before = await settle(world)
    restore(copied, tmp_path)
    async with world.run():
        clear(world)
        outcome = await world.sync("alice")
        assert (outcome.code, written(world)) == ("ok", [])
        assert set(outcome.counts) == {"agreed", "same_event", "gone_on_both"}
        assert await settle(world) == before


@pytest.mark.parametrize(
    "expired", [False, pytest.param(True, marks=pytest.mark.long)], ids=["token good", "token expired"]
)
async def test_what_was_not_synced_yet_is(world: World, tmp_path: Path, expired: bool) -> None:
    async with world.run():
        copied = await an_hour_after_a_backup(world, tmp_path)
    world.advance(minutes=5)  # to Odoo, whole seconds are one moment
    busy_hour.more(world)
    restore(copied, tmp_path)
    world.advance(days=3)
    if expired:
        world.google.faults.add(operation="calendar.events.list", status=410, reason="fullSyncRequired")
    async with world.run():
        shown = await settle(world)
    titles = {one.title for one in shown}
    assert {"google edited again", "merged and renamed", "newer in google", "newer in odoo"} <= titles
    assert not {"google edited", "merged"} & titles
    # Both were edited after the backup and deleted after that: whether the edit was known then, nobody knows.
    assert {"odoo edited", "kept by google"} <= titles
    assert len({(one.title, one.start) for one in shown}) == len(shown)


async def test_what_a_reset_has_taken_off_one_side_since_is_not_taken_off_the_other(
    world: World, tmp_path: Path
) -> None:
    """Regression: to the copy it had just disappeared, and four events are no suspicious number."""
    async with world.run():
        for name in ("alice", "bob"):
            await world.connect(name)
        for title in ("A", "B", "C", "D"):
            make_in_odoo(world, "alice", title)
        make(world, "bob", "Stays, being bob's", partner(world, "alice"))
        await settle(world, "bob", "alice")
        copied = back_up(world, tmp_path)
        await reset(world, Choice(Existing.GOOGLE, Next.NEW))
        await world.sync("alice")
        assert (len(world.google_events("alice")), len(world.odoo_events("alice"))) == (1, 5)
    restore(copied, tmp_path)
    async with world.run():
        clear(world)
        assert (await world.sync("alice")).counts["held_back"] == 4
        assert written(world) == []
        alice = world.in_slack("alice")
        await alice.see("4 deletions wait for your word")
        await alice.click("Bring Them Back")
        await alice.see("4 events brought back")
        assert len(assert_same(world, "alice")) == 5


async def test_a_job_that_was_under_way_does_not_go_on(world: World, tmp_path: Path) -> None:
    """Regression: it deleted once more what the person had taken back since."""
    async with world.run():
        await world.connect("alice")
        for title in ("A", "B", "C"):
            make_in_odoo(world, "alice", title)
        before = await settle(world)
        me = (await world.account("alice")).id
        job = await resets(world).start(me, Choice(Existing.BOTH, Next.ALL), by="U1")
        copied = back_up(world, tmp_path)
        await resets(world).work(job, Told())
        assert not world.google_events("alice")
        await undo_last(world)
        assert await settle(world) == before
    restore(copied, tmp_path)
    async with world.run():
        clear(world)
        assert (await resets(world).work(job, Told())).outcome == "cancelled"
        assert written(world) == []
        assert await settle(world) == before


async def test_meetings_of_several_stay_one_and_keep_their_answers(world: World, tmp_path: Path) -> None:
    async with world.run():
        for name in ("alice", "bob"):
            await world.connect(name)
        make(world, "alice", "Before", partner(world, "bob"))
        gone = make(world, "alice", "Deleted", partner(world, "bob"))
        await settle(world, "alice", "bob")
        copied = back_up(world, tmp_path)
        world.in_google("alice").create(
            "Since", start=NOON, end=NOON + HOUR, attendees=addresses("alice", "bob")
        )
        await settle(world, "alice", "bob")
        world.odoo.as_user("alice").unlink(EVENT, [gone])
        [since] = [row["id"] for row in rows(world, "bob") if row["name"] == "Since"]
        answer(world, "bob", since, "do_accept")
        before = await settle(world, "alice", "bob")
    restore(copied, tmp_path)
    async with world.run():
        clear(world)
        for name in ("bob", "alice"):
            assert (await world.sync(name)).code == "ok"
        assert written(world) == []
        assert await settle(world, "bob", "alice") == assert_same(world, "bob")
        assert await settle(world, "alice", "bob") == before


async def test_the_command_copies_beside_a_running_calsync_and_says_what_is_missing(
    connected: World, tmp_path: Path
) -> None:
    make_in_odoo(connected, "alice", "One")
    await connected.sync("alice")
    target = tmp_path / "copy.db"
    made = await backup.backup(connected.settings, target, replace=False)
    assert made.code == 0
    assert "Accounts in it: 1. Pairs of events: 1." in made.lines
    assert "CALSYNC_VAULT_KEYS are not in it" in made.lines[-1]
    again = await backup.backup(connected.settings, target, replace=False)
    assert (again.code, "--force" in again.problems[0]) == (1, True)
    assert (await backup.backup(connected.settings, target, replace=True)).code == 0
    up = await backup.declare_restored(connected.settings)
    assert (up.code, "seems to be up" in up.problems[0]) == (2, True)


async def test_a_database_on_a_server_is_its_tools_work(world: World, tmp_path: Path) -> None:
    settings = world.settings.model_copy(update={"database_url": "postgresql+psycopg://host/calsync"})
    told = await backup.backup(settings, tmp_path / "copy.db", replace=False)
    assert (told.code, "pg_dump" in told.problems[0]) == (2, True)


async def test_a_copy_by_other_means_is_declared(world: World) -> None:
    async with world.run():
        await world.connect("alice")
        await world.sync("alice")
    assert (await backup.declare_restored(world.settings)).code == 0
    async with world.run():
        assert (await world.account("alice")).deletions == DOUBT
        await world.sync("alice")
        assert (await world.account("alice")).deletions == "ask"
    async with world.run():
        assert (await world.account("alice")).deletions == "ask"
