"""How to answer the payload at hand: where it came from, on the Home tab, or by a direct message."""

from __future__ import annotations

import functools
from typing import Any

from bot.commands import home
from bot.services import Services


def of_home(body: dict[str, Any]) -> bool:
    """Say whether a payload is about somebody's Home tab."""
    return body.get("view", {}).get("type") == "home" or "event" in body


def responder(body: dict[str, Any], respond: Any, services: Services) -> Any:
    """Return what takes the arguments of Bolt's `respond`, for payloads without a response_url as well."""
    if body.get("response_url"):
        return respond
    if "event" in body:
        return functools.partial(home.notice, services, body["team_id"], body["event"]["user"])
    user = body["user"]
    if of_home(body):
        return functools.partial(home.notice, services, user["team_id"], user["id"])
    return functools.partial(direct, services, user["id"])


async def direct(services: Services, user_id: str, *, text: str, blocks: Any, **_: Any) -> None:
    """Answer in the direct messages."""
    await services.slack.chat_postMessage(channel=user_id, text=text, blocks=blocks, unfurl_links=False)
