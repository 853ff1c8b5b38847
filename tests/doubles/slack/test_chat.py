"""Posting, changing and deleting messages, and who sees them."""

from __future__ import annotations

import json

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import Person, SlackDouble
from tests.doubles.slack.builders import actions, button, section
from tests.doubles.slack.conftest import CHANNEL, SECRET_CHANNEL, refused


async def test_a_message_in_a_channel_is_seen_by_its_members(
    client: AsyncWebClient, ada: Person, bo: Person
) -> None:
    answer = await client.chat_postMessage(channel=CHANNEL, text="hello", blocks=[section("*hello*")])
    assert answer["message"]["bot_id"]
    assert answer["message"]["blocks"][0]["block_id"]
    assert answer["message"]["blocks"][0]["text"]["verbatim"] is False
    for person in (ada, bo):
        seen = await person.see("*hello*")
        assert (seen.channel, seen.ts) == (answer["channel"], answer["ts"])


async def test_a_user_id_means_direct_messages(client: AsyncWebClient, ada: Person, bo: Person) -> None:
    first = await client.chat_postMessage(channel="U1", text="psst")
    second = await client.chat_postMessage(channel="U1", text="again")
    assert first["channel"] == second["channel"]
    assert first["channel"].startswith("D")
    assert float(second["ts"]) > float(first["ts"])
    assert len(ada.screen(first["channel"]).messages) == 2
    assert not bo.screen().messages


@pytest.mark.parametrize("channel", ["C404", "U404", SECRET_CHANNEL])
async def test_channels_that_are_not_there_for_the_bot(client: AsyncWebClient, channel: str) -> None:
    await refused("channel_not_found", client.chat_postMessage(channel=channel, text="hello"))


async def test_channels_the_bot_may_not_write_to(slack: SlackDouble, client: AsyncWebClient) -> None:
    slack.add_channel("C1", "others", ["U1"], bot=False)
    slack.add_channel("C2", "old", ["U1"], archived=True)
    await refused("not_in_channel", client.chat_postMessage(channel="C1", text="hello"))
    await refused("is_archived", client.chat_postMessage(channel="C2", text="hello"))
    answer = await client.chat_postMessage(channel="#general", text="by name")
    assert answer["channel"] == CHANNEL


async def test_content_that_is_refused(client: AsyncWebClient) -> None:
    blank = {"channel": CHANNEL, "text": " "}
    await refused("no_text", client.api_call("chat.postMessage", data=blank))
    await refused("msg_too_long", client.chat_postMessage(channel=CHANNEL, text="x" * 40_001))
    form = {"channel": CHANNEL, "text": "x", "blocks": "[{"}
    await refused("invalid_blocks_format", client.api_call("chat.postMessage", data=form))
    form["blocks"] = json.dumps({"type": "section"})
    await refused("invalid_blocks_format", client.api_call("chat.postMessage", data=form))
    await refused("thread_not_found", client.chat_postMessage(channel=CHANNEL, text="x", thread_ts="1.2"))
    much = [section("x" * 3000)] * 5
    await refused("msg_blocks_too_long", client.chat_postMessage(channel=CHANNEL, text="x", blocks=much))
    answer = await refused(
        "invalid_blocks", client.chat_postMessage(channel=CHANNEL, text="x", blocks=[section("x" * 3001)])
    )
    assert answer["errors"] == [
        "failed to match all allowed schemas [json-pointer:/blocks/0/text]",
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {error}" for error in answer["errors"]]
    missing = await refused("invalid_arguments", client.api_call("chat.postMessage", data={"text": "x"}))
    assert missing["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


async def test_blocks_go_through_form_bodies_as_well(client: AsyncWebClient, ada: Person) -> None:
    form = {"channel": CHANNEL, "blocks": json.dumps([section("in a form")]), "text": "x"}
    await client.api_call("chat.postMessage", data=form)
    assert await ada.see("in a form")


async def test_update_and_delete(slack: SlackDouble, client: AsyncWebClient, ada: Person) -> None:
    posted = await client.chat_postMessage(channel="U1", text="old", blocks=[section("old block")])
    where = {"channel": posted["channel"], "ts": posted["ts"]}
    await client.chat_update(**where, text="new")
    assert (await ada.see("old block")).text == "new"  # blocks that are not given stay
    await client.chat_update(**where, text="newer", blocks=[])
    await ada.see_gone("old block")
    await refused("msg_too_long", client.chat_update(**where, text="x" * 4001))
    await refused("message_not_found", client.chat_update(channel=posted["channel"], ts="1.1", text="x"))
    await refused("channel_not_found", client.chat_update(channel="U1", ts=posted["ts"], text="x"))
    typed = slack.workspace.post(CHANNEL, "U1", "typed by a person")
    await refused("cant_update_message", client.chat_update(channel=CHANNEL, ts=typed.ts, text="x"))
    await refused("cant_delete_message", client.chat_delete(channel=CHANNEL, ts=typed.ts))
    await client.chat_delete(**where)
    await ada.see_gone("newer")
    await refused("message_not_found", client.chat_delete(**where))


async def test_ephemeral_messages(client: AsyncWebClient, ada: Person, bo: Person) -> None:
    posted = await client.chat_postEphemeral(channel=CHANNEL, user="U1", text="only you")
    assert await ada.see("only you")
    assert not bo.screen().messages
    ts = posted["message_ts"]
    await refused("message_not_found", client.chat_update(channel=CHANNEL, ts=ts, text="x"))
    await refused("message_not_found", client.chat_delete(channel=CHANNEL, ts=ts))
    await refused("user_not_in_channel", client.chat_postEphemeral(channel=CHANNEL, user="U9", text="x"))
    ada.reload()
    await ada.see_gone("only you")


async def test_what_was_chosen_in_a_message_survives_an_update_of_other_blocks(
    slack: SlackDouble, client: AsyncWebClient, ada: Person
) -> None:
    choice = {"type": "radio_buttons", "action_id": "r", "options": [_option("a"), _option("b")]}
    blocks = [actions(choice, block_id="kept"), section("one", block_id="x")]
    posted = await client.chat_postMessage(channel="U1", text="t", blocks=blocks)
    message = slack.workspace.message(posted["channel"], posted["ts"])
    assert message is not None
    await ada.choose("b", action_id="r")
    blocks[1] = actions(button("Go", "go"), block_id="y")
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], blocks=blocks, text="t")
    state = slack.workspace.state_of(message, "U1")
    assert state["kept"]["r"]["selected_option"]["value"] == "b"


def _option(text: str) -> dict[str, object]:
    return {"text": {"type": "plain_text", "text": text}, "value": text}
