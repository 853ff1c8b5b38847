"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Callable

import sqlalchemy as sa
from aiohttp import web

from bot.services import Services
from bot.web import pages
from bot.web.metrics import WITHIN, Metrics
from sync.errors import DatabaseTrouble
from sync.vault import Vault

HEALTH = "/healthz"
PROOF = "public address"
NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")


def alive(vault: Vault, request: web.Request) -> web.Response:
    """Answer that the process lives; a `nonce` is answered with what only our vault key makes of it."""
    nonce = request.query.get("nonce", "")
    proof = {"proof": vault.derived_tokens(PROOF, nonce)[0]} if NONCE.fullmatch(nonce) else {}
    return web.json_response({"ok": True, **proof})


def is_proof(vault: Vault, nonce: str, proof: str) -> bool:
    """Say whether a calsync with one of our vault keys answered the nonce so."""
    known = vault.derived_tokens(PROOF, nonce)
    return any(hmac.compare_digest(one.encode(), proof.encode()) for one in known)


class Health:
    """`/healthz` answers while the process runs; `/readyz` says which part is not ready."""

    def __init__(self, services: Services, slack_ready: Callable[[], bool]) -> None:
        self._services, self._slack_ready = services, slack_ready

    def add_routes(self, app: web.Application) -> None:
        """Add the routes, and the page for all others."""
        app.router.add_get(HEALTH, self.alive)
        app.router.add_get("/readyz", self.ready)
        app.router.add_get("/metrics", Metrics(self._services, self._parts).show)
        app.router.add_route("*", "/{rest:.*}", self.nothing)

    async def alive(self, request: web.Request) -> web.Response:
        """Answer, and prove who we are to whoever asks with a nonce."""
        return alive(self._services.store.vault, request)

    async def ready(self, _request: web.Request) -> web.Response:
        """Answer 200 when Slack reaches us, Odoo and the database answer, and runs begin; else 503.

        Each part is named. Google is none of them: its trouble is an account's, and told there.
        """
        parts = await self._parts()
        return web.json_response(parts, status=200 if all(parts.values()) else 503)

    async def _parts(self) -> dict[str, bool]:
        timer = self._services.timer
        return {
            "slack": self._slack_ready(),
            "odoo": timer.odoo_trouble is None,
            "database": await self._database_answers(),
            "timer": not timer.is_stuck,
        }

    async def _database_answers(self) -> bool:
        try:
            async with asyncio.timeout(WITHIN), self._services.store.read() as tx:
                await tx.execute(sa.text("SELECT 1"))
        except (TimeoutError, DatabaseTrouble, sa.exc.SQLAlchemyError):
            return False
        return self._services.store.trouble is None

    async def nothing(self, request: web.Request) -> web.Response:
        """Answer for addresses that do not exist."""
        return pages.failure(pages.spoken(request.headers.get("Accept-Language", "")), "not_found", 404)
