"""The demo's own web server: the page, a stream of what it shows, and what one can do on it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sync.model import Side, Span
from tests.demo import acts
from tests.demo.chat import Chat, Refused
from tests.demo.stage import Stage
from tests.demo.state import snapshot
from tests.doubles.google.errors import GoogleError
from tests.doubles.odoo import OdooError
from tests.doubles.slack import NotVisible
from tests.world import PEOPLE

PAGE = Path(__file__).parent / "page"
GLANCE = 0.25
"""Seconds between two looks at whether there is something new to show."""
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:"
_HEADERS = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}


class PortTaken(Exception):
    """Something else listens on the page's port."""


class Server:
    """Serves one stage to any number of pages."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._world = stage, stage.world
        self._chat = Chat(stage.world)
        self._closing = asyncio.Event()

    def application(self) -> web.Application:
        """Return the web application."""
        app = web.Application(middlewares=[_telling_errors])
        app.on_shutdown.append(self._close)
        people = f"/people/{{who:{'|'.join(PEOPLE)}}}"
        events = f"{people}/{{side:{'|'.join(Side)}}}/events"
        app.add_routes(
            [
                web.get("/", self._page),
                web.static("/page", PAGE),
                web.get("/log", self._log),
                web.put("/faults/{name}", self._switch),
                web.get(f"{people}/state", self._stream),
                web.post(f"{people}/commands", self._command),
                web.post(f"{people}/presses", self._press),
                web.post(f"{people}/choices", self._choose),
                web.post(f"{people}/home", self._open_home),
                web.post(events, self._add),
                web.delete(f"{people}/google/events", self._clean_up),
                web.patch(f"{events}/{{id}}", self._edit),
                web.delete(f"{events}/{{id}}", self._delete),
            ]
        )
        return app

    async def _close(self, _app: web.Application) -> None:
        self._closing.set()

    async def _page(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html", headers=_HEADERS)

    async def _log(self, _request: web.Request) -> web.Response:
        return web.Response(text=self._stage.child.log, headers=_HEADERS)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """Send all there is to show, again whenever it has changed (Server-Sent Events)."""
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        shown = ""
        while not self._closing.is_set() and request.transport and not request.transport.is_closing():
            now = json.dumps(snapshot(self._stage, self._chat, request.match_info["who"]))
            if now != shown:
                shown = now
                with contextlib.suppress(ConnectionError):
                    await response.write(f"data: {now}\n\n".encode())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), GLANCE)
        return response

    async def _switch(self, request: web.Request) -> web.Response:
        self._stage.switches.turn(request.match_info["name"], on=(await request.json())["on"])
        return web.Response(status=204)

    # --- Slack

    async def _command(self, request: web.Request) -> web.Response:
        order = await request.json()
        await self._chat.type(request.match_info["who"], order["channel"], order["line"])
        return web.Response(status=204)

    async def _press(self, request: web.Request) -> web.Response:
        order = await request.json()
        await self._chat.press(request.match_info["who"], **order)
        return web.Response(status=204)

    async def _choose(self, request: web.Request) -> web.Response:
        order = await request.json()
        await self._chat.choose(request.match_info["who"], **order)
        return web.Response(status=204)

    async def _open_home(self, request: web.Request) -> web.Response:
        await self._chat.open_home(request.match_info["who"])
        return web.Response(status=204)

    # --- the calendars

    async def _add(self, request: web.Request) -> web.Response:
        where = request.match_info
        event_id = acts.add(self._world, where["who"], Side(where["side"]), _changes(await request.json()))
        return web.json_response({"id": event_id}, status=201)

    async def _edit(self, request: web.Request) -> web.Response:
        where, changes = request.match_info, _changes(await request.json())
        acts.edit(self._world, where["who"], Side(where["side"]), where["id"], changes)
        return web.Response(status=204)

    async def _delete(self, request: web.Request) -> web.Response:
        where = request.match_info
        acts.delete(self._world, where["who"], Side(where["side"]), where["id"])
        return web.Response(status=204)

    async def _clean_up(self, request: web.Request) -> web.Response:
        self._world.in_google(request.match_info["who"]).empty()
        return web.Response(status=204)


@web.middleware
async def _telling_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except (Refused, NotVisible, GoogleError, OdooError) as error:
        return web.json_response({"error": str(error)}, status=409)
    except (LookupError, TypeError, ValueError) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


def _changes(form: dict[str, Any]) -> acts.Changes:
    """Read what a form sends: texts as they are, `start` and `end` (exclusive) as days or moments."""
    changes: dict[str, Any] = {
        name: str(form[name]) for name in ("title", "location", "description") if name in form
    }
    if "start" not in form:
        return changes
    span = Span(_moment(form["start"]), _moment(form["end"]))
    if isinstance(span.start, datetime) != isinstance(span.end, datetime) or span.end <= span.start:
        raise Refused("An event has to end after it starts.")
    return {**changes, "span": span}


def _moment(text: str) -> datetime | date:
    return datetime.fromisoformat(text).astimezone(UTC) if "T" in text else date.fromisoformat(text)


@asynccontextmanager
async def serving(stage: Stage, port: int) -> AsyncIterator[str]:
    """Serve the page on `port` (0: any free one) and give its address.

    Raises:
        PortTaken: something else listens there.
    """
    runner = web.AppRunner(Server(stage).application(), access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
        except OSError as error:
            raise PortTaken(f"The page cannot be served on port {port}: {error.strerror}.") from error
        yield f"http://localhost:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
