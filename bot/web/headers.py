"""The headers of every answer: nothing may frame a page, run on it, keep it, or hear where it was opened."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from urllib.parse import urlsplit

from aiohttp import web

YEAR = 365 * 24 * 3600

ALWAYS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Robots-Tag": "noindex, nofollow",
}


@cache
def style() -> str:
    """Return the one style sheet, which stands in the page itself."""
    return resources.files(__package__).joinpath("style.css").read_text("utf-8")


@cache
def policy(*form_targets: str) -> str:
    """Return the content security policy; `form_targets` are where a form may end up besides here.

    Browsers hold redirects after a form against it, too (CSP Level 3, 6.4.1.1), hence Google's address.
    """
    hashed = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    parts = [urlsplit(one) for one in form_targets]
    allowed = " ".join(["'self'", *(f"{one.scheme}://{one.netloc}" for one in parts)])
    return (
        f"default-src 'none'; style-src 'sha256-{hashed}'; form-action {allowed}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def guard(app: web.Application, *, https: bool) -> None:
    """Give every answer of an application the headers; behind https also that browsers stay there."""
    always = {**ALWAYS, "Content-Security-Policy": policy()}
    if https:
        always["Strict-Transport-Security"] = f"max-age={YEAR}"

    async def add(_request: web.Request, response: web.StreamResponse) -> None:
        for name, value in always.items():
            response.headers.setdefault(name, value)

    app.on_response_prepare.append(add)
