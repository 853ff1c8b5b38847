"""Which Odoo database the links belong to, the newest rows seen in it, and what has stopped every run."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store.accounts import AccountState
from sync.store.tables import account, google_cursor, link, mark, odoo_database, odoo_feed, odoo_memory


@dataclasses.dataclass(frozen=True)
class Known:
    """What is known of the one database that the links are bound to.

    `source` is its address and name, `uuid` its own name for itself where we may read it. The event with
    the largest id seen was made at `newest_created` (aware UTC, by Odoo's clock). `halt` is the code of what
    stops every run, `accepted` whether an administrator has confirmed the database since.
    """

    source: str
    uuid: str | None = None
    newest_id: int = 0
    newest_created: datetime | None = None
    halt: str | None = None
    accepted: bool = False


@dataclasses.dataclass(frozen=True)
class Remembered:
    """An event as it was seen last: `write_date` is aware UTC by Odoo's clock, `user_id` 0 for nobody."""

    odoo_id: int
    write_date: datetime
    user_id: int


async def known(tx: AsyncConnection) -> Known | None:
    """Return what is known of the database; None before it was seen first."""
    columns = [odoo_database.c[field.name] for field in dataclasses.fields(Known)]
    row = (await tx.execute(sa.select(*columns))).one_or_none()
    return Known(**row._mapping) if row else None


async def keep(tx: AsyncConnection, what: Known) -> None:
    """Keep what is known of the database."""
    await tx.execute(sa.delete(odoo_database))
    await tx.execute(sa.insert(odoo_database).values(**dataclasses.asdict(what)))


async def memory(tx: AsyncConnection) -> list[Remembered]:
    """Return the remembered rows, newest first."""
    order = (odoo_memory.c.write_date.desc(), odoo_memory.c.odoo_id.desc())
    return [Remembered(**row._mapping) for row in await tx.execute(sa.select(odoo_memory).order_by(*order))]


async def remember(tx: AsyncConnection, rows: Iterable[Remembered]) -> None:
    """Remember these rows and no others."""
    await tx.execute(sa.delete(odoo_memory))
    if values := [dataclasses.asdict(row) for row in rows]:
        await tx.execute(sa.insert(odoo_memory), values)


async def forget(tx: AsyncConnection, odoo_ids: Iterable[int]) -> None:
    """Take some rows out of memory; at most as many as are remembered."""
    await tx.execute(sa.delete(odoo_memory).where(odoo_memory.c.odoo_id.in_(list(odoo_ids))))


async def forget_all(tx: AsyncConnection, now: datetime) -> None:
    """Forget what was seen of both sides, but not which events belong together.

    All calendars are listed anew. Without a base, two linked events meet as if for the first time: the later
    edit wins, and a value that an old copy brought back is no edit.
    """
    for table in (odoo_memory, odoo_feed, google_cursor, mark):
        await tx.execute(sa.delete(table))
    await tx.execute(sa.update(link).values(google_base={}, odoo_base={}))
    due = sa.update(account).where(account.c.state == AccountState.CONNECTED)
    await tx.execute(due.values(next_run_at=now, failures=0))
