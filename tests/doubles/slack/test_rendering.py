"""What a reader sees of mrkdwn, in their own zone and language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import Person, SlackDouble
from tests.doubles.slack.builders import plain, section
from tests.doubles.slack.conftest import CHANNEL

MOMENT = 1_790_000_000  # 21 September 2026, 14:13:20 UTC


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a &lt;b&gt; &amp;c", "a <b> &c"),
        ("&amp;lt;", "&lt;"),
        ("<https://example.com|here>, <https://example.com>", "here, https://example.com"),
        (
            "<@U1> <@U9> <#C0000000100> <!channel> <!subteam^S1|@ops>",
            "@ada @unknown #general @channel @subteam",
        ),
        (f"<!date^{MOMENT}^{{date_num}} at {{time}}|then>", "2026-09-21 at 4:13\u202fPM"),
        (f"<!date^{MOMENT}^{{date_short_pretty}}|then>", "Sep 21, 2026"),
        (f"<!date^{MOMENT}^{{date}}, {{date_long}}|then>", "21 September 2026, Monday, September 21, 2026"),
        (f"<!date^{MOMENT}^{{time_secs}}|then>", "4:13:20\u202fPM"),
        (f"<!date^{MOMENT}^{{moon}}|then>", "then"),
        ("<!date^soon^{date}|then>", "then"),
    ],
)
async def test_mrkdwn(client: AsyncWebClient, ada: Person, written: str, shown: str) -> None:
    await client.chat_postMessage(channel="U1", text=written)
    screen = ada.screen()
    assert screen.read(screen.messages[0]) == shown
    assert await ada.see(shown)
    assert await ada.see(written)  # what the app wrote is found as well


async def test_near_days_and_another_readers_zone_and_language(
    slack: SlackDouble, client: AsyncWebClient, ada: Person, bo: Person
) -> None:
    slack.clock.set(datetime.fromtimestamp(MOMENT, UTC) - timedelta(days=1), frozen=True)
    text = f"<!date^{MOMENT}^{{date_pretty}} {{time}}|then>"
    await client.chat_postMessage(channel=CHANNEL, text=text)
    assert "tomorrow 4:13" in ada.screen().text()
    assert "tomorrow 17:43" in bo.screen().text()


async def test_plain_text_is_left_alone_and_rich_text_is_shown(client: AsyncWebClient, ada: Person) -> None:
    parts = [
        {"type": "user", "user_id": "U1"},
        {"type": "date", "timestamp": MOMENT, "format": "{date_num}", "fallback": "then"},
        {"type": "broadcast", "range": "here"},
        {"type": "channel", "channel_id": CHANNEL},
    ]
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": parts}]}
    blocks = [{"type": "section", "text": plain("&amp; <@U1>")}, section("&amp;"), rich]
    await client.chat_postMessage(channel="U1", text="t", blocks=blocks)
    screen = ada.screen()
    assert screen.read(screen.messages[0]).split("\n") == [
        "t", "&amp; <@U1>", "&", "@ada", "2026-09-21", "@here", "#general",
    ]  # fmt: skip
