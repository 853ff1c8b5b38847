"""response_url: what it can do, how often and how long."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.doubles.slack import Person, SlackDouble
from tests.doubles.slack.builders import section
from tests.doubles.slack.conftest import CHANNEL


@pytest.fixture
def url(slack: SlackDouble) -> str:
    """Return the response_url of a command that U1 gave in the channel."""
    return slack.responses.new(slack.url, "commands", "U1", CHANNEL)


async def test_answers_are_for_the_person_unless_said_otherwise(url: str, ada: Person, bo: Person) -> None:
    hook = AsyncWebhookClient(url)
    assert (await hook.send(text="only you")).body == "ok"
    assert await ada.see("only you")
    assert not bo.screen().messages
    await hook.send(text="for all", response_type="in_channel")
    assert await bo.see("for all")


async def test_five_uses(slack: SlackDouble, url: str) -> None:
    hook = AsyncWebhookClient(url)
    for number in range(5):
        assert (await hook.send(text=str(number))).status_code == 200
    last = await hook.send(text="six")
    assert (last.status_code, last.body) == (404, '{"ok": false, "error": "used_url"}')
    assert slack.log.count("response_url") == 6
    assert slack.log.of("response_url")[0].detail == {"user": "U1", "channel": CHANNEL}


async def test_half_an_hour(slack: SlackDouble, url: str) -> None:
    hook = AsyncWebhookClient(url)
    slack.clock.advance(minutes=29)
    assert (await hook.send(text="in time")).status_code == 200
    slack.clock.advance(minutes=2)
    late = await hook.send(text="late")
    assert (late.status_code, late.body) == (404, '{"ok": false, "error": "expired_url"}')
    nowhere = await AsyncWebhookClient(slack.url + "/response/x").send(text="x")
    assert nowhere.status_code == 404


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"blocks": [{"type": "sectionn"}]}, "invalid_blocks"),
        ({"blocks": "[]"}, "invalid_blocks_format"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ([], "invalid_payload"),
    ],
)
async def test_content_that_is_refused(
    url: str, session: aiohttp.ClientSession, body: Any, error: str
) -> None:
    async with session.post(url, json=body) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"] == error


async def test_the_only_way_to_change_an_ephemeral_message(
    slack: SlackDouble, client: AsyncWebClient, ada: Person
) -> None:
    posted = await client.chat_postEphemeral(channel=CHANNEL, user="U1", text="old")
    message = slack.workspace.message(CHANNEL, posted["message_ts"])
    hook = AsyncWebhookClient(slack.responses.new(slack.url, "actions", "U1", CHANNEL, message))
    await hook.send(text="new", blocks=[section("new")], replace_original=True)
    assert (await ada.see("new")).ts == posted["message_ts"]
    await hook.send(text="beside it")
    assert len(ada.screen().messages) == 2
    await hook.send(delete_original=True)
    await ada.see_gone("new")


async def test_as_a_form(url: str, session: aiohttp.ClientSession, ada: Person) -> None:
    async with session.post(url, data={"payload": '{"text": "in a form"}'}) as answer:
        assert answer.status == 200
    assert await ada.see("in a form")
