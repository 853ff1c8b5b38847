"""Rate limits on the double's clock."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import SlackDouble
from tests.doubles.slack.conftest import CHANNEL


async def _answer(client: AsyncWebClient) -> Any:
    try:
        return await client.users_list()
    except SlackApiError as error:
        return error.response


async def limited(slack: SlackDouble, client: AsyncWebClient) -> int:
    """Call until Slack has had enough, and return after how many calls."""
    slack.log.clear()
    answer: Any = {"ok": True}
    while answer["ok"]:
        answer = await _answer(client)
    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    return slack.log.count("users.list") - 1


async def test_off_until_asked_for(slack: SlackDouble, client: AsyncWebClient) -> None:
    await asyncio.gather(*(client.chat_postMessage(channel=CHANNEL, text="x") for _ in range(10)))


async def test_a_tier_is_calls_a_minute(slack: SlackDouble, client: AsyncWebClient) -> None:
    slack.rates.on = True
    assert await limited(slack, client) == 20
    slack.clock.advance(minutes=1)
    assert await limited(slack, client) == 20


async def test_one_message_a_second_for_each_channel(slack: SlackDouble, client: AsyncWebClient) -> None:
    slack.rates.on = True
    await client.chat_postMessage(channel=CHANNEL, text="x")
    await client.chat_postMessage(channel="U1", text="x")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=CHANNEL, text="x")
    assert caught.value.response.headers["Retry-After"] == "1"
    slack.clock.advance(seconds=1)
    await client.chat_postMessage(channel=CHANNEL, text="x")


async def test_the_sdk_waits_as_told_and_tries_again(slack: SlackDouble, client: AsyncWebClient) -> None:
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    slack.faults.add(operation="auth.test", status=429, headers={"Retry-After": "0"})
    await client.auth_test()
    assert slack.log.count("auth.test") == 2


async def test_a_limit_of_ones_own(slack: SlackDouble, client: AsyncWebClient) -> None:
    slack.rates.limit("users.list", 2, seconds=10)
    assert await limited(slack, client) == 2
