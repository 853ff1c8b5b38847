"""Where people enter an own key for Odoo: once for each link, checked with Odoo before it is kept."""

from __future__ import annotations

import structlog
from aiohttp import web

from bot.own_keys import take_key
from bot.people import Person, texts_for
from bot.services import Services
from bot.setting_rules import LOCAL_HOSTS
from bot.slack import NO_ANSWER, error_code
from bot.texts import Texts
from bot.web import key_pages, pages
from bot.web.key_pages import AGAIN
from bot.web.proof import Browsers, same
from sync.errors import Misconfigured, NeedsHuman, SyncError
from sync.odoo.own import KEY_FORM, REFUSALS
from sync.store import accounts, own_keys
from sync.store.accounts import Account, AccountState
from sync.store.own_keys import KeyLink

TRIES = 10
"""How many keys a link takes to Odoo: people mistype, but nobody guesses through us."""

log = structlog.get_logger()


class KeyPages:
    """The routes of keys. A look at a page changes nothing; a form of our own page, in its browser, does."""

    def __init__(self, services: Services, workspace: str) -> None:
        self._services, self._workspace = services, workspace
        self._public_url = services.settings.public_url
        self._browsers = Browsers(self._public_url)

    def add_routes(self, app: web.Application) -> None:
        """Add the routes to the web application."""
        app.router.add_get("/key/{id}", self.show)
        app.router.add_post("/key/{id}", self.take)

    async def show(self, request: web.Request) -> web.Response:
        """Ask for the key."""
        found = await self._found(request)
        if isinstance(found, web.Response):
            return found
        _, account, person, t = found
        return self._form(request, account, person, t)

    async def take(self, request: web.Request) -> web.Response:
        """Take a key: checked with Odoo first, so that nothing is kept that is of no use."""
        found = await self._found(request)
        if isinstance(found, web.Response):
            return found
        link, account, person, t = found
        form = await request.post()
        if not self._browsers.proves(request, str(form.get("csrf", "")), request.match_info["id"]):
            return pages.failure(t, "wrong_browser", 403, again=AGAIN)
        key = str(form.get("key", "")).strip()
        if not KEY_FORM.fullmatch(key):
            return self._form(request, account, person, t, "page.key_form", 400)
        if same(key, self._services.settings.odoo_api_key.get_secret_value()):
            return self._form(request, account, person, t, "page.key_of_other", 400)
        async with self._services.store.write() as tx:
            counted = await own_keys.count_try(tx, link, TRIES)
        if not counted:
            return pages.failure(t, "key_spent", 403, again=AGAIN)
        try:
            data = await take_key(self._services, account, link, key)
        except SyncError as error:
            log.warning("own_key_not_taken", account=account.id, code=error.code)
            reason, status = _refusal(error)
            return self._form(request, account, person, t, reason, status)
        if data is None:
            return pages.failure(t, "link_used", 404, again=AGAIN)
        return key_pages.entered(t, data, account.odoo_login)

    async def _found(
        self, request: web.Request
    ) -> tuple[KeyLink, Account, Person | None, Texts] | web.Response:
        """Return what a link leads to, or the page that says why it leads nowhere."""
        async with self._services.store.read() as tx:
            link = await own_keys.link_by_id(tx, request.match_info["id"])
            account = await accounts.get(tx, link.account_id) if link else None
        spoken = pages.spoken(request.headers.get("Accept-Language", ""))
        if link is None or account is None or account.state is AccountState.DISCONNECTED:
            return pages.failure(spoken, "link_unknown", 404, again=AGAIN)
        person = await self._person(account)
        t = texts_for(person, account) if person else Texts(account.language or spoken.language)
        if not is_private(request, self._public_url):
            return pages.failure(t, "key_not_private", 403, again=AGAIN)
        if person and not person.is_member:
            return pages.failure(t, "left", 403, again=AGAIN)
        if link.used or link.expires_at <= self._services.clock.now():
            return pages.failure(t, "link_used" if link.used else "link_expired", 404, again=AGAIN)
        return link, account, person, t

    async def _person(self, account: Account) -> Person | None:
        try:
            return await self._services.people.get(account.team_id, account.slack_user_id)
        except NO_ANSWER as error:
            log.warning("person_unknown", error=error_code(error))
            return None

    def _form(
        self,
        request: web.Request,
        account: Account,
        person: Person | None,
        t: Texts,
        wrong: str = "",
        status: int = 200,
    ) -> web.Response:
        cookie = self._browsers.known(request)
        token = self._browsers.token(cookie, request.match_info["id"])
        names = [person.name if person else account.slack_user_id, self._workspace]
        response = key_pages.enter(
            t,
            name=", ".join(one for one in names if one),
            login=account.odoo_login,
            csrf=token,
            wrong=wrong,
            status=status,
        )
        self._browsers.mark(response, cookie)
        return response


def is_private(request: web.Request, public_url: str) -> bool:
    """Say whether nobody on the way can read a form: it comes over https, or from this very machine.

    A proxy that ends https tells how it was spoken to (`X-Forwarded-Proto`, the browser's first).
    """
    told = request.headers.get("X-Forwarded-Proto", "").partition(",")[0].strip().lower()
    if public_url.startswith("https://"):
        return told in ("", "https")
    return request.url.host in LOCAL_HOSTS and told in ("", "http", "https")


def _refusal(error: SyncError) -> tuple[str, int]:
    """Return the message that says why a key was not taken, and the status of its page."""
    if isinstance(error, NeedsHuman):
        return "page.key_user_gone", 400
    if isinstance(error, Misconfigured) and error.code in REFUSALS:
        return ("page.key_of_other" if error.code == "odoo_key_of_other" else "page.key_refused"), 400
    return "page.key_odoo_away", 502
