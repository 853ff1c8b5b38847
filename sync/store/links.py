"""Links with their bases, and the intents that precede them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.base import FieldHashes
from sync.model import Side
from sync.plan import Link
from sync.store.tables import intent, link

_LINK_COLUMNS = [link.c[field.name] for field in dataclasses.fields(Link)]


@dataclasses.dataclass(frozen=True)
class Intent:
    """A remote create that was about to be sent, with what both sides held at that moment.

    A create in Google knows its `google_id` beforehand; one in Odoo has `odoo_id` 0 and is found again by
    the access token that derives from `google_id` and `generation`. A delete names both.
    """

    id: int
    side: Side
    action: str
    google_id: str
    odoo_id: int
    generation: int
    google_base: FieldHashes
    odoo_base: FieldHashes


async def of_account(
    tx: AsyncConnection,
    account_id: int,
    *,
    google_ids: Iterable[str] | None = None,
    odoo_ids: Iterable[int] | None = None,
) -> list[Link]:
    """Return an account's links: all, or those that touch one of the given ids."""
    query = sa.select(*_LINK_COLUMNS).where(link.c.account_id == account_id)
    if google_ids is None and odoo_ids is None:
        return [Link(**row._mapping) for row in await tx.execute(query)]
    found: dict[int, Link] = {}
    for column, ids in ((link.c.google_id, google_ids), (link.c.odoo_id, odoo_ids)):
        for some in _chunks(list(ids or ())):
            for row in await tx.execute(query.where(column.in_(some))):
                found[row.id] = Link(**row._mapping)
    return list(found.values())


def _chunks(ids: Sequence[Any], size: int = 500) -> Iterable[Sequence[Any]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


async def count(tx: AsyncConnection, account_id: int) -> int:
    """Count an account's links."""
    query = sa.select(sa.func.count()).select_from(link).where(link.c.account_id == account_id)
    return (await tx.execute(query)).scalar_one()


async def owners(tx: AsyncConnection, odoo_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Return (account id, Odoo event id) of every link to one of these Odoo events."""
    pairs: list[tuple[int, int]] = []
    for some in _chunks(list(odoo_ids)):
        rows = await tx.execute(sa.select(link.c.account_id, link.c.odoo_id).where(link.c.odoo_id.in_(some)))
        pairs += [(row.account_id, row.odoo_id) for row in rows]
    return pairs


async def linked_odoo_ids(tx: AsyncConnection, after: int, limit: int) -> Sequence[int]:
    """Return up to `limit` linked Odoo event ids above `after`, in order (for the census)."""
    query = sa.select(link.c.odoo_id).distinct().where(link.c.odoo_id > after)
    return (await tx.execute(query.order_by(link.c.odoo_id).limit(limit))).scalars().all()


async def put(tx: AsyncConnection, account_id: int, new: Link) -> None:
    """Store a link; one with id 0 is new, and takes the place of any that held one of its ids."""
    values = dataclasses.asdict(new)
    del values["id"]
    if new.id:
        await tx.execute(sa.update(link).filter_by(id=new.id).values(**values))
        return
    same = sa.or_(link.c.odoo_id == new.odoo_id, link.c.google_id == new.google_id)
    await tx.execute(sa.delete(link).where(link.c.account_id == account_id, same))
    await tx.execute(sa.insert(link).values(account_id=account_id, **values))


async def end(tx: AsyncConnection, link_id: int) -> None:
    """End a link."""
    await tx.execute(sa.delete(link).filter_by(id=link_id))


async def end_all(tx: AsyncConnection, account_id: int) -> None:
    """End all links and intents of an account: it is about another calendar from now on."""
    await tx.execute(sa.delete(link).filter_by(account_id=account_id))
    await tx.execute(sa.delete(intent).filter_by(account_id=account_id))


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
    return [Intent(**{**row._mapping, "side": Side(row.side)}) for row in rows]
