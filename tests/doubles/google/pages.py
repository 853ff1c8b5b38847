"""Google's pages on the way to a grant: plain forms that a person, a browser test and the demo can use."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from tests.doubles.google.authorization import AuthRequest, ErrorPage
from tests.doubles.google.project import Project, scope_title
from tests.doubles.google.store import Owner

ACCOUNT_PATH = "/o/oauth2/v2/auth/account"
CONSENT_PATH = "/o/oauth2/v2/auth/consent"

_STYLE = """body{font:1rem/1.5 system-ui,sans-serif;max-width:28rem;margin:3rem auto;padding:0 1rem}
button{font:inherit;padding:.5rem 1rem}li{margin:.5rem 0}code{overflow-wrap:anywhere}"""


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">'


def chooser(project: Project, flow: str, people: Iterable[Owner]) -> str:
    """Return the page on which a person says who he is."""
    buttons = "".join(
        f'<li><button name="email" value="{escape(person.email)}">'
        f"{escape(person.name)} &lt;{escape(person.email)}&gt;</button></li>"
        for person in people
    )
    form = f'<form method="post" action="{ACCOUNT_PATH}">{_hidden("flow", flow)}<ul>{buttons}</ul></form>'
    return _page("Choose an account", f"<p>to continue to <b>{escape(project.name)}</b></p>{form}")


def consent(project: Project, flow: str, person: Owner, request: AuthRequest) -> str:
    """Return the page on which a person allows or refuses; more than one scope can be chosen one by one."""
    asked = request.asked
    if len(asked) > 1:
        entries = "".join(
            f'<li><label><input type="checkbox" name="scope" value="{escape(scope)}"> '
            f"{escape(scope_title(scope))}</label></li>"
            for scope in asked
        )
    else:
        entries = "".join(f"<li>{escape(scope_title(s))}{_hidden('scope', s)}</li>" for s in asked)
    wishes = f"<p>This will allow {escape(project.name)} to:</p><ul>{entries}</ul>" if asked else ""
    form = (
        f'<form method="post" action="{CONSENT_PATH}">{_hidden("flow", flow)}{_hidden("email", person.email)}'
        f'{wishes}<p><button name="decision" value="cancel">Cancel</button> '
        f'<button name="decision" value="allow">Allow</button></p></form>'
    )
    return _page(
        f"{project.name} wants access to your Google Account", f"<p>{escape(person.email)}</p>{form}"
    )


def error(project: Project, trouble: ErrorPage) -> str:
    """Return the page at which Google stops."""
    title = "Access blocked" if trouble.status != 401 else "Authorization Error"
    return _page(
        f"{title}: {project.name}",
        f"<p>{escape(trouble.text)}</p><p><b>Error {trouble.status}: {escape(trouble.error)}</b></p>",
    )
