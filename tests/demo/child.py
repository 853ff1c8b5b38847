"""The real calsync as a child process, between the doubles of a world."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from pydantic import SecretStr

from bot.settings import PREFIX, Settings
from tests.world import World

ROOT = Path(__file__).parents[2]
READY_WITHIN = 30.0
PATIENCE = 10.0


class Ended(Exception):
    """calsync ended by itself, or was not ready in time; the message holds its log."""


@dataclass(frozen=True)
class Child:
    """calsync while it runs."""

    process: asyncio.subprocess.Process
    log_file: Path

    @property
    def log(self) -> str:
        """Return what it has logged so far."""
        return self.log_file.read_text("utf-8", errors="replace")

    async def ended(self) -> NoReturn:
        """Wait until it ends by itself.

        Raises:
            Ended: always.
        """
        raise Ended(f"calsync ended with code {await self.process.wait()}. It said:\n{self.log}")


def environment(settings: Settings) -> dict[str, str]:
    """Return our environment with these settings in it and no other of calsync's."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    own = {}
    for name, value in settings:
        if value is not None:
            plain = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            own[PREFIX + name.upper()] = plain
    return inherited | own | {"PYTHONPATH": str(ROOT), "NO_PROXY": "localhost,127.0.0.1"}


@asynccontextmanager
async def running(
    world: World, folder: Path, *within: str, ready_within: float = READY_WITHIN
) -> AsyncIterator[Child]:
    """Run calsync until the block ends; entered when it listens to Slack, after so many seconds at most.

    `within` is what runs it, if any.

    It gets a process group of its own: Ctrl-C in the terminal reaches the demo alone, which ends it in turn.

    Raises:
        Ended: it did not start.
    """
    log_file = folder / "calsync.log"
    with log_file.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(*within, sys.executable, "-m", "bot", "run"),
            cwd=folder,
            env=environment(world.settings),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            process_group=0,
        )
    child = Child(process, log_file)
    try:
        await _ready(world, child, ready_within)
        yield child
    finally:
        await _end(process)


async def _ready(world: World, child: Child, within: float) -> None:
    connected = asyncio.create_task(world.slack.sockets.wait_connected(within=within))
    ended = asyncio.create_task(child.ended())
    try:
        await asyncio.wait({connected, ended}, return_when=asyncio.FIRST_COMPLETED)
        await (ended if ended.done() else connected)
    except TimeoutError:
        raise Ended(f"calsync was not ready in {within:.0f} s. It said:\n{child.log}") from None
    finally:
        connected.cancel()
        ended.cancel()
        await asyncio.gather(connected, ended, return_exceptions=True)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(PATIENCE):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
