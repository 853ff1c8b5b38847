"""Intents: what is about to be sent, written down first, so that a crash leaves no unknown outcome."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.base import FieldHashes
from sync.model import Side
from sync.roles import Role
from sync.store.tables import intent


@dataclasses.dataclass(frozen=True)
class Intent:
    """A remote create or delete that was about to be sent, with what both sides held at that moment.

    A create in Google knows its `google_id` beforehand; one in Odoo has `odoo_id` 0 and is found again by
    the access token that derives from `uid` (Google's iCalUID) and `generation`. A delete names both.
    """

    id: int
    side: Side
    action: str
    google_id: str
    odoo_id: int
    generation: int
    google_base: FieldHashes
    odoo_base: FieldHashes
    role: Role = Role.HOME
    uid: str = ""


async def intend(
    tx: AsyncConnection, account_id: int, at: datetime, planned: Sequence[Intent]
) -> list[Intent]:
    """Record intents before anything is sent and return them with their ids."""
    recorded = []
    for one in planned:
        values = dataclasses.asdict(one) | {"account_id": account_id, "created_at": at}
        del values["id"]
        number = (await tx.execute(sa.insert(intent).values(**values).returning(intent.c.id))).scalar_one()
        recorded.append(dataclasses.replace(one, id=number))
    return recorded


async def settle(tx: AsyncConnection, intent_id: int) -> None:
    """Strike out an intent: what became of it is known."""
    await tx.execute(sa.delete(intent).filter_by(id=intent_id))


async def open_intents(tx: AsyncConnection, account_id: int) -> list[Intent]:
    """Return the intents of an account that were never settled, oldest first."""
    columns = [intent.c[field.name] for field in dataclasses.fields(Intent)]
    rows = await tx.execute(
        sa.select(*columns).where(intent.c.account_id == account_id).order_by(intent.c.id)
    )
    return [Intent(**{**row._mapping, "side": Side(row.side), "role": Role(row.role)}) for row in rows]
