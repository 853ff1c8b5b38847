"""The users and usergroups methods."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name

from tests.doubles.slack.calls import Call
from tests.doubles.slack.errors import SlackError
from tests.doubles.slack.methods import method
from tests.doubles.slack.model import User
from tests.doubles.slack.schema import Json

if TYPE_CHECKING:
    from tests.doubles.slack.double import SlackDouble

PAGE = 1000


def user_object(double: SlackDouble, user: User, *, locale: bool = False) -> Json:
    """Return a user as Slack writes it; the deactivated have lost their roles and time zone."""
    profile = {
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "avatar_hash": f"{user.id:0>12}".lower(),
        "status_text": "",
        "status_emoji": "",
        "team": user.team_id,
    }
    if "users:read.email" in double.workspace.app.bot_scopes and not user.is_bot:
        profile["email"] = user.email
    shown: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": int(double.workspace.now()),
    }
    if not user.deleted:
        moment = double.clock.now().astimezone(ZoneInfo(user.tz))
        offset = moment.utcoffset()
        assert offset is not None
        shown |= {
            "color": "9f69e7",
            "real_name": user.real_name,
            "tz": user.tz,
            "tz_label": get_timezone_name(moment, width="long", locale="en"),
            "tz_offset": int(offset.total_seconds()),
            "is_admin": user.is_admin or user.is_owner,
            "is_owner": user.is_owner,
            "is_primary_owner": False,
            "is_restricted": user.is_restricted or user.is_ultra_restricted,
            "is_ultra_restricted": user.is_ultra_restricted,
            "is_email_confirmed": not user.is_bot,
            "who_can_share_contact_card": "EVERYONE",
        }
        if user.team_id != double.workspace.team_id:
            shown["is_stranger"] = True
    if locale:
        shown["locale"] = user.locale
    return shown


@method("users.info", "users:read", tier=4, takes_json=False)
async def users_info(double: SlackDouble, call: Call) -> Json:
    """Tell about one user."""
    user = double.workspace.user(call.need("user"))
    return {"user": user_object(double, user, locale=call.flag("include_locale"))}


@method("users.lookupByEmail", "users:read.email", takes_json=False)
async def users_lookup_by_email(double: SlackDouble, call: Call) -> Json:
    """Find a user by address, which does not find the deactivated."""
    wanted = call.need("email").lower()
    for user in double.workspace.users.values():
        if user.email.lower() == wanted and not user.deleted and not user.is_bot:
            return {"user": user_object(double, user)}
    raise SlackError("users_not_found")


@method("users.list", "users:read", tier=2, takes_json=False)
async def users_list(double: SlackDouble, call: Call) -> Json:
    """List all users, a page at a time."""
    everybody = [
        user_object(double, u, locale=call.flag("include_locale")) for u in double.workspace.users.values()
    ]
    page, cursor = paged([u["id"] for u in everybody], call, PAGE)
    members = [user for user in everybody if user["id"] in page]
    return {
        "members": members,
        "cache_ts": int(double.workspace.now()),
        "response_metadata": {"next_cursor": cursor},
    }


@method("usergroups.users.list", "usergroups:read", tier=2, takes_json=False)
async def usergroups_users_list(double: SlackDouble, call: Call) -> Json:
    """List the members of a user group."""
    group = double.workspace.groups.get(call.need("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group)}


def paged(names: list[str], call: Call, most: int) -> tuple[list[str], str]:
    """Return one page of a list, and the cursor of the next page (empty at the end).

    Raises:
        SlackError: the cursor is none that was handed out.
    """
    size = min(call.number("limit", 0) or most, most)
    start = 0
    if cursor := call.text("cursor"):
        after = base64.b64decode(cursor.encode() + b"==").decode(errors="replace").removeprefix("user:")
        if after not in names:
            raise SlackError("invalid_cursor")
        start = names.index(after)
    rest = names[start + size :]
    return names[start : start + size], base64.b64encode(f"user:{rest[0]}".encode()).decode() if rest else ""
