"""What people type and press in Slack, and what they are shown."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.world import ADMIN, ALERTS, World, make_world


@pytest.mark.parametrize("line", ["/calsync", "/calsync help", "/calsync HELP"])
async def test_help_lists_the_commands(connected: World, line: str) -> None:
    alice = connected.in_slack("alice")
    await alice.command(line)
    shown = await alice.see("/calsync status")
    assert "/calsync connect" in shown.text
    assert "There is no" not in shown.text


@pytest.mark.parametrize(("word", "guess"), [("stauts", "status"), ("conect", "connect"), ("dance", "")])
async def test_an_unknown_word_gets_help_with_a_guess(world: World, word: str, guess: str) -> None:
    async with world.run():
        alice = world.in_slack("alice")
        await alice.command(f"/calsync {word}")
        shown = await alice.see(f"There is no `{word}`")
        assert (f"Did you mean `/calsync {guess}`" in shown.text) == bool(guess)


async def test_status_shows_both_accounts_times_and_counts(connected: World) -> None:
    make_in_odoo(connected, "alice", "One")
    await connected.sync("alice")
    alice = connected.in_slack("alice")
    await alice.command("/calsync status")
    shown = await alice.see("Working.")
    for fact in (
        "alice@example.com",
        "Last sync",
        "Next sync",
        "1 event is the same",
        "1 event added to Google",
    ):
        assert fact in shown.text


async def test_book_keeping_does_not_hide_the_last_changes(connected: World) -> None:
    google = connected.in_google("alice")
    item = google.create("One", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    google.patch(item["id"], colorId="7")  # nothing that is synced, but another etag
    assert (await connected.sync("alice")).counts == {"agreed": 1}
    alice = connected.in_slack("alice")
    await alice.command("/calsync status")
    shown = await alice.see("Working.")
    assert "1 event added to Odoo" in shown.text


async def test_status_names_trouble_and_what_happens_next(connected: World) -> None:
    connected.google.faults.add(operation="calendar.*", status=429)
    await connected.sync("alice")
    alice = connected.in_slack("alice")
    await alice.command("/calsync status")
    await alice.see("Google asks us to slow down. It goes on by itself; nothing is lost.")


async def test_resync_answers_in_place_and_only_once_a_minute(connected: World) -> None:
    make_in_odoo(connected, "alice", "One")
    alice = connected.in_slack("alice")
    await alice.command("/calsync resync")
    await alice.see("Synced: 1 event added to Google.")
    assert "Syncing" not in alice.screen().text()
    await alice.command("/calsync resync")
    await alice.see("less than a minute ago")
    assert connected.google.log.count("calendar.events.insert") == 1
    connected.clock.advance(minutes=1)
    await alice.command("/calsync resync")
    await alice.see("nothing had changed")
    assert "Syncing" not in alice.screen().text()


async def test_resync_says_what_stopped_it(connected: World) -> None:
    connected.odoo.faults.add(operation="*", drop="before", times=None)
    connected.google.faults.add(operation="calendar.*", drop="before", times=None)
    alice = connected.in_slack("alice")
    await alice.command("/calsync resync")
    await alice.see("Not synced. Google cannot be reached")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": "nobody@example.com"}, "I find no user with the address nobody@example.com"),
        ({"email": ""}, "does not tell me your e-mail address"),
        ({"is_restricted": True}, "not for guests"),
    ],
)
async def test_connect_explains_what_stands_in_the_way(
    world: World, change: dict[str, object], sentence: str
) -> None:
    async with world.run():
        alice = world.in_slack("alice")
        await world.slack.change_person(alice.id, **change)
        await alice.command("/calsync connect")
        shown = await alice.see(sentence)
        assert f"<@{ADMIN}>" in shown.text


async def test_connect_refuses_to_guess_between_several_odoo_users(world: World) -> None:
    world.odoo.add_user("alice2", email="Alice@Example.com")
    async with world.run():
        alice = world.in_slack("alice")
        await alice.command("/calsync connect")
        await alice.see("Several users in Odoo have the address")


async def test_connect_matches_the_address_whatever_its_case_and_wildcards(world: World) -> None:
    world.odoo.add_user("underscore", email="d_n@example.com")
    world.odoo.add_user("letter", email="dan@example.com")
    async with world.run():
        alice = world.in_slack("alice")
        await world.slack.change_person(alice.id, email="D_N@example.com")
        await alice.command("/calsync connect")
        await alice.see("*underscore*")


async def test_connect_refuses_while_odoos_own_sync_is_active(world: World) -> None:
    world.odoo.faults.add(
        operation="calendar.event.fields_get",
        body='{"jsonrpc": "2.0", "id": 1, "result": {"google_id": {"type": "char"}}}',
        content_type="application/json",
    )
    world.odoo.faults.add(
        operation="res.users.check_synchronization_status",
        body='{"jsonrpc": "2.0", "id": 1, "result": {"google_calendar": "sync_active"}}',
        content_type="application/json",
    )
    async with world.run():
        alice = world.in_slack("alice")
        await alice.command("/calsync connect")
        await alice.see("Odoo's own Google sync is active for you")


async def test_an_error_of_ours_is_told_with_a_reference(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world.run() as calsync:

        async def broken(*_: object, **__: object) -> None:
            raise ZeroDivisionError("secret")

        monkeypatch.setattr(calsync.services.people, "get", broken)
        alice = world.in_slack("alice")
        outcome = await alice.command("/calsync status")
        assert outcome.acked
        shown = await alice.see("Something went wrong on my side")
        assert "secret" not in shown.text


async def test_a_button_of_an_older_version_is_answered(connected: World) -> None:
    alice = connected.in_slack("alice")
    await connected.running.slack.chat_postMessage(
        channel=alice.id,
        text="old",
        blocks=[
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "calsync.gone",
                        "text": {"type": "plain_text", "text": "Old Button"},
                    }
                ],
            }
        ],
    )
    await alice.click("Old Button")
    await alice.see("This button is out of date")


async def test_titles_cannot_ping_a_channel(connected: World) -> None:
    google = connected.in_google("alice")
    google.create("<!channel> & co", start=NOON, end=NOON + HOUR)
    connected.odoo.faults.add(
        operation="calendar.event.create", status=200, reason="odoo.exceptions.ValidationError"
    )
    await connected.sync("alice")
    alice = connected.in_slack("alice")
    await alice.command("/calsync status")
    shown = await alice.see("set aside")
    assert "<!channel>" not in str(shown.blocks)
    assert "&lt;!channel&gt; &amp; co" in str(shown.blocks)


async def test_systemic_trouble_is_one_alert_and_is_resolved_in_place(connected: World) -> None:
    fault = connected.odoo.faults.add(operation="*", drop="before", times=None)
    for _ in range(3):
        await connected.sync("alice")
    carol = connected.in_slack("carol")
    alert = await carol.see("calsync has trouble since", channel=ALERTS)
    assert len(connected.slack.screen(carol.id, ALERTS).messages) == 1
    connected.odoo.faults.remove(fault)
    connected.clock.advance(minutes=42)
    await connected.sync("alice")
    resolved = await carol.see("Resolved after 42 min", channel=ALERTS)
    assert resolved.ts == alert.ts


async def test_http_mode_serves_the_same_commands(tmp_path: Path) -> None:
    async with make_world(
        tmp_path, slack_app_token=None, slack_signing_secret="double-signing-secret"
    ) as world:
        world.slack.delivery.request_url = f"{world.settings.public_url}/slack/events"
        async with world.run():
            await world.connect("alice")
            await world.sync("alice")
            alice = world.in_slack("alice")
            await alice.command("/calsync status")
            await alice.see("Working.")
            await alice.click("Sync Now")
            await alice.see("nothing had changed")


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/healthz", 200), ("/readyz", 200)])
async def test_addresses_answer(world: World, path: str, status: int) -> None:
    async with (
        world.run(),
        aiohttp.ClientSession() as browser,
        browser.get(world.settings.public_url + path) as answer,
    ):
        assert answer.status == status


async def test_readyz_is_red_while_odoo_is_down(connected: World) -> None:
    connected.odoo.faults.add(operation="*", drop="before", times=None)
    await connected.running.timer.poll()
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(f"{connected.settings.public_url}/readyz") as answer,
    ):
        assert answer.status == 503
        assert await answer.json() == {"slack": True, "odoo": False, "database": True, "timer": True}
