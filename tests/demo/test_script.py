"""The demo as people start it: it plays to its end, it stops when told to, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import aiohttp

from tests.demo.child import ROOT


async def start(folder: Path, *arguments: str) -> asyncio.subprocess.Process:
    """Start the demo with its temporary files in `folder`."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.demo", *arguments),
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(folder)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


def assert_nothing_left(folder: Path, output: str) -> None:
    """Assert that calsync has gone, and its folder too."""
    assert list(folder.iterdir()) == []
    found = re.search(r"process (\d+)", output)
    assert found, output
    assert not Path("/proc", found[1]).exists()


async def test_script_ends_with_both_calendars_the_same(tmp_path: Path) -> None:
    demo = await start(tmp_path, "--script")
    output = (await demo.communicate())[0].decode()
    assert demo.returncode == 0, output
    assert "nothing lost, nothing doubled" in output
    assert_nothing_left(tmp_path, output)


async def test_ctrl_c_ends_the_page_and_leaves_nothing(tmp_path: Path) -> None:
    demo = await start(tmp_path, "--no-browser", "--port", "0")
    assert demo.stdout
    output = (await demo.stdout.readuntil(b"in a browser")).decode()
    address = re.search(r"http://localhost:\d+", output)
    assert address, output
    async with aiohttp.ClientSession() as browser, browser.get(f"{address[0]}/people/alice/state") as stream:
        assert (await stream.content.readline()).startswith(b"data: ")
        demo.send_signal(signal.SIGINT)
        output += (await demo.communicate())[0].decode()
    assert demo.returncode == 0, output
    assert_nothing_left(tmp_path, output)
