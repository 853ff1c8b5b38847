"""Stock that was taken, as it is kept with a job until the job is done, and how it takes effect."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.base import FieldHashes
from sync.plan import Link
from sync.stock import Stock
from sync.store import cursors, left_alone, links
from sync.store.cursors import GoogleCursor
from sync.store.tables import mark

Kept = Mapping[str, Any]
"""Stock as JSON, but for what is left alone, which has a table of its own."""


def kept(stock: Stock, cursor: GoogleCursor | None, marks: Iterable[int]) -> dict[str, Any]:
    """Return stock as JSON, with where Google's listing stood and the newest of Odoo's marks then."""
    return {
        "rebased": [[links.dump(before), links.dump(after)] for before, after in stock.rebased],
        "ended": [links.dump(one) for one in stock.ended],
        "joined": [links.dump(one) for one in stock.joined],
        "cursor": _cursor(cursor) if cursor else None,
        "marks": max(marks, default=0),
    }


def is_empty(stock: Kept) -> bool:
    """Say whether nothing was noted but where things stood."""
    return not (stock["rebased"] or stock["ended"] or stock["joined"])


async def take_effect(tx: AsyncConnection, account_id: int, job_id: int, stock: Kept) -> None:
    """Make what was noted the base; links that the job has ended meanwhile stay ended."""
    here = {link.google_id: link.id for link in await links.of_account(tx, account_id)}
    for _, after in stock["rebased"]:
        if link_id := here.get(after["google_id"]):
            await links.put(tx, account_id, dataclasses.replace(links.load(after), id=link_id))
    for one in stock["ended"]:
        if link_id := here.get(one["google_id"]):
            await links.end(tx, link_id)
    await links.add(tx, account_id, [links.load(one) for one in stock["joined"]])
    await left_alone.take_effect(tx, account_id, job_id)
    if stock["cursor"]:
        values = stock["cursor"]
        at = datetime.fromisoformat(values["listed_at"])
        await cursors.set_google(tx, account_id, GoogleCursor(**{**values, "listed_at": at}))
    old = sa.delete(mark).where(mark.c.account_id == account_id, mark.c.number <= stock["marks"])
    await tx.execute(old)


async def take_back(tx: AsyncConnection, account_id: int, stock: Kept) -> None:
    """Give every link the base it had, field by field where nothing has been synced since."""
    here = await links.of_account(tx, account_id)
    by_google_id = {link.google_id: link for link in here}
    for before, after in stock["rebased"]:
        if link := by_google_id.get(after["google_id"]):
            old = _with_old_base(link, links.load(before), links.load(after))
            await links.put(tx, account_id, old)
    for dumped in stock["joined"]:
        made = links.load(dumped)
        for link in here:
            same = link.google_id == made.google_id and link.odoo_id == made.odoo_id
            if same and _bases(link) == _bases(made):
                await links.end(tx, link.id)
    held = {link.google_id for link in here}, {link.odoo_id for link in here}
    again = [links.load(one) for one in stock["ended"]]
    await links.add(
        tx,
        account_id,
        [one for one in again if one.google_id not in held[0] and one.odoo_id not in held[1]],
    )


def _with_old_base(now: Link, before: Link, after: Link) -> Link:
    return dataclasses.replace(
        now,
        google_base=_old_fields(now.google_base, before.google_base, after.google_base),
        odoo_base=_old_fields(now.odoo_base, before.odoo_base, after.odoo_base),
    )


def _old_fields(now: FieldHashes, before: FieldHashes, after: FieldHashes) -> FieldHashes:
    untouched = {name for name, one in now.items() if after.get(name) == one}
    return {name: one for name, one in now.items() if name not in untouched} | {
        name: one for name, one in before.items() if name in untouched
    }


def _bases(link: Link) -> tuple[Any, Any]:
    return link.google_base, link.odoo_base


def _cursor(cursor: GoogleCursor) -> dict[str, Any]:
    return {**dataclasses.asdict(cursor), "listed_at": cursor.listed_at.isoformat()}
