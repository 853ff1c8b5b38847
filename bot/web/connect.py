"""The way of a connect link through the browser: landing page, Google's consent, and who it is from."""

from __future__ import annotations

import secrets

import structlog
from aiohttp import web

from bot import consents, first_sync
from bot.accept import Accepted, Refused, accept
from bot.consents import Pending
from bot.people import texts_of_link
from bot.services import Services
from bot.settings import CALLBACK, SLACK_CALLBACK
from bot.texts import Texts
from bot.web import pages
from bot.web.proof import Browsers, same
from bot.web.slack_identity import NotIdentified, SlackIdentity
from sync.errors import SyncError
from sync.google.grant import Consent, ConsentError
from sync.store import connects
from sync.store.connects import OPEN, Connect, ConnectState, digest

log = structlog.get_logger()
PURPOSE = "code_verifier"


class ConnectPages:
    """The routes of connecting; a link passes through them once, in one browser.

    What is opened changes nothing: Slack, mail scanners and curious people open links. A form that only our
    own page holds does, and what comes back from Google and Slack with a state of this browser's own.
    """

    def __init__(self, services: Services, workspace: str) -> None:
        self._services, self._workspace = services, workspace
        settings = services.settings
        self._browsers = Browsers(settings.public_url)
        self._google = settings.google_client["web"]["auth_uri"]
        secret = settings.slack_client_secret
        self._slack = SlackIdentity(settings, secret.get_secret_value()) if secret else None

    def add_routes(self, app: web.Application) -> None:
        """Add the routes to the web application."""
        app.router.add_get("/connect/{id}", self.landing)
        app.router.add_post("/connect/{id}", self.go)
        app.router.add_get(CALLBACK, self.callback)
        if self._slack:
            app.router.add_get(SLACK_CALLBACK, self.signed_in)

    async def landing(self, request: web.Request) -> web.Response:
        """Show whose calendars are meant."""
        link_id = request.match_info["id"]
        link = await self._link(link_id)
        if link is None or (ended := self._ended(link)):
            return self._nothing(request, link, ended if link else "link_unknown")
        cookie = self._browsers.known(request)
        token = self._browsers.token(cookie, link_id)
        response = pages.landing(
            texts_of_link(link.profile), link.profile, self._workspace, token, self._google
        )
        self._browsers.mark(response, cookie)
        return response

    async def go(self, request: web.Request) -> web.StreamResponse:
        """Bind the link to this browser and send the person to Google."""
        link_id = request.match_info["id"]
        link = await self._link(link_id)
        if link is None or (ended := self._ended(link)):
            return self._nothing(request, link, ended if link else "link_unknown")
        given = str((await request.post()).get("csrf", ""))
        if not self._browsers.proves(request, given, link_id):
            return pages.failure(texts_of_link(link.profile), "wrong_browser", 403)
        state = secrets.token_urlsafe(32)
        url, verifier = self._services.consent.authorization_url(state, link.profile["email"])
        async with self._services.store.write() as tx:
            opened = await connects.move(
                tx,
                link,
                ConnectState.OPENED,
                cookie_hash=digest(self._browsers.cookie(request)),
                state_hash=digest(state),
                code_verifier=self._services.store.vault.encrypt(link.owner, PURPOSE, verifier),
            )
        if not opened:
            return pages.failure(texts_of_link(link.profile), "link_used", 404)
        return web.Response(status=303, headers={"Location": url})

    async def callback(self, request: web.Request) -> web.Response:
        """Take what Google sends back, once, in the browser that asked for it."""
        link = await self._come_back(request, ConnectState.OPENED)
        if isinstance(link, web.Response):
            return link
        t, code = texts_of_link(link.profile), request.query.get("code", "")
        into = ConnectState.CONSENTED if code else ConnectState.CANCELLED
        async with self._services.store.write() as tx:
            if not await connects.move(tx, link, into, state_hash=None):
                return pages.failure(t, "link_used", 404)
            taken = await connects.by_hash(tx, link.id_hash)
        if not code or taken is None:
            return pages.failure(t, "access_denied")
        return await self._exchange(taken, code, t)

    async def _exchange(self, link: Connect, code: str, t: Texts) -> web.Response:
        services = self._services
        verifier = services.store.vault.decrypt(link.owner, PURPOSE, link.code_verifier or "")
        try:
            consent = await services.consent.exchange(code, verifier)
            come = await consents.arrived(services, link, consent)
        except ConsentError as error:
            log.warning("consent_failed", code=error.code, detail=error.detail)
            await self._cancel(link)
            if error.token:
                await services.revocations.give_back(error.token, error.sub)
            return pages.failure(t, error.code, detail=error.detail)
        except Refused as refused:
            return self._refused(t, refused)
        except SyncError as error:
            log.warning("consent_failed", code=error.code, detail=error.detail)
            await self._cancel(link)
            return pages.failure(t, "google_trouble", 502)
        if isinstance(come, Pending):
            return await self._prove(come, consent, t)
        return await self._done(link, come, consent, t)

    async def _prove(self, pending: Pending, consent: Consent, t: Texts) -> web.Response:
        """Let the person prove to be the one in Slack: by signing in there, or by a code typed there."""
        link, services = pending.link, self._services
        if self._slack:
            state = secrets.token_urlsafe(32)
            async with services.store.write() as tx:
                if not await connects.keep(tx, link, state_hash=digest(state)):
                    return pages.failure(t, "link_cancelled", 404)
            url = self._slack.address(state, link.team_id)
            return web.Response(status=303, headers={"Location": url})
        await consents.ask_for_code(services, pending)
        left = (link.expires_at - services.clock.now()).total_seconds() / 60
        return pages.code(
            t,
            google=consent.email,
            slack=link.profile["email"],
            name=link.profile["name"],
            digits=pending.code,
            minutes=max(round(left), 1),
        )

    async def signed_in(self, request: web.Request) -> web.Response:
        """Take who Slack says sits here; only the person who asked for the link gets the consent accepted."""
        link = await self._come_back(request, ConnectState.CONSENTED)
        if isinstance(link, web.Response):
            return link
        t, services = texts_of_link(link.profile), self._services
        async with services.store.write() as tx:
            first = await connects.keep(tx, link, state_hash=None) and link.consent is not None
        if not first or self._slack is None:
            return pages.failure(t, "link_used", 404)
        consent, _ = consents.unsealed(services, link)
        state, code = request.query.get("state", ""), request.query.get("code", "")
        try:
            if not code:
                raise NotIdentified("slack_denied")
            if await self._slack.person(code, state) != (link.team_id, link.slack_user_id):
                raise NotIdentified("other_person")
            accepted = await accept(services, link, consent)
        except NotIdentified as failed:
            log.warning("not_identified", code=failed.code, detail=failed.detail)
            await consents.drop(services, link, consent)
            return pages.failure(t, failed.code, 502 if failed.code == "slack_trouble" else 403)
        except Refused as refused:
            return self._refused(t, refused)
        return await self._done(link, accepted, consent, t)

    async def _done(self, link: Connect, accepted: Accepted, consent: Consent, t: Texts) -> web.Response:
        await first_sync.connected(self._services, link, accepted)
        return pages.done(t, consent.email, link.profile["odoo_login"], asks=accepted.asks)

    def _refused(self, t: Texts, refused: Refused) -> web.Response:
        domains = ", ".join(self._services.settings.google_domain_list)
        status = 502 if refused.reason == "slack_trouble" else 403
        return pages.failure(t, refused.reason, status, google=refused.google, domains=domains)

    async def _come_back(self, request: web.Request, expected: ConnectState) -> Connect | web.Response:
        """Return the link that a callback belongs to, or the page for one that belongs to none."""
        state = request.query.get("state", "")
        async with self._services.store.read() as tx:
            link = await connects.by_state(tx, state) if state else None
        if link is None or link.state is not expected or link.expires_at <= self._services.clock.now():
            return self._nothing(request, None, "link_unknown")
        cookie = self._browsers.cookie(request)
        if not cookie or not same(digest(cookie), link.cookie_hash or ""):
            return pages.failure(texts_of_link(link.profile), "wrong_browser", 403)
        return link

    async def _cancel(self, link: Connect) -> None:
        async with self._services.store.write() as tx:
            await connects.move(tx, link, ConnectState.CANCELLED)

    async def _link(self, link_id: str) -> Connect | None:
        async with self._services.store.read() as tx:
            return await connects.by_id(tx, link_id)

    def _ended(self, link: Connect) -> str:
        """Return the page that says why a link leads nowhere any more, "" while it does."""
        if link.state is ConnectState.CANCELLED:
            return "link_cancelled"
        if link.state in (ConnectState.CONSENTED, ConnectState.CONFIRMED):
            return "link_used"
        over = link.state not in OPEN or link.expires_at <= self._services.clock.now()
        return "link_expired" if over else ""

    def _nothing(self, request: web.Request, link: Connect | None, reason: str) -> web.Response:
        t = texts_of_link(link.profile) if link else pages.spoken(request.headers.get("Accept-Language", ""))
        return pages.failure(t, reason, 404)
