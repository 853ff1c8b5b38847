"""Home tabs are published in order, and only for those who may be looking."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, cast

from slack_sdk.web.async_client import AsyncWebClient

from bot.home import FOLLOWED, REPEATED, Drawing, Homes
from bot.views.kit import Block, Home, section
from tests.clock import TestClock

ACCOUNT = 7


class Publisher:
    """Stands in for Slack's client and notes what is published."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []

    async def views_publish(self, *, user_id: str, view: dict[str, Any]) -> None:
        """Note a view by its first text."""
        self.shown.append((user_id, view["blocks"][0]["text"]["text"]))


class Painter:
    """Draws tabs that say `text`, each after `go` is set."""

    def __init__(self, text: str) -> None:
        self.text, self.go = text, asyncio.Event()
        self.go.set()

    async def __call__(self, notice: Sequence[Block]) -> Drawing:
        """Draw."""
        text = "".join(block["text"]["text"] for block in notice) + self.text
        await self.go.wait()
        return Drawing(Home([section(text)]), text, ACCOUNT)


def make() -> tuple[Homes, Publisher, TestClock]:
    """Return what keeps the tabs, where they are shown, and the clock."""
    slack, clock = Publisher(), TestClock()
    return Homes(cast(AsyncWebClient, slack), clock), slack, clock


async def test_an_older_tab_never_comes_last() -> None:
    homes, slack, _ = make()
    old, new = Painter("old"), Painter("new")
    old.go.clear()
    first = asyncio.create_task(homes.show("U1", old))
    await asyncio.sleep(0)
    second = asyncio.create_task(homes.show("U1", new))
    await asyncio.sleep(0)
    old.go.set()
    await asyncio.gather(first, second)
    assert slack.shown == [("U1", "old"), ("U1", "new")]


async def test_a_notice_stays_until_the_tab_is_opened_again() -> None:
    homes, slack, _ = make()
    await homes.show("U1", Painter("a"), [section("Done. ")])
    await homes.refresh("U1", Painter("b"))
    await homes.show("U1", Painter("b"))
    assert [text for _, text in slack.shown] == ["Done. a", "Done. b", "b"]


async def test_the_same_is_not_published_again_until_its_times_are_old() -> None:
    homes, slack, clock = make()
    await homes.show("U1", Painter("a"))
    await homes.refresh("U1", Painter("a"))
    assert len(slack.shown) == 1
    clock.advance(seconds=REPEATED.total_seconds())
    await homes.refresh("U1", Painter("a"))
    assert len(slack.shown) == 2


async def test_who_has_opened_none_or_long_ago_is_not_looking() -> None:
    homes, slack, clock = make()
    assert not homes.is_looked_at(ACCOUNT)
    await homes.refresh("U1", Painter("a"))
    assert slack.shown == []
    await homes.show("U1", Painter("a"))
    assert homes.is_looked_at(ACCOUNT)
    assert not homes.is_looked_at(ACCOUNT + 1)
    clock.advance(seconds=FOLLOWED.total_seconds())
    assert not homes.is_looked_at(ACCOUNT)
    await homes.show("U2", Painter("b"))  # whoever left long ago is forgotten
    await homes.refresh("U1", Painter("c"))
    assert [user for user, _ in slack.shown] == ["U1", "U2"]
