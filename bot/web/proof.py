"""That a form comes from the browser that our page was opened in: a cookie, and a token bound to it."""

from __future__ import annotations

import hmac
import secrets

from aiohttp import web

from sync.store.connects import digest

LASTS = 900
"""Seconds that the cookie is good for; links are good for ten minutes."""


class Browsers:
    """Knows browsers again; behind https the cookie belongs to this host alone (`__Host-`)."""

    def __init__(self, public_url: str) -> None:
        self._secure = public_url.startswith("https://")
        self._name = "__Host-calsync" if self._secure else "calsync"

    def cookie(self, request: web.Request) -> str:
        """Return the cookie that a browser has shown, "" without one."""
        return request.cookies.get(self._name, "")

    def token(self, cookie: str, link_id: str) -> str:
        """Return what the form of a link has to bring back from the browser with this cookie."""
        return digest(f"csrf {cookie} {link_id}")

    def known(self, request: web.Request) -> str:
        """Return the cookie to bind a form to, a fresh one for a browser that shows none."""
        return self.cookie(request) or secrets.token_urlsafe(32)

    def mark(self, response: web.Response, cookie: str) -> None:
        """Give a browser its cookie."""
        response.set_cookie(
            self._name, cookie, httponly=True, secure=self._secure, samesite="Lax", path="/", max_age=LASTS
        )

    def proves(self, request: web.Request, given: str, link_id: str) -> bool:
        """Say whether a form comes from the browser that got it."""
        cookie = self.cookie(request)
        return bool(cookie) and same(given, self.token(cookie, link_id))


def same(one: str, other: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
