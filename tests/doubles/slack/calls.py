"""Reading a Web API call: its arguments, its token, and what either lacks."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.doubles.slack.errors import SlackError, invalid_arguments
from tests.doubles.slack.model import is_on
from tests.doubles.slack.schema import Json

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass
class Call:
    """One call of a Web API method."""

    method: str
    args: Json = field(default_factory=dict)
    token: str | None = None
    basic: tuple[str, str] | None = None
    as_json: bool = False
    warning: str = ""
    fault: SlackError | None = None

    def text(self, name: str, default: str = "") -> str:
        """Return an argument as text."""
        value = self.args.get(name)
        return default if value is None else str(value)

    def need(self, name: str) -> str:
        """Return an argument as text.

        Raises:
            SlackError: it is missing.
        """
        if not (value := self.text(name)):
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        """Return an argument as a truth value."""
        return is_on(self.args.get(name))

    def number(self, name: str, default: int) -> int:
        """Return an argument as a number.

        Raises:
            SlackError: it is something else.
        """
        value = self.args.get(name, default)
        if not str(value).isdigit():
            raise invalid_arguments(f"invalid `{name}`")
        return int(value)

    def structure(self, name: str, otherwise: SlackError) -> Any:
        """Return an argument that is JSON, which form bodies carry as text; None when it is absent.

        Raises:
            SlackError: `otherwise`, when it is no JSON.
        """
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise otherwise from None


async def read_call(request: web.Request) -> Call:
    """Read a request to `/api/METHOD`; what is wrong with it is noted in the call, not raised."""
    call = Call(request.match_info["method"], dict(request.query))
    if request.method == "POST":
        await _read_body(request, call)
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        call.token = given.strip()
    elif scheme.lower() == "basic":
        login, _, password = base64.b64decode(given).decode().partition(":")
        call.basic = (login, password)
    elif not call.as_json and "token" in call.args:
        call.token = str(call.args["token"])  # Slack ignores a token within a JSON body
    return call


async def _read_body(request: web.Request, call: Call) -> None:
    if request.content_type in FORMS:
        call.args.update({k: v for k, v in (await request.post()).items() if isinstance(v, str)})
    elif request.content_type == "application/json":
        call.as_json = True
        if request.charset is None:
            call.warning = "missing_charset"
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            call.fault = SlackError("invalid_json")
            return
        if isinstance(body, dict):
            call.args.update(body)
        else:
            call.fault = SlackError("json_not_object")
    elif request.can_read_body:
        call.fault = SlackError("invalid_post_type")
