"""Serving `/api/METHOD`: token, scope, rate limit, then the method itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from tests.doubles.slack import api_apps, api_chat, api_conversations, api_openid, api_users, api_views
from tests.doubles.slack.calls import Call
from tests.doubles.slack.errors import SlackError
from tests.doubles.slack.methods import METHODS, Method
from tests.doubles.slack.model import App

if TYPE_CHECKING:
    from tests.doubles.slack.double import SlackDouble

# Importing the modules fills the table of methods.
PARTS = (api_apps, api_chat, api_conversations, api_openid, api_users, api_views)


async def serve(double: SlackDouble, call: Call) -> web.Response:
    """Answer one call."""
    entry = METHODS.get(call.method)
    try:
        if entry is None:
            raise SlackError("unknown_method", req_method=call.method)
        if call.fault is not None:
            raise call.fault
        scopes = authorize(double, entry, call)
        double.rates.count(entry, call)
        if call.as_json and not entry.takes_json:
            call.args = {}  # such methods do not read a JSON body at all
        body = {"ok": True, **await entry.handler(double, call)}
    except SlackError as error:
        return refusal(error)
    if call.warning:
        body |= {"warning": call.warning}
        body["response_metadata"] = {**body.get("response_metadata", {}), "warnings": [call.warning]}
    headers = {"X-OAuth-Scopes": ",".join(scopes), "X-Accepted-OAuth-Scopes": ",".join(entry.scopes)}
    return web.json_response(body, headers=headers)


def refusal(error: SlackError) -> web.Response:
    """Return the answer that says no."""
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    return web.json_response(error.body(), status=error.status, headers=headers)


def authorize(double: SlackDouble, entry: Method, call: Call) -> tuple[str, ...]:
    """Return the scopes of the call's token.

    Raises:
        SlackError: there is no token, it is not (any more) valid here, or it lacks the method's scope.
    """
    if not entry.tokens:
        return ()
    if not call.token:
        raise SlackError("not_authed")
    kind, scopes = token_kind(double, call.token)
    if kind not in entry.tokens:
        raise SlackError("not_allowed_token_type")
    if entry.scopes and not set(entry.scopes) & set(scopes):
        raise SlackError("missing_scope", needed=",".join(entry.scopes), provided=",".join(scopes))
    return scopes


def token_kind(double: SlackDouble, token: str) -> tuple[str, tuple[str, ...]]:
    """Return what kind of token this is, and its scopes.

    Raises:
        SlackError: it is unknown, was revoked, or belongs to an app that was uninstalled.
    """
    app: App = double.workspace.app
    known = {app.bot_token: ("bot", app.bot_scopes), app.app_token: ("app", app.app_scopes)}
    known |= {given: ("user", scopes) for given, (_, scopes) in double.openid.tokens.items()}
    if token not in known:
        raise SlackError("invalid_auth")
    if not app.installed:
        raise SlackError("account_inactive")
    if token in app.revoked:
        raise SlackError("token_revoked")
    return known[token]
