"""Google: the client's file, whether Google knows the client, and what its grants tell of the console."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import requests

from bot.doctor.finding import Finding, bad, ok, warn
from bot.doctor.ground import TIMEOUT, Check, Ground
from bot.doctor.storage import is_newest
from sync.google.errors import NETWORK_ERRORS
from sync.google.grant import SCOPES
from sync.store import overview

TESTING = timedelta(days=8)
"""Grants of a client in publishing status Testing end after seven days."""


async def client_file(ground: Ground) -> Finding:
    """The settings were refused if its type or its redirect URI were wrong."""
    return ok("google.client_file", f"of type Web application, knows {ground.settings.redirect_uri}")


async def origins(ground: Ground) -> Finding:
    """calsync itself needs none: its pages run no script of Google's."""
    name, wanted = "google.origins", ground.settings.public_url
    listed = ground.settings.google_client["web"].get("javascript_origins", [])
    if wanted in listed:
        return ok(name, f"{wanted} is among the JavaScript origins")
    return warn(
        name,
        f"the client file lists {', '.join(listed) or 'none'} as JavaScript origins, not {wanted}. calsync "
        "gets by without, but a client that was made for another address often lacks more than this",
        f"Enter {wanted} under Authorized JavaScript origins in Google's console, without a slash at the end",
        "Download the client's file again",
    )


async def client(ground: Ground) -> Finding:
    """Ask the token endpoint something it must refuse, to learn whether it knows our client."""
    name, web = "google.client", ground.settings.google_client["web"]
    form = {
        "grant_type": "refresh_token",
        "refresh_token": "none",
        "client_id": web["client_id"],
        "client_secret": web["client_secret"],
    }
    try:
        answer = await asyncio.to_thread(requests.post, web["token_uri"], data=form, timeout=TIMEOUT)
        ground.note_date("Google", answer.headers.get("Date"))
        word = answer.json().get("error", "")
    except (requests.RequestException, ValueError, AttributeError, *NETWORK_ERRORS) as error:
        return bad(
            name,
            f"Google's token endpoint gives no answer that can be read ({type(error).__name__})",
            f"Look whether this machine reaches {web['token_uri']}, and whether a proxy answers in its place",
        )
    if word == "invalid_grant":
        return ok(name, "Google accepts the client id and secret")
    if answer.status_code >= 500:
        return bad(name, f"Google has trouble (HTTP {answer.status_code})", "Try again in a minute")
    return bad(
        name,
        f"Google does not accept the client ({word or f'HTTP {answer.status_code}'})",
        "Download the client file again and set CALSYNC_GOOGLE_CLIENT_FILE to it",
        "If the client was deleted (Google deletes those that are unused for six months), restore it within "
        "30 days, or make a new one of type Web application",
    )


async def scopes(ground: Ground) -> Finding:
    """Which permissions people are asked for, and whether some gave fewer."""
    name = "google.scopes"
    if await is_newest(ground.store):
        async with ground.store.read() as tx:
            lacking = dict((await overview.overview(tx)).troubles).get("scope_missing", 0)
        if lacking:
            return warn(
                name,
                f"{lacking} of the connected accounts gave calsync fewer permissions than it needs",
                "They connect again with /calsync connect and leave the box for the calendar ticked",
            )
    return ok(name, f"people are asked for {', '.join(one.rpartition('/')[2] for one in SCOPES)}")


async def publishing(ground: Ground) -> Finding:
    """Google does not tell the publishing status, but its grants do: in Testing they end after a week."""
    name = "google.publishing_status"
    if not await is_newest(ground.store):
        return ok(name, "not known before somebody is connected")
    async with ground.store.read() as tx:
        short, known = await overview.short_grants(tx, TESTING)
    if not short:
        return ok(name, "nothing points to Testing" if known else "not known before somebody is connected")
    return warn(
        name,
        f"{short} of {known} connections end a week after they were made: the publishing status is Testing, "
        "most likely",
        "In Google's console, under OAuth consent screen, set the status to In production (Publish app), or "
        "the user type to Internal",
        "People then connect once more; nothing is lost",
    )


CHECKS: Mapping[str, Check] = {
    "google.client_file": client_file,
    "google.origins": origins,
    "google.client": client,
    "google.scopes": scopes,
    "google.publishing_status": publishing,
}
