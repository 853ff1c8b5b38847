"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from bot.services import Services
from bot.web import pages
from bot.web.metrics import Metrics


class Health:
    """`/healthz` answers while the process runs; `/readyz` says which part is not ready."""

    def __init__(self, services: Services, slack_ready: Callable[[], bool]) -> None:
        self._services, self._slack_ready = services, slack_ready

    def add_routes(self, app: web.Application) -> None:
        """Add the routes, and the page for all others."""
        app.router.add_get("/healthz", self.alive)
        app.router.add_get("/readyz", self.ready)
        app.router.add_get("/metrics", Metrics(self._services, self._parts).show)
        app.router.add_route("*", "/{rest:.*}", self.nothing)

    async def alive(self, _request: web.Request) -> web.Response:
        """Answer."""
        return web.json_response({"ok": True})

    async def ready(self, _request: web.Request) -> web.Response:
        """Answer 200 when Slack, Odoo and our own database work, else 503; each part is named."""
        parts = self._parts()
        return web.json_response(parts, status=200 if all(parts.values()) else 503)

    def _parts(self) -> dict[str, bool]:
        return {
            "slack": self._slack_ready(),
            "odoo": self._services.timer.odoo_trouble is None,
            "database": self._services.store.trouble is None,
        }

    async def nothing(self, request: web.Request) -> web.Response:
        """Answer for addresses that do not exist."""
        return pages.failure(pages.spoken(request.headers.get("Accept-Language", "")), "not_found", 404)
