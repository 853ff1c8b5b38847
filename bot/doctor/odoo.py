"""Odoo: version and way in, the key's end, the Calendar app, our rights, and Odoo's own Google sync."""

from __future__ import annotations

from collections.abc import Mapping

from bot.doctor.finding import Finding, bad, ok, warn
from bot.doctor.ground import Check, Ground
from sync.errors import Rejected
from sync.odoo import rights
from sync.odoo.people import has_calendar, with_native_sync

NAMED = 10
"""How many people a line names."""


async def server(ground: Ground) -> Finding:
    """Whether it lets us in, and how."""
    found = await ground.odoo.connection()
    ground.skews["Odoo"] = ground.odoo.skew
    way = {"json2": "JSON-2", "jsonrpc": "JSON-RPC"}[found.gateway.api]
    if found.password:
        return warn(
            "odoo.server",
            f"version {found.version.text} over {way}, since CALSYNC_ODOO_API_KEY is a password",
            "Make an API key as the service account (Preferences, Account Security) before Odoo 22 drops "
            "JSON-RPC, and set CALSYNC_ODOO_API_KEY to it",
        )
    return ok("odoo.server", f"version {found.version.text}, over {way}")


async def key(ground: Ground) -> Finding:
    """When the key ends, as far as Odoo tells."""
    await ground.odoo.connection()
    name, expires = "odoo.key", ground.odoo.key_expires()
    if expires is None:
        return ok(name, "no end is known")
    if ground.odoo.key_warning():
        return warn(
            name,
            f"a key of CALSYNC_ODOO_LOGIN ends on {expires:%Y-%m-%d}",
            "Make a new one in Odoo (Preferences, Account Security)",
            "Set CALSYNC_ODOO_API_KEY to it, start calsync again, remove the old one",
        )
    return ok(name, f"ends on {expires:%Y-%m-%d}")


async def calendar(ground: Ground) -> Finding:
    """Whether there are calendars that we may read."""
    await ground.odoo.connection()
    if await has_calendar(ground.odoo):
        return ok("odoo.calendar", "the Calendar app is installed and events can be read")
    return bad(
        "odoo.calendar",
        "the Calendar app is not installed, or the service account may not read events",
        "Install Calendar in Odoo (Apps)",
        "If it is there, give the service account the rights of an internal user, and look for record rules "
        "that keep it out",
    )


async def may(ground: Ground) -> Finding:
    """Whether the service account may do what a sync does."""
    name = "odoo.rights"
    await ground.odoo.connection()
    try:
        missing = await rights.missing(ground.odoo)
    except Rejected:
        return warn(name, "Odoo does not say what the service account may do")
    if not missing:
        return ok(name, "the service account may do all that a sync does")
    return bad(
        name,
        f"the service account may not {', '.join(missing)}",
        "Give it the rights of an internal user (user type Internal User in its settings)",
        "If it has them, an access right or record rule of your own keeps it out: see Settings, Technical, "
        "Security",
    )


async def google_sync(ground: Ground) -> Finding:
    """For whom Odoo's own Google sync works: two engines must never run on one calendar."""
    name = "odoo.google_sync"
    await ground.odoo.connection()
    try:
        found = await with_native_sync(ground.odoo)
    except Rejected:
        return warn(name, "Odoo does not say for whom its own Google sync works")
    if found is None:
        return ok(name, "Odoo's own Google sync is not installed")
    if not found:
        return ok(name, "Odoo's own Google sync is installed, and active for nobody")
    named = ", ".join(found[:NAMED]) + (f" and {len(found) - NAMED} more" if len(found) > NAMED else "")
    return warn(
        name,
        f"Odoo's own Google sync is active for {named}: calsync does not connect them",
        "Each of them stops it in Odoo: Calendar, the button with Google's sign, Stop Synchronization",
    )


CHECKS: Mapping[str, Check] = {
    "odoo.server": server,
    "odoo.key": key,
    "odoo.calendar": calendar,
    "odoo.rights": may,
    "odoo.google_sync": google_sync,
}
