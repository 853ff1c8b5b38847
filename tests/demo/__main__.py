"""Starts the demo: the page, or with --script a short conversation in the terminal."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import webbrowser
from typing import NoReturn

from tests.demo.child import Ended
from tests.demo.script import play
from tests.demo.server import PortTaken, serving
from tests.demo.stage import set_up

PORT = 8765
UNUSABLE = 2
INTERRUPTED = 130


def main() -> int:
    """Run the demo and return its exit code."""
    parser = argparse.ArgumentParser(prog="make demo ARGS=…", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help="of the page, default %(default)s, 0: any")
    parser.add_argument("--script", action="store_true", help="play a conversation in the terminal and end")
    parser.add_argument("--odoo", type=int, default=18, choices=(17, 18, 19), help="version, default 18")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    options = parser.parse_args()
    try:
        return asyncio.run(_until_stopped(options))
    except Ended as error:
        print(error, file=sys.stderr)
    except PortTaken as error:
        print(f"{error} Choose another: make demo ARGS='--port 8766'", file=sys.stderr)
    return UNUSABLE


async def _until_stopped(options: argparse.Namespace) -> int:
    work = asyncio.create_task(_script(options) if options.script else _page(options))
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
    work.cancel()
    stopping.cancel()
    try:
        return await work
    except asyncio.CancelledError:
        print("\nStopped; nothing is left behind.")
        return INTERRUPTED if options.script else 0


async def _script(options: argparse.Namespace) -> int:
    async with set_up(options.odoo) as stage:
        return await play(stage)


async def _page(options: argparse.Namespace) -> NoReturn:
    async with set_up(options.odoo) as stage, serving(stage, options.port) as address:
        print(f"calsync runs as process {stage.child.process.pid} between doubles of Slack, Google and Odoo.")
        print(f"Open {address} in a browser. Ctrl-C ends it all.", flush=True)
        if not options.no_browser and sys.stdout.isatty() and _has_display():
            await asyncio.to_thread(webbrowser.open, address)
        await stage.child.ended()


def _has_display() -> bool:
    return sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


if __name__ == "__main__":
    sys.exit(main())
