"""What Slack did not send, sends twice, or may not ask for: refused, logged, and nothing is done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.world import ADMIN, ALERTS, World, make_world

LIST = "calendar.events.list"
HTTP = {"slack_app_token": None, "slack_signing_secret": "double-signing-secret"}


async def _connected(folder: Path, **more: Any) -> AsyncIterator[World]:
    async with make_world(folder, **more) as world:
        if "slack_signing_secret" in more:
            world.slack.delivery.request_url = f"{world.settings.public_url}/slack/events"
        async with world.run():
            await world.connect("alice")
            await world.sync("alice")
            world.google.log.clear()
            yield world


@pytest.fixture(params=[{}, HTTP], ids=["socket", "http"])
async def either(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """Alice is connected, over Socket Mode and over signed HTTP; her first sync is done."""
    async for world in _connected(tmp_path, **request.param):
        yield world


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[World]:
    """Alice is connected, over signed HTTP."""
    async for world in _connected(tmp_path, **HTTP):
        yield world


def refusals(logs: list[Any]) -> list[str]:
    """Return why something was refused, as it was logged."""
    return [one["reason"] for one in logs if one["event"] == "refused"]


async def resync(world: World) -> dict[str, Any]:
    """Let alice sync on demand, and return the payload of it."""
    await world.in_slack("alice").command("/calsync resync")
    await world.in_slack("alice").see("nothing had changed")
    world.google.log.clear()
    return world.slack.delivery.sent[-1][1]


# --- over HTTP anybody can post


@pytest.mark.parametrize("forged", [{"secret": "guess"}, {"age": 400}, {"age": -400}])
async def test_a_wrong_signature_and_another_time_are_refused(http: World, forged: dict[str, Any]) -> None:
    payload = await resync(http)
    http.advance(minutes=5)
    payload = payload | {"trigger_id": "1.2.new"}
    with capture_logs() as logs:
        answer = await http.slack.delivery.forge("slash_commands", payload, **forged)
    assert answer.status == 401
    assert refusals(logs) == ["signature"]
    assert http.google.log.count(LIST) == 0


async def test_a_request_that_is_replayed_acts_once(http: World) -> None:
    await resync(http)
    http.advance(minutes=2)  # the pause between two syncs on demand is over, the signature still valid
    with capture_logs() as logs:
        answer = await http.slack.delivery.replay()
    assert (answer.status, refusals(logs)) == (200, ["repeated"])
    assert http.google.log.count(LIST) == 0


# --- Slack repeats itself


async def test_an_envelope_that_comes_twice_acts_once(either: World) -> None:
    await resync(either)
    either.advance(minutes=2)
    acked = len(either.slack.sockets.acks)
    with capture_logs() as logs:
        await either.slack.delivery.redeliver()
        if either.running.line:
            await either.slack.sockets.wait_acked(acked + 1)
    assert refusals(logs) == ["repeated"]
    assert either.google.log.count(LIST) == 0
    updates = either.slack.log.count("chat.update")
    await either.in_slack("alice").command("/calsync resync")  # a new one is another
    await either.slack.log.wait_for("chat.update", updates + 1)
    assert either.google.log.count(LIST) == 1


# --- people of other places, and of none


async def test_a_payload_of_another_workspace_is_refused(either: World) -> None:
    payload = await resync(either)
    either.advance(minutes=2)
    with capture_logs() as logs:
        payload = payload | {"team_id": "T9", "trigger_id": "1.2.new"}
        ack = await either.slack.delivery.send("slash_commands", payload)
    assert (ack.acked, refusals(logs)) == (True, ["other_workspace"])
    assert either.google.log.count(LIST) == 0


async def test_a_stranger_in_the_alert_channel_can_press_nothing(either: World) -> None:
    eve = either.slack.add_person("U9", "eve", "eve@example.net", team_id="T9")
    either.slack.workspace.channels[ALERTS].members.add(eve.id)
    fault = either.odoo.faults.add(operation="*", drop="before", times=None)
    await either.running.timer.poll()
    shown = await eve.see("Odoo cannot be reached", channel=ALERTS)
    with capture_logs() as logs:
        outcome = await eve.click("Mute 24 Hours", message=shown)
    assert (outcome.acked, refusals(logs)) == (True, ["other_workspace"])
    [alert] = await either.running.alerts.open_ones()
    assert alert.muted_until is None
    either.odoo.faults.remove(fault)


LINES = ["status", "resync", "connect", "settings", "history", "help", "admin status"]
OUTSIDERS = [{"is_restricted": True}, {"is_ultra_restricted": True}, {"deleted": True}]


@pytest.mark.parametrize("change", OUTSIDERS, ids=["guest", "single-channel guest", "deactivated"])
async def test_who_is_no_member_any_more_gets_nothing(connected: World, change: dict[str, bool]) -> None:
    alice = connected.in_slack("alice")
    await connected.slack.change_person(alice.id, **change)
    connected.advance(minutes=11)  # what was known of her is out of date
    connected.google.log.clear()
    direct = connected.slack.workspace.im(alice.id).id
    with capture_logs() as logs:
        for line in LINES:
            alice.reload()
            await connected.slack.acts.command(alice.user, direct, "/calsync", line)
            await alice.see("I work for members of this workspace, not for guests")
    assert refusals(logs) == ["not_a_member"] * len(LINES)
    assert connected.google.log.count("*") == 0


@pytest.mark.parametrize("change", OUTSIDERS, ids=["guest", "single-channel guest", "deactivated"])
async def test_the_buttons_of_who_is_no_member_any_more_do_nothing(
    either: World, change: dict[str, bool]
) -> None:
    alice = either.in_slack("alice")
    await alice.command("/calsync status")
    shown = await alice.see("Working.")
    await either.slack.change_person(alice.id, **change)
    either.advance(minutes=11)
    button = {"action_id": "calsync.resync", "type": "button", "block_id": "x", "action_ts": "1.1"}
    with capture_logs() as logs:
        await either.slack.acts.in_message(alice.user, shown, button, {})
        await alice.see("not for guests")
    assert refusals(logs) == ["not_a_member"]
    assert either.google.log.count(LIST) == 0


# --- other people's buttons


async def test_somebody_elses_button_acts_on_nobody_but_who_presses(either: World) -> None:
    """Bob answers alice's question about deletions: she is still asked, and nothing of hers is touched."""
    google = either.in_google("alice")
    for n in range(12):
        google.create(f"Event {n}", start={"date": "2026-12-24"}, end={"date": "2026-12-25"})
    await either.sync("alice")
    for item in google.events():
        google.delete(item["id"])
    await either.sync("alice")
    alice, bob = either.in_slack("alice"), either.in_slack("bob")
    await alice.see("12 deletions wait")
    told = either.slack.log.count("response_url")
    await alice.click_as(bob, "Delete Them")
    await either.slack.log.wait_for("response_url", told + 1)
    await alice.see("12 deletions wait")
    assert (await either.account("alice")).deletions == "ask"
    assert len(either.odoo_events("alice")) == 12


async def test_ordinary_people_and_former_administrators_cannot_settle_an_alert(either: World) -> None:
    """The button was drawn for administrators; who may press it is asked when it is pressed."""
    bob, carol = either.in_slack("bob"), either.in_slack("carol")
    either.slack.workspace.channels[ALERTS].members.add(bob.id)
    either.odoo.faults.add(operation="*", drop="before", times=None)
    await either.running.timer.poll()
    shown = await bob.see("Odoo cannot be reached", channel=ALERTS)
    with capture_logs() as logs:
        for label in ("Retry", "Mute 24 Hours"):
            await bob.click(label, message=shown)
            await bob.see(f"That is for administrators. Please ask <@{ADMIN}>.", channel=ALERTS)
            bob.reload()
    assert [one["event"] for one in logs].count("admin_refused") == 2
    await either.slack.change_person(carol.id, is_restricted=True)
    await carol.click("Mute 24 Hours", message=shown)
    await carol.see("not for guests", channel=ALERTS)
    [alert] = await either.running.alerts.open_ones()
    assert alert.muted_until is None
