"""Meetings of a colleague whose account does not run: nobody waits for it for ever, nothing comes twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sync.model import Side
from sync.store import accounts
from sync.store.accounts import AccountState
from tests.properties.hands import Hand
from tests.scenarios.calendars import invited, rows
from tests.scenarios.found import GOOGLE, ODOO, make, quieten, settle
from tests.scenarios.test_meetings_lost_in_odoo import UID, calm
from tests.shown import in_google, in_odoo
from tests.world import World


@pytest.fixture
async def team(world: World) -> AsyncIterator[World]:
    """A world in which alice, bob and carol are connected; time stands still."""
    world.stop_clocks()
    async with world.run():
        for name in ("alice", "bob", "carol"):
            await world.connect(name)
            await world.sync(name)
        yield world


async def stop(world: World, name: str, how: str) -> None:
    """Let a person's account run no more, or again."""
    changes: dict[str, dict[str, Any]] = {
        "reconnect": {"state": AccountState.RECONNECT},
        "halt": {"halt": "odoo_user_gone"},
        "pause": {"paused_at": world.clock.now()},
        "no more": {"state": AccountState.CONNECTED, "halt": None, "paused_at": None},
    }
    async with world.running.store.write() as tx:
        await accounts.update(tx, (await world.account(name)).id, **changes[how])


@pytest.mark.parametrize("how", ["reconnect", "halt", "pause"])
@pytest.mark.parametrize("rule", [0, 1])
async def test_invited_in_google_by_somebody_whose_account_does_not_run(
    team: World, rule: int, how: str
) -> None:
    make(team, "alice", GOOGLE, rule=rule)
    await settle(team)
    await stop(team, "alice", how)
    Hand(team, "alice", GOOGLE).invite("it", "bob", here=True)
    quieten(team)
    await calm(team, "bob", "carol")
    assert len(in_odoo(team, "bob")) == len(in_google(team, "bob")) == (4 if rule else 1)
    if how == "reconnect":
        await team.connect("alice")
        await settle(team, "alice", "bob", "carol")
    assert len(in_odoo(team, "bob")) == len(in_google(team, "bob")) == (4 if rule else 1)
    given = [dict(one.answers)["bob@example.com"] for one in in_odoo(team, "alice")]
    assert set(given) == {"needsAction"}


@pytest.mark.parametrize("rule", [0, 1])
@pytest.mark.parametrize("order", [("alice", "bob"), ("bob", "alice")])
async def test_invited_in_odoo_by_somebody_whose_account_does_not_run(
    team: World, order: tuple[str, ...], rule: int
) -> None:
    make(team, "alice", ODOO, rule=rule)
    await settle(team)
    await stop(team, "alice", "reconnect")
    Hand(team, "alice", ODOO).invite("it", "bob", here=True)
    quieten(team)
    await calm(team, "bob")
    assert len(in_google(team, "bob")) == (4 if rule else 1)
    [mirror] = team.in_google("bob").events()
    assert mirror["organizer"]["self"]
    await team.connect("alice")
    await settle(team, *order)
    [copy] = team.in_google("bob").events()
    assert copy["organizer"]["email"] == "alice@example.com"
    assert set(invited(copy)) == {"alice@example.com", "bob@example.com"}
    assert len(in_odoo(team, "bob")) == (4 if rule else 1)


@pytest.mark.parametrize("side", [GOOGLE, ODOO])
async def test_who_waited_for_a_run_when_the_account_stopped_waits_a_day_at_most(
    team: World, side: Side
) -> None:
    make(team, "alice", side)
    await settle(team)
    Hand(team, "alice", side).invite("it", "bob", here=True)
    quieten(team)
    await team.sync("bob")
    await stop(team, "alice", "reconnect")
    await team.sync("bob")
    team.advance(hours=25)
    await calm(team, "bob")
    assert len(in_odoo(team, "bob")) == len(in_google(team, "bob")) == 1
    await stop(team, "alice", "no more")
    await settle(team, "alice", "bob", "carol")
    assert len(in_google(team, "bob")) == 1


async def test_a_copy_that_its_guest_deleted_is_not_followed_by_a_mirror(team: World) -> None:
    make(team, "alice", ODOO, "bob")
    await settle(team)
    await stop(team, "alice", "reconnect")
    [copy] = team.in_google("bob").events()
    team.in_google("bob").delete(copy["id"])
    for _ in range(3):
        for name in ("bob", "carol"):
            assert (await team.sync(name)).code == "ok"
        team.advance(hours=25)
    assert in_google(team, "bob") == []
    assert [dict(one.answers)["bob@example.com"] for one in in_odoo(team, "bob")] == ["declined"]


async def test_a_meeting_from_outside_that_only_an_account_has_which_does_not_run(team: World) -> None:
    day = team.clock.now().date()
    Hand(team, "bob", GOOGLE).receive(UID, "it", day, 14, 0, ["bob"], "")
    await calm(team, "bob")
    await stop(team, "bob", "reconnect")
    Hand(team, "carol", GOOGLE).receive(UID, "it", day, 14, 0, ["bob", "carol"], "")
    await calm(team, "carol")
    [row] = rows(team, "carol")
    assert [one["id"] for one in rows(team, "bob")] == [row["id"]]
    assert invited(team.in_google("carol").events()[0])["carol@example.com"] == "needsAction"
