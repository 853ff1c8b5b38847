"""response_url: five answers within half an hour, and the only way to change an ephemeral message."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.doubles.slack.api_chat import content
from tests.doubles.slack.errors import SlackError
from tests.doubles.slack.model import Message, is_on
from tests.doubles.slack.schema import Json
from tests.doubles.slack.workspace import Workspace, random_name

USES, LIFE = 5, 30 * 60.0


@dataclass
class ResponseUrl:
    """The permission to answer one act of one person."""

    user: str
    channel: str
    at: float
    original: Message | None = None
    uses: int = 0


class Responses:
    """All response_urls that were handed out."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._given: dict[str, ResponseUrl] = {}

    def new(self, url: str, kind: str, user: str, channel: str, original: Message | None = None) -> str:
        """Return a fresh response_url below the double's `url`."""
        path = f"/response/{kind}/{self._workspace.team_id}/{random_name(12)}/{random_name()}"
        self._given[path] = ResponseUrl(user, channel, self._workspace.now(), original)
        return url + path

    def given(self, path: str) -> ResponseUrl | None:
        """Return the permission behind a path."""
        return self._given.get(path)

    async def serve(self, request: web.Request) -> web.Response:
        """Answer a POST to a response_url."""
        given = self._given.get(request.path)
        try:
            if given is None:
                raise SlackError("invalid_url", status=404)
            if self._workspace.now() - given.at > LIFE:
                raise SlackError("expired_url", status=404)
            if given.uses >= USES:
                raise SlackError("used_url", status=404)
            body = await _body(request)
            given.uses += 1
            self.answer(given, body)
        except SlackError as error:
            return web.json_response(error.body(), status=400 if error.status == 200 else error.status)
        return web.Response(text="ok")

    def answer(self, given: ResponseUrl, body: Json) -> Message | None:
        """Do what an answer asks for and return the message that came of it.

        Raises:
            SlackError: the content is wrong.
        """
        original = given.original if given.original in self._workspace.messages else None
        if is_on(body.get("delete_original")):
            if original is not None:
                self._workspace.remove(original)
            return None
        text = body.get("text") or ""
        blocks = content(text, body.get("blocks"), body.get("attachments"))
        attachments = body.get("attachments") or []
        if is_on(body.get("replace_original")) and original is not None:
            changed = original.edited if original.ephemeral_to else self._workspace.new_ts()
            self._workspace.change(
                original, text=text, blocks=blocks, attachments=attachments, edited=changed
            )
            return original
        to = None if body.get("response_type") == "in_channel" else given.user
        app, thread = self._workspace.app, body.get("thread_ts")
        return self._workspace.post(
            given.channel, app.bot_user, text, blocks, to, thread_ts=thread, attachments=attachments
        )


async def _body(request: web.Request) -> Json:
    raw: Any = await request.text()
    if request.content_type == "application/x-www-form-urlencoded":
        raw = (await request.post()).get("payload", "")
    try:
        body = json.loads(raw)
    except (TypeError, ValueError):
        raise SlackError("invalid_payload") from None
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    return body
