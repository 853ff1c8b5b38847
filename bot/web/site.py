"""The address that calsync listens on: taken before work begins, and answering once all is there."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.web.errors import answer_errors
from sync.errors import Misconfigured

PATIENCE = 2.0
"""Seconds that requests under way get at the end of the process."""


class Site:
    """Serves `app`, to which routes are added before `start`."""

    def __init__(self) -> None:
        self.app = web.Application(client_max_size=2**20, middlewares=[answer_errors, self._when_open])
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=PATIENCE)
        self._is_open = asyncio.Event()

    async def start(self, host: str, port: int) -> None:
        """Take the address; requests wait until `open`.

        Raises:
            Misconfigured: something else listens there, for instance another calsync.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            raise Misconfigured("cannot_listen", f"{host}:{port}") from error

    def open(self) -> None:
        """Let requests through."""
        self._is_open.set()

    async def close(self) -> None:
        """Answer what has been asked, and nothing more; may be called again."""
        await self._runner.cleanup()

    @web.middleware
    async def _when_open(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        await self._is_open.wait()
        return await handler(request)
