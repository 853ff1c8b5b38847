"""Pressing through a reset in Slack, the core being scripted: what the tests of it share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sync.reset import Progress
from tests.doubles.slack import Message, Person
from tests.world import World

Tell = Callable[[Progress], Awaitable[None]]
NOTHING_YET = "Nothing is done yet"


async def choose(person: Person, *buttons: str) -> Message:
    """Press buttons of the choice, and return it as it then looks."""
    for button in buttons:
        await person.click(button)
        await person.see(f"*{button}*")
    return await person.see(NOTHING_YET)


async def look(person: Person) -> Message:
    """Ask what would happen."""
    await person.click("Show What Would Happen")
    return await person.see("A reset would delete")


async def opened(world: World, name: str = "alice") -> Person:
    person = world.in_slack(name)
    await person.command("/calsync reset")
    await person.see(NOTHING_YET)
    return person


async def whispered(world: World, person: Person) -> str:
    """Return what was answered to a person in whatever conversation, once all clicks are answered."""
    await world.running.services.errands.settled()
    return "\n".join(one.text for one in world.slack.workspace.messages if one.ephemeral_to == person.id)


async def confirmed(world: World) -> tuple[Person, Message]:
    """Let alice confirm a reset of both sides; its job waits for the test."""
    alice = await opened(world)
    await choose(alice, "Delete from both")
    shown = await look(alice)
    await alice.click("Reset Now")
    await alice.see("Starting…")
    return alice, shown
