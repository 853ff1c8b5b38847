"""How long calsync takes on a real Odoo: `python -m tests.live.figures`, with the settings of `make live`."""

from __future__ import annotations

import asyncio
import copy
import os
import tempfile
import time
import uuid
from collections.abc import Awaitable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from tests.live.real_odoo import EVENT, RealOdoo, service_key
from tests.world import World, make_world

EVENTS = 1000
HOUR = timedelta(hours=1)
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


async def timed(work: Awaitable[Any]) -> tuple[float, Any]:
    """Return the seconds that something took, and what came of it."""
    began = time.perf_counter()
    result = await work
    return time.perf_counter() - began, result


async def sync(world: World) -> tuple[float, dict[str, int]]:
    """Sync alice; returns the seconds and Odoo's requests by name."""
    world.odoo.log.clear()
    seconds, outcome = await timed(world.sync("alice"))
    assert outcome.code == "ok", outcome
    return seconds, world.odoo.log.counts()


def make(world: World, title: str, number: int, **more: Any) -> dict[str, Any]:
    """Let alice make the event with this number in Google, a few each day."""
    zone = {"timeZone": "Europe/Brussels"}
    start = NOON + timedelta(days=number % 300, hours=number % 5)
    times = [{"dateTime": one.isoformat(), **zone} for one in (start, start + HOUR)]
    return world.in_google("alice").create(
        f"{title} {number}", start=times[0], end=times[1], description="what it is about", **more
    )


async def first_sync(world: World) -> None:
    """A calendar of many events is taken over; then the same rows are created with nothing around it."""
    calls: list[Sequence[Mapping[str, Any]]] = []
    client, real = world.running.odoo, world.running.odoo.create

    async def noting(model: str, values: Sequence[Mapping[str, Any]]) -> list[int]:
        if model == EVENT:
            calls.append(copy.deepcopy(values))
        return await real(model, values)

    for number in range(EVENTS):
        make(world, "Event", number)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "create", noting)
        seconds, counts = await sync(world)
    rows = [[{**one, "access_token": uuid.uuid4().hex} for one in values] for values in calls]
    bare = 0.0
    for values in rows:
        bare += (await timed(client.create(EVENT, values)))[0]
    made = sum(map(len, rows))
    print(f"first sync of {made} events: {seconds:.1f} s, {sum(counts.values())} calls {counts}")
    print(f"the bare creates of these: {bare:.1f} s, {len(rows)} calls; ratio {seconds / bare:.2f}")


async def endless(world: World) -> None:
    """A daily series without an end is taken over."""
    make(world, "Daily", 0, recurrence=["RRULE:FREQ=DAILY"])
    seconds, counts = await sync(world)
    rows = len(world.odoo.events("alice", "id"))
    print(f"a daily endless series: {rows} rows, {seconds:.1f} s, {sum(counts.values())} calls {counts}")


async def rename(world: World) -> None:
    """A series of a hundred rows gets another title in Google."""
    series = make(world, "Series", 0, recurrence=["RRULE:FREQ=DAILY;COUNT=100"])
    await sync(world)
    world.in_google("alice").patch(series["id"], summary="Renamed")
    seconds, counts = await sync(world)
    named = [row["name"] for row in world.odoo.events("alice", "name")]
    assert named == ["Renamed"] * 100, named
    print(f"a rename of 100 rows: {seconds:.2f} s, {sum(counts.values())} calls {counts}")


async def main() -> None:
    """Measure one thing after the other, each in a world of its own."""
    for measure in (first_sync, endless, rename):
        with tempfile.TemporaryDirectory() as folder:
            odoo = cast(Any, RealOdoo())
            async with make_world(Path(folder), odoo=odoo, odoo_api_key=service_key()) as world, world.run():
                await world.connect("alice")
                await world.sync("alice")
                await measure(world)
                print(f"mails made: {len(world.odoo.mails)}; load: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    asyncio.run(main())
