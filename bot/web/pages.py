"""The pages themselves: pure functions to HTML that needs no script."""

from __future__ import annotations

from html import escape

from aiohttp import web

from bot.texts import Texts
from bot.web.headers import policy, style


def landing(t: Texts, profile: dict[str, str], workspace: str, csrf: str, form_target: str) -> web.Response:
    """Show whose calendars are about to be connected, and ask to go on."""
    rows = [
        (t.plain("page.connect_slack"), f"{profile['name']}, {workspace}" if workspace else profile["name"]),
        (t.plain("page.connect_odoo"), profile["odoo_login"]),
        (t.plain("page.connect_google"), profile["email"]),
    ]
    listed = "".join(
        f'<div><dt>{escape(name)}</dt><dd dir="auto">{escape(value)}</dd></div>' for name, value in rows
    )
    body = (
        f"<p>{escape(t.plain('page.connect_lead'))}</p><dl>{listed}</dl>"
        f'<p class="small">{escape(t.plain("page.connect_google_hint"))}</p>'
        f'<form method="post"><input type="hidden" name="csrf" value="{escape(csrf)}">'
        f"<button>{escape(t.plain('page.connect_button'))}</button></form>"
        f'<p class="note">{escape(t.plain("page.connect_is_it_you"))}</p>'
    )
    return page(t, t.plain("page.connect_title"), body, form_target=form_target)


def code(t: Texts, *, google: str, slack: str, name: str, digits: str, minutes: int) -> web.Response:
    """Show the code that proves in Slack that `name` chose the account `google` here."""
    half = len(digits) // 2
    command = f"/calsync connect <b>{digits[:half]} {digits[half:]}</b>"
    body = (
        f"<p>{escape(t.plain('page.code_why', google=google, slack=slack))}</p>"
        f"<p>{escape(t.plain('page.code_do', name=name))}</p>"
        f'<p class="code" dir="ltr"><code>{command}</code></p>'
        f'<p class="small">{escape(t.plural("page.code_until", minutes))}</p>'
        f'<p class="note">{escape(t.plain("page.code_warning"))}</p>'
    )
    return page(t, t.plain("page.code_title"), body)


def done(t: Texts, email: str, login: str, *, asks: bool) -> web.Response:
    """Show that the connection stands, and what happens next."""
    text = escape(t.plain("page.done_text", email=email, login=login))
    then = escape(t.plain("page.done_asks" if asks else "page.done_goes_on"))
    body = f"<p>{text}</p><p>{then}</p>"
    return page(t, t.plain("page.done_title"), body, kind="good")


def failure(
    t: Texts, reason: str, status: int = 400, *, again: str = "page.again", **values: str
) -> web.Response:
    """Show why it did not work and how to go on; `again` names the message that tells the latter."""
    text = escape(t.plain(f"page.{reason}", **values))
    again = escape(t.plain(again))
    title = t.plain("page.nothing_title" if status in (404, 405) else "page.error_title")
    return page(t, title, f"<p>{text}</p><p>{again}</p>", status, "bad")


def spoken(accepted: str) -> Texts:
    """Return the texts in the first language of an Accept-Language header (RFC 9110 12.5.4) that there is."""
    wishes: list[tuple[float, str]] = []
    for one in accepted.split(",")[:20]:
        tag, _, quality = one.strip().partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=")) if quality else 1.0
        except ValueError:
            continue
        wishes.append((-weight, tag.strip()))
    for _, tag in sorted(wishes, key=lambda wish: wish[0]):
        t = Texts(tag)
        if t.language == tag.partition("-")[0].lower():
            return t
    return Texts()


def page(
    t: Texts, title: str, body: str, status: int = 200, kind: str = "", form_target: str = ""
) -> web.Response:
    """Return a page in our look; `body` is HTML, `form_target` where its form may lead besides here."""
    direction = "rtl" if t.is_rtl else "ltr"
    html = (
        f'<!doctype html><html lang="{t.language}" dir="{direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)} – calsync</title><style>{style()}</style></head>"
        f'<body><header lang="en" dir="ltr"><span>calsync</span></header>'
        f'<main class="{kind}"><h1>{escape(title)}</h1>{body}</main></body></html>'
    )
    headers = {"Content-Security-Policy": policy(form_target)} if form_target else None
    return web.Response(text=html, content_type="text/html", status=status, headers=headers)
