"""vdirsyncer between two CalDAV servers, in a virtual environment of its own."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bench.caldav import CalDavServer
from tests.bench.stage import ROOT

PACKAGE = "vdirsyncer==0.21.0"
HOME = ROOT / "build" / "vdirsyncer"


class NotAvailable(Exception):
    """It cannot be had here, and why."""


async def environment() -> Path:
    """Return the folder of its programs, installing it when that was not done.

    Raises:
        NotAvailable: the packages could not be installed.
    """
    programs = HOME / "bin"
    if not (HOME / ".ready").exists():
        pip = (str(programs / "python"), "-m", "pip", "install", "--quiet", PACKAGE)
        for command in ((sys.executable, "-m", "venv", str(HOME)), pip):
            made = await asyncio.create_subprocess_exec(
                *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
            )
            _, said = await made.communicate()
            if made.returncode:
                last = said.decode(errors="replace").strip().splitlines()[-1:]
                raise NotAvailable(f"{PACKAGE} cannot be installed: {' '.join(last)}")
        (HOME / ".ready").touch()
    return programs


class Rival:
    """It and its two servers; `near` answers at once, `far` after a round trip."""

    def __init__(self, programs: Path, config: Path, near: CalDavServer, far: CalDavServer) -> None:
        self._programs, self._config = programs, config
        self.near, self.far = near, far

    async def sync(self) -> float:
        """Sync once; returns the seconds from start to end of the process.

        Raises:
            RuntimeError: it failed.
        """
        began = time.perf_counter()
        await self._run("sync")
        return time.perf_counter() - began

    async def start_up(self) -> float:
        """Return how many seconds the program needs to do nothing."""
        began = time.perf_counter()
        await self._run("--version")
        return time.perf_counter() - began

    async def discover(self) -> None:
        """Let it find the calendars, as it wants before the first sync."""
        await self._run("discover", answers=b"y\n" * 10)

    async def _run(self, *words: str, answers: bytes = b"") -> None:
        process = await asyncio.create_subprocess_exec(
            *(str(self._programs / "vdirsyncer"), "--config", str(self._config), *words),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate(answers)
        if process.returncode:
            raise RuntimeError(f"vdirsyncer {words[0]}: {said.decode(errors='replace')[-500:]}")


@asynccontextmanager
async def rival(programs: Path, events: int, round_trip: float) -> AsyncIterator[Rival]:
    """Give two servers with half of the events each, the far one's answers so many seconds late."""
    near, far = CalDavServer("near"), CalDavServer("far", round_trip)
    near.fill(events - events // 2)
    far.fill(events // 2)
    with tempfile.TemporaryDirectory(prefix="calsync-rival-") as name:
        folder = Path(name)
        async with near, far:
            config = folder / "config"
            config.write_text("\n".join(_config(folder, near, far)))
            made = Rival(programs, config, near, far)
            await made.discover()
            yield made


def _config(folder: Path, near: CalDavServer, far: CalDavServer) -> Iterator[str]:
    yield from ("[general]", f'status_path = "{folder / "status"}"')
    yield from ("[pair bench]", 'a = "near"', 'b = "far"', "collections = null")
    for server in (near, far):
        # Without kinds of items to ask for one by one, a listing is one request.
        yield from (f"[storage {server.name}]", 'type = "caldav"', f'url = "{server.url}"', "item_types = []")
        yield from ('username = "bench"', 'password = "bench"')
