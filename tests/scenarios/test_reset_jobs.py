"""Jobs of resets: what waits for them, cancelling, items that fail, what colleagues make of it."""

from __future__ import annotations

import asyncio

import pytest

from bot.app import Calsync
from sync.errors import Busy, Misconfigured
from sync.model import Side
from sync.reset import Choice, Existing, Next, Progress, Resets, Result, Stopped
from sync.reset.work import Tell
from sync.store.history import of_account
from tests.scenarios.busy import HOUR, make_in_odoo
from tests.scenarios.calendars import DAY, EVENT, addresses, make, partner
from tests.scenarios.calendars import answers as answers_in_odoo
from tests.scenarios.linking import link
from tests.scenarios.resetting import (
    START,
    Told,
    a_day_later,
    my_id,
    reset,
    resets,
    shown,
    synced,
    titles,
    undo_last,
)
from tests.world import World, browse

pytestmark = pytest.mark.on_real_odoo

FROM_GOOGLE = Choice(Existing.GOOGLE, Next.NEW)
FROM_ODOO = Choice(Existing.ODOO, Next.NEW)
FROM_BOTH = Choice(Existing.BOTH, Next.ALL)
ONLY_NEW = Choice(Existing.LEAVE, Next.NEW)


async def some(world: World, number: int) -> None:
    """Give alice so many events, the same on both sides."""
    for n in range(number):
        world.in_google("alice").create(f"Event {n}", start=START + n * DAY, end=START + n * DAY + HOUR)
    await synced(world, "alice")


async def test_everything_else_of_the_account_waits_for_a_job(connected: World) -> None:
    await some(connected, 1)
    me = await my_id(connected)
    job = await resets(connected).start(me, FROM_GOOGLE, by="U1")
    connected.in_google("alice").create("Meanwhile", start=START, end=START + HOUR)
    assert (await connected.sync("alice")).code == "resetting"
    for call in (
        resets(connected).start(me, FROM_ODOO, by="U1"),
        resets(connected).preview(me, FROM_ODOO),
        resets(connected).undo(me, job, by="U1"),
        connected.running.services.runner.preview(me),
    ):
        with pytest.raises(Busy):
            await call
    assert "are being reset just now" in await browse(await link(connected), "alice@example.com")
    assert [one.id for one in await resets(connected).unfinished()] == [job]
    await resets(connected).work(job, Told())
    assert await resets(connected).unfinished() == []
    [outcome] = await synced(connected, "alice")
    assert dict(outcome.counts) == {"new_in_google": 1}, "made after the reset was confirmed, so it is new"


async def test_a_job_tells_how_far_it_is_and_its_result_again(connected: World) -> None:
    await some(connected, 3)
    told, me = Told(), await my_id(connected)
    job = await resets(connected).start(me, FROM_BOTH, by="U1")
    await resets(connected).set_place(job, "C1/1.0")
    [unfinished] = await resets(connected).unfinished()
    assert (unfinished.account_id, unfinished.kind, unfinished.by, unfinished.place) == (
        *(me, "reset"),
        *("U1", "C1/1.0"),
    )
    result = await resets(connected).work(job, told)
    assert told.steps == [Progress(n, 6, 0) for n in range(1, 7)]
    assert result == await resets(connected).work(job, told)
    assert result.removed == {Side.GOOGLE: 3, Side.ODOO: 3}
    with pytest.raises(ValueError, match="no job"):
        await resets(connected).work(10**6, told)


async def test_two_workers_of_a_job_do_its_work_once(connected: World) -> None:
    """A click and a restart, or a try after a failure, may both come upon a job."""
    await some(connected, 3)
    me, told = await my_id(connected), (Told(), Told())
    job = await resets(connected).start(me, FROM_BOTH, by="U1")
    first, second = await asyncio.gather(*(resets(connected).work(job, one) for one in told))
    assert first == second
    assert sorted(len(one.steps) for one in told) == [0, 6]
    assert connected.google.log.count("calendar.events.delete") == 3


async def test_a_second_process_leaves_the_jobs_alone(
    connected: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regression: it took them up before it found that the address was taken."""
    await some(connected, 3)
    job = await resets(connected).start(await my_id(connected), FROM_BOTH, by="U1")
    worked_on: list[int] = []

    async def work(_: Resets, job_id: int, tell: Tell) -> Result:
        worked_on.append(job_id)
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(Resets, "work", work)
        with pytest.raises(Misconfigured, match="database_in_use"):
            await Calsync(connected.settings, connected.clock).__aenter__()
    assert worked_on == []
    assert [one.id for one in await resets(connected).unfinished()] == [job]
    assert (await resets(connected).work(job, Told())).removed == {Side.GOOGLE: 3, Side.ODOO: 3}


async def test_a_cancelled_reset_leaves_the_rest_and_can_be_undone(connected: World) -> None:
    await some(connected, 20)
    before, me = shown(connected, ["alice"]), await my_id(connected)
    job = await resets(connected).start(me, FROM_GOOGLE, by="U1")
    asked: list[bool] = []

    async def cancel(_: Progress) -> None:
        asked.append(await resets(connected).cancel(me))

    result = await resets(connected).work(job, cancel)
    assert asked[0]
    assert not any(asked[1:]), "it was asked to stop already"
    gone = result.removed[Side.GOOGLE]
    assert (result.outcome, gone < 20) == ("cancelled", True)
    [outcome] = await synced(connected, "alice")
    counts = dict(outcome.counts)
    assert counts.get("new_in_odoo", 0) in (0, gone)
    assert not await resets(connected).cancel(me)
    await undo_last(connected)
    await synced(connected, "alice", "alice")
    assert shown(connected, ["alice"]) == before


async def test_one_event_that_may_not_be_deleted_is_told_and_the_rest_goes_on(connected: World) -> None:
    """HND-58: Odoo's own wizard breaks off half-way at such an event."""
    await some(connected, 4)
    connected.odoo.faults.add(
        operation="calendar.event.write", status=200, reason="odoo.exceptions.AccessError", times=3
    )
    connected.google.faults.add(operation="*.delete", status=403, reason="forbidden", times=3)
    result = await reset(connected, FROM_BOTH)
    assert {one.side for one in result.failures} <= set(Side)
    assert all(one.title.startswith("Event ") for one in result.failures)
    assert {one.code for one in result.failures} <= {"odoo_forbids", "google_forbids"}
    assert sum(result.removed.values()) + len(result.failures) == 8
    connected.google.faults.clear()
    connected.odoo.faults.clear()
    await synced(connected, "alice", "alice")
    result = await reset(connected, FROM_BOTH)
    assert (result.failures, titles(connected)) == ([], {Side.GOOGLE: set(), Side.ODOO: set()})


@pytest.mark.parametrize("choice", [FROM_GOOGLE, FROM_ODOO, FROM_BOTH], ids=["google", "odoo", "both"])
async def test_a_colleague_neither_declines_nor_makes_it_anew(team: World, choice: Choice) -> None:
    event = make(team, "alice", "Meeting", partner(team, "bob"))
    await synced(team, "alice", "bob", "alice", "bob")
    before = answers_in_odoo(team, event)
    await reset(team, choice)
    for _ in range(2):
        await synced(team, "bob", "alice")
    a_day_later(team)
    await synced(team, "bob", "alice", "bob")
    assert answers_in_odoo(team, event) == before
    expected = {
        Side.GOOGLE: set() if Side.GOOGLE in choice.sides else {"Meeting"},
        Side.ODOO: set() if Side.ODOO in choice.sides else {"Meeting"},
    }
    assert titles(team, "bob") == titles(team, "alice") == expected
    await undo_last(team)
    for _ in range(2):
        await synced(team, "bob", "alice")
    assert titles(team, "bob") == titles(team, "alice") == {side: {"Meeting"} for side in Side}
    assert answers_in_odoo(team, event) == before
    assert not team.google.mails
    assert not team.odoo.mails


async def test_the_preview_names_examples_guests_and_what_stays(team: World) -> None:
    google = team.in_google("alice")
    google.create("Planning", start=START, end=START + HOUR, attendees=addresses("alice", "bob", "carol"))
    google.create("Soon", start=START - DAY, end=START - DAY + HOUR)
    google.create("Daily", start=START + DAY, end=START + DAY + HOUR, recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    team.in_google("bob").create("Bob's", start=START, end=START + HOUR, attendees=addresses("bob", "alice"))
    await synced(team, "bob", "alice", "bob", "alice")
    google.create("New", start=START, end=START + HOUR)
    preview = await resets(team).preview(await my_id(team), FROM_GOOGLE)
    assert preview.deleted == {Side.GOOGLE: 3, Side.ODOO: 0}
    assert [one.title for one in preview.examples[Side.GOOGLE]] == ["Soon", "Planning", "Daily"]
    assert preview.series == {Side.GOOGLE: 1, Side.ODOO: 0}
    assert preview.stays == {"guest": 1, "not_linked": 1}
    assert (preview.guests, preview.guests_examples) == (2, ["bob@example.com", "carol@example.com"])
    assert preview.left_alone == {Side.GOOGLE: 1, Side.ODOO: 0}
    assert (preview.seconds, preview.trouble) == (1, "")


async def test_only_new_lets_old_differences_be_and_its_undo_takes_them_up(connected: World) -> None:
    await some(connected, 2)
    rows = {row["name"]: row["id"] for row in connected.odoo.events("alice", "name")}
    alice = connected.odoo.as_user("alice")
    alice.write(EVENT, rows["Event 0"], {"name": "Renamed"})
    connected.in_google("alice").delete(
        next(one["id"] for one in connected.in_google("alice").events() if one["summary"] == "Event 1")
    )
    await connected.running.timer.poll()
    await reset(connected, ONLY_NEW)
    [outcome] = await synced(connected, "alice")
    assert dict(outcome.counts) == {}
    a_day_later(connected)
    [outcome] = await synced(connected, "alice")
    assert dict(outcome.counts) == {}
    assert titles(connected) == {Side.GOOGLE: {"Event 0"}, Side.ODOO: {"Renamed", "Event 1"}}
    alice.write(EVENT, rows["Event 0"], {"location": "Roof"})
    await synced(connected, "alice")
    [item] = connected.in_google("alice").events()
    assert (item["summary"], item["location"]) == ("Event 0", "Roof"), "a later edit syncs, the old one not"
    await undo_last(connected)
    await synced(connected, "alice", "alice")
    assert titles(connected) == {side: {"Renamed"} for side in Side}


async def test_a_reset_that_changes_nothing_is_nothing_to_undo(connected: World) -> None:
    await some(connected, 1)
    result = await reset(connected, ONLY_NEW)
    assert result.undo_until is None
    assert await resets(connected).undoable(await my_id(connected)) == []


async def test_deletions_of_a_run_can_be_undone(connected: World) -> None:
    make_in_odoo(connected, "alice", "Here")
    await some(connected, 2)
    before = shown(connected, ["alice"])
    items = {one["summary"]: one["id"] for one in connected.in_google("alice").events()}
    connected.in_google("alice").delete(items["Event 0"])
    [row] = [row["id"] for row in connected.odoo.events("alice", "name") if row["name"] == "Event 1"]
    connected.odoo.as_user("alice").unlink(EVENT, row)
    [outcome] = await synced(connected, "alice")
    assert dict(outcome.counts) == {"deleted_in_google": 1, "deleted_in_odoo": 1}
    [undoable] = await resets(connected).undoable(await my_id(connected))
    assert (undoable.kind, undoable.choice, undoable.by) == ("run", None, "")
    assert undoable.removed == {Side.GOOGLE: 1, Side.ODOO: 1}
    assert {one.title for one in undoable.examples} == {"Event 0", "Event 1"}
    result = await undo_last(connected)
    assert result.restored == {Side.GOOGLE: 1, Side.ODOO: 1}
    await synced(connected, "alice", "alice")
    assert shown(connected, ["alice"]) == before
    assert await resets(connected).undoable(await my_id(connected)) == []
    async with connected.running.store.read() as tx:
        entries = await of_account(tx, await my_id(connected))
    assert {(one.action, one.reason) for one in entries} >= {("restore", "undone")}
