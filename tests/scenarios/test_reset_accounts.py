"""Resets when the grant is dead, when another Google account is connected, and when the undo time is over."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from sync.errors import NeedsReconnect, Rejected
from sync.model import Side
from sync.reset import Choice, Existing, Next
from sync.store.job_tables import job, removal
from tests.scenarios.busy import HOUR, make_in_odoo
from tests.scenarios.calendars import DAY, EVENT, rows
from tests.scenarios.resetting import START, a_day_later, my_id, reset, resets, synced, titles, undo_last
from tests.world import World

pytestmark = pytest.mark.on_real_odoo

FROM_GOOGLE = Choice(Existing.GOOGLE, Next.NEW)
FROM_ODOO = Choice(Existing.ODOO, Next.NEW)
FROM_BOTH = Choice(Existing.BOTH, Next.NEW)
ONLY_NEW = Choice(Existing.LEAVE, Next.NEW)


async def one_event(world: World) -> None:
    world.in_google("alice").create("Lunch", start=START, end=START + HOUR)
    await synced(world, "alice")


async def die(world: World) -> None:
    """Let alice's grant at Google be taken back, and a run find out."""
    world.google.grants.revoke_all("alice@example.com")
    world.running.grants.forget(await my_id(world))


@pytest.mark.parametrize("noticed", [True, False], ids=["noticed", "not noticed"])
async def test_with_a_dead_grant_only_odoo_can_be_reset(connected: World, noticed: bool) -> None:
    await one_event(connected)
    connected.in_google("alice").create("Before", start=START + DAY, end=START + DAY + HOUR)
    await die(connected)
    if noticed:
        assert (await connected.sync("alice")).code == "grant_dead"
    me = await my_id(connected)
    preview = await resets(connected).preview(me, FROM_GOOGLE)
    assert preview.trouble == "grant_dead"
    assert preview.deleted[Side.GOOGLE] == 1
    for choice in (FROM_GOOGLE, FROM_BOTH):
        with pytest.raises(NeedsReconnect):
            await resets(connected).start(me, choice, by="U1")
    result = await reset(connected, FROM_ODOO)
    assert result.google_pending
    assert (result.removed[Side.ODOO], titles(connected)[Side.ODOO]) == (1, set())
    make_in_odoo(connected, "alice", "New in Odoo")
    await connected.connect("alice")
    await synced(connected, "alice")
    a_day_later(connected)
    await synced(connected, "alice")
    assert titles(connected) == {Side.GOOGLE: {"Lunch", "Before", "New in Odoo"}, Side.ODOO: {"New in Odoo"}}
    google = connected.in_google("alice")
    [before] = [one for one in google.events() if one["summary"] == "Before"]
    google.patch(before["id"], summary="Edited")
    await synced(connected, "alice")
    assert titles(connected)[Side.ODOO] == {"New in Odoo", "Edited"}


async def test_a_grant_that_dies_during_a_job_fails_what_is_left_and_ends_it(connected: World) -> None:
    await one_event(connected)
    me = await my_id(connected)
    number = await resets(connected).start(me, FROM_BOTH, by="U1")
    await die(connected)

    async def nothing(_: object) -> None:
        """Tell nobody."""

    result = await resets(connected).work(number, nothing)
    assert [(one.title, one.side, one.code) for one in result.failures] == [
        ("Lunch", Side.GOOGLE, "grant_dead")
    ]
    assert titles(connected) == {Side.GOOGLE: {"Lunch"}, Side.ODOO: set()}


@pytest.mark.on_real_odoo(False)
async def test_old_links_are_not_used_for_another_google_account(connected: World) -> None:
    """HND-59: what was in the old account is not given back to the new one."""
    await one_event(connected)
    await reset(connected, FROM_BOTH)
    async with connected.running.store.write() as tx:
        await tx.execute(sa.update(job).values(google_sub="another"))
    me = await my_id(connected)
    [undoable] = await resets(connected).undoable(me)
    preview = await resets(connected).undo_preview(me, undoable.id)
    assert preview.restorable == {Side.GOOGLE: 0, Side.ODOO: 1}
    assert [(one.side, one.code) for one in preview.lost] == [(Side.GOOGLE, "other_google_account")]
    result = await undo_last(connected)
    assert result.restored == {Side.GOOGLE: 0, Side.ODOO: 1}
    await synced(connected, "alice", "alice")
    assert titles(connected) == {side: {"Lunch"} for side in Side}
    assert len(connected.in_google("alice").events(deleted=True)) == 2, "it was made anew, not brought back"


async def test_what_somebody_deleted_for_good_is_told_before(connected: World) -> None:
    await one_event(connected)
    await reset(connected, FROM_BOTH)
    [row] = rows(connected, "alice", archived=True)
    connected.odoo.as_user("alice").unlink(EVENT, row["id"])
    me = await my_id(connected)
    [undoable] = await resets(connected).undoable(me)
    preview = await resets(connected).undo_preview(me, undoable.id)
    assert preview.restorable == {Side.GOOGLE: 1, Side.ODOO: 0}
    assert [(one.title, one.code) for one in preview.lost] == [("Lunch", "odoo_deleted")]
    await undo_last(connected)
    await synced(connected, "alice", "alice")
    assert titles(connected) == {side: {"Lunch"} for side in Side}, "Google's comes back and goes to Odoo"


async def test_what_google_does_not_bring_back_is_made_anew(connected: World) -> None:
    google = connected.in_google("alice")
    rule = ["RRULE:FREQ=DAILY;COUNT=3"]
    series = google.create("Series", start=START, end=START + HOUR, recurrence=rule)
    google.patch(google.instances(series["id"])[1]["id"], summary="Moved")
    await synced(connected, "alice")
    before = titles(connected)
    await reset(connected, FROM_GOOGLE)
    connected.google.faults.add(operation="*.patch", status=403, reason="forbidden", times=1)
    result = await undo_last(connected)
    assert result.restored[Side.GOOGLE] == 1
    assert [one.code for one in result.failures] == ["made_anew"]
    assert titles(connected) == before
    outcomes = await synced(connected, "alice", "alice")
    assert outcomes[-1].counts == {}
    assert titles(connected) == before


@pytest.mark.on_real_odoo(False)
async def test_after_two_weeks_nothing_is_kept_and_archived_rows_are_deleted(connected: World) -> None:
    await one_event(connected)
    make_in_odoo(connected, "alice", "Taken back")
    await synced(connected, "alice")
    await reset(connected, FROM_BOTH)
    me = await my_id(connected)
    async with connected.running.store.read() as tx:
        sealed = (await tx.execute(sa.select(removal.c.snapshot))).scalars().all()
    secrets = [one for one in sealed if one]
    assert len(secrets) == 2
    [taken] = [row for row in rows(connected, "alice", archived=True) if row["name"] == "Taken back"]
    odoo = connected.odoo.as_user("alice")
    await resets(connected).sweep()
    assert len(rows(connected, "alice", archived=True)) == 2, "there is time yet"
    connected.advance(days=13, hours=23)
    await resets(connected).sweep()
    [undoable] = await resets(connected).undoable(me)
    connected.advance(hours=2)
    odoo.write(EVENT, taken["id"], {"active": True})
    assert await resets(connected).undoable(me) == []
    with pytest.raises(Rejected):
        await resets(connected).undo(me, undoable.id, by="U1")
    await resets(connected).sweep()
    assert [row["name"] for row in rows(connected, "alice", archived=True)] == ["Taken back"]
    async with connected.running.store.read() as tx:
        for table in (job, removal):
            assert (await tx.execute(sa.select(sa.func.count()).select_from(table))).scalar() == 0
    path = Path(connected.settings.database_url.partition(":///")[2])
    await connected.running.store.close()
    contents = b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    assert not any(secret.encode() in contents for secret in secrets)
