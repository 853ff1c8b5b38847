"""Bolt, and the one way to register a listener on it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.errands import Errands

log = structlog.get_logger()

NO_ANSWER = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError)
"""What a call of Slack raises when Slack refuses it or cannot be reached."""

Listener = Callable[..., Awaitable[None]]
"""Takes a payload and Bolt's `respond`."""

Tell = Callable[[dict[str, Any], str, Any], Awaitable[None]]
"""Tells the person of a payload that something went wrong: payload, reference, `respond`."""


def make_client(token: str, api_url: str) -> AsyncWebClient:
    """Return a Web API client that waits out rate limits, which Slack's own does not by itself."""
    client = AsyncWebClient(token=token, base_url=api_url)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))
    return client


def make_app(client: AsyncWebClient, signing_secret: str | None) -> AsyncApp:
    """Return a Bolt app on `client`; without a signing secret it takes payloads from Socket Mode only."""
    app = AsyncApp(
        client=client,
        signing_secret=signing_secret or secrets.token_hex(),
        raise_error_for_unhandled_request=False,
    )
    # Our listeners let no error out: what comes here is a payload whose shape Bolt itself stumbles over.
    app.error(not_understood)
    return app


async def not_understood(error: Exception) -> BoltResponse:
    """Refuse a payload; its text would stand in the error's message, so only the kind is logged."""
    log.warning("payload_not_understood", error=type(error).__name__)
    return BoltResponse(status=400)


def listener(tell: Tell, errands: Errands) -> Callable[[Listener], Listener]:
    """Return the decorator that every listener wears.

    It acks first and catches everything: an exception soon after `ack()` would lose the ack in Bolt, and the
    person would see Slack's own error. What went wrong is logged under a reference that the person is told.
    Bolt forgets its tasks, so `errands` remembers them until they are done.
    """

    def decorate(function: Listener) -> Listener:
        # Bolt passes arguments by the names it finds in the signature.
        async def listen(ack: Any, body: dict[str, Any], respond: Any) -> None:
            with errands.under_way():
                await ack()
                try:
                    await function(body, respond)
                except Exception:
                    reference = secrets.token_hex(4)
                    log.exception("listener_broke", reference=reference)
                    try:
                        await tell(body, reference, respond)
                    except NO_ANSWER as error:
                        log.warning("telling_failed", reference=reference, error=error_code(error))

        listen.__name__ = function.__name__
        return listen

    return decorate


def error_code(error: Exception) -> str:
    """Return Slack's word for an error."""
    return str(error.response.get("error", "")) if isinstance(error, SlackApiError) else type(error).__name__


STALE = re.compile(r"^calsync\.")
"""Any of our buttons: registered last, it catches those that no version knows any more."""
