"""What people granted: codes, access tokens and refresh tokens, and when each of them ends."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.doubles.clock import DoubleClock
from tests.doubles.google.errors import OAuthError
from tests.doubles.google.project import SIGN_IN_SCOPES, Project

CODE_LIFE = timedelta(minutes=10)
ACCESS_TOKEN_LIFE = timedelta(seconds=3599)
TESTING_LIFE = timedelta(days=7)
UNUSED_LIFE = timedelta(days=182)
MAX_REFRESH_TOKENS = 100


@dataclass
class Code:
    """An authorization code: one use, a short life, bound to what the request said."""

    value: str
    email: str
    scopes: frozenset[str]
    redirect_uri: str
    offline: bool
    nonce: str | None
    challenge: str | None
    challenge_method: str
    expires: datetime
    used: bool = False

    def proves(self, verifier: str | None) -> bool:
        """Say whether the verifier is the one whose challenge came with the request (RFC 7636)."""
        if self.challenge is None:
            return verifier is None
        if verifier is None:
            return False
        if self.challenge_method == "plain":
            return verifier == self.challenge
        digest = hashlib.sha256(verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenge


@dataclass(frozen=True)
class AccessToken:
    """A bearer token."""

    value: str
    email: str
    scopes: frozenset[str]
    expires: datetime


@dataclass
class RefreshToken:
    """A refresh token; it is not rotated."""

    value: str
    email: str
    scopes: frozenset[str]
    created: datetime
    last_used: datetime


@dataclass
class Grants:
    """All grants to the project's client."""

    clock: DoubleClock
    project: Project
    granted: dict[str, set[str]] = field(default_factory=dict)
    """The scopes that each person has granted, all requests together."""
    codes: dict[str, Code] = field(default_factory=dict)
    access_tokens: dict[str, AccessToken] = field(default_factory=dict)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)

    def owner_of(self, value: str) -> str | None:
        """Return whose code or token this is."""
        found = self.access_tokens.get(value) or self.refresh_tokens.get(value) or self.codes.get(value)
        return found.email if found else None

    def new_code(self, code: Code) -> Code:
        """Keep a code and what its owner granted with it."""
        self.codes[code.value] = code
        return code

    def redeem(self, value: str, redirect_uri: str | None, verifier: str | None) -> Code:
        """Use up a code.

        Raises:
            OAuthError: it is unknown, used, too old, or was asked for with other words.
        """
        code = self.codes.get(value)
        if code is None:
            raise OAuthError("invalid_grant", "Malformed auth code.")
        if redirect_uri is None or not self.project.accepts_redirect(redirect_uri):
            raise OAuthError("redirect_uri_mismatch")
        if code.used or code.expires <= self.clock.now() or code.redirect_uri != redirect_uri:
            raise OAuthError("invalid_grant")
        if not code.proves(verifier):
            missing = code.challenge is not None and verifier is None
            raise OAuthError(
                "invalid_grant", "Missing code verifier." if missing else "Invalid code verifier."
            )
        code.used = True
        return code

    def new_access_token(self, email: str, scopes: frozenset[str]) -> AccessToken:
        """Issue an access token."""
        token = AccessToken(
            "ya29." + secrets.token_urlsafe(48), email, scopes, self.clock.now() + ACCESS_TOKEN_LIFE
        )
        self.access_tokens[token.value] = token
        return token

    def new_refresh_token(self, email: str, scopes: frozenset[str]) -> RefreshToken:
        """Issue a refresh token; the oldest one of the same person dies when there are too many."""
        now = self.clock.now()
        token = RefreshToken("1//0" + secrets.token_urlsafe(60), email, scopes, now, now)
        self.refresh_tokens[token.value] = token
        own = [t for t in self.refresh_tokens.values() if t.email == email]
        for oldest in own[:-MAX_REFRESH_TOKENS]:
            del self.refresh_tokens[oldest.value]
        return token

    def use(self, value: str) -> RefreshToken:
        """Return a refresh token that is being used.

        Raises:
            OAuthError: it is dead (invalid_grant).
        """
        token = self.refresh_tokens.get(value)
        if token is None or not self._is_alive(token):
            raise OAuthError("invalid_grant", "Token has been expired or revoked.")
        token.last_used = self.clock.now()
        return token

    def testing_end(self, token: RefreshToken) -> datetime | None:
        """Return when a token of an application in testing ends; signing in alone has no end."""
        if not self.project.is_testing or token.scopes <= set(SIGN_IN_SCOPES.values()):
            return None
        return token.created + TESTING_LIFE

    def _is_alive(self, token: RefreshToken) -> bool:
        now = self.clock.now()
        end = self.testing_end(token)
        return now - token.last_used < UNUSED_LIFE and (end is None or now < end)

    def is_live(self, token: AccessToken) -> bool:
        """Say whether an access token may still be used."""
        return token.value in self.access_tokens and self.clock.now() < token.expires

    def revoke(self, value: str) -> str:
        """End the whole grant that a token belongs to, and return whose it was.

        Raises:
            OAuthError: the token is dead already.
        """
        access, refresh = self.access_tokens.get(value), self.refresh_tokens.get(value)
        alive = (access and self.is_live(access)) or (refresh and self._is_alive(refresh))
        token = access or refresh
        if token is None or not alive:
            raise OAuthError("invalid_token", "Token expired or revoked")
        self.revoke_all(token.email)
        return token.email

    def expire_all(self, email: str) -> None:
        """End a person's access tokens before their time; new ones are given out as ever."""
        for value in [value for value, token in self.access_tokens.items() if token.email == email]:
            del self.access_tokens[value]

    def revoke_all(self, email: str) -> None:
        """End everything a person granted, as on Google's page of connected applications."""
        self.granted.pop(email, None)
        for tokens in (self.access_tokens, self.refresh_tokens):
            for value in [value for value, token in tokens.items() if token.email == email]:
                del tokens[value]
        for value in [value for value, code in self.codes.items() if code.email == email]:
            del self.codes[value]
