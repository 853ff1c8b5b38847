"""Bringing payloads to the app, over Socket Mode or signed HTTP, and judging its acks."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from tests.doubles.plain import plain_copy
from tests.doubles.slack.schema import Json
from tests.doubles.slack.signed_http import HttpAnswer, SignedHttp, SignedRequest, as_form
from tests.doubles.slack.socket_mode import SocketMode

PATIENCE = 3.0
TIMEOUT, FAILED, NONSENSE = "operation_timeout", "dispatch_failed", "invalid_command_response"


@dataclass(frozen=True)
class Ack:
    """What came back from the app: whether it acked in time, with what, or which error Slack then shows."""

    acked: bool
    body: Json | None = None
    error: str = ""
    seconds: float = 0.0


class Delivery:
    """Sends each payload once; `request_url` chooses HTTP, None means Socket Mode."""

    def __init__(self, sockets: SocketMode, http: SignedHttp, request_url: str | None) -> None:
        self._sockets = sockets
        self.http = http
        self.request_url = request_url
        self.patience = PATIENCE
        self.sent: list[tuple[str, Json]] = []

    async def send(self, kind: str, payload: Json, *, accepts_response: bool = False) -> Ack:
        """Deliver a payload and return the app's ack.

        `kind` is the envelope's type: `slash_commands`, `interactive` or `events_api`.
        """
        payload = plain_copy(payload)  # what was sent does not change with what it was about
        self.sent.append((kind, payload))
        begun = time.monotonic()
        if self.request_url is None:
            ack = await self._by_socket(kind, payload, accepts_response)
        else:
            body, content_type = as_form(kind, payload)
            answer = await self.http.post(self.request_url, self.http.sign(body, content_type), self.patience)
            ack = judge(answer)
        return Ack(ack.acked, ack.body, ack.error, time.monotonic() - begun)

    async def _by_socket(self, kind: str, payload: Json, accepts_response: bool) -> Ack:
        connected = bool(self._sockets.connections)
        acked, body = await self._sockets.send(kind, payload, accepts_response, self.patience)
        if not acked:
            return Ack(False, error=TIMEOUT if connected else FAILED)
        return Ack(True, body if isinstance(body, dict) else None)

    async def redeliver(self) -> HttpAnswer | None:
        """Deliver the last payload again, acked or not; over HTTP an event says that it is a retry."""
        if self.request_url is None:
            await self._sockets.redeliver()
            return None
        kind, payload = self.sent[-1]
        request = self.http.sign(*as_form(kind, payload))
        if kind == "events_api":
            request.headers.update({"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"})
        return await self.post(request)

    async def post(self, request: SignedRequest) -> HttpAnswer:
        """Post a request of the test's own making, such as one with a wrong signature.

        Raises:
            ValueError: the app is not in HTTP mode.
        """
        if self.request_url is None:
            raise ValueError("the app has no request URL, so nothing can be posted to it")
        return await self.http.post(self.request_url, request, self.patience)

    async def forge(
        self, kind: str, payload: Json, *, age: float = 0.0, secret: str | None = None
    ) -> HttpAnswer:
        """Post a payload that is signed with another secret or is `age` seconds old."""
        body, content_type = as_form(kind, payload)
        return await self.post(self.http.sign(body, content_type, age=age, secret=secret))

    async def replay(self) -> HttpAnswer:
        """Post the last request again, to the byte, as an eavesdropper would."""
        return await self.post(self.http.sent[-1])

    async def verify_url(self) -> bool:
        """Do what Slack does when a request URL is saved: send a challenge and expect it back."""
        challenge = "challenge-of-the-double"
        answer = await self.forge(
            "events_api", {"type": "url_verification", "challenge": challenge, "token": ""}
        )
        return answer.status == 200 and challenge in answer.text


def judge(answer: HttpAnswer) -> Ack:
    """Read the app's HTTP answer as Slack reads it."""
    if answer.status == 0:
        return Ack(False, error=TIMEOUT)
    if not 200 <= answer.status < 300:
        return Ack(False, error=FAILED)
    if not answer.text.strip():
        return Ack(True)
    if answer.content_type != "application/json":
        return Ack(True, {"text": answer.text})
    try:
        body: Any = json.loads(answer.text)
    except ValueError:
        return Ack(True, error=NONSENSE)
    return Ack(True, body) if isinstance(body, dict) else Ack(True, error=NONSENSE)
