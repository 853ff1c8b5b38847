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
from sync.store.tables import chunks, intent, link

_INTENT_KEY = (intent.c.side, intent.c.action, intent.c.google_id, intent.c.odoo_id, intent.c.generation)
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
        for some in chunks(ids or ()):
            for row in await tx.execute(query.where(column.in_(some))):
                found[row.id] = Link(**row._mapping)
    return list(found.values())


async def count(tx: AsyncConnection, account_id: int) -> int:
    """Count an account's links."""
    query = sa.select(sa.func.count()).select_from(link).where(link.c.account_id == account_id)
    return (await tx.execute(query)).scalar_one()


async def owners(tx: AsyncConnection, odoo_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Return (account id, Odoo event id) of every link to one of these Odoo events."""
    pairs: list[tuple[int, int]] = []
    for some in chunks(odoo_ids):
        rows = await tx.execute(sa.select(link.c.account_id, link.c.odoo_id).where(link.c.odoo_id.in_(some)))
        pairs += [(row.account_id, row.odoo_id) for row in rows]
    return pairs


async def linked_odoo_ids(tx: AsyncConnection, after: int, limit: int) -> Sequence[int]:
    """Return up to `limit` linked Odoo event ids above `after`, in order (for the census)."""
    query = sa.select(link.c.odoo_id).distinct().where(link.c.odoo_id > after)
    return (await tx.execute(query.order_by(link.c.odoo_id).limit(limit))).scalars().all()


async def put(tx: AsyncConnection, account_id: int, new: Link) -> None:
    """Store a link; one with id 0 is new, and takes the place of any that held one of its ids."""
    if new.id:
        await tx.execute(sa.update(link).filter_by(id=new.id).values(**_values(new)))
    else:
        await add(tx, account_id, [new])


async def add(tx: AsyncConnection, account_id: int, new: Sequence[Link]) -> None:
    """Store new links, each in the place of any that held one of its ids, the later ones winning."""
    rows, google_ids, odoo_ids = [], set[str](), set[int]()
    for one in reversed(new):
        if one.google_id not in google_ids and one.odoo_id not in odoo_ids:
            rows.append({"account_id": account_id, **_values(one)})
        google_ids.add(one.google_id)
        odoo_ids.add(one.odoo_id)
    for column, ids in ((link.c.google_id, google_ids), (link.c.odoo_id, odoo_ids)):
        for some in chunks(ids):
            await tx.execute(sa.delete(link).where(link.c.account_id == account_id, column.in_(some)))
    if rows:
        await tx.execute(sa.insert(link), rows[::-1])


def _values(one: Link | Intent) -> dict[str, Any]:
    """Return the columns of a link or an intent, but for its id."""
    # Not asdict(): it copies the bases through and through, and takes longer than the database.
    return {name: value for name, value in vars(one).items() if name != "id"}


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
    if not planned:
        return []
    rows = [{"account_id": account_id, "created_at": at, **_values(one)} for one in planned]
    # Databases promise no order of what they return, so each row is recognised by what it is about.
    told = await tx.execute(sa.insert(intent).returning(intent.c.id, *_INTENT_KEY), rows)
    ids: dict[tuple[Any, ...], list[int]] = {}
    for number, *key in told:
        ids.setdefault(tuple(key), []).append(number)
    return [dataclasses.replace(one, id=ids[_key(one)].pop()) for one in planned]


def _key(one: Intent) -> tuple[Any, ...]:
    return tuple(getattr(one, column.name) for column in _INTENT_KEY)


async def settle(tx: AsyncConnection, intent_id: int) -> None:
    """Strike out an intent: what became of it is known."""
    await settle_all(tx, [intent_id])


async def settle_all(tx: AsyncConnection, intent_ids: Iterable[int]) -> None:
    """Strike out several intents."""
    for some in chunks(intent_ids):
        await tx.execute(sa.delete(intent).where(intent.c.id.in_(some)))


async def open_intents(tx: AsyncConnection, account_id: int) -> list[Intent]:
    """Return the intents of an account that were never settled, oldest first."""
    columns = [intent.c[field.name] for field in dataclasses.fields(Intent)]
    rows = await tx.execute(
        sa.select(*columns).where(intent.c.account_id == account_id).order_by(intent.c.id)
    )
    return [Intent(**{**row._mapping, "side": Side(row.side)}) for row in rows]
