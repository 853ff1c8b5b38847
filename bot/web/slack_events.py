"""HTTP mode: where Slack posts commands, clicks and events."""

from __future__ import annotations

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

from bot.slack import not_understood

log = structlog.get_logger()


class SlackEvents:
    """The one address; Bolt checks the signatures."""

    def __init__(self, bolt: AsyncApp) -> None:
        self._bolt = bolt

    def add_routes(self, app: web.Application) -> None:
        """Let the pages' application take what Slack posts."""
        app.router.add_post("/slack/events", self.take)

    async def take(self, request: web.Request) -> web.Response:
        """Hand a payload to Bolt; one that it stumbles over is answered, too."""
        try:
            answer = await self._bolt.async_dispatch(await to_bolt_request(request))
        except Exception as error:  # what Bolt stumbles over: it reads payloads before their signatures
            answer = await not_understood(error)
        if answer.status == 401:
            log.warning("refused", reason="signature")
        return await to_aiohttp_response(answer)
