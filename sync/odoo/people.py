"""Who a person is in Odoo: found by e-mail address, with what stands in the way of connecting."""

from __future__ import annotations

import asyncio
import dataclasses

from sync.errors import Rejected
from sync.odoo.client import OdooClient


@dataclasses.dataclass(frozen=True)
class OdooUser:
    """A user of res.users: ids, login, name, and time zone (IANA, "" when none is set)."""

    uid: int
    partner_id: int
    login: str
    name: str
    time_zone: str


async def find_users(client: OdooClient, email: str) -> list[OdooUser]:
    """Return the active internal users whose login or e-mail is this address, whatever its case."""
    pattern = email.replace("\\", r"\\").replace("_", r"\_").replace("%", r"\%")
    rows = await client.search_read(
        "res.users",
        [("share", "=", False), "|", ("login", "=ilike", pattern), ("email", "=ilike", pattern)],
        ("login", "name", "tz", "partner_id"),
    )
    return [
        OdooUser(row["id"], row["partner_id"][0], row["login"], row["name"], row["tz"] or "") for row in rows
    ]


async def has_calendar(client: OdooClient) -> bool:
    """Say whether the calendar module is there and our login may read events."""
    try:
        await client.search_read("calendar.event", [("id", "=", 0)], ("name",))
    except Rejected:
        return False
    return True


async def native_sync_active(client: OdooClient, uid: int) -> bool:
    """Say whether Odoo's own Google sync works for a user: two engines must never run on one calendar."""
    return await _native_sync_installed(client) and await _native_sync_on(client, uid)


async def with_native_sync(client: OdooClient) -> list[str] | None:
    """Return the logins of the internal users for whom Odoo's own Google sync works; None: not installed."""
    if not await _native_sync_installed(client):
        return None
    users = await client.search_read("res.users", [("share", "=", False)], ("login",))
    active = await asyncio.gather(*(_native_sync_on(client, user["id"]) for user in users))
    return [user["login"] for user, on in zip(users, active, strict=True) if on]


async def _native_sync_installed(client: OdooClient) -> bool:
    return bool(
        await client.call("calendar.event", "fields_get", allfields=["google_id"], attributes=["type"])
    )


async def _native_sync_on(client: OdooClient, uid: int) -> bool:
    if (await client.session())[1] < 18:
        return bool(await client.call("res.users", "is_google_calendar_synced", ids=[uid]))
    status = await client.call("res.users", "check_synchronization_status", ids=[uid])
    return bool(status.get("google_calendar") == "sync_active")
