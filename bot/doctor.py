"""Checks of the set-up: each line says ok, or what is wrong and how to mend it."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from datetime import timedelta

import requests
from slack_sdk.errors import SlackApiError

from bot.settings import Settings
from bot.slack import NO_ANSWER, error_code, make_client
from sync.clock import Clock
from sync.errors import Misconfigured, Rejected, SyncError
from sync.google.errors import NETWORK_ERRORS
from sync.odoo.client import OdooClient
from sync.odoo.people import has_calendar
from sync.store import Store
from sync.vault import Vault

TOLERATED = timedelta(seconds=30)
TIMEOUT = 10

FIXES = {
    "odoo_login_refused": "Odoo refuses the login {detail}. Check CALSYNC_ODOO_LOGIN, and make a new API key "
    "for it in Odoo (Preferences, Account Security) for CALSYNC_ODOO_API_KEY; keys can expire",
    "odoo_key_expired": "the API key of {detail} has ended. Make a new one in Odoo (Preferences, Account "
    "Security) and set CALSYNC_ODOO_API_KEY to it",
    "odoo_key_of_other": "the key in CALSYNC_ODOO_API_KEY is {detail}'s. Make one as the user in "
    "CALSYNC_ODOO_LOGIN, or correct that",
    "odoo_needs_key": "CALSYNC_ODOO_API_KEY holds the password of {detail}, and JSON-2 takes API keys only. "
    "Make one in Odoo (Preferences, Account Security), or leave CALSYNC_ODOO_API at auto",
    "odoo_json2_missing": "there is no JSON-2 at CALSYNC_ODOO_URL; Odoo has it from 19 on. Leave "
    "CALSYNC_ODOO_API at auto",
    "odoo_moved": "CALSYNC_ODOO_URL leads on to {detail}. Set it to the address that answers, with https if "
    "that is meant",
    "odoo_database_unknown": "Odoo has no database {detail}. Check CALSYNC_ODOO_DB",
    "odoo_rights_missing": "the service account may not read {detail}. Give it the rights of an internal "
    "user, and look for access rights and record rules that keep it out",
    "odoo_too_old": "Odoo {detail} is too old; calsync works with 17 and later",
    "odoo_unreachable": "Odoo does not answer at CALSYNC_ODOO_URL ({detail}). Check address and network",
    "slack_token_refused": "Slack refuses the bot token ({detail}). Copy CALSYNC_SLACK_BOT_TOKEN anew from "
    "OAuth & Permissions; after a change of scopes install the app again",
    "slack_app_token_refused": "Slack refuses the app-level token ({detail}). Make one with the scope "
    "connections:write and set CALSYNC_SLACK_APP_TOKEN",
    "slack_unreachable": "Slack does not answer ({detail}). Check the network and CALSYNC_SLACK_API_URL",
    "cannot_listen": "{detail} cannot be listened on. Another program has it, or it is not an address of "
    "this machine. Change CALSYNC_LISTEN",
    "database_newer": "the database was made by a newer calsync ({detail}). Run that, or restore a copy",
    "database_damaged": "calsync's own database is damaged ({detail}). Move its files aside and restore the "
    "last backup: docs/backup.md says how, and what to do without one",
    "database_full": "there is no room for calsync's own database ({detail}). Make room on its disk",
    "database_locked": "another program holds calsync's own database ({detail}). End what has it open: an "
    "SQLite shell, a copy under way, another calsync",
    "database_readonly": "calsync's own database cannot be written ({detail}). Its file and its folder have "
    "to belong to the user that calsync runs as",
    "database_failing": "calsync's own database fails ({detail}). Look at its disk or its server",
    "database_in_use": "another calsync works with {detail}. End that, or give this one a database "
    "of its own by CALSYNC_DATABASE_URL",
    "database_unusable": "the database cannot be used: {detail}. Check CALSYNC_DATABASE_URL and the disk",
    "vault_key_missing": "CALSYNC_VAULT_KEYS lacks the key that the database was encrypted with ({detail}). "
    "Add it behind the newest one",
}


def explain(error: SyncError) -> str:
    """Say what is wrong and how to mend it, for an administrator."""
    fix = FIXES.get(error.code)
    return fix.format(detail=error.detail) if fix else str(error)


@dataclasses.dataclass(frozen=True)
class Finding:
    """One check: its subject, what is wrong, and what will go wrong if nobody acts ("" when nothing is)."""

    subject: str
    problem: str = ""
    remark: str = ""
    warning: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.problem

    @property
    def line(self) -> str:
        """The finding as one line."""
        if self.problem:
            return f"MEND   {self.subject}: {self.problem}"
        if self.warning:
            return f"SOON   {self.subject}: {self.warning}"
        return f"ok     {self.subject}{f': {self.remark}' if self.remark else ''}"


async def examine(settings: Settings) -> list[Finding]:
    """Run all checks; one that fails does not stop the others."""
    odoo = OdooClient(
        settings.odoo_url,
        settings.odoo_db,
        settings.odoo_login,
        settings.odoo_api_key.get_secret_value(),
        Clock(),
        settings.odoo_api,
    )
    try:
        return [
            Finding("settings", remark="all set"),
            Finding("Google client file", remark=f"type Web application, knows {settings.redirect_uri}"),
            await _check("Slack bot token", lambda: _slack(settings)),
            await _check("Slack alert channel", lambda: _channel(settings)),
            await _check("Google", lambda: _google(settings)),
            await _check("Odoo", lambda: _odoo(odoo)),
            _key(odoo),
            await _check("clock against Odoo's", lambda: _clock(odoo)),
            await _check("database", lambda: _database(settings)),
        ]
    finally:
        await odoo.close()


async def _check(subject: str, check: Callable[[], Awaitable[str]]) -> Finding:
    try:
        return Finding(subject, remark=await check())
    except SyncError as error:
        return Finding(subject, problem=explain(error))


async def _slack(settings: Settings) -> str:
    client = make_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        raise Misconfigured("slack_token_refused", error_code(error)) from error
    except NO_ANSWER as error:
        raise Misconfigured("slack_unreachable", type(error).__name__) from error
    granted = set(answer.headers.get("x-oauth-scopes", "").split(","))
    needed = SCOPES | ({"usergroups:read"} if settings.admin_group else set())
    if missing := needed - granted:
        raise Misconfigured("slack_token_refused", f"missing {', '.join(sorted(missing))}")
    return f"works in {answer.get('team', '?')}"


SCOPES = {"commands", "chat:write", "users:read", "users:read.email"}


async def _channel(settings: Settings) -> str:
    return settings.slack_alert_channel or "none set: administrators get no alerts"


async def _google(settings: Settings) -> str:
    """Ask Google's token endpoint something it must refuse, to learn whether it knows our client."""
    web = settings.google_client["web"]
    form = {
        "grant_type": "refresh_token",
        "refresh_token": "none",
        "client_id": web["client_id"],
        "client_secret": web["client_secret"],
    }
    try:
        answer = await asyncio.to_thread(requests.post, web["token_uri"], data=form, timeout=TIMEOUT)
        word = answer.json().get("error", "")
    except (requests.RequestException, ValueError, *NETWORK_ERRORS) as error:
        raise Misconfigured(
            f"Google's token endpoint does not answer ({type(error).__name__}). Check the network"
        ) from error
    if word != "invalid_grant":
        raise Misconfigured(
            f"Google does not accept the client ({word}). Download the client file again; if the client was "
            "deleted, make a new one of type Web application"
        )
    return "accepts the client id and secret"


async def _odoo(odoo: OdooClient) -> str:
    found = await odoo.connection()
    if not await has_calendar(odoo):
        raise Rejected("the Calendar app is not installed, or the service account may not read events")
    way = {"json2": "JSON-2", "jsonrpc": "JSON-RPC"}[found.gateway.api]
    if found.password:
        way += ", since CALSYNC_ODOO_API_KEY is a password: make an API key before Odoo 22 drops JSON-RPC"
    return f"version {found.version.text}, calendar readable, over {way}"


def _key(odoo: OdooClient) -> Finding:
    """Tell of the key's end as far as the check before has learned of it."""
    subject, expires = "Odoo API key", odoo.key_expires()
    if odoo.key_warning():
        return Finding(
            subject,
            warning=f"a key of CALSYNC_ODOO_LOGIN ends on {expires:%Y-%m-%d}. Make a new one in Odoo "
            "(Preferences, Account Security), set CALSYNC_ODOO_API_KEY to it and remove the old one",
        )
    return Finding(subject, remark=f"ends on {expires:%Y-%m-%d}" if expires else "no end is known")


async def _clock(odoo: OdooClient) -> str:
    await odoo.session()
    if abs(odoo.skew) > TOLERATED:
        raise Misconfigured(
            f"they differ by {abs(odoo.skew).total_seconds():.0f} s. Let both machines set their clocks (NTP)"
        )
    return "together"


async def _database(settings: Settings) -> str:
    store = Store(settings.database_url, Vault(settings.vault_key_bytes))
    try:
        await store.migrate()
        await store.hasher()
    finally:
        await store.close()
    return "writable and in its newest form"
