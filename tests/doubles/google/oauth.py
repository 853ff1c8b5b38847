"""Google's OAuth 2.0 server: its pages, and the endpoints for tokens, revocation, keys and identity."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import unquote_plus

from aiohttp import web

from tests.doubles.google import authorization, keys, pages
from tests.doubles.google.authorization import ISSUER, AuthRequest, ErrorPage
from tests.doubles.google.errors import OAuthError
from tests.doubles.google.grants import ACCESS_TOKEN_LIFE, AccessToken, Grants
from tests.doubles.google.project import Project, full_scope
from tests.doubles.google.store import Owner, World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class OAuthServer:
    """Serves the routes outside of the Calendar API."""

    def __init__(self, world: World, project: Project, grants: Grants) -> None:
        self._world = world
        self._project = project
        self._grants = grants
        self._flows: dict[str, AuthRequest] = {}

    def add_routes(self, app: web.Application) -> None:
        """Add all routes."""
        app.router.add_get("/o/oauth2/v2/auth", self._pages(self._start))
        app.router.add_post(pages.ACCOUNT_PATH, self._pages(self._choose))
        app.router.add_post(pages.CONSENT_PATH, self._pages(self._decide))
        app.router.add_post("/token", self._json(self._token))
        app.router.add_post("/revoke", self._json(self._revoke))
        app.router.add_get("/oauth2/v1/certs", self._json(self._certificates))
        app.router.add_get("/oauth2/v3/certs", self._json(self._key_set))
        app.router.add_get("/v1/userinfo", self._json(self._userinfo))
        app.router.add_get("/.well-known/openid-configuration", self._json(self._configuration))

    # --- pages

    def _pages(self, handler: Handler) -> Handler:
        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except ErrorPage as trouble:
                return _html(pages.error(self._project, trouble), trouble.status)

        return serve

    async def _start(self, request: web.Request) -> web.StreamResponse:
        asked = authorization.read(self._project, request.query, request.headers.get("User-Agent", ""))
        flow = secrets.token_urlsafe(16)
        self._flows[flow] = asked
        hinted = self._person(asked.login_hint)
        if "none" in asked.prompts:
            silent = hinted and not authorization.needs_consent(self._grants, asked, hinted)
            if not hinted or not silent:
                raise web.HTTPFound(authorization.redirect(asked, {"error": "interaction_required"}))
        if hinted and "select_account" not in asked.prompts:
            return self._after_choice(flow, hinted)
        people = [owner for owner in self._world.owners.values() if not owner.is_room]
        return _html(pages.chooser(self._project, flow, people))

    async def _choose(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        person = self._person(str(form.get("email", "")))
        if person is None:
            raise ErrorPage(400, "invalid_request", "Couldn't find your Google Account")
        return self._after_choice(str(form.get("flow")), person)

    def _after_choice(self, flow: str, person: Owner) -> web.StreamResponse:
        asked = self._flow(flow)
        authorization.check_account(self._project, person)
        if authorization.needs_consent(self._grants, asked, person):
            return _html(pages.consent(self._project, flow, person, asked))
        raise web.HTTPFound(authorization.grant(self._grants, asked, person, asked.asked))

    async def _decide(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        asked, person = self._flow(str(form.get("flow"))), self._person(str(form.get("email", "")))
        if person is None:
            raise ErrorPage(400, "invalid_request", "Couldn't find your Google Account")
        authorization.check_account(self._project, person)
        ticked = [str(scope) for scope in form.getall("scope", []) if scope in asked.asked]
        # Who ticks no box still signs in, if that was asked for too.
        nothing = not ticked and set(asked.scopes) == set(asked.asked)
        refused = form.get("decision") != "allow" or nothing
        del self._flows[str(form.get("flow"))]
        if refused:
            raise web.HTTPFound(authorization.redirect(asked, {"error": "access_denied"}))
        raise web.HTTPFound(authorization.grant(self._grants, asked, person, ticked))

    def _flow(self, flow: str) -> AuthRequest:
        if flow not in self._flows:
            raise ErrorPage(400, "invalid_request", "This page has expired.")
        return self._flows[flow]

    def _person(self, email: str | None) -> Owner | None:
        owner = self._world.owners.get((email or "").lower())
        by_sub = (o for o in self._world.owners.values() if o.sub == email)
        found = owner or next(by_sub, None)
        return None if found is None or found.is_room else found

    # --- endpoints

    def _json(self, handler: Callable[[web.Request], Awaitable[dict[str, Any]]]) -> Handler:
        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                return web.json_response(await handler(request))
            except OAuthError as error:
                return web.json_response(error.body(), status=error.status)

        return serve

    async def _token(self, request: web.Request) -> dict[str, Any]:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self._check_client(request, form)
        match form.get("grant_type"):
            case "authorization_code":
                return self._exchange(form)
            case "refresh_token":
                return self._refresh(form)
            case None:
                raise OAuthError("invalid_request", "Required parameter is missing: grant_type")
            case other:
                raise OAuthError("unsupported_grant_type", f"Invalid grant_type: {other}")

    def _check_client(self, request: web.Request, form: Mapping[str, str]) -> None:
        client_id, secret = form.get("client_id"), form.get("client_secret")
        kind, _, credentials = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "basic":
            try:
                name, _, password = base64.b64decode(credentials).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                raise OAuthError("invalid_client", "Unauthorized", 401) from None
            client_id, secret = unquote_plus(name), unquote_plus(password)
        if not client_id:
            raise OAuthError("invalid_request", "Could not determine client ID from request.")
        if client_id != self._project.client_id:
            raise OAuthError("invalid_client", "The OAuth client was not found.", 401)
        if self._project.deleted:
            raise OAuthError("deleted_client", "The OAuth client was deleted.", 401)
        if secret is None:
            raise OAuthError("invalid_request", "client_secret is missing.")
        if not secrets.compare_digest(secret, self._project.client_secret):
            raise OAuthError("invalid_client", "The provided client secret is invalid.", 401)

    def _exchange(self, form: Mapping[str, str]) -> dict[str, Any]:
        if not form.get("code"):
            raise OAuthError("invalid_request", "Missing required parameter: code")
        code = self._grants.redeem(form["code"], form.get("redirect_uri"), form.get("code_verifier"))
        answer = self._tokens(code.email, code.scopes, code.nonce)
        if code.offline:
            token = self._grants.new_refresh_token(code.email, code.scopes)
            answer["refresh_token"] = token.value
            if end := self._grants.testing_end(token):
                answer["refresh_token_expires_in"] = int((end - token.created).total_seconds()) - 1
        return answer

    def _refresh(self, form: Mapping[str, str]) -> dict[str, Any]:
        if not form.get("refresh_token"):
            raise OAuthError("invalid_request", "Missing required parameter: refresh_token")
        token = self._grants.use(form["refresh_token"])
        if self._world.owners[token.email].domain in self._project.blocked_by_admin:
            raise OAuthError(
                "admin_policy_enforced", "Access to your account data is restricted by policies."
            )
        scopes = token.scopes
        if form.get("scope"):
            scopes = frozenset(form["scope"].split())
            if not scopes <= token.scopes:
                raise OAuthError("invalid_scope", "Some requested scopes were not granted.")
        return self._tokens(token.email, scopes, None)

    def _tokens(self, email: str, scopes: frozenset[str], nonce: str | None) -> dict[str, Any]:
        access = self._grants.new_access_token(email, scopes)
        answer: dict[str, Any] = {
            "access_token": access.value,
            "expires_in": int(ACCESS_TOKEN_LIFE.total_seconds()),
            "scope": " ".join(sorted(scopes)),
            "token_type": "Bearer",
        }
        if "openid" in scopes:
            answer["id_token"] = keys.sign(self._claims(access, nonce))
        return answer

    def _claims(self, access: AccessToken, nonce: str | None) -> dict[str, Any]:
        now = int(self._world.clock.now().timestamp())
        client = self._project.client_id
        claims = {"iss": ISSUER, "azp": client, "aud": client, "iat": now, "exp": now + 3600}
        return claims | self._identity(access) | ({"nonce": nonce} if nonce else {})

    def _identity(self, access: AccessToken) -> dict[str, Any]:
        person = self._world.owners[access.email]
        identity: dict[str, Any] = {"sub": person.sub}
        identity |= {"hd": person.domain} if person.domain else {}
        if full_scope("email") in access.scopes:
            identity |= {"email": person.email, "email_verified": True}
        if full_scope("profile") in access.scopes:
            identity["name"] = person.name
        return identity

    async def _revoke(self, request: web.Request) -> dict[str, Any]:
        form = await request.post()
        token = str(form.get("token") or request.query.get("token") or "")
        if not token:
            raise OAuthError("invalid_request", "Required parameter is missing: token")
        self._grants.revoke(token)
        return {}

    async def _userinfo(self, request: web.Request) -> dict[str, Any]:
        _, _, value = request.headers.get("Authorization", "").partition(" ")
        token = self._grants.access_tokens.get(value)
        if token is None or not self._grants.is_live(token):
            raise OAuthError("invalid_request", "Invalid Credentials", 401)
        return self._identity(token)

    async def _certificates(self, _: web.Request) -> dict[str, Any]:
        return keys.certificates()

    async def _key_set(self, _: web.Request) -> dict[str, Any]:
        return keys.key_set()

    async def _configuration(self, request: web.Request) -> dict[str, Any]:
        url = f"{request.scheme}://{request.host}"
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{url}/o/oauth2/v2/auth",
            "token_endpoint": f"{url}/token",
            "revocation_endpoint": f"{url}/revoke",
            "userinfo_endpoint": f"{url}/v1/userinfo",
            "jwks_uri": f"{url}/oauth2/v3/certs",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["plain", "S256"],
        }


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(
        text=text, status=status, content_type="text/html", headers={"Cache-Control": "no-store"}
    )
