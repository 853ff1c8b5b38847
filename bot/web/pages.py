"""The pages themselves: pure functions to HTML that needs no script."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from importlib import resources
from urllib.parse import urlsplit

from aiohttp import web

from bot.texts import Texts


@cache
def _style() -> str:
    return resources.files(__package__).joinpath("style.css").read_text("utf-8")


@cache
def headers(form_target: str = "") -> dict[str, str]:
    """Return the headers of every page; `form_target` is where a form may end up besides here."""
    style = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    origin = ""
    if form_target:
        parts = urlsplit(form_target)
        origin = f" {parts.scheme}://{parts.netloc}"
    policy = (
        f"default-src 'none'; style-src 'sha256-{style}'; form-action 'self'{origin}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }


def landing(t: Texts, profile: dict[str, str], workspace: str, csrf: str, form_target: str) -> web.Response:
    """Show whose calendars are about to be connected, and ask to go on."""
    rows = [
        (t.plain("page.connect_slack"), f"{profile['name']}, {workspace}" if workspace else profile["name"]),
        (t.plain("page.connect_odoo"), profile["odoo_login"]),
        (t.plain("page.connect_google"), t.plain("page.connect_google_hint", email=profile["email"])),
    ]
    listed = "".join(f'<dt>{escape(name)}</dt><dd dir="auto">{escape(value)}</dd>' for name, value in rows)
    body = (
        f"<p>{escape(t.plain('page.connect_lead'))}</p><dl>{listed}</dl>"
        f'<form method="post"><input type="hidden" name="csrf" value="{escape(csrf)}">'
        f"<button>{escape(t.plain('page.connect_button'))}</button></form>"
        f'<p class="small">{escape(t.plain("page.connect_is_it_you"))}</p>'
    )
    return _page(t, t.plain("page.connect_title"), body, form_target=form_target)


def done(t: Texts, email: str, login: str) -> web.Response:
    """Show that the connection stands, and what happens next."""
    text = escape(t.plain("page.done_text", email=email, login=login))
    return _page(t, t.plain("page.done_title"), f"<p>{text}</p>")


def failure(t: Texts, reason: str, status: int = 400, **values: str) -> web.Response:
    """Show why it did not work and how to go on."""
    text = escape(t.plain(f"page.{reason}", **values))
    again = escape(t.plain("page.again"))
    return _page(t, t.plain("page.error_title"), f"<p>{text}</p><p>{again}</p>", status, "bad")


def _page(
    t: Texts, title: str, body: str, status: int = 200, kind: str = "", form_target: str = ""
) -> web.Response:
    direction = "rtl" if t.is_rtl else "ltr"
    page = (
        f'<!doctype html><html lang="{t.language}" dir="{direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} – calsync</title><style>{_style()}</style></head>"
        f'<body><main class="{kind}"><h1>{escape(title)}</h1>{body}</main></body></html>'
    )
    return web.Response(text=page, content_type="text/html", status=status, headers=headers(form_target))
