"""The conversations methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.doubles.slack.api_users import paged
from tests.doubles.slack.calls import Call
from tests.doubles.slack.errors import SlackError
from tests.doubles.slack.methods import method
from tests.doubles.slack.model import Channel, Kind
from tests.doubles.slack.schema import Json

if TYPE_CHECKING:
    from tests.doubles.slack.double import SlackDouble

READ = ("channels:read", "groups:read", "mpim:read", "im:read")
SCOPE = dict(zip(("channel", "group", "mpim", "im"), READ, strict=True))


def channel_object(double: SlackDouble, channel: Channel) -> Json:
    """Return a conversation as Slack writes it."""
    bot = double.workspace.app.bot_user
    shown: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.archived,
        "is_im": channel.kind == "im",
        "is_org_shared": False,
        "context_team_id": double.workspace.team_id,
        "updated": channel.created * 1000,
    }
    if channel.kind == "im":
        other = next((user for user in sorted(channel.members) if user != bot), bot)
        return shown | {"user": other, "is_user_deleted": double.workspace.user(other).deleted}
    return shown | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "channel",
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_member": bot in channel.members,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }


def readable(double: SlackDouble, call: Call) -> Channel:
    """Return the conversation of a call that may read it.

    Raises:
        SlackError: there is none such, or the scope for its kind was not granted.
    """
    channel = double.workspace.find_channel(call.need("channel"), im=False)
    scopes = double.workspace.app.bot_scopes
    if SCOPE[channel.kind] not in scopes:
        raise SlackError("missing_scope", needed=SCOPE[channel.kind], provided=",".join(scopes))
    return channel


@method("conversations.info", *READ, takes_json=False)
async def conversations_info(double: SlackDouble, call: Call) -> Json:
    """Tell about one conversation."""
    channel = readable(double, call)
    shown = channel_object(double, channel)
    if not call.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


@method("conversations.members", *READ, tier=4, takes_json=False)
async def conversations_members(double: SlackDouble, call: Call) -> Json:
    """List who is in a conversation."""
    page, cursor = paged(sorted(readable(double, call).members), call, 1000)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


@method("conversations.open", "im:write", "mpim:write", write=True)
async def conversations_open(double: SlackDouble, call: Call) -> Json:
    """Open direct messages with one person, or with several."""
    workspace = double.workspace
    if given := call.text("channel"):
        channel, existed = workspace.find_channel(given, im=False), True
    else:
        names = call.args.get("users") or ""
        users = (
            names if isinstance(names, list) else [name.strip() for name in names.split(",") if name.strip()]
        )
        if not users:
            raise SlackError("users_list_not_supplied")
        needed = "im:write" if len(users) == 1 else "mpim:write"
        if needed not in workspace.app.bot_scopes:
            raise SlackError("missing_scope", needed=needed, provided=",".join(workspace.app.bot_scopes))
        for user in map(workspace.user, users):
            if user.is_bot:
                raise SlackError("cannot_dm_bot")
            if user.deleted:
                raise SlackError("user_disabled")
        members = {*users, workspace.app.bot_user}
        kind: Kind = "im" if len(users) == 1 else "mpim"
        known = [c for c in workspace.channels.values() if c.kind == kind and c.members == members]
        existed = bool(known)
        channel = known[0] if known else workspace.add_channel("-".join(["mpdm", *users]), members, kind)
    shown = channel_object(double, channel) if call.flag("return_im") else {"id": channel.id}
    return {**({"no_op": True, "already_open": True} if existed else {}), "channel": shown}
