"""Accounts in a store and links, for tests of what is kept."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

from sync.plan import Link
from sync.store import Store, accounts
from sync.store.accounts import AccountState

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEAM = "T1"
LINK = Link(0, 1, "g1", 0, {"title": "h", "reminders": ["a", "b"]}, {"title": "h"}, '"1"', "UTC")


async def add_account(store: Store, number: int = 1, **more: Any) -> int:
    """Keep the account of a person and return its id."""
    values = {
        "odoo_uid": number,
        "odoo_partner_id": 100 + number,
        "odoo_login": f"person{number}",
        "time_zone": "Europe/Brussels",
        "google_sub": f"sub{number}",
        "google_email": f"person{number}@example.com",
        "state": AccountState.CONNECTED,
        "created_at": NOW,
        "next_run_at": NOW,
    }
    async with store.write() as tx:
        return await accounts.save(tx, TEAM, f"U{number}", **values | more)


def numbered(number: int) -> Link:
    """Return one of many links."""
    return dataclasses.replace(LINK, odoo_id=number, google_id=f"g{number}")
