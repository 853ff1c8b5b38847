"""What the stories that the state machines found share: a thing of theirs, and that all is quiet after it."""

from __future__ import annotations

from datetime import timedelta

from sync.model import Side
from tests.properties.hands import Hand
from tests.shown import assert_same
from tests.world import PEOPLE, World

GOOGLE, ODOO = Side


def make(world: World, name: str, side: Side, *guests: str, rule: int = 0, hour: int = 14) -> None:
    """Let a person make an event called "it", or a series of `tests.properties.hands`."""
    day = world.clock.now().date() + timedelta(days=3)
    Hand(world, name, side).make("it", day, hour, rule, [*guests])
    quieten(world)


def quieten(world: World) -> None:
    """Forget the mails that people caused themselves."""
    world.google.mails.clear()
    world.odoo.mails.clear()


async def settle(world: World, *names: str) -> None:
    """Let everybody run until all is quiet, and assert that everybody's two calendars are the same."""
    quieten(world)
    for _ in range(3):
        for name in names or PEOPLE:
            assert (await world.sync(name)).code == "ok"
    world.google.log.clear()
    world.odoo.log.clear()
    for name in names or PEOPLE:
        await world.sync(name)
    assert world.google.log.writes() == world.odoo.log.writes() == []
    assert not world.google.mails
    assert not world.odoo.mails
    for name in names or PEOPLE:
        assert_same(world, name)
