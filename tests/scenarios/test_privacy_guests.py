"""Guests whom somebody adds in Odoo to the busy block of a private Google event."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.busy import NOON
from tests.scenarios.calendars import BRUSSELS, HOUR, contact, edit, invited, partner, rows, sync
from tests.scenarios.test_privacy import PRIVATE, leaked, quiet
from tests.world import World

SERIES: dict[str, Any] = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]}


async def private(world: World, **more: Any) -> dict[str, Any]:
    """Let alice make a private event with dave as a guest, and sync it."""
    contact(world, "Dave", "dave@example.com")
    start = NOON.astimezone(BRUSSELS)
    item = world.in_google("alice").create("Surgery", start=start, end=start + HOUR, **PRIVATE, **more)
    await quiet(world, "alice")
    return item


@pytest.mark.parametrize("who", ["alice", "bob"])
@pytest.mark.parametrize("reach", ["single", "self_only", "all_events"])
async def test_nobody_comes_to_a_private_event_by_its_busy_block(team: World, reach: str, who: str) -> None:
    """They would be shown all of it: who is added is taken off the block again, and that is explained."""
    item = await private(team, **({} if reach == "single" else SERIES))
    row = rows(team, "alice")[0 if reach == "single" else 1]
    more = {} if reach == "single" else {"recurrence_update": reach}
    edit(team, who, row["id"], partner_ids=[[4, partner(team, "bob")], [4, partner(team, "carol")]], **more)
    team.in_slack("alice").reload()
    outcome = await sync(team, "alice")
    assert outcome.counts["kept_private"] == 1
    assert await team.in_slack("alice").see("Invite people in Google instead")
    await quiet(team, "bob", "carol", "alice")
    assert leaked(team) == []
    person = team.in_google("alice")
    items = [person.event(item["id"])] + ([] if reach == "single" else person.instances(item["id"]))
    for one in items:
        assert set(invited(one)) == {"alice@example.com", "dave@example.com"}
        assert one["summary"] == "Surgery"
    assert team.in_google("bob").events() == team.in_google("carol").events() == []
    assert {row["name"] for row in rows(team, "alice")} == {"Busy"}
    for row in rows(team, "alice", "partner_ids"):
        assert set(row["partner_ids"]) <= {partner(team, "alice")}


async def test_a_guest_is_not_added_to_the_one_private_occurrence(team: World) -> None:
    """The rest of the series takes guests as ever."""
    contact(team, "Dave", "dave@example.com")
    person, start = team.in_google("alice"), NOON.astimezone(BRUSSELS)
    item = person.create("Plan", start=start, end=start + HOUR, **SERIES)
    second = person.instances(item["id"])[1]["id"]
    person.patch(second, summary="Surgery", visibility="private")
    await quiet(team, "alice")
    block, after = rows(team, "alice")[1:]
    for row in (block, after):
        edit(team, "alice", row["id"], partner_ids=[[4, partner(team, "bob")]])
    await quiet(team, "alice", "bob")
    assert leaked(team) == []
    listed = [set(invited(one)) for one in person.instances(item["id"])]
    assert listed == [set(), set(), {"alice@example.com", "bob@example.com"}]


async def test_who_was_added_while_the_event_became_private_stays_outside(team: World) -> None:
    contact(team, "Dave", "dave@example.com")
    person = team.in_google("alice")
    item = person.create("Surgery", start=NOON, end=NOON + HOUR, **(PRIVATE | {"visibility": "default"}))
    await quiet(team, "alice")
    [row] = rows(team, "alice")
    edit(team, "alice", row["id"], partner_ids=[[4, partner(team, "bob")]])
    person.patch(item["id"], visibility="private")
    await quiet(team, "alice", "bob")
    assert leaked(team) == []
    assert set(invited(person.event(item["id"]))) == {"alice@example.com", "dave@example.com"}
