"""Removals: events taken off one side, with what is needed to give them back."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.model import Side
from sync.plan import Link
from sync.store import links
from sync.store.job_tables import job, removal
from sync.store.jobs import RESET
from sync.store.tables import chunks


class State(enum.StrEnum):
    """How far a removal is; the first four are those of its taking away, the others of its giving back."""

    PLANNED = "planned"
    REMOVING = "removing"
    """The link has ended and the call may have been sent."""
    REMOVED = "removed"
    KEPT = "kept"
    """Left where it is: it failed (`code` says why), or the job was cancelled before."""
    WANTED = "wanted"
    """To be given back."""
    RESTORING = "restoring"
    HALF = "half"
    """An undo had begun with it, and gave up or was cancelled: part of it may be back."""
    RESTORED = "restored"
    THERE = "there"
    """In the calendar already, brought back by the sync or by somebody."""
    LOST = "lost"


AWAY = (State.REMOVED, State.HALF)
"""What can be given back."""
OPEN = (State.PLANNED, State.REMOVING, State.WANTED, State.RESTORING)


@dataclasses.dataclass(frozen=True)
class Removed:
    """One row: an event on `side`, whose ids on both sides are `google_id` and `odoo_id` ("" or 0: none).

    `version` is Google's etag, `rows` are the rows of Odoo that were archived. `link` is the one that ended
    with it. `label` (title and start) and `snapshot` (JSON of the event, see `sync.values`) are
    encrypted for the owner. `removed_at` is aware UTC, by our clock.
    """

    id: int
    job_id: int
    side: Side
    google_id: str
    odoo_id: int
    state: State
    label: str | None
    code: str = ""
    attempts: int = 0
    version: str = ""
    rows: list[int] = dataclasses.field(default_factory=list)
    link: Link | None = None
    snapshot: str | None = None
    removed_at: datetime | None = None
    undo_id: int | None = None

    @property
    def pair(self) -> tuple[str, int]:
        """Name the event on both sides."""
        return self.google_id, self.odoo_id


_COLUMNS = [removal.c[field.name] for field in dataclasses.fields(Removed)]


def _removed(row: sa.Row[Any]) -> Removed:
    values = {**row._mapping, "side": Side(row.side), "state": State(row.state)}
    return Removed(**{**values, "link": links.load(row.link) if row.link else None})


def _values(one: Removed) -> dict[str, Any]:
    values = {name: value for name, value in vars(one).items() if name != "id"}
    return values | {"link": links.dump(one.link) if one.link else None}


async def add(tx: AsyncConnection, new: Iterable[Removed]) -> None:
    """Keep removals; they get their ids in order."""
    for some in chunks(_values(one) for one in new):
        await tx.execute(sa.insert(removal), some)


async def get(tx: AsyncConnection, removal_id: int) -> Removed | None:
    """Return one removal."""
    return next(iter(await _where(tx, removal.c.id == removal_id, ())), None)


async def of_job(tx: AsyncConnection, job_id: int, states: Collection[State] = ()) -> list[Removed]:
    """Return the removals of a job that took them away, in order; with `states`, those in one of them."""
    return await _where(tx, removal.c.job_id == job_id, states)


async def of_undo(tx: AsyncConnection, job_id: int, states: Collection[State] = ()) -> list[Removed]:
    """Return the removals that an undo is to give back, or has dealt with, in order."""
    return await _where(tx, removal.c.undo_id == job_id, states)


async def _where(
    tx: AsyncConnection, which: sa.ColumnElement[bool], states: Collection[State]
) -> list[Removed]:
    query = sa.select(*_COLUMNS).where(which).order_by(removal.c.id)
    if states:
        query = query.where(removal.c.state.in_(states))
    return [_removed(row) for row in await tx.execute(query)]


async def update(tx: AsyncConnection, ids: Iterable[int], **values: Any) -> None:
    """Change the named columns of removals."""
    for some in chunks(ids):
        await tx.execute(sa.update(removal).where(removal.c.id.in_(some)).values(**values))


async def want(tx: AsyncConnection, job_id: int, undo_id: int) -> None:
    """Hand all that a job took away to an undo."""
    for before, after in ((State.REMOVED, State.WANTED), (State.HALF, State.RESTORING)):
        taken = sa.update(removal).where(removal.c.job_id == job_id, removal.c.state == before)
        await tx.execute(taken.values(state=after, undo_id=undo_id, code="", attempts=0))


async def stop(tx: AsyncConnection, column: str, job_id: int, change: Mapping[State, State]) -> None:
    """Let what a cancelled job has not begun stay as it is; `column` is "job_id" or "undo_id"."""
    for before, after in change.items():
        mine = sa.update(removal).where(removal.c[column] == job_id, removal.c.state == before)
        await tx.execute(mine.values(state=after))


async def erase_texts(tx: AsyncConnection, job_ids: Iterable[int]) -> None:
    """Let go of everything that was kept of calendars' texts."""
    for some in chunks(job_ids):
        change = sa.update(removal).where(removal.c.job_id.in_(some))
        await tx.execute(change.values(label=None, snapshot=None, link=None))


async def rows_to_unlink(tx: AsyncConnection, job_ids: Iterable[int]) -> dict[int, datetime]:
    """Return the rows of Odoo that resets among these jobs archived, not given back since, with the time."""
    found: dict[int, datetime] = {}
    for some in chunks(job_ids):
        query = (
            sa.select(removal.c.rows, removal.c.removed_at)
            .join(job)
            .where(
                removal.c.job_id.in_(some),
                removal.c.side == Side.ODOO,
                removal.c.state == State.REMOVED,
                removal.c.removed_at.is_not(None),
                job.c.kind == RESET,
            )
        )
        for rows, at in await tx.execute(query):
            found |= dict.fromkeys(rows, at)
    return found
