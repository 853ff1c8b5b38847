"""What scenarios of alerts share: what stands in the channel, and a refusal of Google's that brings one."""

from __future__ import annotations

from tests.doubles.slack.model import Message
from tests.world import ADMIN, ALERTS, World


def channel(world: World) -> list[Message]:
    """Return what stands in the alert channel."""
    return world.slack.screen(ADMIN, ALERTS).messages


async def meet(world: World, name: str, reason: str) -> None:
    """Let a person's next run meet a refusal of Google's."""
    fault = world.google.faults.add(operation="calendar.*", status=403, reason=reason, times=None)
    await world.sync(name)
    world.google.faults.remove(fault)
