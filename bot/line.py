"""The Socket Mode connection, watched: one that has gone silent is known to be dead, and replaced."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Any, cast

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.alerts import Alerts
from bot.alerts.kinds import SLACK, SOCKET_DEAD
from bot.slack import NO_ANSWER, error_code
from sync.clock import Clock
from sync.errors import Misconfigured

STALE = timedelta(seconds=45)
"""Without a pong for so long it is dead: pings go out each 10 s, and Slack's library gives up at 40."""
QUIET = timedelta(minutes=15)
"""Without any message for so long it is replaced all the same: some answer pings and deliver nothing."""
BETWEEN = timedelta(minutes=1)
"""apps.connections.open is of tier 1: about one a minute is sure to be answered."""
CONNECTING, CLOSING = 15.0, 2.0
"""Real seconds; the library itself would go on trying for ever, and wait long for a dead peer's farewell."""

log = structlog.get_logger()


class Line:
    """Holds the one connection in use. A new one stands before the old one ends, so nothing is missed."""

    def __init__(self, bolt: AsyncApp, app_token: str, clock: Clock, alerts: Alerts) -> None:
        self._bolt, self._app_token, self._clock, self._alerts = bolt, app_token, clock, alerts
        self._handler: AsyncSocketModeHandler | None = None
        self._pong: float | None = None
        self._session: object = None
        self._pong_at = self._heard_at = self._opened_at = clock.now()
        self._tried_at: datetime | None = None
        self._failed = False
        self.renewals = 0
        """How often the connection was replaced since the start."""

    async def open(self) -> None:
        """Connect for the first time.

        Raises:
            Misconfigured: Slack refuses the app-level token.
        """
        try:
            self._take(await self._connect())
        except SlackApiError as error:
            raise Misconfigured("slack_app_token_refused", error_code(error)) from error
        except NO_ANSWER as error:
            raise Misconfigured("slack_unreachable", type(error).__name__) from error

    async def close(self) -> None:
        """End the connection."""
        if self._handler:
            await _shut(self._handler)

    @property
    def heard_at(self) -> datetime:
        """When Slack was last heard in any way, aware UTC."""
        return max(self._heard_at, self._pong_at)

    @property
    def opened_at(self) -> datetime:
        """When the present connection was made, aware UTC; Slack itself renews it at times."""
        self._look_for_session()
        return self._opened_at

    def ready(self) -> bool:
        """Say whether Slack reaches us as far as can be known."""
        self._look_for_pong()
        session = self._handler.client.current_session if self._handler else None
        is_open = session is not None and not session.closed
        return is_open and not self._failed and self._clock.now() - self.heard_at < STALE

    async def watch(self) -> None:
        """Look once, and replace a connection that is silent."""
        self._look_for_pong()
        now = self._clock.now()
        if self._failed or now - self.heard_at >= STALE:
            await self._renew("silent")
        elif now - self._heard_at >= QUIET:
            await self._renew("quiet")
        elif self.ready():
            await self._alerts.over(SLACK)

    async def renew(self) -> bool:
        """Replace the connection because somebody asks for it; say whether there is one then."""
        await self._renew("asked")
        return self.ready()

    async def _renew(self, why: str) -> None:
        now = self._clock.now()
        if self._tried_at and now - self._tried_at < BETWEEN:
            return
        self._tried_at = now
        try:
            fresh = await self._connect()
        except NO_ANSWER as error:
            log.warning("socket_not_replaced", why=why, error=error_code(error))
            self._failed = why == "silent" or self._failed
            if self._failed:
                await self._alerts.report(SOCKET_DEAD)
            return
        old = self._handler
        self._take(fresh)
        self.renewals += 1
        log.info("socket_replaced", why=why, renewals=self.renewals)
        if old:
            await _shut(old)
        await self._alerts.over(SLACK)

    async def _connect(self) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(self._bolt, self._app_token)
        client = handler.client
        client.on_message_listeners.append(self._heard)
        try:
            async with asyncio.timeout(CONNECTING):
                # connect() would repeat a wrong address for ever, so it is asked for here.
                client.wss_uri = await client.issue_new_wss_url()
                await handler.connect_async()
        except BaseException:
            await _shut(handler)
            raise
        return handler

    def _take(self, handler: AsyncSocketModeHandler) -> None:
        self._handler, self._pong, self._failed = handler, None, False
        self._pong_at = self._heard_at = self._clock.now()
        self._look_for_session()

    async def _heard(self, _message: Any) -> None:
        self._heard_at = self._clock.now()

    def _look_for_session(self) -> None:
        session = self._handler.client.current_session if self._handler else None
        if session is not None and session is not self._session:
            self._session, self._opened_at = session, self._clock.now()

    def _look_for_pong(self) -> None:
        self._look_for_session()
        pong = self._handler.client.last_ping_pong_time if self._handler else None
        if pong is not None and pong != self._pong:
            self._pong, self._pong_at = pong, self._clock.now()


async def _shut(handler: AsyncSocketModeHandler) -> None:
    """Close a connection, however its other end behaves; nothing of it goes on."""
    client = cast(Any, handler.client)  # its close() is not typed
    tasks = (client.message_processor, client.current_session_monitor, client.message_receiver)
    try:
        with contextlib.suppress(TimeoutError, aiohttp.ClientError, OSError):
            async with asyncio.timeout(CLOSING):
                await client.close()
    finally:  # calsync may be ending just now
        for task in tasks:
            if task is not None:
                task.cancel()
        await client.aiohttp_client_session.close()
