"""The chat methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.doubles.slack.blocks import ALL_TEXTS, check_blocks, length_of_texts
from tests.doubles.slack.calls import Call
from tests.doubles.slack.errors import SlackError, invalid_blocks
from tests.doubles.slack.methods import method
from tests.doubles.slack.model import Channel, Message
from tests.doubles.slack.schema import Json

if TYPE_CHECKING:
    from tests.doubles.slack.double import SlackDouble

TEXT = 40_000
UPDATED_TEXT = 4_000
UNDISPLAYABLE = "This content can't be displayed."  # what Slack says for blocks without a text


def content(text: str, blocks: Any, attachments: Any = None, longest: int = TEXT) -> list[Json]:
    """Return the blocks of a message that Slack takes.

    Raises:
        SlackError: there is nothing to say, too much, or the blocks are wrong.
    """
    if blocks is not None and not (isinstance(blocks, list) and all(isinstance(b, dict) for b in blocks)):
        raise SlackError("invalid_blocks_format")
    if attachments is not None and not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    if found := check_blocks(blocks or []):
        raise invalid_blocks(found)
    if length_of_texts(blocks or []) > ALL_TEXTS:
        raise SlackError("msg_blocks_too_long")
    if not text.strip() and not blocks and not attachments:
        raise SlackError("no_text")
    if len(text) > longest:
        raise SlackError("msg_too_long")
    return blocks or []


def _given(call: Call, longest: int = TEXT) -> tuple[str, list[Json], list[Json]]:
    blocks = call.structure("blocks", SlackError("invalid_blocks_format"))
    attachments = call.structure("attachments", SlackError("invalid_attachments"))
    text = call.text("text")
    return text, content(text, blocks, attachments, longest), attachments or []


def message_object(double: SlackDouble, message: Message) -> Json:
    """Return a message as Slack writes it in answers and payloads."""
    app, team = double.workspace.app, double.workspace.team_id
    shown: Json = {"user": message.user, "type": "message", "ts": message.ts}
    if message.by_app:
        icons = {"image_36": "", "image_48": "", "image_72": ""}
        profile = {"id": app.bot_id, "deleted": False, "name": app.name, "updated": 0, "app_id": app.id}
        shown |= {"bot_id": app.bot_id, "app_id": app.id}
        shown["bot_profile"] = profile | {"icons": icons, "team_id": team}
    text = message.text or (UNDISPLAYABLE if message.blocks else "")
    shown |= {"text": text, "team": team}
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.attachments:
        shown["attachments"] = message.attachments
    if message.thread_ts:
        shown["thread_ts"] = message.thread_ts
    if message.edited:
        shown["edited"] = {"user": app.bot_id, "ts": message.edited}
    if message.metadata:
        shown["metadata"] = message.metadata
    return shown


def _writable(double: SlackDouble, channel: Channel) -> None:
    app = double.workspace.app
    if channel.archived:
        raise SlackError("is_archived")
    if app.bot_user not in channel.members and "chat:write.public" not in app.bot_scopes:
        raise SlackError("not_in_channel")


def _thread(double: SlackDouble, channel: Channel, call: Call) -> str | None:
    thread = call.text("thread_ts") or None
    if thread and double.workspace.message(channel.id, thread) is None:
        raise SlackError("thread_not_found")
    return thread


@method("chat.postMessage", "chat:write", write=True)
async def post_message(double: SlackDouble, call: Call) -> Json:
    """Post a message; a user's id as the channel means the direct messages with this person."""
    workspace = double.workspace
    channel = workspace.find_channel(call.need("channel"))
    _writable(double, channel)
    text, blocks, attachments = _given(call)
    message = workspace.post(
        channel.id,
        workspace.app.bot_user,
        text,
        blocks,
        thread_ts=_thread(double, channel, call),
        metadata=call.structure("metadata", SlackError("invalid_metadata_format")),
        attachments=attachments,
    )
    return {"channel": channel.id, "ts": message.ts, "message": message_object(double, message)}


@method("chat.postEphemeral", "chat:write", tier=4, write=True)
async def post_ephemeral(double: SlackDouble, call: Call) -> Json:
    """Post a message that one person in the channel sees."""
    workspace = double.workspace
    channel = workspace.find_channel(call.need("channel"), im=False)
    user = call.need("user")
    _writable(double, channel)
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks, attachments = _given(call)
    thread = _thread(double, channel, call)
    message = workspace.post(
        channel.id, workspace.app.bot_user, text, blocks, user, thread_ts=thread, attachments=attachments
    )
    return {"message_ts": message.ts}


def _own(double: SlackDouble, call: Call, refusal: str) -> Message:
    """Return the app's message that a call is about; ephemeral ones are not found."""
    channel = double.workspace.find_channel(call.need("channel"), im=False)
    message = double.workspace.message(channel.id, call.need("ts"))
    if message is None or message.ephemeral_to is not None:
        raise SlackError("message_not_found")
    if not message.by_app:
        raise SlackError(refusal)
    return message


@method("chat.update", "chat:write", write=True)
async def update(double: SlackDouble, call: Call) -> Json:
    """Change a message; blocks that are not given stay, an empty array removes them."""
    message = _own(double, call, "cant_update_message")
    text, blocks, attachments = _given(call, UPDATED_TEXT)
    new: Json = {"edited": double.workspace.new_ts()}
    new |= {"text": text} if "text" in call.args else {}
    new |= {"blocks": blocks} if "blocks" in call.args else {}
    new |= {"attachments": attachments} if "attachments" in call.args else {}
    double.workspace.change(message, **new)
    shown = message_object(double, message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


@method("chat.delete", "chat:write", write=True)
async def delete(double: SlackDouble, call: Call) -> Json:
    """Delete a message."""
    message = _own(double, call, "cant_delete_message")
    double.workspace.remove(message)
    return {"channel": message.channel, "ts": message.ts}


FARTHEST = 120 * 24 * 3600
"""Seconds: no message can be planned for later."""


@method("chat.scheduleMessage", "chat:write", write=True)
async def schedule_message(double: SlackDouble, call: Call) -> Json:
    """Plan a message. The double's people never see one: nothing of calsync is meant to come so late."""
    workspace = double.workspace
    channel = workspace.find_channel(call.need("channel"))
    _writable(double, channel)
    text, blocks, _ = _given(call)
    at = call.need("post_at")
    if not str(at).isdecimal():
        raise SlackError("invalid_time")
    ahead = int(at) - workspace.now()
    if not 0 < ahead <= FARTHEST:
        raise SlackError("time_in_past" if ahead <= 0 else "time_too_far")
    planned_id = workspace.new_id("Q")
    workspace.scheduled[planned_id] = channel.id
    message = {"text": text, "type": "delayed_message", "subtype": "bot_message", "blocks": blocks}
    return {
        "channel": channel.id,
        "scheduled_message_id": planned_id,
        "post_at": int(at),
        "message": message,
    }


@method("chat.deleteScheduledMessage", "chat:write", write=True)
async def delete_scheduled_message(double: SlackDouble, call: Call) -> Json:
    """Take a planned message back."""
    channel = double.workspace.find_channel(call.need("channel"))
    planned_id = call.need("scheduled_message_id")
    if double.workspace.scheduled.get(planned_id) != channel.id:
        raise SlackError("invalid_scheduled_message_id")
    del double.workspace.scheduled[planned_id]
    return {}
