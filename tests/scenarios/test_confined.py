"""calsync as image and unit put it: no root, no capabilities, nothing writable but its own folder."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Worlds
from tests.demo.child import ROOT, environment, running
from tests.scenarios.busy import make_in_odoo

USER = 10001
READ_ONLY = """
mount --bind "$1" "$1"
mount -o remount,bind,ro /
shift
exec "$@"
"""


def unprivileged(user: int) -> list[str]:
    """Return the command that runs another one as a user without any capability."""
    dropped = ["--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"]
    return ["setpriv", f"--reuid={user}", f"--regid={user}", *dropped]


def confined(folder: Path, user: int) -> list[str]:
    """Return the command that runs another one where it can write to `folder` alone."""
    namespace = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", READ_ONLY, "sh", str(folder)]
    return [*namespace, *unprivileged(user)]


def cannot_confine() -> bool:
    """Say whether this machine does not let us make a file system read-only for one process."""
    if os.geteuid() or not (shutil.which("unshare") and shutil.which("setpriv")):
        return True
    return subprocess.run(["unshare", "--mount", "true"], check=False).returncode != 0  # noqa: S607


@pytest.fixture
def user() -> int:
    """The image's user, or root without its powers where Python itself lies in root's home."""
    probe = [*unprivileged(USER), sys.executable, "-c", "import bot"]
    found = subprocess.run(probe, cwd=ROOT, capture_output=True, check=False)  # noqa: S603 (our own words)
    return USER if found.returncode == 0 else 0


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users can reach, as pytest's own are not."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def give(folder: Path, user: int) -> None:
    """Let a folder and what is in it belong to a user."""
    for path in (folder, *folder.iterdir()):
        os.chown(path, user, user)


@pytest.mark.long
@pytest.mark.skipif(cannot_confine(), reason="needs root and mount namespaces")
async def test_it_serves_on_a_read_only_system_without_root_and_ends_in_good_order(
    worlds: Worlds, folder: Path, user: int
) -> None:
    within = confined(folder, user)
    async with worlds(folder) as world:
        make_in_odoo(world, "alice", "From Odoo")
        give(folder, user)
        assert (await run([*within, "touch", str(ROOT / "written")], {}))[0] != 0, "it is read-only"
        assert await run([*within, "touch", str(folder / "written")], {}) == (0, "")
        async with running(world, folder, *within) as child:
            _, status = await run(["cat", f"/proc/{child.process.pid}/status"], {})
            assert re.search(r"^CapEff:\t0+$", status, re.MULTILINE)
            assert re.search(r"^NoNewPrivs:\t1$", status, re.MULTILINE)
            assert re.search(rf"^Uid:\t{user}\t", status, re.MULTILINE)
            page = await world.connect("alice")
            assert "Connected" in page
            assert (await run(health_check(), environment(world.settings)))[0] == 0
            child.process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(15):
                assert await child.process.wait() == 0
        assert (await run(health_check(), environment(world.settings)))[0] != 0
        assert "Read-only" not in child.log
        assert "Permission" not in child.log


def health_check() -> list[str]:
    """Return what the image's health check runs."""
    text = (ROOT / "Dockerfile").read_text("utf-8").partition("HEALTHCHECK")[2]
    command: list[str] = json.loads(text.partition("CMD ")[2].partition("\n")[0])
    assert command[0] == "python"
    return [sys.executable, *command[1:]]


async def run(command: list[str], env: dict[str, str]) -> tuple[int | None, str]:
    """Run a command and return its code and all it said."""
    process = await asyncio.create_subprocess_exec(
        *command, env=os.environ | env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()
