"""Everything the demo plays with: the doubles with people in them, the real calsync, and the faults."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.demo.child import Child, running
from tests.demo.compare import Row, line_up
from tests.demo.faults import Switches
from tests.demo.seed import seed
from tests.world import World, make_world

SYNC_INTERVAL, ODOO_INTERVAL = 10, 5
"""The smallest there are, so that changes travel while one looks on."""


@dataclass(frozen=True)
class Stage:
    """The demo while it runs."""

    world: World
    child: Child
    switches: Switches

    def rows(self, who: str) -> list[Row]:
        """Return a person's two calendars, lined up."""
        return line_up(*self.world.comparable(who))


@asynccontextmanager
async def set_up(odoo_version: int = 18) -> AsyncIterator[Stage]:
    """Start everything in a folder of its own, and leave nothing behind.

    Raises:
        Ended: calsync did not start.
    """
    with TemporaryDirectory(prefix="calsync-demo-") as name:
        folder = Path(name)
        async with make_world(
            folder,
            odoo_version=odoo_version,
            host="localhost",
            sync_interval=SYNC_INTERVAL,
            odoo_interval=ODOO_INTERVAL,
        ) as world:
            seed(world)
            async with running(world, folder) as child:
                yield Stage(world, child, Switches(world.google.faults, world.odoo.faults))
