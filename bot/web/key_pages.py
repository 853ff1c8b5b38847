"""The pages on which a person enters an own key for Odoo: pure functions to HTML that needs no script."""

from __future__ import annotations

from html import escape

from aiohttp import web

from bot.texts import Texts
from bot.views.key import KeyData
from bot.web.pages import page

AGAIN = "page.key_again"
STEPS = ("page.key_step_open", "page.key_step_make", "page.key_step_paste")


def enter(t: Texts, *, name: str, login: str, csrf: str, wrong: str = "", status: int = 200) -> web.Response:
    """Ask for the key; `wrong` names the message that says why the last one was not taken."""
    rows = [(t.plain("page.connect_slack"), name), (t.plain("page.key_odoo"), login)]
    listed = "".join(
        f'<div><dt>{escape(one)}</dt><dd dir="auto">{escape(value)}</dd></div>' for one, value in rows
    )
    said = escape(t.plain(wrong, login=login)) if wrong else ""
    failed = f'<p class="wrong" id="wrong" role="alert">{said}</p>' if wrong else ""
    invalid = ' aria-invalid="true" aria-describedby="wrong"' if wrong else ""
    steps = "".join(f"<li>{escape(t.plain(one))}</li>" for one in STEPS)
    body = (
        f"<p>{escape(t.plain('page.key_lead'))}</p><dl>{listed}</dl><ol>{steps}</ol>{failed}"
        f'<form method="post" autocomplete="off"><input type="hidden" name="csrf" value="{escape(csrf)}">'
        f'<label for="key">{escape(t.plain("page.key_label"))}</label>'
        '<input type="password" id="key" name="key" dir="ltr" required maxlength="200" autocomplete="off" '
        f'spellcheck="false" autocapitalize="off"{invalid}>'
        f"<button>{escape(t.plain('page.key_button'))}</button></form>"
        f'<p class="note">{escape(t.plain("page.key_is_it_you"))}</p>'
    )
    return page(t, t.plain("page.key_title"), body, status)


def entered(t: Texts, data: KeyData, login: str) -> web.Response:
    """Show that the key is kept, until when it lasts, and what happens next."""
    lasts = t.plain("page.key_until", day=t.day(data.ends_at.date())) if data.ends_at else ""
    lines = [t.plain("page.key_done_text", login=login), lasts, t.plain("page.key_then")]
    body = "".join(f"<p>{escape(one)}</p>" for one in lines if one)
    return page(t, t.plain("page.key_done_title"), body, kind="good")
