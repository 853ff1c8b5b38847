"""Signed HTTP, with the real Bolt app at the other end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp

from tests.doubles.slack import Person, SlackDouble
from tests.doubles.slack.builders import actions, button, entry, modal
from tests.doubles.slack.conftest import CHANNEL

PAYLOAD = {"type": "event_callback", "event": {"type": "app_uninstalled"}}


@pytest.fixture(autouse=True)
async def served(slack: SlackDouble, app: AsyncApp) -> AsyncIterator[None]:
    """Serve the Bolt app over HTTP and tell the double where it is."""
    runner = web.AppRunner(app.web_app(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slack.delivery.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield
    await runner.cleanup()


async def test_a_command_is_answered_in_the_body(app: AsyncApp, ada: Person, bo: Person) -> None:
    @app.command("/calsync")
    async def answer(ack: Any, command: Any) -> None:
        await ack(f"for all: {command['text']}", response_type="in_channel")

    outcome = await ada.command("/calsync a&b=c ü", channel=CHANNEL)
    assert outcome.text == "for all: a&amp;b=c ü"  # should_escape is on unless an app says otherwise
    assert [m.text for m in bo.screen().messages] == ["/calsync a&amp;b=c ü", "for all: a&amp;b=c ü"]


async def test_no_listener_no_ack(slack: SlackDouble, ada: Person) -> None:
    outcome = await ada.command("/calsync status")  # Bolt answers 404
    assert (outcome.acked, outcome.error) == (False, "dispatch_failed")
    slack.delivery.request_url = "http://127.0.0.1:9/slack/events"
    assert (await ada.command("/calsync status")).error == "dispatch_failed"


async def test_a_late_ack_is_none(slack: SlackDouble, app: AsyncApp, ada: Person) -> None:
    @app.command("/calsync")
    async def silent() -> None:
        """Never ack."""

    slack.delivery.patience = 0.05
    assert (await ada.command("/calsync status")).error == "operation_timeout"


async def test_wrong_blocks_in_the_answer(app: AsyncApp, ada: Person) -> None:
    @app.command("/calsync")
    async def answer(ack: Any) -> None:
        await ack(blocks=[actions(button("a", "same"), button("b", "same"))])

    outcome = await ada.command("/calsync status")
    assert (outcome.acked, outcome.error) == (True, "invalid_command_response")
    assert not ada.screen().messages


async def test_clicks_and_submissions_are_forms_with_a_payload(
    slack: SlackDouble, app: AsyncApp, ada: Person
) -> None:
    @app.command("/calsync")
    async def command(ack: Any) -> None:
        await ack(blocks=[actions(button("Open", "open"))], text="t")

    @app.action("open")
    async def open_modal(ack: Any, client: Any, body: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(entry("Name", "name")))

    @app.view("form")
    async def submitted(ack: Any, view: Any) -> None:
        await ack(response_action="errors", errors={"name": view["state"]["values"]["name"]["text"]["value"]})

    await ada.command("/calsync")
    await ada.click("Open")
    await ada.see_modal("Name")
    await ada.fill_in("Name", "is wrong")
    assert (await ada.submit()).errors == {"name": "is wrong"}


async def test_events(slack: SlackDouble, app: AsyncApp) -> None:
    heard: list[Any] = []

    @app.event("user_change")
    async def changed(event: Any, request: Any) -> None:
        heard.append((event["user"]["tz"], request.headers.get("x-slack-retry-num")))

    await slack.change_person("U1", tz="Asia/Tokyo")
    await slack.delivery.redeliver()
    assert heard == [("Asia/Tokyo", None), ("Asia/Tokyo", ["1"])]


async def test_the_challenge_of_a_new_request_url(slack: SlackDouble) -> None:
    assert await slack.delivery.verify_url()


async def test_forged_and_old_requests_are_refused_but_a_replay_within_five_minutes_is_not(
    slack: SlackDouble, app: AsyncApp
) -> None:
    @app.event("app_uninstalled")
    async def gone() -> None:
        """Take note of nothing."""

    assert (await slack.delivery.forge("events_api", PAYLOAD)).status == 200
    assert (await slack.delivery.replay()).status == 200
    assert (await slack.delivery.forge("events_api", PAYLOAD, secret="guessed")).status == 401
    assert (await slack.delivery.forge("events_api", PAYLOAD, age=301)).status == 401


async def test_without_a_request_url_nothing_can_be_posted(slack: SlackDouble) -> None:
    slack.delivery.request_url = None
    with pytest.raises(ValueError, match="no request URL"):
        await slack.delivery.forge("events_api", PAYLOAD)
