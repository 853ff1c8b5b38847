"""The payloads Slack sends: key for key as recorded ones have them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.doubles.slack.api_chat import message_object
from tests.doubles.slack.model import Message, User, View
from tests.doubles.slack.schema import Json

if TYPE_CHECKING:
    from tests.doubles.slack.double import SlackDouble


def slash_command(double: SlackDouble, user: User, channel_id: str, command: str, text: str) -> Json:
    """Return the fields of a slash command."""
    workspace = double.workspace
    return {
        "token": workspace.app.verification_token,
        "team_id": workspace.team_id,
        "team_domain": workspace.domain,
        "channel_id": channel_id,
        "channel_name": workspace.channels[channel_id].shown_name(),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": escaped(double, text) if workspace.app.should_escape else text,
        "api_app_id": workspace.app.id,
        "is_enterprise_install": "false",
        "response_url": double.responses.new(double.url, "commands", user.id, channel_id),
        "trigger_id": double.triggers.new(user.id),
    }


def escaped(double: SlackDouble, text: str) -> str:
    """Return a command's text as an app gets it whose command has `should_escape`: names become ids."""
    users = {user.name: user.id for user in double.workspace.users.values()}
    channels = {one.name: one.id for one in double.workspace.channels.values() if one.name}
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def named(match: re.Match[str]) -> str:
        sign, name = match.groups()
        found = (users if sign == "@" else channels).get(name)
        return f"<{sign}{found}|{name}>" if found else match[0]

    return re.sub(r"(?<!\S)([@#])([\w.-]+)", named, text)


def _who(double: SlackDouble, user: User) -> Json:
    workspace = double.workspace
    return {
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": workspace.app.id,
        "token": workspace.app.verification_token,
        "team": {"id": workspace.team_id, "domain": workspace.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def block_action_in_message(
    double: SlackDouble, user: User, message: Message, action: Json, state: Json
) -> Json:
    """Return the payload of an act in a message; of an ephemeral one Slack does not send the message."""
    channel = double.workspace.channels[message.channel]
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = {
        "type": "block_actions",
        **_who(double, user),
        "container": container,
        "trigger_id": double.triggers.new(user.id),
        "channel": {"id": channel.id, "name": channel.shown_name()},
    }
    if message.ephemeral_to is None:
        payload["message"] = message_object(double, message)
    url = double.responses.new(
        double.url, "actions", user.id, message.channel, double.workspace.message(message.channel, message.ts)
    )
    return {**payload, "state": {"values": state}, "response_url": url, "actions": [action]}


def block_action_in_view(double: SlackDouble, user: User, view: View, action: Json) -> Json:
    """Return the payload of an act in a modal or in the Home tab."""
    return {
        "type": "block_actions",
        **_who(double, user),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": double.triggers.new(user.id, in_modal=view.kind == "modal"),
        "view": double.views.shown(view),
        "actions": [action],
    }


def view_submission(double: SlackDouble, user: User, view: View) -> Json:
    """Return the payload of a submitted modal."""
    return {
        "type": "view_submission",
        **_who(double, user),
        "trigger_id": double.triggers.new(user.id, in_modal=True),
        "view": double.views.shown(view),
        "response_urls": [],
    }


def view_closed(double: SlackDouble, user: User, view: View, *, cleared: bool) -> Json:
    """Return the payload of a closed modal that asked to be told."""
    return {
        "type": "view_closed",
        **_who(double, user),
        "view": double.views.shown(view),
        "is_cleared": cleared,
    }


def event_callback(double: SlackDouble, event: Json) -> Json:
    """Wrap an event as the Events API does."""
    workspace = double.workspace
    authorization = {
        "enterprise_id": None,
        "team_id": workspace.team_id,
        "user_id": workspace.app.bot_user,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": workspace.app.verification_token,
        "team_id": workspace.team_id,
        "api_app_id": workspace.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": workspace.new_id("Ev"),
        "event_time": int(workspace.now()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
    }
