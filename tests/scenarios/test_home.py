"""The Home tab: status and settings as they are, answers in place, and no more publishing than needed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.home import FOLLOWED, REPEATED
from sync.reset import Choice, Existing, Next
from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.world import World, browse, make_world

PUBLISH = "views.publish"


async def test_somebody_who_is_not_connected_finds_the_way_on(world: World) -> None:
    async with world.run():
        alice = world.in_slack("alice")
        await alice.open_home()
        await alice.see_home("You are not connected")
        await alice.click("Connect")
        await alice.see_home("works once")
        pressed = await alice.click("Connect Google Account")
        assert pressed.url
        await browse(pressed.url, "alice@example.com")
        await alice.see_home("not yet started")
        await world.running.services.errands.settled()
        await alice.click("Show What Would Be Done")
        await alice.see_home("Start Syncing")
        await alice.click("Start Syncing")
        await alice.see_home("The first sync has begun")
        await world.sync("alice")
        await alice.see_home("Working.")


async def test_it_shows_the_status_and_answers_in_place(connected: World) -> None:
    make_in_odoo(connected, "alice", "One")
    alice = connected.in_slack("alice")
    await alice.open_home()
    await alice.see_home("0 events are the same")
    before = len(alice.screen().messages)
    await alice.click("Sync Now")
    shown = await alice.see_home("Synced: 1 event added to Google.")
    assert "1 event is the same" in str(shown.blocks)
    await alice.click("Show History")
    await alice.see_home("added to Google: it is new in Odoo")
    assert len(alice.screen().messages) == before
    await alice.open_home()  # looked at anew, it says how things stand and no more
    shown = await alice.see_home_without("it is new in Odoo")
    assert "Working." in str(shown.blocks)


async def test_a_tab_that_slack_cannot_be_told_of_is_no_mistake_of_ours(connected: World) -> None:
    """A cut connection went through the hook of the run, and kept waiting commands from being carried out."""
    alice = connected.in_slack("alice")
    await alice.open_home()
    await alice.see_home("Working.")
    make_in_odoo(connected, "alice", "One")
    fault = connected.slack.faults.add(operation=PUBLISH, drop="before", times=None)
    with capture_logs() as logs:
        assert (await connected.sync("alice")).code == "ok"
    assert fault.hits > 0
    told = {one["event"] for one in logs}
    assert "home_failed" in told
    assert "telling_failed" not in told


async def test_it_is_refreshed_after_runs_while_it_is_looked_at_and_only_for_news(connected: World) -> None:
    alice = connected.in_slack("alice")
    await connected.sync("alice")
    assert connected.slack.log.count(PUBLISH) == 0  # nobody has opened it
    await alice.open_home()
    await alice.see_home("Working.")
    for _ in range(3):
        await connected.sync("alice")
    assert connected.slack.log.count(PUBLISH) == 1
    make_in_odoo(connected, "alice", "One")
    await connected.sync("alice")
    await alice.see_home("1 event is the same")
    assert connected.slack.log.count(PUBLISH) == 2
    connected.clock.advance(seconds=REPEATED.total_seconds())
    await connected.sync("alice")  # the times on it are old
    assert connected.slack.log.count(PUBLISH) == 3
    connected.clock.advance(seconds=(FOLLOWED + timedelta(minutes=1)).total_seconds())
    make_in_odoo(connected, "alice", "Two")
    await connected.sync("alice")
    assert connected.slack.log.count(PUBLISH) == 3
    await alice.open_home()
    await alice.see_home("2 events are the same")


CHOICES: list[tuple[tuple[str, ...], str, str, object]] = [
    (("only to Google",), "direction", "direction", "to_google"),
    (("30 days",), "past", "window_past", 30),
    (("90 days",), "future", "window_future", 90),
    (("22:00",), "quiet_from", "quiet_from", 22),
    (("07:00",), "quiet_until", "quiet_until", 7),
    (("none",), "quiet_from", "quiet_until", None),
    (("all there is: 365 days",), "past", "window_past", None),
    (("events with times",), "kinds", "left_out", "all_day,free"),
    ((), "kinds", "left_out", "all_day,free,timed"),
    (("fa",), "language", "language", "fa"),
]


async def test_it_shows_a_pause_and_ends_it(connected: World) -> None:
    alice = connected.in_slack("alice")
    await alice.command("/calsync pause")
    await alice.see("*Paused* since")
    await alice.open_home()
    shown = await alice.see_home("*Paused* since")
    assert "Sync Now" not in str(shown.blocks)
    await alice.click("Resume")
    await alice.see_home("Synced:")
    await alice.open_home()
    await alice.see_home("Working.")


async def test_it_shows_a_reset_under_way(connected: World) -> None:
    account, resets = await connected.account("alice"), connected.running.services.resets
    await resets.start(account.id, Choice(Existing.LEAVE, Next.ALL), by="U1")
    alice = connected.in_slack("alice")
    await alice.open_home()
    shown = await alice.see_home("Your calendars are being reset just now")
    assert "Sync Now" not in str(shown.blocks)


async def test_it_shows_who_has_disconnected_the_way_back(connected: World) -> None:
    alice = connected.in_slack("alice")
    account = await connected.account("alice")
    await connected.running.services.leaving.disconnect(account.id)
    await alice.open_home()
    shown = await alice.see_home("You are disconnected, so nothing is synced")
    assert "Direction" not in str(shown.blocks)
    await alice.click("Connect")
    await alice.see_home("works once")


async def test_settings_are_changed_on_it(connected: World) -> None:
    alice = connected.in_slack("alice")
    await alice.open_home()
    await alice.see_home("Settings")
    for options, action, column, value in CHOICES:
        before = alice.home()
        assert before
        assert (await alice.choose(*options, action_id=f"calsync.settings.{action}")).acked
        await republished(connected, before.hash)
        assert getattr(await connected.account("alice"), column) == value
    await alice.click(action_id="calsync.settings.meet")
    await alice.see_home("*پیوند Meet*: روشن")


async def republished(world: World, old: str) -> None:
    """Wait until alice's tab is another than the one with this hash."""
    alice = world.in_slack("alice")

    def another() -> bool:
        home = alice.home()
        return home is not None and home.hash != old

    await world.slack.workspace.bell.until(lambda: another() or None, 10)


async def test_http_mode_serves_the_same_tab(tmp_path: Path) -> None:
    async with make_world(
        tmp_path, slack_app_token=None, slack_signing_secret="double-signing-secret"
    ) as world:
        world.slack.delivery.request_url = f"{world.settings.public_url}/slack/events"
        async with world.run():
            await world.connect("alice")
            await world.sync("alice")
            alice = world.in_slack("alice")
            await alice.open_home()
            await alice.see_home("Working.")
            await alice.choose("only to Odoo", action_id="calsync.settings.direction")
            await alice.see_home("By your settings: only to Odoo.")
            await alice.click("Sync Now")
            await alice.see_home("nothing had changed")


async def test_a_guest_is_told_why_there_is_nothing(world: World) -> None:
    async with world.run():
        alice = world.in_slack("alice")
        await world.slack.change_person(alice.id, is_restricted=True)
        await alice.open_home()
        await alice.see_home("not for guests")


async def test_the_messages_tab_leaves_it_alone(connected: World) -> None:
    await connected.in_slack("alice").open_messages()
    assert connected.slack.log.count(PUBLISH) == 0


async def test_a_held_question_is_answered_on_it(connected: World) -> None:
    alice, google = connected.in_slack("alice"), connected.in_google("alice")
    for number in range(12):
        google.create(f"Event {number}", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    google.empty()
    await connected.sync("alice")
    await alice.open_home()
    await alice.see_home("12 deletions wait for your word")
    await alice.click("Bring Them Back")
    shown = await alice.see_home("12 events brought back")
    assert "wait for your word" not in str(shown.blocks)
    assert len(connected.google_events("alice")) == 12


async def test_an_error_of_ours_is_told_on_it(connected: World, monkeypatch: pytest.MonkeyPatch) -> None:
    alice = connected.in_slack("alice")
    await alice.open_home()
    await alice.see_home("Working.")

    async def broken(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(connected.running.services.timer, "run_now", broken)
    await alice.click("Sync Now")
    shown = await alice.see_home("Something went wrong on my side")
    assert "secret" not in str(shown.blocks)


async def test_slack_that_takes_no_tab_harms_no_run(connected: World) -> None:
    alice = connected.in_slack("alice")
    await alice.open_home()
    await alice.see_home("Working.")
    connected.slack.faults.add(operation=PUBLISH, reason="internal_error")
    make_in_odoo(connected, "alice", "One")
    assert (await connected.sync("alice")).code == "ok"
    await connected.sync("alice")
    await alice.see_home("1 event is the same")  # made good by the next run
