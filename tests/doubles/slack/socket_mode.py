"""Socket Mode: the WebSocket connections of the app, and the envelopes that go over them."""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from tests.doubles.slack.schema import Json
from tests.doubles.slack.workspace import Workspace, random_name

MOST = 10
APPROXIMATE_CONNECTION_TIME = 18_060


@dataclass
class Envelope:
    """One payload on its way to the app."""

    kind: str
    payload: Json
    accepts_response: bool
    answer: asyncio.Future[Any]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    attempts: int = 0
    given_up: bool = False

    def written(self) -> Json:
        """Return the envelope as it is sent; only events say which attempt it is."""
        shown: Json = {"envelope_id": self.id, "payload": self.payload, "type": self.kind}
        if self.kind == "events_api":
            attempt = max(0, self.attempts - 1)
            shown |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        return {**shown, "accepts_response_payload": self.accepts_response}


@dataclass(eq=False)
class Connection:
    """One WebSocket connection of the app."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    zombie: bool = False
    answers_pings: bool = True
    pongs: int = 0


class SocketMode:
    """Accepts up to ten connections, sends each payload to one of them and waits for its ack."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._bell = workspace.bell
        self._tickets: set[str] = set()
        self._random = random.Random(0)
        self.connections: list[Connection] = []
        self.envelopes: list[Envelope] = []
        self.acks: list[str] = []

    def new_address(self, url: str) -> str:
        """Return the address of a connection that may be opened once."""
        ticket = random_name()
        self._tickets.add(ticket)
        return f"ws{url.removeprefix('http')}/link/?ticket={ticket}&app_id={self._workspace.app.id}"

    # --- the app's side

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="invalid ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        if len(self.connections) >= MOST:
            await socket.send_json(self._disconnect("too_many_websockets"))
            await socket.close()
            return socket
        connection = Connection(socket, request.transport)
        self.connections.append(connection)
        try:
            await socket.send_json(self._hello())
            self._bell.ring()
            await self._resend_pending()
            await self._receive(connection)
        finally:
            self.connections.remove(connection)
            self._bell.ring()
        return socket

    async def _receive(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is WSMsgType.PING and connection.answers_pings:
                await connection.socket.pong(message.data)
            elif message.type is WSMsgType.PONG:
                connection.pongs += 1
                self._bell.ring()
            elif message.type is WSMsgType.TEXT:
                self._ack(json.loads(message.data))

    def _ack(self, body: Json) -> None:
        name = body.get("envelope_id", "")
        self.acks.append(name)
        for envelope in self.envelopes:
            if envelope.id == name and not envelope.answer.done():
                envelope.answer.set_result(body.get("payload") if envelope.accepts_response else None)
        self._bell.ring()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {
                "host": "applink-double",
                "started": self._workspace.clock.now().isoformat(" ", "milliseconds"),
                "build_number": 1,
                "approximate_connection_time": APPROXIMATE_CONNECTION_TIME,
            },
            "connection_info": {"app_id": self._workspace.app.id},
        }

    @staticmethod
    def _disconnect(reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-double"}}

    # --- Slack's side

    async def send(
        self, kind: str, payload: Json, accepts_response: bool, patience: float
    ) -> tuple[bool, Any]:
        """Send a payload and return whether it was acked in time, and with what.

        An event that is not acked stays pending and is sent again on the next connection; what a person
        waits for is given up then, since the person has seen an error.
        """
        envelope = Envelope(kind, payload, accepts_response, asyncio.get_running_loop().create_future())
        self.envelopes.append(envelope)
        await self._transmit(envelope)
        if not self.connections:
            patience = 0.0
        try:
            async with asyncio.timeout(patience):
                return True, await asyncio.shield(envelope.answer)
        except TimeoutError:
            envelope.given_up = kind != "events_api"
            return False, None

    async def redeliver(self, envelope: Envelope | None = None) -> None:
        """Send an envelope again (the last one by default), acked or not, as Slack now and then does."""
        await self._transmit(envelope or self.envelopes[-1])

    async def _transmit(self, envelope: Envelope) -> None:
        envelope.attempts += 1
        if not self.connections:
            return
        connection = self._random.choice(self.connections)
        if not connection.zombie and not connection.socket.closed:
            await connection.socket.send_json(envelope.written())

    async def _resend_pending(self) -> None:
        for envelope in list(self.envelopes):
            if not envelope.answer.done() and not envelope.given_up:
                await self._transmit(envelope)

    async def wait_connected(self, count: int = 1, within: float = 10.0) -> None:
        """Wait until the app holds that many connections."""
        await self._bell.until(lambda: len(self.connections) >= count or None, within)

    async def wait_acked(self, count: int, within: float = 10.0) -> None:
        """Wait until the app has sent that many acks in all."""
        await self._bell.until(lambda: len(self.acks) >= count or None, within)

    async def disconnect(self, reason: str = "refresh_requested", *, close: bool = True) -> None:
        """Tell every connection that it ends; with `warning` Slack leaves it open a few seconds more."""
        for connection in list(self.connections):
            await connection.socket.send_json(self._disconnect(reason))
            if close and reason != "warning":
                await connection.socket.close()

    def drop(self) -> None:
        """Cut every connection without a word."""
        for connection in self.connections:
            if connection.transport is not None:
                connection.transport.abort()

    def make_zombies(self, *, answering_pings: bool = True) -> None:
        """Deliver nothing any more over the connections there are, while they stay open."""
        for connection in self.connections:
            connection.zombie = True
            connection.answers_pings = answering_pings

    async def ping(self, within: float = 10.0) -> None:
        """Ping every connection and wait for all the pongs."""
        before = {connection: connection.pongs for connection in self.connections}
        for connection in before:
            await connection.socket.ping(f"ping {time.time()}".encode())
        await self._bell.until(lambda: all(c.pongs > n for c, n in before.items()) or None, within)

    async def stop(self) -> None:
        """Close every connection."""
        for connection in list(self.connections):
            await connection.socket.close(code=WSCloseCode.GOING_AWAY)
