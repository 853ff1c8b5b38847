"""The way of a connect link through the browser: landing page, Google's consent, callback."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.people import zone_of
from bot.services import Services
from bot.settings import CALLBACK
from bot.texts import Texts
from bot.web import pages
from bot.web.accept import Refused, accept, give_back
from sync.errors import SyncError
from sync.google.grant import ConsentError
from sync.store import connects
from sync.store.connects import Connect, ConnectState, digest

log = structlog.get_logger()
PURPOSE = "code_verifier"

Connected = Callable[[int, str], Awaitable[None]]
"""Told the id of an account that has just been connected, and the command that waits for that, if any."""


class ConnectPages:
    """The routes of connecting; a link passes through them once, in one browser."""

    def __init__(self, services: Services, workspace: str, connected: Connected) -> None:
        self._services, self._workspace, self._connected = services, workspace, connected
        secure = services.settings.public_url.startswith("https://")
        self._secure = secure
        self._cookie = "__Host-calsync" if secure else "calsync"
        self._google = services.settings.google_client["web"]["auth_uri"]

    def add_routes(self, app: web.Application) -> None:
        """Add the routes to the web application."""
        app.router.add_get("/connect/{id}", self.landing)
        app.router.add_post("/connect/{id}", self.go)
        app.router.add_get(CALLBACK, self.callback)

    async def landing(self, request: web.Request) -> web.Response:
        """Show whose calendars are meant. Changes nothing: link scanners open pages, too."""
        link = await self._open_link(request.match_info["id"])
        if link is None:
            return pages.failure(Texts(), "link_unknown", 404)
        cookie = request.cookies.get(self._cookie) or secrets.token_urlsafe(32)
        csrf = _csrf(cookie, request.match_info["id"])
        response = pages.landing(_texts(link), link.profile, self._workspace, csrf, self._google)
        response.set_cookie(
            self._cookie, cookie, httponly=True, secure=self._secure, samesite="Lax", path="/", max_age=900
        )
        return response

    async def go(self, request: web.Request) -> web.StreamResponse:
        """Bind the link to this browser and send the person to Google."""
        link_id = request.match_info["id"]
        link = await self._open_link(link_id)
        if link is None:
            return pages.failure(Texts(), "link_unknown", 404)
        cookie = request.cookies.get(self._cookie, "")
        given = str((await request.post()).get("csrf", ""))
        if not cookie or not _same(given, _csrf(cookie, link_id)):
            return pages.failure(_texts(link), "wrong_browser", 403)
        state = secrets.token_urlsafe(32)
        url, verifier = self._services.consent.authorization_url(state, link.profile["email"])
        owner = f"{link.team_id}/{link.slack_user_id}"
        async with self._services.store.write() as tx:
            await connects.update(
                tx,
                link.id_hash,
                state=ConnectState.OPENED,
                cookie_hash=digest(cookie),
                state_hash=digest(state),
                code_verifier=self._services.store.vault.encrypt(owner, PURPOSE, verifier),
            )
        return web.Response(status=303, headers={**pages.headers(self._google), "Location": url})

    async def callback(self, request: web.Request) -> web.Response:
        """Take what Google sends back, once, in the browser that asked for it."""
        state = request.query.get("state", "")
        async with self._services.store.read() as tx:
            link = await connects.by_state(tx, state) if state else None
        if link is None or link.expires_at <= self._services.clock.now():
            return pages.failure(Texts(), "link_unknown", 404)
        t = _texts(link)
        cookie = request.cookies.get(self._cookie, "")
        if not cookie or not _same(digest(cookie), link.cookie_hash or ""):
            return pages.failure(t, "wrong_browser", 403)
        code = request.query.get("code", "")
        outcome = ConnectState.CONNECTED if code else ConnectState.REFUSED
        async with self._services.store.write() as tx:
            if not await connects.take(tx, link.id_hash, into=outcome):
                return pages.failure(t, "link_unknown", 404)
        if not code:
            return pages.failure(t, "access_denied")
        return await self._exchange(link, code, t)

    async def _exchange(self, link: Connect, code: str, t: Texts) -> web.Response:
        services = self._services
        verifier = services.store.vault.decrypt(
            f"{link.team_id}/{link.slack_user_id}", PURPOSE, link.code_verifier or ""
        )
        try:
            consent = await services.consent.exchange(code, verifier)
            account_id = await accept(services, link, consent)
        except ConsentError as error:
            log.warning("consent_failed", code=error.code, detail=error.detail)
            if error.token:
                await give_back(services, error.token)
            return pages.failure(t, error.code, detail=error.detail)
        except Refused as error:
            return pages.failure(t, error.reason, google=error.google, slack=link.profile["email"])
        except SyncError as error:
            log.warning("consent_failed", code=error.code, detail=error.detail)
            return pages.failure(t, "google_trouble", 502)
        await self._connected(account_id, link.profile.get("then", ""))
        return pages.done(t, consent.email, link.profile["odoo_login"])

    async def _open_link(self, link_id: str) -> Connect | None:
        async with self._services.store.read() as tx:
            link = await connects.by_id(tx, link_id)
        usable = link and link.state in connects.OPEN and link.expires_at > self._services.clock.now()
        return link if usable else None


def _texts(link: Connect) -> Texts:
    return Texts(link.profile["locale"], zone_of(link.profile["time_zone"]))


def _csrf(cookie: str, link_id: str) -> str:
    return digest(f"csrf {cookie} {link_id}")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
