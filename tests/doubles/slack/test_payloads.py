"""The payloads have the keys that recorded ones have, and say who did what where."""

from __future__ import annotations

import re
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import Person, SlackDouble
from tests.doubles.slack.builders import actions, button, entry, modal, options, section
from tests.doubles.slack.conftest import CHANNEL

COMMAND = {
    "token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name", "command",
    "text", "api_app_id", "is_enterprise_install", "response_url", "trigger_id",
}  # fmt: skip
WHO = {"type", "user", "api_app_id", "token", "team", "enterprise", "is_enterprise_install"}
ACTION = WHO | {"container", "trigger_id", "channel", "message", "state", "response_url", "actions"}
SUBMISSION = WHO | {"trigger_id", "view", "response_urls"}
VIEW = {
    "id", "team_id", "type", "blocks", "private_metadata", "callback_id", "state", "hash", "title",
    "clear_on_close", "notify_on_close", "close", "submit", "previous_view_id", "root_view_id", "app_id",
    "external_id", "app_installed_team_id", "bot_id",
}  # fmt: skip
EVENT = {
    "token", "team_id", "api_app_id", "event", "type", "event_id", "event_time", "authorizations",
    "is_ext_shared_channel",
}  # fmt: skip

pytestmark = pytest.mark.usefixtures("connected", "listeners")


@pytest.fixture
def listeners(app: AsyncApp) -> None:
    """Ack whatever comes."""
    everything = re.compile("")

    async def ack_it(ack: Any) -> None:
        await ack()

    for kind in (app.command, app.action, app.view_submission, app.view_closed, app.event):
        kind(everything)(ack_it)


def last(slack: SlackDouble) -> Any:
    return slack.delivery.sent[-1][1]


async def test_slash_command(slack: SlackDouble, ada: Person) -> None:
    await ada.command("/calsync  two words ", channel=CHANNEL)
    fields = last(slack)
    assert set(fields) == COMMAND
    assert (fields["command"], fields["text"], fields["channel_name"]) == ("/calsync", "two words", "general")
    await ada.command("/calsync")
    assert (last(slack)["channel_name"], last(slack)["text"]) == ("directmessage", "")


async def test_block_action_in_a_message(slack: SlackDouble, client: AsyncWebClient, ada: Person) -> None:
    choice = {"type": "static_select", "action_id": "s", "options": options("One", "Two")}
    go = button("Go", "go", value="v", style="primary")
    posted = await client.chat_postMessage(
        channel=CHANNEL, text="t", blocks=[actions(choice, go, block_id="b")]
    )
    await ada.choose("Two", action_id="s")
    chosen = last(slack)["actions"][0]
    assert chosen["selected_option"]["value"] == "two"
    await ada.click("Go")
    payload = last(slack)
    assert set(payload) == ACTION
    assert payload["user"] == {"id": "U1", "username": "ada", "name": "ada", "team_id": "T0000000001"}
    assert payload["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": CHANNEL,
        "is_ephemeral": False,
    }
    assert payload["state"]["values"]["b"]["s"]["selected_option"]["value"] == "two"
    pressed = payload["actions"][0]
    assert set(pressed) == {"type", "action_id", "block_id", "text", "value", "style", "action_ts"}
    assert payload["message"]["blocks"][0]["elements"][1]["text"]["text"] == "Go"


async def test_an_ephemeral_message_is_not_in_the_payload(
    slack: SlackDouble, client: AsyncWebClient, ada: Person
) -> None:
    await client.chat_postEphemeral(
        channel=CHANNEL, user="U1", text="t", blocks=[actions(button("Go", "go"))]
    )
    await ada.click("Go")
    payload = last(slack)
    assert set(payload) == ACTION - {"message"}
    assert payload["container"]["is_ephemeral"]


async def test_views(slack: SlackDouble, client: AsyncWebClient, ada: Person) -> None:
    view = modal(entry("Name", "name"), actions(button("Help", "help")), notify_on_close=True)
    await client.views_open(trigger_id=slack.triggers.new("U1"), view=view)
    await ada.click("Help")
    payload = last(slack)
    assert set(payload) == WHO | {"container", "trigger_id", "view", "actions"}
    assert payload["container"] == {"type": "view", "view_id": payload["view"]["id"]}
    await ada.fill_in("Name", "me")
    await ada.submit()
    payload = last(slack)
    assert set(payload) == SUBMISSION
    assert set(payload["view"]) == VIEW
    assert payload["view"]["state"]["values"] == {
        "name": {"text": {"type": "plain_text_input", "value": "me"}}
    }
    await client.views_open(trigger_id=slack.triggers.new("U1"), view=view)
    await ada.close(everything=True)
    payload = last(slack)
    assert set(payload) == WHO | {"view", "is_cleared"}
    assert (payload["type"], payload["is_cleared"]) == ("view_closed", True)


async def test_events(slack: SlackDouble, client: AsyncWebClient, ada: Person) -> None:
    await client.views_publish(user_id="U1", view={"type": "home", "blocks": [section("hello")]})
    await ada.open_home()
    payload = last(slack)
    assert set(payload) == EVENT
    assert payload["event"]["view"]["type"] == "home"
    assert payload["authorizations"][0]["user_id"] == slack.app.bot_user
    await ada.open_messages()
    assert last(slack)["event"]["tab"] == "messages"
    await slack.change_person("U1", is_admin=False, locale="de-DE")
    assert last(slack)["event"]["user"]["locale"] == "de-DE"
    with pytest.raises(ValueError, match="has no shoe_size"):
        await slack.change_person("U1", shoe_size=43)


async def test_uninstalling_tells_the_app_twice(slack: SlackDouble) -> None:
    slack.uninstall()
    await slack.sockets.wait_acked(2)
    assert {payload["event"]["type"] for _, payload in slack.delivery.sent} == {
        "tokens_revoked",
        "app_uninstalled",
    }


async def test_events_that_nobody_subscribed_to(slack: SlackDouble, ada: Person) -> None:
    slack.app.events = ()
    await ada.open_home()
    assert not slack.delivery.sent


async def test_names_in_a_command_become_ids_where_the_app_wants_it(slack: SlackDouble, ada: Person) -> None:
    typed = "admin resync @bo in #general & <here> me@bo @nobody"
    await ada.command(f"/calsync {typed}")
    escaped = f"admin resync <@U2|bo> in <#{CHANNEL}|general> &amp; &lt;here&gt; me@bo @nobody"
    assert slack.delivery.sent[-1][1]["text"] == escaped
    slack.app.should_escape = False
    await ada.command(f"/calsync {typed}")
    assert slack.delivery.sent[-1][1]["text"] == typed
