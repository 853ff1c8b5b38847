"""Where each pull stands: Google's sync token per account, Odoo's watermark, the marks on changed events."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store.tables import chunks, google_cursor, mark, odoo_feed


@dataclasses.dataclass(frozen=True)
class GoogleCursor:
    """Where the listing of a calendar stands: `listed_at` (aware UTC) is when all of it was listed last."""

    token: str
    fingerprint: str
    listed_at: datetime


async def google(tx: AsyncConnection, account_id: int) -> GoogleCursor | None:
    """Return where an account's listing stands; None: everything has to be listed."""
    columns = [google_cursor.c[field.name] for field in dataclasses.fields(GoogleCursor)]
    query = sa.select(*columns).where(google_cursor.c.account_id == account_id)
    row = (await tx.execute(query)).one_or_none()
    return GoogleCursor(**row._mapping) if row else None


async def set_google(tx: AsyncConnection, account_id: int, cursor: GoogleCursor | None) -> None:
    """Keep where an account's listing stands, or with None forget it."""
    await tx.execute(sa.delete(google_cursor).filter_by(account_id=account_id))
    if cursor is not None:
        await tx.execute(sa.insert(google_cursor).values(account_id=account_id, **dataclasses.asdict(cursor)))


async def watermark(tx: AsyncConnection, source: str) -> datetime | None:
    """Return up to when (Odoo's clock) changes in the database `source` were polled."""
    return (await tx.execute(sa.select(odoo_feed.c.watermark).filter_by(source=source))).scalar()


async def set_watermark(tx: AsyncConnection, source: str, moment: datetime) -> None:
    """Move the watermark of `source`."""
    await tx.execute(sa.delete(odoo_feed).filter_by(source=source))
    await tx.execute(sa.insert(odoo_feed).values(source=source, watermark=moment))


async def add_marks(tx: AsyncConnection, pairs: Iterable[tuple[int, int]]) -> None:
    """Mark (account id, Odoo event id) pairs as changed; an older mark of the same pair gives way."""
    new = sorted(set(pairs))
    of_account: dict[int, list[int]] = {}
    for account_id, odoo_id in new:
        of_account.setdefault(account_id, []).append(odoo_id)
    for account_id, odoo_ids in of_account.items():
        for some in chunks(odoo_ids):
            older = sa.delete(mark).where(mark.c.account_id == account_id, mark.c.odoo_id.in_(some))
            await tx.execute(older)
    if new:
        rows = [{"account_id": account_id, "odoo_id": odoo_id} for account_id, odoo_id in new]
        await tx.execute(sa.insert(mark), rows)


async def marks(tx: AsyncConnection, account_id: int) -> dict[int, int]:
    """Return an account's marked Odoo event ids, each with the number of its mark."""
    rows = await tx.execute(sa.select(mark.c.odoo_id, mark.c.number).filter_by(account_id=account_id))
    return {row.odoo_id: row.number for row in rows}


async def clear_marks(tx: AsyncConnection, numbers: Iterable[int]) -> None:
    """Take off marks whose events were dealt with; marks made since then have other numbers and stay."""
    for some in chunks(numbers):
        await tx.execute(sa.delete(mark).where(mark.c.number.in_(some)))


async def marked_accounts(tx: AsyncConnection) -> list[int]:
    """Return the ids of the accounts with something marked."""
    return list((await tx.execute(sa.select(mark.c.account_id).distinct())).scalars())
