"""The public address: whether it leads to this calsync, or to nothing, or to somebody else."""

from __future__ import annotations

import contextlib
import ipaddress
import secrets
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from bot.doctor.finding import Finding, bad, ok
from bot.doctor.ground import TIMEOUT, Check, Ground
from bot.web.health import HEALTH, alive, is_proof
from bot.web.site import Site
from sync.errors import Misconfigured
from sync.vault import Vault


class NotOurs(Exception):
    """Something answers that is no calsync of these keys; the message says what it is like."""


async def ask(base: str, vault: Vault) -> None:
    """Let a calsync prove that it has our vault key, without telling it.

    Raises:
        NotOurs: something else answered. aiohttp.ClientError, TimeoutError: nothing did.
    """
    nonce = secrets.token_urlsafe(24)
    timeout = aiohttp.ClientTimeout(total=TIMEOUT)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.get(f"{base}{HEALTH}", params={"nonce": nonce}, allow_redirects=False) as answer,
    ):
        if answer.status in range(300, 400):
            raise NotOurs(f"it leads on to {answer.headers.get('Location', 'nowhere')}")
        try:
            body = await answer.json(content_type=None)
        except ValueError:
            body = None
        if not isinstance(body, dict) or "ok" not in body:
            raise NotOurs(f"HTTP {answer.status} of {answer.headers.get('Server', 'an unnamed server')}")
        if not is_proof(vault, nonce, str(body.get("proof", ""))):
            raise NotOurs("another calsync, or one with other vault keys")


def local_address(host: str, port: int) -> str:
    """Return where this machine reaches what listens on a host, which may stand for all addresses."""
    with contextlib.suppress(ValueError):  # a name
        found = ipaddress.ip_address(host)
        if found.is_unspecified:
            host = "127.0.0.1" if found.version == 4 else "::1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def listens(ground: Ground) -> Finding:
    """Whether calsync runs here, and whether it could."""
    name = "web.listen"
    try:
        await ask(local_address(*ground.settings.listen_address), ground.store.vault)
    except aiohttp.ClientConnectorError:
        return ok(name, f"calsync is not running; {ground.settings.listen} is free for it")
    except (NotOurs, aiohttp.ClientError, TimeoutError) as other:
        return bad(
            name,
            f"another program listens on {ground.settings.listen} ({other or type(other).__name__})",
            "End it, or change CALSYNC_LISTEN",
        )
    return ok(name, f"calsync is running on {ground.settings.listen}")


async def public_url(ground: Ground) -> Finding:
    """Whether PUBLIC_URL leads to the calsync that runs here; if none does, to us in its place."""
    name, url = "web.public_url", ground.settings.public_url
    async with _stand_in(ground) as stands_in:
        whom = "here (calsync is not running, so doctor answered in its place)" if stands_in else "to calsync"
        try:
            await ask(url, ground.store.vault)
        except NotOurs as other:
            return bad(
                name,
                f"something else answers at {url}: {other}",
                f"Let the proxy in front pass {url} on to {ground.settings.listen}, with the path as it is",
                "Or correct CALSYNC_PUBLIC_URL, and the redirect URI in Google's console with it",
            )
        except (aiohttp.ClientConnectorCertificateError, ssl.SSLError):
            return bad(
                name, f"the certificate of {url} is not valid for this machine", "Renew the certificate"
            )
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return bad(
                name,
                f"nothing answers at {url}, as seen from this machine ({type(error).__name__})",
                f"Open {url}{HEALTH} in a browser. If it shows ok there, only this machine cannot reach its "
                "own name, and people are not concerned",
                "Else look at the name's DNS entry, the firewall and the proxy",
            )
    return ok(name, f"{url} leads {whom}")


@asynccontextmanager
async def _stand_in(ground: Ground) -> AsyncIterator[bool]:
    """Answer on the address of a calsync that is not running; false when it is, or the address is taken."""
    if ground.serving:
        yield False
        return
    site, vault = Site(), ground.store.vault

    async def answer(request: web.Request) -> web.Response:
        return alive(vault, request)

    site.app.router.add_get(HEALTH, answer)
    try:
        await site.start(*ground.settings.listen_address)
    except Misconfigured:
        await site.close()
        yield False
        return
    site.open()
    try:
        yield True
    finally:
        await site.close()


CHECKS: Mapping[str, Check] = {
    "web.listen": listens,
    "web.public_url": public_url,
}
