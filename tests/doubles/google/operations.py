"""What a request is called in the log and in fault plans, and the details that are kept of it."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from tests.doubles.google import discovery
from tests.doubles.google.access import Access
from tests.doubles.google.calendar_api import Call
from tests.doubles.google.grants import Grants
from tests.doubles.server import Operation


def of_call(call: Call, access: Access) -> Operation:
    """Name a call of the Calendar API after its method in the document."""
    found = discovery.match(call.method, call.path)
    token = access.token_of(call.headers)
    detail: dict[str, Any] = {"account": token.email if token else None}
    if found is None:
        return Operation("calendar.unknown", detail=detail | {"path": call.path})
    method, path = found
    detail["calendar"] = path.get("calendarId")
    content = _content(call.body)
    detail["event"] = path.get("eventId") or content.get("id")
    if method.writes:
        detail["sent"] = sorted(content)
        detail["send_updates"] = dict(call.query).get("sendUpdates")
    if method.id == "calendar.events.list":
        detail["full"] = "syncToken" not in dict(call.query)
    return Operation(method.id, method.writes, detail)


def _content(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def of_batch(calls: list[Operation]) -> Operation:
    """Name a batch; a planned fault hits it as a whole."""
    detail = {
        "account": next((call.detail["account"] for call in calls), None),
        "calls": [call.name for call in calls],
    }
    return Operation("calendar.batch", any(call.write for call in calls), detail)


async def of_request(request: web.Request, grants: Grants) -> Operation:
    """Name any other request after its endpoint; the steps of the pages come after `oauth.auth`."""
    match request.path.strip("/").split("/"):
        case ["token"]:
            form = await request.post()
            used = str(form.get("refresh_token") or form.get("code") or "")
            detail = {"grant_type": form.get("grant_type"), "account": grants.owner_of(used)}
            return Operation("oauth.token", detail=detail)
        case ["revoke"]:
            form = await request.post()
            used = str(form.get("token") or request.query.get("token") or "")
            return Operation("oauth.revoke", detail={"account": grants.owner_of(used)})
        case ["o", "oauth2", "v2", "auth", *step]:
            return Operation(".".join(["oauth.auth", *step]))
        case parts:
            return Operation(f"oauth.{parts[-1]}")
