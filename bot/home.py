"""Home tabs: who looks at one, and keeping it up to date without telling Slack more than there is."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.views.kit import Block, Home
from sync.clock import Clock

FOLLOWED = timedelta(minutes=30)
"""How long a tab is kept up to date after it was opened or used; Slack does not say when it is left."""
REPEATED = timedelta(minutes=10)
"""How old the times on it may get while nothing else changes."""


@dataclasses.dataclass(frozen=True)
class Drawing:
    """A tab as it is to be shown: `facts` are what is worth showing it again for, times apart."""

    home: Home
    facts: object
    account_id: int | None


Draw = Callable[[Sequence[Block]], Awaitable[Drawing]]
"""Draws somebody's tab with a notice on top."""


@dataclasses.dataclass
class _Open:
    until: datetime
    notice: Sequence[Block] = ()
    facts: object = None
    account_id: int | None = None
    shown_at: datetime | None = None
    lock: asyncio.Lock = dataclasses.field(default_factory=asyncio.Lock)


class Homes:
    """Publishes Home tabs, one after the other for each person, so that an older one never comes last."""

    def __init__(self, slack: AsyncWebClient, clock: Clock) -> None:
        self._slack, self._clock = slack, clock
        self._open: dict[str, _Open] = {}

    def is_looked_at(self, account_id: int) -> bool:
        """Say whether the person of an account may be looking at the tab just now."""
        now = self._clock.now()
        return any(tab.account_id == account_id and tab.until > now for tab in self._open.values())

    async def show(self, user_id: str, draw: Draw, notice: Sequence[Block] = ()) -> None:
        """Show somebody's tab, since it was opened or a button on it has something to say (`notice`).

        Raises:
            SlackClientError: Slack does not take it.
        """
        now = self._clock.now()
        self._open = {user: tab for user, tab in self._open.items() if tab.until > now or tab.lock.locked()}
        tab = self._open.setdefault(user_id, _Open(now))
        tab.until, tab.notice = now + FOLLOWED, notice
        async with tab.lock:
            await self._publish(user_id, tab, await draw(tab.notice))

    async def refresh(self, user_id: str, draw: Draw) -> None:
        """Show a tab again if there is anything new on it.

        Raises:
            SlackClientError: Slack does not take it.
        """
        tab = self._open.get(user_id)
        if tab is None:
            return
        async with tab.lock:
            drawing = await draw(tab.notice)
            old = tab.shown_at is None or self._clock.now() - tab.shown_at >= REPEATED
            if old or drawing.facts != tab.facts:
                await self._publish(user_id, tab, drawing)

    async def _publish(self, user_id: str, tab: _Open, drawing: Drawing) -> None:
        await self._slack.views_publish(user_id=user_id, view=drawing.home.view)
        tab.facts, tab.account_id, tab.shown_at = drawing.facts, drawing.account_id, self._clock.now()
