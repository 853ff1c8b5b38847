"""Odoo's own Google sync, installed: who uses it is not connected, and it is kept off what we write."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Worlds
from tests.doubles.odoo import OdooDouble
from tests.live.real_odoo import RealOdoo
from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.shown import assert_same
from tests.world import PEOPLE, World, make_world

pytestmark = pytest.mark.on_real_odoo

EVENT = "calendar.event"


@pytest.fixture(params=[17, 18])
async def installed(request: pytest.FixtureRequest, worlds: Worlds, tmp_path: Path) -> AsyncIterator[World]:
    """A world whose Odoo has the module; a real one is taken as it is."""
    if request.config.getoption("--live"):
        async with worlds(tmp_path) as world:
            real: Any = world.odoo
            assert isinstance(real, RealOdoo)
            if not real.has_own_sync or real.version != request.param:
                pytest.skip("this server is without google_calendar, or another version")
            real.disconnect_google()
            yield world
            real.disconnect_google()
        return
    odoo = OdooDouble(request.param, google_calendar=True)
    odoo.add_user("svc", api_key="svc-key")
    for name in PEOPLE:
        odoo.add_user(name)
    async with make_world(tmp_path, odoo=odoo) as world:
        yield world


def needing(world: World) -> dict[str, bool]:
    """Return for each title whether Odoo's own sync would push one of its events."""
    rows = world.odoo.events("alice", "name", "need_sync", archived=True)
    return {name: any(row["need_sync"] for row in rows if row["name"] == name) for name in _names(rows)}


def _names(rows: list[dict[str, Any]]) -> set[str]:
    return {row["name"] for row in rows}


async def test_who_uses_it_stops_it_first(installed: World) -> None:
    installed.odoo.connect_google("alice")
    alice, admin = installed.in_slack("alice"), installed.odoo.as_user("admin")
    async with installed.run():
        if installed.odoo.version >= 18:  # 17 tells nobody but the person
            await alice.command("/calsync connect")
            await alice.see("Odoo's own Google sync is active for you")
        admin.call("res.users", "stop_google_synchronization", [installed.odoo.users["alice"].id])
        await installed.connect("alice")
        assert (await installed.sync("alice")).code == "ok"


async def test_nothing_that_we_write_waits_for_it(installed: World) -> None:
    google, odoo = installed.in_google("alice"), installed.odoo.as_user("alice")
    async with installed.run():
        await installed.connect("alice")
        await installed.sync("alice")
        single = google.create("Single", start=NOON, end=NOON + HOUR)
        zone = {"timeZone": "Europe/Brussels"}
        times = [{"dateTime": one.isoformat(), **zone} for one in (NOON, NOON + HOUR)]
        series = google.create(
            "Series", start=times[0], end=times[1], recurrence=["RRULE:FREQ=DAILY;COUNT=4"]
        )
        gone = google.create("Gone", start=NOON, end=NOON + HOUR)
        theirs = make_in_odoo(installed, "alice", "Theirs")
        assert (await installed.sync("alice")).code == "ok"
        assert needing(installed) == {"Single": False, "Series": False, "Gone": False, "Theirs": True}
        # Once their own is pushed, that is over; and our edits bring it not back.
        odoo.write(EVENT, theirs, {"need_sync": False})
        google.patch(single["id"], start=NOON + HOUR, end=NOON + 2 * HOUR, summary="Moved")
        google.patch(series["id"], summary="Renamed", recurrence=["RRULE:FREQ=DAILY;COUNT=6"])
        google.patch(google.instances(series["id"])[1]["id"], location="Roof")
        [item] = [one["id"] for one in google.events() if one["summary"] == "Theirs"]
        google.patch(item, summary="Ours")
        google.delete(gone["id"])
        for _ in range(2):
            assert (await installed.sync("alice")).code == "ok"
        assert_same(installed, "alice")
        assert set(needing(installed).values()) == {False}
        rules = [
            row["recurrence_id"][0]
            for row in installed.odoo.events("alice", "recurrence_id")
            if row["recurrence_id"]
        ]
        assert not any(row["need_sync"] for row in odoo.read("calendar.recurrence", rules, ["need_sync"]))
        assert not installed.odoo.mails
