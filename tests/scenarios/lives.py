"""Many short lives of `calsync run`: each a process of its own, forked from one that has imported everything.

Importing is most of what a start costs, and has nothing to do with what a sudden death leaves behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.demo.child import ROOT, environment
from tests.world import World

WITHIN = 120.0
"""Seconds until a life has begun, on however busy a machine."""


@dataclasses.dataclass
class Life:
    """A process until it ends; it is nobody's child here, so its exit code is unknown."""

    pid: int
    log_file: Path
    ended: asyncio.Event

    @property
    def log(self) -> str:
        """Return what it has logged so far."""
        return self.log_file.read_text("utf-8", errors="replace")

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if not self.ended.is_set():
            os.kill(self.pid, number)


class Mother:
    """Gives birth to lives of calsync; use `mother()`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @asynccontextmanager
    async def life(self, world: World, folder: Path) -> AsyncIterator[Life]:
        """Let calsync run until the block ends, or until it dies; entered when it listens to Slack."""
        log_file = folder / "calsync.log"
        order = {"folder": str(folder), "log": str(log_file), "environment": environment(world.settings)}
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        pid = int(await self._process.stdout.readline())
        watched, ended = os.pidfd_open(pid), asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(watched, ended.set)
        one = Life(pid, log_file, ended)
        try:
            await world.slack.sockets.wait_connected(within=WITHIN)
            yield one
        finally:
            one.send(signal.SIGTERM)
            try:
                async with asyncio.timeout(WITHIN):
                    await ended.wait()
            finally:
                loop.remove_reader(watched)
                os.close(watched)


@asynccontextmanager
async def mother() -> AsyncIterator[Mother]:
    """Keep what lives are forked from until the block ends."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.scenarios.lives"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Mother(process)
    finally:
        assert process.stdin
        process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            await process.wait()


def _serve() -> None:
    """Fork a life for each order that comes in, and say its number."""
    from bot.__main__ import main

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setpgid(0, 0)
            os.chdir(order["folder"])
            os.environ.clear()
            os.environ.update(order["environment"])
            log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            for number, target in ((os.open(os.devnull, os.O_RDONLY), 0), (log, 1), (log, 2)):
                os.dup2(number, target)
            sys.exit(main(["run"]))
        os.write(1, f"{pid}\n".encode())


if __name__ == "__main__":
    _serve()
