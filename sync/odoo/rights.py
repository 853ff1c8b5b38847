"""What the service account has to be allowed in Odoo, and what of it is not."""

from __future__ import annotations

import asyncio

from sync.odoo.client import OdooClient

NEEDED = {
    "calendar.event": ("read", "write", "create", "unlink"),
    "calendar.recurrence": ("read", "write", "create", "unlink"),
    "calendar.attendee": ("read", "write"),
    "calendar.alarm": ("read", "create"),
    "res.partner": ("read",),
    "res.users": ("read",),
}
"""The models and operations of a sync. Record rules may still keep single records out."""


async def missing(client: OdooClient) -> list[str]:
    """Return what our login may not do of what is needed, such as "write calendar.event".

    Raises:
        Rejected: this Odoo does not tell.
    """
    asked = [(model, operation) for model, operations in NEEDED.items() for operation in operations]
    allowed = await asyncio.gather(*(client.may(model, operation) for model, operation in asked))
    return [f"{operation} {model}" for (model, operation), may in zip(asked, allowed, strict=True) if not may]
