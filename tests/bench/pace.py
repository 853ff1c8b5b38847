"""Doubles that take their time: Google is far away, Odoo works as slowly as a real one."""

from __future__ import annotations

import asyncio

from aiohttp import web

from tests.doubles.google import GoogleDouble
from tests.doubles.odoo import OdooDouble
from tests.doubles.server import Operation

CALL = 0.015
CREATE = 0.005, 0.0012
WRITE = 0.022, 0.00017
READ = 0.012, 0.00022
"""Seconds of a real Odoo 18 on two cores: for any call, and beyond that for what it does and for each row."""


class FarGoogle(GoogleDouble):
    """Google with a round trip added to each answer."""

    round_trip = 0.0
    """Seconds."""

    async def before_answer(self, operation: Operation, response: web.StreamResponse, took: float) -> None:
        """Let the answer travel."""
        if self.round_trip:
            await asyncio.sleep(self.round_trip)


class SlowOdoo(OdooDouble):
    """Odoo that can be as slow as a real one, which does one thing at a time."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.real_pace = False
        self._core = asyncio.Lock()

    async def before_answer(self, operation: Operation, response: web.StreamResponse, took: float) -> None:
        """Work on, one call after the other, for as long as a real Odoo would."""
        if self.real_pace:
            async with self._core:
                await asyncio.sleep(max(0.0, _seconds(operation, response) - took))


def _seconds(operation: Operation, response: web.StreamResponse) -> float:
    match operation.name.rpartition(".")[2]:
        case "create":
            (more, each), rows = CREATE, int(operation.detail["rows"])
        case "write":
            (more, each), rows = WRITE, len(operation.detail["ids"])
        case "read" | "search_read":
            body = response.body if isinstance(response, web.Response) else b""
            (more, each), rows = READ, body.count(b'"id"') if isinstance(body, bytes) else 0
        case _:
            return CALL
    return CALL + more + each * rows
