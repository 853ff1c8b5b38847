"""Scenarios of answers to series that Google brings: G2O-29, 47, 49, 50, 52."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.scenarios.calendars import BRUSSELS, contact, partner, settle
from tests.scenarios.stage import addresses, answers, bring_over, brussels, on_day, rows, starts, weekly
from tests.world import World

DAILY = [f"2024-03-{day} 09:00:00" for day in (20, 21, 22, 23)]


def daily_with_bob(world: World) -> dict[str, Any]:
    """Let alice invite bob four days in a row."""
    start = datetime(2024, 3, 20, 9, tzinfo=UTC).astimezone(BRUSSELS)
    return weekly(world, start, "FREQ=DAILY;COUNT=4", attendees=addresses("bob"))


def answers_of(world: World, partner: int) -> list[str]:
    """Return what somebody answered to each of alice's rows."""
    return [answers(world, row)[partner] for row in rows(world)]


async def test_g2o_29_a_guest_declines_the_whole_series(world: World) -> None:
    async with on_day(world, brussels(2020, 1, 1)):
        guest = contact(world, "C.C.", "c.c@example.com")
        series = weekly(
            world,
            brussels(2020, 1, 6, 9),
            "FREQ=WEEKLY;COUNT=3;BYDAY=MO",
            attendees=addresses(**{"c.c": "accepted"}),
        )
        await bring_over(world)
        assert answers_of(world, guest) == ["accepted"] * 3
        listed = world.in_google("alice").event(series["id"])["attendees"]
        for one in listed:
            if one["email"] == "c.c@example.com":
                one["responseStatus"] = "declined"
        world.in_google("alice").patch(series["id"], attendees=listed)
        await bring_over(world)
        assert answers_of(world, guest) == ["declined"] * 3
        await settle(world)


@pytest.mark.parametrize("first", [pytest.param("bob", id="47"), pytest.param("alice", id="48")])
async def test_g2o_47_this_event_is_accepted(world: World, first: str) -> None:
    """G2O-47, and the same when the organizer syncs."""
    async with on_day(world, brussels(2024, 3, 19), "alice", "bob"):
        series = daily_with_bob(world)
        await bring_over(world, "alice", "bob")
        bob = world.in_google("bob")
        world.advance(seconds=30)
        bob.respond(bob.instances(series["id"])[2]["id"], "accepted")
        await bring_over(world, first)
        assert starts(rows(world)) == DAILY
        expected = ["needsAction", "needsAction", "accepted", "needsAction"]
        assert answers_of(world, partner(world, "bob")) == expected
        assert answers_of(world, partner(world, "alice")) == ["accepted"] * 4
        await settle(world, "alice", "bob")


@pytest.mark.parametrize("first", [pytest.param("bob", id="49"), pytest.param("alice", id="50")])
async def test_g2o_49_and_50_all_events_are_accepted(world: World, first: str) -> None:
    """G2O-49: the attendee syncs; G2O-50: the organizer does."""
    async with on_day(world, brussels(2024, 3, 19), "alice", "bob"):
        series = daily_with_bob(world)
        await bring_over(world, "alice", "bob")
        world.advance(seconds=30)
        world.in_google("bob").respond(series["id"], "accepted")
        await bring_over(world, first)
        assert starts(rows(world)) == DAILY
        assert answers_of(world, partner(world, "bob")) == ["accepted"] * 4
        await settle(world, "alice", "bob")


@pytest.mark.parametrize("first", [pytest.param("alice", id="52"), pytest.param("bob", id="51")])
async def test_g2o_52_this_and_following_are_accepted(world: World, first: str) -> None:
    """G2O-52: the organizer syncs; and the same when the attendee does.

    Google splits the series then: the answer is that to its tail.
    """
    async with on_day(world, brussels(2024, 3, 19), "alice", "bob"):
        series = daily_with_bob(world)
        await bring_over(world, "alice", "bob")
        world.advance(seconds=30)
        google = world.in_google("alice")
        third = google.instances(series["id"])[2]["originalStartTime"]["dateTime"]
        google.split(series["id"], third, attendees=addresses(alice="accepted", bob="accepted"))
        await bring_over(world, first)
        await bring_over(world, "bob" if first == "alice" else "alice")
        assert starts(rows(world)) == DAILY
        expected = ["needsAction", "needsAction", "accepted", "accepted"]
        assert answers_of(world, partner(world, "bob")) == expected
        await settle(world, "alice", "bob")
