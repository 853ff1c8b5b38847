"""`calsync doctor` between the doubles: each line is right about what it asks, and says how to mend it."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot import doctor
from bot.doctor import Finding, Ground, Level, odoo
from bot.doctor.ground import own_ground
from sync.errors import Misconfigured
from tests.conftest import Worlds
from tests.world import ALERTS, World

NAMES = {
    "settings",
    "google.client_file",
    "google.origins",
    "google.client",
    "google.scopes",
    "google.publishing_status",
    "slack.bot_token",
    "slack.scopes",
    "slack.app_token",
    "slack.alert_channel",
    "odoo.server",
    "odoo.key",
    "odoo.calendar",
    "odoo.rights",
    "odoo.google_sync",
    "database",
    "disk",
    "vault",
    "web.listen",
    "web.public_url",
    "clock",
}
"""They are stable: whoever watches `calsync doctor --json` goes by them."""


async def findings(world: World, **changed: Any) -> dict[str, Finding]:
    """Examine the world, with some settings changed, and return the findings by name."""
    settings = world.settings.model_copy(update=changed)
    found = await doctor.examine(settings)
    assert len({one.name for one in found}) == len(found)
    return {one.name: one for one in found}


def on(world: World) -> Ground:
    """Return what a running calsync is examined on."""
    calsync = world.running
    return Ground(calsync.settings, calsync.slack, calsync.odoo, calsync.store, calsync.clock, serving=True)


async def test_all_is_well_before_the_first_start_and_nobody_notices(world: World, tmp_path: Path) -> None:
    found = await findings(world)
    assert {name: one for name, one in found.items() if one.level is not Level.OK} == {}
    assert found.keys() == NAMES
    assert "doctor answered in its place" in found["web.public_url"].sentence
    assert world.slack.workspace.messages == []
    assert world.slack.workspace.scheduled == {}
    assert not [name for name in os.listdir(tmp_path) if ".db" in name], "`calsync run` makes it"


async def test_all_is_well_while_it_runs(connected: World) -> None:
    found = await findings(connected)
    assert {name: one for name, one in found.items() if one.level is not Level.OK} == {}
    assert found["web.public_url"].sentence.endswith("leads to calsync")
    assert "is running" in found["web.listen"].sentence
    assert found["database"].sentence == "writable and in its newest form"
    with capture_logs() as logs:
        await doctor.refuse(on(connected))
        await doctor.warn_of(on(connected))
    assert [one for one in logs if one["event"] == "check"] == []


async def test_every_mistake_is_named_with_its_steps_whatever_else_is_wrong(
    worlds: Worlds, tmp_path: Path
) -> None:
    async with worlds(tmp_path, google_module=True) as world:
        world.google.project.deleted = True
        world.slack.app.bot_scopes = ("chat:write", "commands")
        world.slack.app.app_scopes = ()
        world.slack.workspace.channels[ALERTS].members.clear()
        world.odoo.connect_google("bob")
        world.odoo.clock.advance(minutes=5)
        content = json.loads(world.settings.google_client_file.read_text())
        content["web"]["javascript_origins"] = []
        world.settings.google_client_file.write_text(json.dumps(content))
        found = await findings(world, public_url=world.odoo.url)
    told = {
        "google.origins": (Level.WARN, "lists none"),
        "google.client": (Level.BAD, "deleted_client"),
        "slack.scopes": (Level.BAD, "users:read, users:read.email"),
        "slack.app_token": (Level.BAD, "missing_scope"),
        "slack.alert_channel": (Level.BAD, "not in the alert channel"),
        "odoo.google_sync": (Level.WARN, "active for bob"),
        "web.public_url": (Level.BAD, "something else answers"),
        "clock": (Level.BAD, "Odoo's and ours differ by "),
    }
    for name, (level, words) in told.items():
        one = found[name]
        assert (one.level, words in one.sentence, bool(one.steps)) == (level, True, True), one
    assert {name for name, one in found.items() if one.level is not Level.OK} == told.keys()


async def test_what_does_not_answer_is_told_and_the_rest_goes_on(world: World) -> None:
    world.odoo.faults.add(operation="*", drop="before", times=None)
    world.slack.revoke_token("xoxb-double-bot")
    found = await findings(world, public_url="http://127.0.0.1:9")
    assert "token_revoked" in found["slack.bot_token"].sentence
    assert found["slack.scopes"].level is Level.WARN
    for name in ("odoo.server", "odoo.key", "odoo.calendar", "odoo.rights", "odoo.google_sync"):
        assert (found[name].level, "Odoo does not answer" in found[name].sentence) == (Level.BAD, True)
    assert "nothing answers at http://127.0.0.1:9" in found["web.public_url"].sentence
    assert found["google.client"].level is Level.OK
    assert found["clock"].sentence == "within 30 s of Google"


async def test_a_running_calsync_refuses_what_cannot_work_and_logs_the_rest(connected: World) -> None:
    connected.slack.workspace.channels[ALERTS].members.discard(connected.slack.app.bot_user)
    ground = on(connected)
    with capture_logs() as logs:
        await doctor.warn_of(ground)
    assert [(one["name"], one["level"]) for one in logs if one["event"] == "check"] == [
        ("slack.alert_channel", "bad")
    ]
    connected.slack.app.bot_scopes = ("chat:write",)
    with pytest.raises(Misconfigured, match="lacks commands, users:read"):
        await doctor.refuse(on(connected))
    connected.slack.faults.add(operation="auth.test", drop="before", times=None)
    await doctor.refuse(on(connected))  # what cannot be asked now may well be fine


async def test_the_way_to_odoo_and_a_key_that_ends_soon_are_told(worlds: Worlds, tmp_path: Path) -> None:
    async with worlds(tmp_path, odoo_version=19) as world:
        found = await odoo_findings(world, "svc-key")
        assert found["odoo.server"].sentence == "version 19.0, over JSON-2"
        assert found["odoo.key"].sentence == "no end is known"
        for days, level in ((30, Level.OK), (5, Level.WARN)):
            ends = world.odoo.clock.now() + timedelta(days=days)
            found = await odoo_findings(world, world.odoo.add_key("svc", expires=ends))
            key = found["odoo.key"]
            assert (key.level, f"ends on {ends:%Y-%m-%d}" in key.sentence) == (level, True)
        server = (await odoo_findings(world, "svc"))["odoo.server"]
        assert (server.level, "is a password" in server.sentence) == (Level.WARN, True)


async def odoo_findings(world: World, key: str) -> dict[str, Finding]:
    """Examine Odoo alone, with this key."""
    settings = world.settings.model_copy(update={"odoo_api_key": SecretStr(key)})
    async with own_ground(settings) as ground:
        return {name: await check(ground) for name, check in odoo.CHECKS.items()}
