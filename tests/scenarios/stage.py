"""What scenarios of Google's news share: days of the past, people who sync, and what came of it in Odoo."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from google.auth import _helpers

from sync.run import Outcome
from sync.store import parked
from tests.scenarios.calendars import ATTENDEE, BRUSSELS, HOUR
from tests.world import World

PARTNER = "res.partner"

Odd = dict[str, dict[str, Any]]
"""Event ids with fields that Google shows for them against its own rules; None takes a field away."""


def brussels(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return a moment by the clocks of Brussels."""
    return datetime(year, month, day, hour, minute, tzinfo=BRUSSELS)


@asynccontextmanager
async def on_day(world: World, moment: datetime, *names: str) -> AsyncIterator[World]:
    """Let all clocks show `moment` and run calsync with these people connected, alice if nobody is named."""
    world.advance(seconds=(moment - world.clock.now()).total_seconds())
    async with world.run():
        for name in names or ("alice",):
            await connect(world, name)
        yield world


async def connect(world: World, name: str = "alice") -> None:
    """Let a person connect, whatever day it is, and sync for the first time."""
    # Google's library reads the system's clock when it verifies who has consented.
    with patch.object(_helpers, "utcnow", lambda: world.google.clock.now().replace(tzinfo=None)):
        await world.connect(name)
    assert (await world.sync(name)).code == "ok"


async def bring_over(world: World, *names: str) -> list[Outcome]:
    """Let these people's news of Google go to Odoo: nothing may be written to Google, and nobody mailed."""
    world.google.log.clear()
    outcomes = [await world.sync(name) for name in names or ("alice",)]
    assert [one.code for one in outcomes] == ["ok"] * len(outcomes)
    assert world.google.log.writes() == []
    assert not world.google.mails
    assert not world.odoo.mails
    return outcomes


# --- Google


def addresses(*names: str, **answers: str) -> list[dict[str, str]]:
    """Return Google's attendees: these people, and others by name with their answers."""
    listed = [{"email": _address(name)} for name in names]
    return listed + [{"email": _address(name), "responseStatus": given} for name, given in answers.items()]


def _address(name: str) -> str:
    return name if "@" in name else f"{name}@example.com"


def weekly(world: World, start: datetime, rule: str, title: str = "coucou", **more: Any) -> dict[str, Any]:
    """Let alice make a series of one hour in Google."""
    person = world.in_google("alice")
    return person.create(title, start=start, end=start + HOUR, recurrence=[f"RRULE:{rule}"], **more)


# --- Odoo


def rows(world: World, *fields: str, of: str = "alice") -> list[dict[str, Any]]:
    """Return the rows in a person's Odoo calendar, earliest first."""
    return world.odoo.events(of, "name", "start", "stop", "partner_ids", "recurrence_id", *fields)


def starts(found: Iterable[dict[str, Any]]) -> list[str]:
    """Return when rows start, in UTC."""
    return [row["start"] for row in found]


def days(found: Iterable[dict[str, Any]]) -> list[str]:
    """Return the days on which rows start."""
    return [row["start"][:10] for row in found]


def names(found: Iterable[dict[str, Any]]) -> list[str]:
    """Return what rows are called."""
    return [row["name"] for row in found]


def answers(world: World, row: dict[str, Any]) -> dict[int, str]:
    """Return what each res.partner on a row answered."""
    domain = [("event_id", "=", row["id"])]
    actor = world.odoo.as_user("admin")
    found = actor.read(ATTENDEE, actor.search(ATTENDEE, domain), ["partner_id", "state"])
    return {one["partner_id"][0]: one["state"] for one in found}


# --- calsync


async def reasons(world: World, name: str = "alice") -> list[str]:
    """Return why events of a person are set aside."""
    async with world.running.store.read() as tx:
        return [one.reason for one in await parked.of_account(tx, (await world.account(name)).id)]
