"""The last resort of every page: nobody sees a bare error."""

from __future__ import annotations

import secrets

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.web import pages

log = structlog.get_logger()


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what aiohttp refuses as "nothing here", our own errors with a reference found in the log."""
    t = pages.spoken(request.headers.get("Accept-Language", ""))
    try:
        return await handler(request)
    except web.HTTPException as refusal:
        return pages.failure(t, "not_found", refusal.status)
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("page_broke", reference=reference)
        return pages.failure(t, "unexpected", 500, reference=reference)
