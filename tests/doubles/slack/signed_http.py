"""Signed HTTP: payloads posted to the app's request URL, with a signature, genuine or not."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from tests.doubles.slack.schema import Json

AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True)
class SignedRequest:
    """A request as it was sent, for sending it again."""

    body: str
    headers: dict[str, str]


@dataclass(frozen=True)
class HttpAnswer:
    """What the app answered; status 0 means nothing in time, -1 that it could not be reached."""

    status: int
    text: str = ""
    content_type: str = ""


class SignedHttp:
    """Posts to the request URL of the app."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.sent: list[SignedRequest] = []
        self._session: aiohttp.ClientSession | None = None

    def sign(
        self, body: str, content_type: str, *, age: float = 0.0, secret: str | None = None
    ) -> SignedRequest:
        """Return a signed request; `age` seconds old, or signed with another secret, for hostile tests.

        The time is the machine's, not the double's, because the app compares it with its own.
        """
        stamp = str(int(time.time() - age))
        key = self.secret if secret is None else secret
        digest = hmac.new(key.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {
            "User-Agent": AGENT,
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        }
        return SignedRequest(body, headers)

    async def post(self, url: str, request: SignedRequest, patience: float) -> HttpAnswer:
        """Send a request and return the app's answer."""
        self.sent.append(request)
        if self._session is None:
            self._session = aiohttp.ClientSession(auto_decompress=True)
        try:
            async with asyncio.timeout(patience):
                async with self._session.post(
                    url, data=request.body.encode(), headers=request.headers
                ) as answer:
                    return HttpAnswer(answer.status, await answer.text(), answer.content_type)
        except TimeoutError:
            return HttpAnswer(0)
        except aiohttp.ClientError:
            return HttpAnswer(-1)

    async def stop(self) -> None:
        """Close the connections to the app."""
        if self._session is not None:
            await self._session.close()


def as_form(kind: str, payload: Json) -> tuple[str, str]:
    """Return body and content type of a payload: events are JSON, the others forms."""
    if kind == "events_api":
        return json.dumps(payload), JSON
    if kind == "slash_commands":
        return urlencode(payload), FORM
    return urlencode({"payload": json.dumps(payload)}), FORM
