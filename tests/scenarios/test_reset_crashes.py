"""The process dies, or a side fails, at remote calls of a reset and of its undo; all comes to its end."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from bot.core import Core
from sync.model import Side
from sync.reset import Choice, Existing, Next
from tests.scenarios.calendars import DAY, HOUR, edit, rows
from tests.scenarios.resetting import START, Told, a_day_later, furnish, my_id, shown, synced, titles
from tests.scenarios.test_crashes import Crash, Doom, When
from tests.world import World

pytestmark = pytest.mark.on_real_odoo

CHOICE = Choice(Existing.BOTH, Next.NEW)


@asynccontextmanager
async def process(world: World) -> AsyncIterator[Core]:
    """Run the core alone, as a process that has just been started."""
    async with Core(world.settings, world.clock) as core:
        yield core


@pytest.fixture
async def prepared(world: World) -> World:
    """A world in which alice has an event and a series with an exception on both sides, and nothing runs."""
    async with world.run():
        await world.connect("alice")
        google = world.in_google("alice")
        google.create("Single", start=START, end=START + HOUR)
        rule = ["RRULE:FREQ=DAILY;COUNT=3"]
        series = google.create("Series", start=START, end=START + HOUR, recurrence=rule)
        moved = google.instances(series["id"])[1]
        google.patch(moved["id"], summary="Moved", start=START + DAY + HOUR, end=START + DAY + 2 * HOUR)
        await synced(world, "alice")
    return world


async def resumed(core: Core) -> bool:
    """Work on what is unfinished, as a process does that has just been started; false if there is none."""
    unfinished = await core.resets.unfinished()
    for one in unfinished:
        await core.resets.work(one.id, Told())
    return bool(unfinished)


async def reset_now(core: Core, me: int) -> int:
    """Write a reset down and return its job."""
    return await core.resets.start(me, CHOICE, by="U1")


async def undo_now(core: Core, me: int) -> int:
    """Write down the undo of what was done last and return its job."""
    newest, *_ = await core.resets.undoable(me)
    return await core.resets.undo(me, newest.id, by="U1")


NOTHING: dict[Side, set[str]] = {side: set() for side in Side}


@pytest.mark.parametrize("when", ["before", "after"])
async def test_no_crash_of_a_reset_or_an_undo_loses_anything(
    prepared: World, when: When, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with prepared.run():
        me = await my_id(prepared)
    before = shown(prepared, ["alice"])

    async def dying(at: int, act: Callable[[Core], Awaitable[int]]) -> bool:
        prepared.advance(minutes=1)  # or Google's quota of a minute is used up, and no clock ends the pause
        async with process(prepared) as core:
            doom = Doom(cast(Any, core), at, when, monkeypatch)
            with contextlib.suppress(Crash):
                await core.resets.work(await act(core), Told())
            monkeypatch.undo()
        return doom.dead

    at, step = 2, 4 if when == "before" else 3
    while await dying(at, lambda core: reset_now(core, me)):
        async with process(prepared) as core:
            if not await resumed(core):  # it died before anything was written down
                await core.resets.work(await reset_now(core, me), Told())
            assert titles(prepared) == NOTHING
            result = await core.resets.work(await undo_now(core, me), Told())
        assert result.restored == {Side.GOOGLE: 2, Side.ODOO: 2}
        assert shown(prepared, ["alice"]) == before
        at += step
    assert at > 12
    at = 1
    while await dying(at, lambda core: undo_now(core, me)):
        async with process(prepared) as core:
            await resumed(core)
            assert shown(prepared, ["alice"]) == before
            await core.resets.work(await reset_now(core, me), Told())
        at += step - 1
    assert at > 8
    async with prepared.run():
        a_day_later(prepared)
        await synced(prepared, "alice", "alice")
        assert shown(prepared, ["alice"]) == before


GOOGLE: dict[str, dict[str, Any]] = {
    "429": dict(operation="calendar.*", status=429, headers={"Retry-After": "7"}, times=2),
    "403 rate limit": dict(operation="*.delete", status=403, reason="rateLimitExceeded", times=2),
    "500": dict(operation="calendar.*", status=500, reason="backendError", times=7, skip=1),
    "503 after the delete": dict(operation="*.delete", status=503, after=True, times=4),
    "delete done, answer lost": dict(operation="*.delete", drop="after", times=4),
    "connection lost": dict(operation="calendar.*", drop="before", times=7, skip=1),
    "412": dict(operation="*.delete", status=412, reason="conditionNotMet", times=2),
}
ODOO: dict[str, dict[str, Any]] = {
    "down": dict(operation="*", drop="before", times=9, skip=2),
    "503 after the write": dict(operation="*.write", status=503, after=True, times=4),
    "write done, answer lost": dict(operation="*.write", drop="after", times=4),
    "500": dict(operation="*", status=500, times=7),
}
FAULTS = {f"google {key}": (Side.GOOGLE, one) for key, one in GOOGLE.items()}
FAULTS |= {f"odoo {key}": (Side.ODOO, one) for key, one in ODOO.items()}


def pass_pauses(world: World, patch: pytest.MonkeyPatch) -> None:
    """Let pauses pass at once."""
    clock = world.clock

    async def passes(event: Any, seconds: float) -> bool:
        clock.advance(seconds=seconds)
        return bool(event.is_set())

    patch.setattr(clock, "wait", passes)


async def test_faults_of_either_side_are_waited_for(prepared: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async with prepared.run():
        me = await my_id(prepared)
    before = shown(prepared, ["alice"])
    pass_pauses(prepared, monkeypatch)
    for name, (side, fault) in FAULTS.items():
        faults = (prepared.google if side is Side.GOOGLE else prepared.odoo).faults
        async with process(prepared) as core:
            job = await core.resets.start(me, CHOICE, by="U1")
            planned = faults.add(**fault)
            result = await core.resets.work(job, Told())
            assert (name, result.failures, result.outcome) == (name, [], "done")
            assert planned.hits > 0, name
            faults.clear()
            assert titles(prepared) == NOTHING
            newest, *_ = await core.resets.undoable(me)
            job = await core.resets.undo(me, newest.id, by="U1")
            again = fault | {"operation": fault["operation"].replace(".delete", ".patch")}
            planned = faults.add(**again)
            result = await core.resets.work(job, Told())
            assert (name, result.failures, result.outcome) == (name, [], "done")
            assert planned.hits > 0, name
            faults.clear()
            assert shown(prepared, ["alice"]) == before, name


@pytest.mark.parametrize("side", list(Side))
async def test_what_a_reset_took_away_though_every_answer_said_no_is_not_lost(
    prepared: World, side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given up after three tries, its link came back, and the sync deleted it on the other side, too."""
    async with prepared.run():
        me = await my_id(prepared)
    before = shown(prepared, ["alice"])
    pass_pauses(prepared, monkeypatch)
    choice = Choice(Existing.GOOGLE if side is Side.GOOGLE else Existing.ODOO, Next.ALL)
    faults = (prepared.google if side is Side.GOOGLE else prepared.odoo).faults
    async with process(prepared) as core:
        operation = "*.delete" if side is Side.GOOGLE else "*.write"
        faults.add(operation=operation, status=503, after=True, times=None)
        result = await core.resets.work(await core.resets.start(me, choice, by="U1"), Told())
        assert (result.removed[side], result.failures) == (2, [])
        faults.clear()
        for _ in range(2):
            await core.feed.poll()
            assert (await core.runner.run(me)).code == "ok"
        assert shown(prepared, ["alice"]) == before


async def test_an_edit_before_an_undo_that_broke_half_way_is_not_lost(
    prepared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event that was back without its link passed for brought back by somebody, and for the newer one."""
    google = prepared.in_google("alice")
    [item] = [one["id"] for one in google.events() if one["summary"] == "Single"]
    google.patch(item, location="Roof")
    async with prepared.run():
        me = await my_id(prepared)
        await synced(prepared, "alice")
    pairs = {row["name"]: row["id"] for row in rows(prepared, "alice")}
    pass_pauses(prepared, monkeypatch)
    async with process(prepared) as core:
        job = await core.resets.start(me, Choice(Existing.GOOGLE, Next.NEW), by="U1")
        await core.resets.work(job, Told())
        edit(prepared, "alice", pairs["Single"], location="Room 1")
        prepared.advance(minutes=1)
        job = await undo_now(core, me)
        prepared.google.faults.add(operation="calendar.events.get", status=500, skip=2, times=None)
        assert (await core.resets.work(job, Told())).failures
        prepared.google.faults.clear()
        assert not (await core.resets.work(await undo_now(core, me), Told())).failures
        for _ in range(2):
            await core.feed.poll()
            assert (await core.runner.run(me)).code == "ok"
    for seen in shown(prepared, ["alice"]):
        assert [one.place for one in seen if one.title == "Single"] == ["Room 1"]


async def test_a_colleague_does_not_decline_while_a_crashed_reset_is_half_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Google has taken the colleague's copy away, and our own record does not know it yet."""
    async with world.run():
        for name in ("alice", "bob"):
            await world.connect(name)
        await furnish(world)
        me, bob, calls = await my_id(world), await my_id(world, "bob"), 0
        job = await world.running.services.resets.start(me, CHOICE, by="U1")
        send = world.running.google._transport._send

        def dies_after_a_delete(request: Any, token: str) -> Any:
            nonlocal calls
            answer = send(request, token)
            if request.method == "DELETE":
                calls += 1
                raise Crash
            return answer

        monkeypatch.setattr(world.running.google._transport, "_send", dies_after_a_delete)
        with contextlib.suppress(BaseExceptionGroup, Crash):
            await world.running.services.resets.work(job, Told())
        monkeypatch.undo()
        assert calls
    async with process(world) as core:  # which does not go on with the job by itself
        await core.feed.poll()
        assert [(await core.runner.run(one)).code for one in (bob, bob, me)] == ["ok", "ok", "resetting"]
        declined = [dict(one.answers).get("bob@example.com") for one in shown(world, ["alice"])[1]]
        assert "declined" not in declined
    async with world.run():  # which does
        assert (await world.running.services.resets.work(job, Told())).outcome == "done"
        await synced(world, "bob", "alice", "bob")
        assert "Home meeting" not in titles(world, "bob")[Side.GOOGLE]
