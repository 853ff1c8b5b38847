"""A running double with people in it, and the real Slack libraries connected to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from tests.doubles.slack import Person, SlackDouble

CHANNEL, SECRET_CHANNEL = "C0000000100", "C0000000200"


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    """Run a double with two people and two channels."""
    async with SlackDouble() as double:
        double.add_person("U1", "ada", "ada@example.com", is_admin=True)
        double.add_person("U2", "bo", "bo@example.com", locale="fa-IR", tz="Asia/Tehran")
        double.add_channel(CHANNEL, "general", ["U1", "U2"])
        double.add_channel(SECRET_CHANNEL, "secret", ["U2"], private=True, bot=False)
        yield double


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Give the clients one HTTP session, which is closed at the end."""
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def client(slack: SlackDouble, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Return the real client, talking to the double."""
    return AsyncWebClient(slack.app.bot_token, base_url=slack.api_url, session=session)


@pytest.fixture
def app(slack: SlackDouble, client: AsyncWebClient) -> AsyncApp:
    """Return a Bolt app without listeners."""
    return AsyncApp(token=client.token, signing_secret=slack.app.signing_secret, client=client)


@asynccontextmanager
async def socket_mode(slack: SlackDouble, app: AsyncApp, ping_interval: float = 10) -> AsyncIterator[None]:
    """Connect a Bolt app by Socket Mode; it looks after its connection every `ping_interval` seconds."""
    handler: Any = AsyncSocketModeHandler(
        app, slack.app.app_token, ping_interval=ping_interval
    )  # Bolt leaves its methods untyped
    try:
        await handler.connect_async()
        await slack.sockets.wait_connected()
        yield
    finally:
        await handler.close_async()


@pytest.fixture
async def connected(slack: SlackDouble, app: AsyncApp) -> AsyncIterator[None]:
    """Connect the Bolt app by Socket Mode."""
    async with socket_mode(slack, app):
        yield


@pytest.fixture
def ada(slack: SlackDouble) -> Person:
    """Return an admin of the workspace."""
    return slack.person("U1")


@pytest.fixture
def bo(slack: SlackDouble) -> Person:
    """Return a member of the workspace."""
    return slack.person("U2")


async def refused(error: str, call: Awaitable[Any]) -> AsyncSlackResponse:
    """Expect a Web API call to fail with this error code, and return the answer."""
    with pytest.raises(SlackApiError) as caught:
        await call
    answer = caught.value.response
    assert isinstance(answer, AsyncSlackResponse)
    assert answer["error"] == error, answer
    return answer
