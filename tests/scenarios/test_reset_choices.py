"""The eight combinations mean what they say (HND-50 to HND-57), now, at the next sync and a day later."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sync.model import Side
from sync.reset import Choice, Existing, Next
from tests.scenarios.calendars import EVENT
from tests.scenarios.resetting import (
    CHOICES,
    HERE,
    MIRROR,
    NEW_HERE,
    NEW_THERE,
    OWN,
    THERE,
    a_day_later,
    furnish,
    my_id,
    name_of,
    reminders,
    reset,
    resets,
    shown,
    synced,
    titles,
    undo_last,
)
from tests.world import World

pytestmark = pytest.mark.on_real_odoo


@pytest.fixture
async def home(world: World) -> AsyncIterator[World]:
    """A world in which alice and bob are connected and alice has an event of every kind."""
    async with world.run():
        for name in ("alice", "bob"):
            await world.connect(name)
        await furnish(world)
        yield world


def at_once(choice: Choice) -> dict[Side, set[str]]:
    """Return what is to be seen when the reset is done."""
    return {
        Side.GOOGLE: THERE - (OWN | {MIRROR} if Side.GOOGLE in choice.sides else set()),
        Side.ODOO: HERE - (OWN if Side.ODOO in choice.sides else set()),
    }


def in_the_end(choice: Choice) -> dict[Side, set[str]]:
    """Return what is to be seen when the sync has done its part."""
    now = at_once(choice)
    if choice.next is Next.NEW:
        return now
    everything = now[Side.GOOGLE] | now[Side.ODOO]
    return {Side.GOOGLE: everything, Side.ODOO: everything}


@pytest.mark.parametrize("choice", CHOICES, ids=name_of)
async def test_each_choice_does_what_it_says_and_can_be_undone(home: World, choice: Choice) -> None:
    """HND-50, HND-51, HND-52, HND-53, HND-54, HND-55, HND-56, HND-57, in the order of the choices."""
    before, rung = shown(home), reminders(home)
    assert titles(home) == {Side.GOOGLE: THERE, Side.ODOO: HERE}
    preview = await resets(home).preview(await my_id(home), choice)
    result = await reset(home, choice)
    assert (result.outcome, result.failures) == ("done", [])
    assert preview.deleted == result.removed
    assert titles(home) == at_once(choice)
    if result.undo_until:
        undone = await undo_last(home)
        assert (undone.outcome, undone.failures) == ("done", [])
        assert undone.restored == result.removed
    assert (shown(home), reminders(home)) == (before, rung)
    await reset(home, choice)
    for _ in range(2):
        await synced(home, "alice", "bob")
    assert titles(home) == in_the_end(choice)
    assert not home.google.mails
    a_day_later(home)
    outcomes = await synced(home, "bob", "alice", "bob", "alice")
    assert [dict(one.counts) for one in outcomes] == [{}] * 4
    assert titles(home) == in_the_end(choice)
    assert not home.google.mails
    assert not home.odoo.mails


async def test_what_is_left_alone_syncs_when_it_is_edited(home: World) -> None:
    await reset(home, Choice(Existing.GOOGLE, Next.NEW))
    await synced(home, "alice")
    google, odoo = home.in_google("alice"), home.odoo.as_user("alice")
    rows = {row["name"]: row["id"] for row in home.odoo.events("alice", "name")}
    odoo.write(EVENT, rows["Single"], {"name": "Single again"})
    odoo.write(EVENT, rows[NEW_HERE], {"location": "Cellar"})
    [new] = [one for one in google.events() if one["summary"] == NEW_THERE]
    google.patch(new["id"], summary="Edited in Google")
    await synced(home, "alice")
    seen = titles(home)
    assert seen[Side.GOOGLE] & {"Single again", NEW_HERE} == {"Single again", NEW_HERE}
    assert "Edited in Google" in seen[Side.ODOO]
    assert "From Odoo" not in seen[Side.GOOGLE]
    home.odoo.mails.clear()
    a_day_later(home)
    [outcome] = await synced(home, "alice")
    assert dict(outcome.counts) == {}
