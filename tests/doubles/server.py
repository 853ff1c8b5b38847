"""The base of all doubles: a server with a request log, a fault plan, a clock and an admin interface."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import signal
import time
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Self

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.doubles.clock import DoubleClock
from tests.doubles.faults import Fault, FaultPlan
from tests.doubles.log import Entry, RequestLog

ADMIN = "/_double"

LATE: dict[str, float] = {}
"""By a double's name, the seconds that each of its answers is late: what was asked for is done by then."""


@dataclasses.dataclass(frozen=True)
class Operation:
    """What a request asks for: a name for logs and faults, whether it may write, and telling details.

    A `lasting` one (a WebSocket) is logged when it begins, with status 101.
    """

    name: str
    write: bool = False
    detail: dict[str, Any] = dataclasses.field(default_factory=dict)
    lasting: bool = False


class Double:
    """A server on loopback; subclasses add routes, name operations and say how errors look.

    Used as `async with GoogleDouble() as google:`; `url` holds `http://127.0.0.1:PORT` while it runs.
    Every double answers under `/_double`: `GET log`, `DELETE log`, `GET state`, `POST faults`,
    `DELETE faults`, `POST clock` (`{"set": iso, "frozen": bool}` or `{"advance": seconds}`).
    """

    name = "double"

    def __init__(self) -> None:
        self.clock = DoubleClock()
        self.faults = FaultPlan()
        self.log = RequestLog()
        self.url = ""
        self._runner: web.AppRunner | None = None

    # --- what a subclass provides

    def add_routes(self, app: web.Application) -> None:
        """Add the routes of the service that is being doubled."""
        raise NotImplementedError

    async def operation(self, request: web.Request) -> Operation:
        """Name what `request` asks for; the body may be read (aiohttp keeps it)."""
        raise NotImplementedError

    def error_response(self, fault: Fault) -> web.StreamResponse:
        """Build the answer of a fault that has a status and no body of its own, in this service's form."""
        raise NotImplementedError

    def state(self) -> dict[str, Any]:
        """Return everything this double holds, as JSON-ready data."""
        raise NotImplementedError

    async def before_answer(self, operation: Operation, response: web.StreamResponse, took: float) -> None:
        """Wait before an answer goes out that took `took` seconds to make; by default for `LATE`."""
        if late := LATE.get(self.name):
            await asyncio.sleep(late)

    # --- running

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> Self:
        """Listen on `port` (0: any free one) and set `url`."""
        app = web.Application(middlewares=[self._serve], client_max_size=64 * 2**20)
        app.router.add_route("*", ADMIN + "/{what}", self._admin)
        app.on_response_prepare.append(self._stamp)
        self.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        """Stop listening and cut what is still open."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        return self if self._runner else await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _stamp(self, _request: web.Request, response: web.StreamResponse) -> None:
        # Clients correct their clocks by this header, so it tells the double's time.
        response.headers["Date"] = format_datetime(self.clock.now().replace(microsecond=0), usegmt=True)

    # --- every request passes here

    @web.middleware
    async def _serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(ADMIN + "/"):
            return await handler(request)
        operation = await self.operation(request)
        fault = self.faults.take(operation.name, operation.detail, write=operation.write)
        if operation.lasting and fault is None:
            await self._record(operation, 101)
            return await handler(request)
        began = time.perf_counter()
        try:
            response = await (self._play(fault, request, handler) if fault else handler(request))
        except web.HTTPException as error:
            await self._record(operation, error.status)
            raise
        await self.before_answer(operation, response, time.perf_counter() - began)
        status = 0 if isinstance(response, _Dropped) else response.status
        await self._record(operation, status)
        return response

    async def _record(self, operation: Operation, status: int) -> None:
        await self.log.add(Entry(operation.name, operation.write, status, self.clock.now(), operation.detail))

    async def _play(self, fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
        if fault.does is not None:
            fault.does()
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.hold is not None:
            await fault.hold.wait()
        if fault.drop == "before":
            return _Dropped.cut(request)
        replaced = fault.status is not None or fault.body is not None or fault.reason != ""
        response: web.StreamResponse | None = None
        if fault.after or fault.drop == "after" or not replaced:
            response = await handler(request)
        if fault.drop == "after":
            return _Dropped.cut(request)
        if replaced:
            response = (
                self.error_response(fault)
                if fault.body is None
                else web.Response(
                    status=fault.status or 200, text=fault.body, content_type=fault.content_type
                )
            )
            response.headers.update(fault.headers)
        assert response is not None
        if fault.cut_body is not None:
            return await _Dropped.cut_short(request, response, fault.cut_body)
        return response

    # --- the admin interface

    async def _admin(self, request: web.Request) -> web.Response:
        match request.method, request.match_info["what"]:
            case "GET", "log":
                return web.json_response([dataclasses.asdict(e) for e in self.log.entries], dumps=_dumps)
            case "DELETE", "log":
                self.log.clear()
            case "GET", "state":
                return web.json_response(self.state(), dumps=_dumps)
            case "POST", "faults":
                try:
                    self.faults.add(Fault.from_json(await request.json()))
                except (TypeError, ValueError) as error:
                    return web.json_response({"error": str(error)}, status=400)
            case "DELETE", "faults":
                self.faults.clear()
            case "POST", "clock":
                order = await request.json()
                if "set" in order:
                    moment = datetime.fromisoformat(order["set"])
                    self.clock.set(moment, frozen=bool(order.get("frozen")))
                else:
                    self.clock.advance(seconds=float(order["advance"]))
                return web.json_response({"now": self.clock.now().isoformat()})
            case method, what:
                return await self.admin(method, what, request)
        return web.json_response({"ok": True})

    async def admin(self, method: str, what: str, request: web.Request) -> web.Response:
        """Answer an admin call of this double's own (seeding, acting as a person)."""
        return web.json_response({"error": f"no admin call {method} {what}"}, status=404)


class _Dropped(web.Response):
    """An answer that never arrives whole: the connection is cut under it."""

    @classmethod
    def cut(cls, request: web.Request) -> _Dropped:
        if request.transport is not None:
            request.transport.abort()
        return cls(status=499)

    @classmethod
    async def cut_short(cls, request: web.Request, response: web.StreamResponse, size: int) -> _Dropped:
        body = response.body if isinstance(response, web.Response) else b""
        whole = body if isinstance(body, bytes) else b""
        partial = web.StreamResponse(status=response.status, headers={"Content-Type": response.content_type})
        partial.content_length = len(whole)
        await partial.prepare(request)
        await partial.write(whole[:size])
        return cls.cut(request)


def _dumps(data: Any) -> str:
    return json.dumps(data, default=str)


def serve_alone(double: Double, port: int) -> None:
    """Run one double as a program on `port` until interrupted, printing its address and admin interface."""
    asyncio.run(_serve_until_stopped(double, port))


async def _serve_until_stopped(double: Double, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await double.start(port)
    print(f"{double.name}: {double.url}", flush=True)
    print(f"admin:  {double.url}{ADMIN}/{{log,state,faults,clock}}", flush=True)
    await stop.wait()
    await double.stop()
