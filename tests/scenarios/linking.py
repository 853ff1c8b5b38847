"""What scenarios of connecting share: links, browsers, and Google's pages in between."""

from __future__ import annotations

import re
from urllib.parse import quote

import aiohttp

from bot.texts import Texts
from sync.store import accounts, connects
from sync.store.accounts import Account
from sync.store.connects import ConnectState
from tests.doubles.google import consent
from tests.world import PEOPLE, TEAM, World

PRIVATE = "private@gmail.example"
"""A Google account of another address than anybody's in Slack."""


async def link(world: World, name: str = "alice") -> str:
    """Ask for a link as a person does, and return it when what it replaces (a link, its grant) has ended."""
    person = world.in_slack(name)
    person.reload()
    await person.command("/calsync connect")
    label = Texts(person.user.locale).plain("button.open_link")
    await person.see(label)
    url = (await person.click(label)).url
    assert url
    await world.running.services.errands.settled()
    return url


async def is_connected(world: World, name: str = "alice") -> bool:
    async with world.running.store.read() as tx:
        return await accounts.of_person(tx, TEAM, PEOPLE[name]) is not None


def browser() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


async def press_continue(session: aiohttp.ClientSession, url: str) -> str:
    """Open the landing page, press its button and return where it leads."""
    async with session.get(url) as landing:
        page = await landing.text()
    csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
    async with session.post(url, data={"csrf": csrf}, allow_redirects=False) as onward:
        return str(onward.headers["Location"])


async def to_callback(session: aiohttp.ClientSession, url: str, email: str) -> str:
    """Go on from a link to Google, consent there as `email`, and return where the browser is sent back to."""
    to_google = await press_continue(session, url)
    # Whom to choose is only a hint: in this browser it is `email` who is signed in.
    return await consent(re.sub(r"(?<=login_hint=)[^&]*", quote(email), to_google), email)


async def follow(session: aiohttp.ClientSession, url: str, email: str) -> str:
    """Follow a link to its last page, consenting as `email`, and return that page."""
    async with session.get(await to_callback(session, url, email)) as last:
        return await last.text()


def code_on(page: str) -> str:
    """Return the code that a page shows, as it stands there."""
    return page.partition("/calsync connect <b>")[2].partition("<")[0]


async def account_of(world: World, name: str = "alice") -> Account | None:
    """Return a person's account, if there is one."""
    async with world.running.store.read() as tx:
        return await accounts.of_person(tx, TEAM, PEOPLE[name])


async def state_of(world: World, url: str) -> ConnectState:
    """Return how far a link got."""
    async with world.running.store.read() as tx:
        link = await connects.by_id(tx, url.rpartition("/")[2])
    assert link is not None
    return link.state


def grants_of(world: World, email: str) -> int:
    """Count the grants that a Google account has given and not taken back."""
    return sum(token.email == email for token in world.google.grants.refresh_tokens.values())
