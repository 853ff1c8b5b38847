"""The administrators' channel: one message a problem, through restarts, counts, mutes and Slack's limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock
from zoneinfo import ZoneInfo

import pytest

from bot.alerts import Alerts
from bot.alerts.kinds import RUNS
from bot.texts import Texts
from bot.views.alerts import problem
from tests.conftest import Worlds
from tests.scenarios.alerting import channel, meet
from tests.scenarios.busy import HOUR, NOON
from tests.world import ALERTS, World


class Usage(NamedTuple):
    """What a disk holds, in bytes."""

    total: int
    used: int
    free: int


async def test_a_problem_of_everybody_is_one_message_that_says_for_how_many(team: World) -> None:
    for name in ("alice", "bob", "carol"):
        await meet(team, name, "domainPolicy")
    [message] = channel(team)
    team.advance(minutes=2)
    await team.running.alerts.flush()
    carol = team.in_slack("carol")
    told = await carol.see("It concerns 3 people now", channel=ALERTS)
    assert told.ts == message.ts
    assert "Met 3 times" in str(told.blocks)
    for name in ("alice", "bob"):
        team.advance(hours=1)
        await team.sync(name)
        await carol.see("Google Workspace does not let calsync", channel=ALERTS)
    await team.sync("carol")
    await carol.see("Resolved after", channel=ALERTS)
    assert len(channel(team)) == 1


async def test_the_channel_has_a_language_and_a_zone_of_its_own(worlds: Worlds, tmp_path: Path) -> None:
    async with worlds(tmp_path, language="fa", time_zone="Asia/Tehran") as world, world.run():
        world.stop_clocks()
        world.advance(seconds=1)
        await world.running.alerts.report("google_daily_limit")
        [message] = channel(world)
        t = Texts("fa", ZoneInfo("Asia/Tehran"))
        assert problem("google_daily_limit", t) in message.text
        assert t.moment(world.clock.now()) in message.text
        world.advance(minutes=2)
        await world.running.alerts.over(RUNS)
        [message] = channel(world)
        assert t("alert.resolved", minutes=2, trouble=problem("google_daily_limit", t)) == message.text


async def test_a_restart_neither_repeats_nor_forgets(world: World) -> None:
    fault = world.odoo.faults.add(operation="*", skip=10**6)
    async with world.run():
        await world.connect("alice")
        await world.sync("alice")
        world.odoo.faults.remove(fault)
        fault = world.odoo.faults.add(operation="*", drop="before", times=None)
        await world.running.timer.poll()
    async with world.run():
        await world.running.timer.poll()
        assert len(channel(world)) == 1
        world.advance(minutes=5)
    async with world.run():
        world.odoo.faults.remove(fault)
        await world.running.timer.poll()
        await world.in_slack("carol").see("Resolved after 5 min", channel=ALERTS)
    async with world.run():
        await world.running.timer.poll()
        assert len(channel(world)) == 1


async def test_what_comes_back_within_an_hour_goes_on_in_its_message(connected: World) -> None:
    for _ in range(3):
        fault = connected.odoo.faults.add(operation="*", drop="before", times=None)
        await connected.running.timer.poll()
        connected.odoo.faults.remove(fault)
        await connected.running.timer.poll()
        connected.advance(minutes=10)
    assert len(channel(connected)) == 1
    connected.advance(hours=2)
    connected.odoo.faults.add(operation="*", drop="before", times=None)
    await connected.running.timer.poll()
    assert len(channel(connected)) == 2


async def test_counting_up_keeps_far_within_slacks_limits(connected: World) -> None:
    connected.stop_clocks()
    connected.slack.rates.on = True
    connected.odoo.faults.add(operation="*", drop="before", times=None)
    edits = connected.slack.log.count("chat.update")
    for _ in range(30):  # ten minutes of polls
        await connected.running.timer.poll()
        connected.advance(seconds=20)
    assert connected.slack.log.count("chat.update") - edits <= 10
    assert not [one for one in connected.slack.log.of("chat.*") if one.status == 429]
    assert " times, last " in str(channel(connected)[0].blocks)


async def test_many_problems_at_once_come_one_a_second(connected: World) -> None:
    connected.stop_clocks()
    connected.advance(seconds=5)
    connected.slack.rates.on = True
    alerts: Alerts = connected.running.alerts
    for code in ("google_daily_limit", "calendar_api_disabled", "vault_key_missing"):
        await alerts.report(code)
    for number in (1, 2, 3):
        assert len(channel(connected)) == number
        connected.advance(seconds=1)
        await alerts.flush()
    assert not [one for one in connected.slack.log.of("chat.*") if one.status == 429]


async def test_small_problems_come_once_a_day_and_without_what_calendars_say(connected: World) -> None:
    connected.in_google("alice").create("Secret title", start=NOON, end=NOON + HOUR)
    connected.odoo.faults.add(
        operation="calendar.event.create", status=200, reason="odoo.exceptions.ValidationError"
    )
    await connected.sync("alice")
    await meet(connected, "alice", "rateLimitExceeded")
    connected.advance(hours=23)
    await connected.running.alerts.digest()
    assert channel(connected) == []
    connected.advance(hours=2)
    for _ in range(2):
        await connected.running.alerts.digest()
    [message] = channel(connected)
    assert "1 person, 1 time: Google asks us to slow down" in message.text
    assert "1 event is set aside: Odoo does not accept it" in message.text
    assert "Secret" not in str(message)
    assert "alice" not in str(message)


async def test_a_message_that_somebody_deleted_comes_again(connected: World) -> None:
    connected.odoo.faults.add(operation="*", drop="before", times=None)
    await connected.running.timer.poll()
    connected.slack.workspace.remove(connected.slack.workspace.messages[-1])
    for _ in range(2):
        connected.advance(minutes=2)
        await connected.running.timer.poll()
    assert len(channel(connected)) == 1


@pytest.mark.parametrize(
    ("trouble", "hits"),
    [({"reason": "internal_error"}, 1), ({"drop": "before"}, 2)],  # Slack's client repeats a cut call once
    ids=["refused", "cut"],
)
async def test_what_slack_does_not_take_now_is_told_later(
    connected: World, trouble: dict[str, Any], hits: int
) -> None:
    fault = connected.slack.faults.add(operation="chat.postMessage", times=None, **trouble)
    connected.odoo.faults.add(operation="*", drop="before", times=None)
    await connected.running.timer.poll()
    await connected.running.alerts.flush()
    assert fault.hits == hits, "it waits a minute before it tries again"
    connected.slack.faults.remove(fault)
    connected.advance(minutes=1)
    await connected.running.alerts.flush()
    assert len(channel(connected)) == 1


async def test_a_disk_that_is_almost_full_is_told_until_there_is_room(connected: World) -> None:
    look = connected.running.disk.look
    carol = connected.in_slack("carol")
    with mock.patch("shutil.disk_usage", return_value=Usage(10**12, 10**12, 10**8)):
        await look()
    await carol.see("database is almost full", channel=ALERTS)
    with mock.patch("shutil.disk_usage", return_value=Usage(10**12, 0, 10**12)):
        await look()
    await carol.see("Resolved", channel=ALERTS)


async def test_a_lost_vault_key_is_one_alert_and_nobodys_fault(connected: World) -> None:
    connected.running.grants.forget((await connected.account("alice")).id)
    with mock.patch.object(connected.running.store.vault, "_keys", {}):
        outcome = await connected.sync("alice")
    assert outcome.code == "vault_key_missing"
    await connected.in_slack("carol").see("A vault key is missing", channel=ALERTS)
    assert (await connected.account("alice")).state == "connected"


# --- the person concerned


@pytest.mark.parametrize("restart", [False, True])
async def test_who_has_to_connect_again_is_told_once_and_when_it_is_mended(
    world: World, restart: bool
) -> None:
    def told(fragment: str) -> int:
        return sum(fragment in one.text for one in world.in_slack("alice").screen().messages)

    async with world.run() as calsync:
        await world.connect("alice")
        await world.sync("alice")
        world.google.grants.revoke_all("alice@example.com")
        calsync.grants.forget((await world.account("alice")).id)
        fault = world.slack.faults.add(operation="chat.postMessage", reason="internal_error", times=None)
        await world.sync("alice")
        assert told("no longer accepts our connection") == 0
        world.slack.faults.remove(fault)
        if not restart:
            await calsync.notifier.catch_up()
    async with world.run() as calsync:
        for _ in range(2):
            await calsync.notifier.catch_up()
            await world.sync("alice")
        assert told("no longer accepts our connection") == 1
        await world.connect("alice")
    async with world.run() as calsync:
        for _ in range(2):
            await world.sync("alice")
            await calsync.notifier.catch_up()
        assert told("It works again") == 1
