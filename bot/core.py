"""Puts the sync core together from the settings: all that a sync needs, and nothing of Slack or the web."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

import structlog

from bot.settings import Settings
from sync.clock import Clock
from sync.errors import RetryLater
from sync.google.client import GoogleClient
from sync.google.grant import Grants
from sync.google.side import GoogleSide
from sync.history import History
from sync.leaving import Leaving
from sync.odoo.client import OdooClient
from sync.odoo.feed import Feed
from sync.odoo.identity import Identity
from sync.odoo.own import OwnSides
from sync.odoo.side import OdooSide
from sync.reset import Resets
from sync.revoking import Revocations
from sync.run import Runner
from sync.store import Store, restored
from sync.vault import Vault

log = structlog.get_logger()


def open_store(settings: Settings) -> Store:
    """Return calsync's own database; whoever opens it closes it."""
    return Store(settings.database_url, Vault(settings.vault_key_bytes))


def odoo_client(settings: Settings, clock: Clock) -> OdooClient:
    """Return the way to Odoo as the service account; whoever opens it closes it."""
    return OdooClient(
        settings.odoo_url,
        settings.odoo_db,
        settings.odoo_login,
        settings.odoo_api_key.get_secret_value(),
        clock,
        settings.odoo_api,
    )


class Core:
    """The store and the ways to both sides; once entered, also what runs on them.

    `async with Core(settings) as core: await core.runner.run(account_id)`. Entering brings the database to
    its newest form and refuses a wrong set-up.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or Clock()
        self.store = open_store(settings)
        self.odoo = odoo_client(settings, self.clock)
        self.grants = Grants(self.store, settings.google_client, self.clock, settings.google_revoke_url)
        self.revocations = Revocations(self.store, self.grants, self.clock)
        self.google = GoogleClient(settings.google_api_url, self.grants.access_token, self.clock)
        self.interval = timedelta(seconds=settings.sync_interval)
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Core:
        self._stack.push_async_callback(self._close)
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _close(self) -> None:
        try:
            await asyncio.gather(self.odoo.close(), self.google.close())
        finally:
            await self.store.close()

    async def _start(self) -> None:
        settings = self.settings
        await self.store.migrate()
        await restored.settle(self.store, self.clock.now())
        hasher = await self.store.hasher()
        await self._probe_odoo()
        past, future = timedelta(days=settings.window_past), timedelta(days=settings.window_future)
        self.google_side = google = GoogleSide(self.google, hasher, self.clock, past, future)
        self.sides = sides = OwnSides(self.store, OdooSide(self.odoo, hasher, self.clock), self.clock)
        self._stack.push_async_callback(sides.close)
        identity = Identity(self.odoo, self.store, self.clock)
        self.feed = Feed(self.odoo, self.store, self.clock, identity, sides)
        self.runner = Runner(self.store, google, sides, self.clock, hasher, self.interval, identity)
        self.history = History(self.store, google, sides, self.clock, self.runner.measures)
        self.leaving = Leaving(self.store, self.grants, self.runner, self.revocations, self.clock)
        self.resets = Resets(self.store, google, self.clock, self.runner, hasher)

    async def _probe_odoo(self) -> None:
        """Refuse to start with a wrong login or database; an Odoo that is down will come back."""
        try:
            found = await self.odoo.connection()
            log.info(
                "odoo_found",
                url=self.settings.odoo_url,
                version=found.version.text,
                api=found.gateway.api,
                password=found.password,
            )
        except RetryLater as error:
            log.warning("odoo_down_at_start", code=error.code)
