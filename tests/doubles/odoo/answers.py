"""Answers of an Odoo server: JSON, pages, and what a planned fault looks like."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.doubles.faults import Fault
from tests.doubles.odoo.errors import OdooError
from tests.doubles.odoo.rpc import error_envelope


def answer(data: Any) -> web.Response:
    """Return JSON, after which the connection is closed."""
    response = web.json_response(data)
    response.force_close()
    return response


def page(status: int, text: str) -> web.Response:
    """Return a page for people."""
    return web.Response(
        status=status,
        text=f"<!doctype html>\n<title>{status}</title>\n<p>{text}</p>\n",
        content_type="text/html",
    )


def failure(fault: Fault, version: int) -> web.Response:
    """Return an error of the application where the fault's `reason` names one, else a page."""
    status = fault.status or 200
    if status < 300 and fault.reason:
        error = OdooError(fault.message or fault.reason, fault.reason)
        return answer({"jsonrpc": "2.0", "id": None, "error": error_envelope(error, version)})
    return page(status, fault.message or fault.reason or "Internal Server Error")
