"""Sign in with Slack: the page that asks for consent, and the tokens that come of it."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.doubles.slack.errors import SlackError
from tests.doubles.slack.model import User
from tests.doubles.slack.schema import Json
from tests.doubles.slack.workspace import Workspace, random_name

AUTHORIZE = "/openid/connect/authorize"
CODE_LIFE, ID_TOKEN_LIFE = 600, 300
SCOPES = frozenset({"openid", "profile", "email"})
ASKED = ("client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "team")
KEY_ID = "double-1"


@dataclass
class Code:
    """An authorization code that somebody's consent produced."""

    user: str
    scopes: tuple[str, ...]
    redirect_uri: str
    nonce: str
    at: float
    used: bool = False


class OpenId:
    """Slack's OpenID provider."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, tuple[str, tuple[str, ...]]] = {}

    # --- the page

    async def page(self, request: web.Request) -> web.Response:
        """Show the consent page; a wrong client, address or scope never leads back to the app."""
        asked = {key: request.query.get(key, "") for key in ASKED}
        if wrong := self.wrong(asked):
            return _html(f"<h1>Something went wrong</h1><p>{wrong}</p>", 400)
        hidden = "".join(
            f'<input type="hidden" name="{key}" value="{html.escape(value)}">' for key, value in asked.items()
        )
        people = "".join(
            f'<option value="{u.id}">{html.escape(u.real_name)}</option>' for u in self._members()
        )
        app, team = html.escape(self._workspace.app.name), html.escape(self._workspace.team_name)
        return _html(
            f"<title>Sign in with Slack</title><h1>{app} wants to confirm your identity in {team}</h1>"
            f'<form method="post">{hidden}<label>You are <select name="user">{people}</select></label>'
            '<button name="decision" value="allow">Allow</button>'
            '<button name="decision" value="cancel">Cancel</button></form>'
        )

    async def decide(self, request: web.Request) -> web.Response:
        """Take the person's decision and lead the browser back to the app."""
        form = {key: str(value) for key, value in (await request.post()).items()}
        asked = {key: form.get(key, "") for key in ASKED}
        user = form.get("user", "")
        wrong = self.wrong(asked) or ("" if user in {u.id for u in self._members()} else "user_not_found")
        if wrong:
            return _html(f"<h1>Something went wrong</h1><p>{wrong}</p>", 400)
        location = self.back_to_app(asked, user, allow=form.get("decision") == "allow")
        return web.Response(status=302, headers={"Location": location})

    def _members(self) -> list[User]:
        return [user for user in self._workspace.users.values() if not user.deleted and not user.is_bot]

    def back_to_app(self, asked: dict[str, str], user: str, *, allow: bool) -> str:
        """Return where the browser goes after a decision on a request that is not `wrong`."""
        answer = {"state": asked["state"]} if asked["state"] else {}
        if allow:
            answer["code"] = self._consent(user, asked["scope"], asked["redirect_uri"], asked["nonce"])
        else:
            answer["error"] = "access_denied"
        return asked["redirect_uri"] + ("&" if "?" in asked["redirect_uri"] else "?") + urlencode(answer)

    def wrong(self, asked: dict[str, str]) -> str:
        """Return what Slack's page says of a request that it does not put before anybody, or nothing."""
        app = self._workspace.app
        if asked["client_id"] != app.client_id:
            return "invalid_client_id"
        if asked["redirect_uri"] not in app.redirect_urls:
            return "bad_redirect_uri: it did not match any configured URIs"
        if asked["response_type"] != "code":
            return "invalid_response_type"
        scopes = set(asked["scope"].replace(",", " ").split())
        if "openid" not in scopes or not scopes <= SCOPES:
            return "invalid_scope"
        return (
            "invalid_team_for_non_distributed_app"
            if asked["team"] not in ("", self._workspace.team_id)
            else ""
        )

    def _consent(self, user: str, scope: str, redirect_uri: str, nonce: str) -> str:
        code = f"{random_name(10)}.{random_name(12)}"
        scopes = tuple(scope.replace(",", " ").split())
        self.codes[code] = Code(user, scopes, redirect_uri, nonce, self._workspace.now())
        return code

    # --- the tokens

    def redeem(self, name: str, redirect_uri: str) -> Json:
        """Return the tokens for a code.

        Raises:
            SlackError: the code is unknown, too old, used, or meant for another address.
        """
        code = self.codes.get(name)
        if code is None or self._workspace.now() - code.at > CODE_LIFE:
            raise SlackError("invalid_code")
        if code.used:
            raise SlackError("code_already_used")
        if redirect_uri != code.redirect_uri:
            raise SlackError("bad_redirect_uri")
        code.used = True
        token = f"xoxp-double-{random_name()}"
        self.tokens[token] = (code.user, code.scopes)
        return {"access_token": token, "token_type": "Bearer", "id_token": self._id_token(code, token)}

    def claims(self, user: User, scopes: tuple[str, ...]) -> Json:
        """Return what a token says of its owner."""
        workspace = self._workspace
        said: Json = {
            "sub": user.id,
            "https://slack.com/user_id": user.id,
            "https://slack.com/team_id": workspace.team_id,
        }
        if "email" in scopes:
            said |= {"email": user.email, "email_verified": True, "date_email_verified": int(workspace.now())}
        if "profile" in scopes:
            first, _, last = user.real_name.partition(" ")
            said |= {"name": user.real_name, "given_name": first, "family_name": last, "locale": user.locale}
            said |= {"https://slack.com/team_name": workspace.team_name}
            said |= {"https://slack.com/team_domain": workspace.domain}
        return said

    def _id_token(self, code: Code, access_token: str) -> str:
        now = int(self._workspace.now())
        digest = hashlib.sha256(access_token.encode()).digest()
        body = {
            "iss": "https://slack.com",
            "aud": self._workspace.app.client_id,
            "exp": now + ID_TOKEN_LIFE,
            "iat": now,
            "auth_time": now,
            "at_hash": _b64(digest[:16]),
            **({"nonce": code.nonce} if code.nonce else {}),
            **self.claims(self._workspace.user(code.user), code.scopes),
        }
        return self.sign(body)

    def sign(self, body: Json) -> str:
        """Return a JWT with this body; hostile tests sign bodies of their own."""
        head = {"typ": "JWT", "alg": "RS256", "kid": KEY_ID}
        signed = ".".join(_b64(json.dumps(part).encode()) for part in (head, body))
        return f"{signed}.{_b64(self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    async def keys(self, _: web.Request) -> web.Response:
        """Publish the key that id_tokens are signed with."""
        numbers = self._key.public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID}
        key |= {"n": _b64_number(numbers.n), "e": _b64_number(numbers.e)}
        return web.json_response({"keys": [key]})

    async def discovery(self, request: web.Request) -> web.Response:
        """Publish where everything is."""
        base = str(request.url.origin())
        found: dict[str, Any] = {
            "issuer": "https://slack.com",
            "authorization_endpoint": base + AUTHORIZE,
            "token_endpoint": base + "/api/openid.connect.token",
            "userinfo_endpoint": base + "/api/openid.connect.userInfo",
            "jwks_uri": base + "/openid/connect/keys",
            "scopes_supported": sorted(SCOPES),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        return web.json_response(found)


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=f"<!doctype html>{text}", status=status, content_type="text/html")


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _b64_number(number: int) -> str:
    return _b64(number.to_bytes((number.bit_length() + 7) // 8))
