"""Sign in with Slack (OpenID Connect): which member of the workspace sits in front of this browser."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from google.auth import jwt
from google.auth.exceptions import GoogleAuthError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from bot.slack import NO_ANSWER, error_code
from sync.store.connects import digest

ISSUER = "https://slack.com"
USER, TEAM = "https://slack.com/user_id", "https://slack.com/team_id"
SKEW = 30
"""Seconds by which Slack's clock and ours may differ."""


class NotIdentified(Exception):
    """The browser's person is not known; `code` names the sentence for the page."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class SlackIdentity:
    """The authorization code flow of Slack's OpenID provider, for one client id.

    Source: docs.slack.dev/authentication/sign-in-with-slack. The nonce derives from the state, which is used
    once and bound to the browser.
    """

    def __init__(self, settings: Settings, client_secret: str) -> None:
        self._client_id, self._secret = settings.slack_client_id, client_secret
        self._back = settings.slack_redirect_uri
        parts = urlsplit(settings.slack_api_url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._api_url = settings.slack_api_url

    def address(self, state: str, team_id: str) -> str:
        """Return where the browser signs in."""
        asked = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self._client_id,
            "redirect_uri": self._back,
            "team": team_id,
            "state": state,
            "nonce": _nonce(state),
        }
        return f"{self._origin}/openid/connect/authorize?{urlencode(asked)}"

    async def person(self, code: str, state: str) -> tuple[str, str]:
        """Return team and user id of who signed in.

        Raises:
            NotIdentified: Slack refuses the code, cannot be reached, or its answer does not verify.
        """
        given = {
            "client_id": self._client_id,
            "client_secret": self._secret,
            "code": code,
            "redirect_uri": self._back,
            "grant_type": "authorization_code",
        }
        # A client without the bot's token: what comes of the code is the person's own.
        client = AsyncWebClient(base_url=self._api_url)
        try:
            answer = await client.api_call("openid.connect.token", data=given)
            keys = await self._keys()
        except SlackApiError as error:
            raise NotIdentified("slack_refused", error_code(error)) from None
        except (*NO_ANSWER, ValueError) as error:
            raise NotIdentified("slack_trouble", type(error).__name__) from None
        return self._verified(str(answer.get("id_token") or ""), keys, _nonce(state))

    async def _keys(self) -> dict[str, bytes]:
        timeout = aiohttp.ClientTimeout(total=10)
        async with (
            aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session,
            session.get(f"{self._origin}/openid/connect/keys") as answer,
        ):
            return public_keys(json.loads(await answer.text()))

    def _verified(self, token: str, keys: dict[str, bytes], nonce: str) -> tuple[str, str]:
        try:
            claims = jwt.decode(token, certs=keys, audience=self._client_id, clock_skew_in_seconds=SKEW)
        except (ValueError, TypeError, GoogleAuthError) as error:
            raise NotIdentified("slack_refused", type(error).__name__) from None
        if claims.get("iss") != ISSUER or claims.get("nonce") != nonce:
            raise NotIdentified("slack_refused", "issuer or nonce")
        return str(claims.get(TEAM, "")), str(claims.get(USER, ""))


def public_keys(key_set: Any) -> dict[str, bytes]:
    """Return a JSON Web Key Set's RSA keys (RFC 7517, RFC 7518 6.3) as PEM, by their ids.

    Raises:
        ValueError: it is none.
    """
    try:
        return {
            str(one["kid"]): RSAPublicNumbers(_number(one["e"]), _number(one["n"]))
            .public_key()
            .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            for one in key_set["keys"]
            if one.get("kty") == "RSA"
        }
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError("no key set") from error


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def _nonce(state: str) -> str:
    return digest(f"nonce {state}")
