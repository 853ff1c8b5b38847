"""What the checks stand on: the settings, and the ways to everything that they ask."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import parsedate_to_datetime

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.core import odoo_client, open_store
from bot.doctor.finding import Finding
from bot.settings import Settings
from bot.slack import make_client
from sync.clock import Clock
from sync.odoo.client import OdooClient
from sync.store import Store

TIMEOUT = 10
"""Seconds that a check waits for an answer."""


@dataclasses.dataclass
class Ground:
    """The ways to all sides; `serving` when they are those of a calsync that runs in this process."""

    settings: Settings
    slack: AsyncWebClient
    odoo: OdooClient
    store: Store
    clock: Clock
    serving: bool = False
    greeting: AsyncSlackResponse | None = None
    """Slack's answer to auth.test, once there is one."""
    skews: dict[str, timedelta] = dataclasses.field(default_factory=dict)
    """How far the clocks of others are ahead of ours, as far as they have answered."""

    def note_date(self, who: str, stamp: str | None) -> None:
        """Compare the clocks by the Date header of an answer (RFC 9110 6.6.1)."""
        with contextlib.suppress(TypeError, ValueError):  # none, or one that a proxy made up
            self.skews[who] = parsedate_to_datetime(stamp or "") - self.clock.now()


Check = Callable[[Ground], Awaitable[Finding]]
"""Raises the errors of `sync.errors` where it need not tell them in words of its own."""


@asynccontextmanager
async def own_ground(settings: Settings) -> AsyncIterator[Ground]:
    """Open the ways that a calsync would, and close them again."""
    clock = Clock()
    token = settings.slack_bot_token.get_secret_value()
    ground = Ground(
        settings,
        make_client(token, settings.slack_api_url),
        odoo_client(settings, clock),
        open_store(settings),
        clock,
    )
    try:
        yield ground
    finally:
        await ground.odoo.close()
        await ground.store.close()
