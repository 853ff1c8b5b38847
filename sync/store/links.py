"""Links with their bases, and for a series which Odoo row is which occurrence."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.base import read_start, start_key
from sync.model import Recurrence, Span, Start
from sync.plan import Link
from sync.roles import Role
from sync.series import Series
from sync.slices import in_slices, through
from sync.store.job_tables import job, left_alone
from sync.store.tables import ROWS_AT_ONCE, chunks, intent, link, occurrence

_LINK_COLUMNS = [link.c[field.name] for field in dataclasses.fields(Link)]


@dataclasses.dataclass(frozen=True)
class Sharer:
    """Another account's link to the same meeting."""

    account_id: int
    odoo_id: int
    google_id: str
    uid: str
    role: Role


async def of_account(
    tx: AsyncConnection,
    account_id: int,
    *,
    google_ids: Iterable[str] | None = None,
    odoo_ids: Iterable[int] | None = None,
) -> list[Link]:
    """Return an account's links: all, or those that touch one of the given ids.

    `odoo_ids` may be of events, of rows of series, or keys of series.
    """
    query = sa.select(*_LINK_COLUMNS).where(link.c.account_id == account_id)
    if google_ids is None and odoo_ids is None:
        found = {row.id: row for row in await through(await tx.execute(query))}
        return await _with_series(tx, found)
    odoo = list(odoo_ids or ())
    found = {}
    by_column: list[tuple[sa.Column[Any], list[Any]]] = [
        (link.c.google_id, list(google_ids or ())),
        (link.c.odoo_id, odoo),
    ]
    for column, ids in by_column:
        for some in chunks(ids):
            found |= {row.id: row for row in await tx.execute(query.where(column.in_(some)))}
    for some in chunks(odoo):
        rows = sa.select(occurrence.c.link_id).where(occurrence.c.odoo_id.in_(some))
        found |= {row.id: row for row in await tx.execute(query.where(link.c.id.in_(rows)))}
    return await _with_series(tx, found)


async def _with_series(tx: AsyncConnection, found: Mapping[int, sa.Row[Any]]) -> list[Link]:
    rows: dict[int, dict[int, Start]] = {key: {} for key, row in found.items() if row.series}
    for some in chunks(list(rows)):
        for row in await tx.execute(sa.select(occurrence).where(occurrence.c.link_id.in_(some))):
            rows[row.link_id][row.odoo_id] = read_start(row.start)

    def linked(row: sa.Row[Any]) -> Link:
        series = _series(row.series, rows[row.id]) if row.series else None
        return Link(**{**row._mapping, "role": Role(row.role), "series": series})

    return await in_slices(linked, found.values())


async def count(tx: AsyncConnection, account_id: int) -> int:
    """Count an account's links."""
    query = sa.select(sa.func.count()).select_from(link).where(link.c.account_id == account_id)
    return (await tx.execute(query)).scalar_one()


async def sharers(
    tx: AsyncConnection, account_id: int, *, odoo_ids: Iterable[int] = (), uids: Iterable[str] = ()
) -> list[Sharer]:
    """Return the links of other accounts to these Odoo events, or to meetings with these iCalUIDs."""
    columns = [link.c[field.name] for field in dataclasses.fields(Sharer)]
    found: set[Sharer] = set()
    for column, ids in ((link.c.odoo_id, list(odoo_ids)), (link.c.uid, list(uids))):
        for some in chunks(ids):
            query = sa.select(*columns).where(link.c.account_id != account_id, column.in_(some))
            found |= {Sharer(**{**row._mapping, "role": Role(row.role)}) for row in await tx.execute(query)}
    return sorted(found, key=lambda one: (one.account_id, one.google_id))


async def owners(tx: AsyncConnection, odoo_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Return (account id, Odoo event id) of every link to one of these Odoo events or rows of series."""
    pairs: list[tuple[int, int]] = []
    in_series = sa.select(link.c.account_id, occurrence.c.odoo_id).join(
        occurrence, occurrence.c.link_id == link.c.id
    )
    for some in chunks(list(odoo_ids)):
        rows = await tx.execute(sa.select(link.c.account_id, link.c.odoo_id).where(link.c.odoo_id.in_(some)))
        pairs += [(row.account_id, row.odoo_id) for row in rows]
        rows = await tx.execute(in_series.where(occurrence.c.odoo_id.in_(some)))
        pairs += [(row.account_id, row.odoo_id) for row in rows]
    return pairs


async def linked_odoo_ids(tx: AsyncConnection, after: int, limit: int) -> Sequence[int]:
    """Return up to `limit` linked Odoo event ids above `after`, rows of series too, in order (the census)."""
    single = sa.select(link.c.odoo_id).where(link.c.odoo_id > after)
    rows = sa.select(occurrence.c.odoo_id).where(occurrence.c.odoo_id > after)
    both = sa.union(single, rows).subquery()
    return (await tx.execute(sa.select(both.c.odoo_id).order_by(both.c.odoo_id).limit(limit))).scalars().all()


async def put(tx: AsyncConnection, account_id: int, new: Link) -> int:
    """Store a link and return its id; one with id 0 is new and takes the place of any with one of its ids."""
    if not new.id:
        return (await add(tx, account_id, [new]))[0]
    await tx.execute(sa.update(link).filter_by(id=new.id).values(**_values(new)))
    await _put_rows(tx, new.id, new.series.rows if new.series else {})
    return new.id


async def add(tx: AsyncConnection, account_id: int, new: Sequence[Link]) -> list[int]:
    """Store new links, each in the place of any that held one of its ids, and return their ids in order.

    Raises:
        ValueError: two of them hold the same id.
    """
    google_ids, odoo_ids = {one.google_id for one in new}, {one.odoo_id for one in new}
    if min(len(google_ids), len(odoo_ids)) < len(new):
        raise ValueError("one event in two links")
    for column, ids in ((link.c.google_id, google_ids), (link.c.odoo_id, odoo_ids)):
        for some in chunks(ids):
            await tx.execute(sa.delete(link).where(link.c.account_id == account_id, column.in_(some)))
    if not new:
        return []
    rows = [{"account_id": account_id, **_values(one)} for one in new]
    # Databases promise no order of what they return.
    made: dict[str, int] = {}
    for some_rows in chunks(rows, ROWS_AT_ONCE):
        told = await tx.execute(sa.insert(link).returning(link.c.google_id, link.c.id), some_rows)
        made |= {row.google_id: int(row.id) for row in told}
    for one in new:
        if one.series:
            await _put_rows(tx, made[one.google_id], one.series.rows)
    return [made[one.google_id] for one in new]


def _values(one: Link) -> dict[str, Any]:
    """Return the columns of a link, but for its id."""
    # Not asdict(): it copies the bases through and through, and takes longer than the database.
    values = {name: value for name, value in vars(one).items() if name != "id"}
    return values | {"series": _series_values(one.series) if one.series else None}


async def _put_rows(tx: AsyncConnection, link_id: int, rows: Mapping[int, Start]) -> None:
    wanted = {odoo_id: start_key(start) for odoo_id, start in rows.items()}
    held = await tx.execute(sa.select(occurrence).filter_by(link_id=link_id))
    known = {row.odoo_id: row.start for row in held}
    stale = [key for key, start in known.items() if wanted.get(key) != start]
    for some in chunks(stale):
        await tx.execute(
            sa.delete(occurrence).where(occurrence.c.link_id == link_id, occurrence.c.odoo_id.in_(some))
        )
    added = [
        {"link_id": link_id, "odoo_id": key, "start": start}
        for key, start in wanted.items()
        if known.get(key) != start
    ]
    if added:
        await tx.execute(sa.insert(occurrence), added)


def _series_values(series: Series) -> dict[str, Any]:
    return {
        "lines": list(series.recurrence.lines),
        "zone": series.recurrence.zone,
        "span": [start_key(series.span.start), start_key(series.span.end)],
        "odoo_rule": series.odoo_rule,
        "covered": [series.covered_from.isoformat(), series.covered_until.isoformat()],
        "complete": series.complete,
    }


def _series(values: Mapping[str, Any], rows: Mapping[int, Start]) -> Series:
    first, last = map(read_start, values["span"])
    covered_from, covered_until = map(datetime.fromisoformat, values["covered"])
    return Series(
        Recurrence(tuple(values["lines"]), values["zone"]),
        Span(first, last),
        values["odoo_rule"],
        covered_from,
        covered_until,
        rows,
        values["complete"],
    )


def dump(one: Link) -> dict[str, Any]:
    """Return a link as plain JSON, whole, so that it can begin anew when what ended it is undone."""
    rows = {str(key): start_key(start) for key, start in one.series.rows.items()} if one.series else {}
    ends_at = one.ends_at.isoformat() if one.ends_at else None
    return {**_values(one), "role": one.role.value, "ends_at": ends_at, "rows": rows}


def load(stored: Mapping[str, Any]) -> Link:
    """Return the link that `dump` made this of, with the id 0: it is no row yet."""
    values = {name: value for name, value in stored.items() if name != "rows"}
    rows = {int(key): read_start(start) for key, start in stored["rows"].items()}
    ends_at = datetime.fromisoformat(values["ends_at"]) if values["ends_at"] else None
    series = _series(values["series"], rows) if values["series"] else None
    return Link(**{**values, "id": 0, "role": Role(values["role"]), "ends_at": ends_at, "series": series})


async def end(tx: AsyncConnection, link_id: int) -> None:
    """End a link."""
    await tx.execute(sa.delete(link).filter_by(id=link_id))


async def end_all(tx: AsyncConnection, account_id: int) -> None:
    """End all links and intents of an account: it is about another calendar from now on.

    What was left alone in the old one, or is still to be looked at there, goes as well.
    """
    await tx.execute(sa.delete(link).filter_by(account_id=account_id))
    await tx.execute(sa.delete(intent).filter_by(account_id=account_id))
    await tx.execute(sa.delete(left_alone).filter_by(account_id=account_id))
    await tx.execute(sa.update(job).filter_by(account_id=account_id).values(google_pending=False))


async def odoo_ids(tx: AsyncConnection, account_id: int) -> set[int]:
    """Return the ids of all Odoo events and rows of series that an account is linked to."""
    rows = sa.select(occurrence.c.odoo_id).join(link).where(link.c.account_id == account_id)
    single = sa.select(link.c.odoo_id).where(link.c.account_id == account_id, link.c.odoo_id > 0)
    return set((await tx.execute(sa.union(single, rows))).scalars())


async def count_current(tx: AsyncConnection, account_id: int, since: datetime) -> int:
    """Count an account's links to events that were not over at a moment (aware UTC)."""
    current = sa.or_(link.c.ends_at.is_(None), link.c.ends_at >= since)
    query = sa.select(sa.func.count()).select_from(link).where(link.c.account_id == account_id, current)
    return (await tx.execute(query)).scalar_one()
