"""Intents: what is about to be sent, written down first, so that a crash leaves no unknown outcome."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.base import FieldHashes
from sync.model import Side
from sync.roles import Role
from sync.store.tables import chunks, intent

_KEY = (intent.c.side, intent.c.action, intent.c.google_id, intent.c.odoo_id, intent.c.generation)


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
    if not planned:
        return []
    rows = [{"account_id": account_id, "created_at": at, **_values(one)} for one in planned]
    # Databases promise no order of what they return, so each row is recognised by what it is about.
    told = await tx.execute(sa.insert(intent).returning(intent.c.id, *_KEY), rows)
    ids: dict[tuple[Any, ...], list[int]] = {}
    for number, *key in told:
        ids.setdefault(tuple(key), []).append(number)
    return [dataclasses.replace(one, id=ids[_key(one)].pop()) for one in planned]


def _values(one: Intent) -> dict[str, Any]:
    return {name: value for name, value in vars(one).items() if name != "id"}


def _key(one: Intent) -> tuple[Any, ...]:
    return tuple(getattr(one, column.name) for column in _KEY)


async def settle(tx: AsyncConnection, intent_ids: Iterable[int]) -> None:
    """Strike out intents: what became of them is known."""
    for some in chunks(intent_ids):
        await tx.execute(sa.delete(intent).where(intent.c.id.in_(some)))


async def open_intents(tx: AsyncConnection, account_id: int) -> list[Intent]:
    """Return the intents of an account that were never settled, oldest first."""
    columns = [intent.c[field.name] for field in dataclasses.fields(Intent)]
    rows = await tx.execute(
        sa.select(*columns).where(intent.c.account_id == account_id).order_by(intent.c.id)
    )
    return [Intent(**{**row._mapping, "side": Side(row.side), "role": Role(row.role)}) for row in rows]


async def count(tx: AsyncConnection) -> int:
    """Count the open intents of all accounts."""
    return (await tx.execute(sa.select(sa.func.count()).select_from(intent))).scalar_one()
