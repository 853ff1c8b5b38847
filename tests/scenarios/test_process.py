"""`calsync` as a real process: how it starts, refuses and ends; test_process_crashes.py kills it."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest

from tests.demo.child import environment, running
from tests.world import World, make_world


async def calsync(folder: Path, env: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Run the command to its end and return its exit code and all it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=folder,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(30):
            output, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        raise
    return process.returncode or 0, output.decode()


def bare(world: World) -> dict[str, str]:
    env = environment(world.settings)
    return {name: value for name, value in env.items() if not name.startswith("CALSYNC_")}


async def test_missing_settings_are_all_listed_and_end_with_2(world: World, tmp_path: Path) -> None:
    code, said = await calsync(tmp_path, bare(world), "run")
    assert code == 2
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "GOOGLE_CLIENT_FILE", "ODOO_URL", "ODOO_API_KEY"):
        assert f"CALSYNC_{name}" in said
    assert "CALSYNC_VAULT_KEYS=" in said, "a fresh key to keep"
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ODOO_DB": "nope"}, "Odoo has no database nope"),
        ({"ODOO_API_KEY": "nope"}, "Odoo refuses the login svc"),
        ({"SLACK_BOT_TOKEN": "xoxb-nope"}, "Slack refuses the bot token"),
        ({"SLACK_APP_TOKEN": "xapp-nope"}, "Slack refuses the app-level token"),
        ({"SLACK_API_URL": "http://127.0.0.1:9/api/"}, "Slack does not answer"),
        ({"DATABASE_URL": "sqlite+aiosqlite:////nowhere/at/all.db"}, "the database cannot be used"),
    ],
)
async def test_a_wrong_setting_is_told_with_its_fix_and_ends_with_2(
    world: World, tmp_path: Path, wrong: dict[str, str], sentence: str
) -> None:
    changed = {f"CALSYNC_{name}": value for name, value in wrong.items()}
    code, said = await calsync(tmp_path, environment(world.settings) | changed, "run")
    assert (code, sentence in said) == (2, True), said
    assert "Traceback" not in said


async def test_a_key_can_be_made(world: World, tmp_path: Path) -> None:
    code, said = await calsync(tmp_path, bare(world), "vault", "new-key")
    assert code == 0
    assert len(said.strip()) == 44


async def test_doctor_tells_by_its_exit_code_whether_something_is_bad(world: World, tmp_path: Path) -> None:
    code, said = await calsync(tmp_path, environment(world.settings), "doctor")
    assert (code, "MEND" in said, "ok     odoo.server: version 18" in said) == (0, False, True), said
    world.odoo.clock.advance(minutes=5)
    code, said = await calsync(tmp_path, environment(world.settings), "doctor", "--json")
    found = {one["name"]: one["level"] for one in json.loads(said)["findings"]}
    assert (code, found["clock"], found["odoo.server"]) == (1, "bad", "ok"), said


@pytest.mark.parametrize(
    ("version", "changed", "sentence"),
    [
        (18, {"ODOO_API": "json2"}, "there is no JSON-2 at CALSYNC_ODOO_URL"),
        (19, {"ODOO_API": "json2", "ODOO_API_KEY": "svc"}, "holds the password of svc"),
        (19, {"ODOO_LOGIN": "alice"}, "the key in CALSYNC_ODOO_API_KEY is svc's"),
        (19, {"ODOO_API": "xmlrpc"}, "CALSYNC_ODOO_API"),
    ],
)
async def test_a_way_to_odoo_that_cannot_be_taken_is_told_with_its_fix(
    tmp_path: Path, version: int, changed: dict[str, str], sentence: str
) -> None:
    async with make_world(tmp_path, odoo_version=version) as world:
        env = environment(world.settings) | {f"CALSYNC_{name}": value for name, value in changed.items()}
        code, said = await calsync(tmp_path, env, "run")
    assert (code, sentence in said) == (2, True), said


async def test_it_starts_while_odoo_is_down_and_stops_in_good_order(world: World, tmp_path: Path) -> None:
    fault = world.odoo.faults.add(operation="*", drop="before", times=None)
    async with running(world, tmp_path) as child:
        assert "odoo_down_at_start" in child.log
        assert world.settings.listen in child.log, "says where it serves"
        alice = world.in_slack("alice")
        await alice.command("/calsync connect")
        await alice.see("Odoo cannot be reached")
        world.odoo.faults.remove(fault)
        await alice.command("/calsync connect")
        await alice.see("works once")
        child.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            assert await child.process.wait() == 0
