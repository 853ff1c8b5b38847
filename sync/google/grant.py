"""A person's grant: the consent flow, and access tokens kept fresh from the refresh token."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from google.auth.exceptions import GoogleAuthError, TransportError
from google.auth.transport.requests import Request
from google.oauth2 import id_token
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import Flow
from oauthlib.oauth2 import OAuth2Error

from sync.clock import Clock
from sync.errors import Misconfigured, NeedsReconnect, RetryLater
from sync.google.errors import translate_refresh
from sync.store import Store, accounts
from sync.vault import VaultError

CALENDAR_SCOPE = "https://www.googleapis.com/auth/calendar.events.owned"
SCOPES = ("openid", "https://www.googleapis.com/auth/userinfo.email", CALENDAR_SCOPE)
ISSUERS = {"https://accounts.google.com", "accounts.google.com"}
TIMEOUT = 10
EARLY = timedelta(minutes=4)
PURPOSE = "refresh_token"
_TROUBLE = ("missing_token", "server_error", "temporarily_unavailable", "internal_failure", "backendError")
"""How a 5xx of the token endpoint reads, in oauthlib's words or Google's: nothing that the person did."""


class ConsentError(Exception):
    """A consent that cannot be used; `code` names the sentence for the person.

    `token` is what came of it all the same, to be revoked unless the account `sub` is connected already.
    """

    def __init__(self, code: str, detail: str = "", *, token: str = "", sub: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.token = token
        self.sub = sub


@dataclasses.dataclass(frozen=True)
class Consent:
    """What a person gave us: who at Google (`sub` never changes, `email` may) and the lasting token.

    `domain` is the Workspace domain that owns the account ("" for a private one): the claim `hd`, not a part
    of the address. `lifetime` is the seconds after which Google ends the grant by itself, if it says so.
    """

    sub: str
    email: str
    refresh_token: str
    domain: str = ""
    lifetime: int | None = None


class ConsentFlow:
    """The authorization code flow with PKCE (RFC 7636) for one client file."""

    def __init__(self, client: Mapping[str, Any], redirect_uri: str, domain_hint: str = "") -> None:
        self._client = client
        self._redirect_uri = redirect_uri
        # What Google offers, not what it lets through: the claim of the consent decides.
        self._hint = {"hd": domain_hint} if domain_hint else {}
        # Google answers with scopes in another spelling; without this oauthlib raises a bare Warning.
        os.environ["OAUTHLIB_RELAX_TOKEN_SCOPE"] = "1"  # noqa: S105 (not a secret, a switch)
        if _is_loopback_http(client["web"]["token_uri"]):
            os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

    def authorization_url(self, state: str, login_hint: str) -> tuple[str, str]:
        """Return Google's consent address and the code verifier to keep for `exchange`."""
        flow = self._flow()
        url, _ = flow.authorization_url(
            state=state, access_type="offline", prompt="consent", login_hint=login_hint, **self._hint
        )
        return str(url), str(flow.code_verifier)

    async def exchange(self, code: str, code_verifier: str) -> Consent:
        """Turn the code of a callback into tokens, and check that they are what was asked for.

        Raises:
            ConsentError: the code is used or stale, a box was left empty, or the identity does not verify.
        """
        return await asyncio.to_thread(self._exchange, code, code_verifier)

    def _exchange(self, code: str, code_verifier: str) -> Consent:
        flow = self._flow(code_verifier)
        try:
            flow.fetch_token(code=code, timeout=TIMEOUT)
            credentials = flow.credentials
        except OAuth2Error as error:
            named = str(error.error or "")
            known = {"invalid_grant": "code_unusable"} | dict.fromkeys(_TROUBLE, "google_trouble")
            raise ConsentError(known.get(named, "google_refused"), named) from error
        except (requests.RequestException, ValueError) as error:
            raise ConsentError("google_trouble", type(error).__name__) from error
        claims = self._claims(credentials.id_token)
        given = {"token": credentials.refresh_token or credentials.token, "sub": claims["sub"]}
        if CALENDAR_SCOPE not in (credentials.granted_scopes or ()):
            raise ConsentError("box_left_empty", "calendar", **given)
        if not credentials.refresh_token:
            raise ConsentError("no_refresh_token", **given)
        lifetime = flow.oauth2session.token.get("refresh_token_expires_in")
        return Consent(
            claims["sub"],
            claims["email"],
            credentials.refresh_token,
            str(claims.get("hd") or "").lower(),
            lifetime if isinstance(lifetime, int) else None,
        )

    def _claims(self, token: str | None) -> dict[str, Any]:
        client = self._client["web"]
        if not token:
            raise ConsentError("identity_unverified", "no id_token")
        try:
            claims = id_token.verify_token(
                token,
                _impatient(),
                audience=client["client_id"],
                certs_url=client["auth_provider_x509_cert_url"],
                clock_skew_in_seconds=30,
            )
        except TransportError as error:
            raise ConsentError("google_trouble", type(error).__name__) from error
        except (ValueError, GoogleAuthError) as error:
            raise ConsentError("identity_unverified", type(error).__name__) from error
        if claims.get("iss") not in ISSUERS or not claims.get("email_verified"):
            raise ConsentError("identity_unverified", "issuer or e-mail")
        return dict(claims)

    def _flow(self, code_verifier: str | None = None) -> Flow:
        return Flow.from_client_config(
            self._client, SCOPES, redirect_uri=self._redirect_uri, code_verifier=code_verifier
        )


def _is_loopback_http(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}


def _impatient(session: requests.Session | None = None) -> Any:
    """Return what sends google-auth's requests; left alone, it would wait two minutes for each answer."""
    return functools.partial(Request(session), timeout=TIMEOUT)


class Grants:
    """Access tokens of all accounts: refreshed ahead of their end, one refresh at a time an account."""

    def __init__(self, store: Store, client: Mapping[str, Any], clock: Clock, revoke_url: str) -> None:
        self._store = store
        self._client = client["web"]
        self._clock = clock
        self._revoke_url = revoke_url
        self._tokens: dict[int, tuple[str, datetime]] = {}
        self._locks: dict[int, asyncio.Lock] = {}

    async def access_token(self, account_id: int, renew: bool = False) -> str:
        """Return a token good for some minutes; with `renew` a new one, since the last was refused.

        Raises:
            NeedsReconnect: the grant is dead. RetryLater: Google cannot answer now. Misconfigured: our
            client is not accepted, or the vault key is not there that the grant was encrypted with.
        """
        async with self._locks.setdefault(account_id, asyncio.Lock()):
            token, expires = self._tokens.get(account_id, ("", datetime.min.replace(tzinfo=UTC)))
            if token and not renew and expires - EARLY > self._clock.now():
                return token
            async with self._store.read() as tx:
                account = await accounts.get(tx, account_id)
                stored = await accounts.refresh_token(tx, account_id)
            if account is None or stored is None:
                raise NeedsReconnect("grant_missing")
            try:
                refresh_token = self._store.vault.decrypt(account.owner, PURPOSE, stored)
            except VaultError as error:
                raise Misconfigured("vault_key_missing", str(error)) from error
            fresh = await asyncio.to_thread(self._refresh, refresh_token)
            self._tokens[account_id] = fresh
            return fresh[0]

    def forget(self, account_id: int) -> None:
        """Drop the access token at hand: the grant changed."""
        self._tokens.pop(account_id, None)

    @asynccontextmanager
    async def unused(self, account_id: int) -> AsyncIterator[None]:
        """Drop the access token at hand and let none be fetched meanwhile: the grant is being taken away."""
        async with self._locks.setdefault(account_id, asyncio.Lock()):
            self.forget(account_id)
            yield

    def _refresh(self, refresh_token: str) -> tuple[str, datetime]:
        credentials = Credentials(
            None,
            refresh_token=refresh_token,
            token_uri=self._client["token_uri"],
            client_id=self._client["client_id"],
            client_secret=self._client["client_secret"],
        )
        try:
            with requests.Session() as session:
                credentials.refresh(_impatient(session))
        except GoogleAuthError as error:
            raise translate_refresh(error) from error
        if credentials.token is None or credentials.expiry is None:
            raise RetryLater("google_unreadable", "a token without its lifetime")
        lifetime = credentials.expiry.replace(tzinfo=UTC) - datetime.now(UTC)
        return credentials.token, self._clock.now() + lifetime

    async def revoke(self, token: str) -> None:
        """End a grant at Google by one of its tokens; one that is dead already is no error.

        Google answers 200, or 400 with `invalid_token` for a dead one. Anything else is not Google's word
        that the grant has ended: a proxy's page, for instance.

        Raises:
            RetryLater: Google cannot be reached, or has trouble.
        """

        def post() -> requests.Response:
            return requests.post(
                self._revoke_url, data={"token": token}, timeout=TIMEOUT, allow_redirects=False
            )

        try:
            answer = await asyncio.to_thread(post)
        except requests.RequestException as error:
            raise RetryLater("google_unreachable", type(error).__name__) from error
        if answer.status_code != 200 and _named(answer) != "invalid_token":
            raise RetryLater("google_trouble", str(answer.status_code))


def _named(answer: requests.Response) -> str:
    """Return the error that an answer names, "" if it names none."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    return str(body.get("error", "")) if isinstance(body, dict) else ""
