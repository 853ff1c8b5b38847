"""Jobs: what took events away (a reset, a run's deletions) or gives them back (an undo)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store.job_tables import job

KEPT = timedelta(days=14)
"""How long what was taken away can be given back."""

RESET, RUN, UNDO = "reset", "run", "undo"
WORKING, CANCELLING, DONE, CANCELLED = "working", "cancelling", "done", "cancelled"
UNDER_WAY = (WORKING, CANCELLING)


@dataclasses.dataclass(frozen=True)
class Job:
    """One row; times are aware UTC.

    `existing` and `next` are a reset's choice, `by` the Slack user who confirmed it, `reason` an
    administrator's, `place` the bot's own note, `run` names it in the history, `google_sub` is whose Google
    calendar it was about. `undo_of` is the job that an undo gives back. `total` counts removals. `stock`
    (`sync.store.stocks`) is what both sides showed when it began; with `google_pending`, Google could not be
    asked then and is still to be taken as it is.
    """

    id: int
    account_id: int
    kind: str
    by: str
    created_at: datetime
    existing: str | None = None
    next: str | None = None
    reason: str = ""
    place: str = ""
    run: str = ""
    state: str = WORKING
    google_sub: str | None = None
    undo_of: int | None = None
    total: int = 0
    stock: Mapping[str, Any] | None = None
    google_pending: bool = False
    undone: bool = False
    ended_at: datetime | None = None

    @property
    def until(self) -> datetime:
        """Until when it can be undone."""
        return self.created_at + KEPT


_COLUMNS = [job.c[field.name] for field in dataclasses.fields(Job)]


def _job(row: sa.Row[Any]) -> Job:
    return Job(**row._mapping)


async def add(tx: AsyncConnection, new: Job) -> int:
    """Keep a new job and return its id."""
    values = {name: value for name, value in vars(new).items() if name != "id"}
    made = await tx.execute(sa.insert(job).values(**values).returning(job.c.id))
    return int(made.scalar_one())


async def get(tx: AsyncConnection, job_id: int) -> Job | None:
    """Return a job."""
    row = (await tx.execute(sa.select(*_COLUMNS).where(job.c.id == job_id))).one_or_none()
    return _job(row) if row else None


async def update(tx: AsyncConnection, job_id: int, **values: Any) -> None:
    """Change the named columns of a job."""
    await tx.execute(sa.update(job).where(job.c.id == job_id).values(**values))


async def under_way(tx: AsyncConnection, account_id: int | None = None) -> list[Job]:
    """Return the jobs that are not at their end, of all accounts or of one."""
    query = sa.select(*_COLUMNS).where(job.c.state.in_(UNDER_WAY)).order_by(job.c.id)
    if account_id is not None:
        query = query.where(job.c.account_id == account_id)
    return [_job(row) for row in await tx.execute(query)]


async def cancel(tx: AsyncConnection, account_id: int) -> bool:
    """Ask an account's job to stop; false when there is none that was not asked yet."""
    change = sa.update(job).where(job.c.account_id == account_id, job.c.state == WORKING)
    return (await tx.execute(change.values(state=CANCELLING))).rowcount > 0


async def of_run(
    tx: AsyncConnection, account_id: int, run: str, google_sub: str | None, now: datetime
) -> int:
    """Return the job that stands for the deletions of a run, made when the first is noted."""
    query = sa.select(job.c.id).where(job.c.account_id == account_id, job.c.run == run, job.c.kind == RUN)
    found = (await tx.execute(query)).scalar()
    if found is not None:
        return int(found)
    new = Job(0, account_id, RUN, "", now, run=run, state=DONE, google_sub=google_sub, ended_at=now)
    return await add(tx, new)


async def to_undo(tx: AsyncConnection, account_id: int, now: datetime) -> list[Job]:
    """Return an account's ended resets and runs that are not too old and were not undone, newest first."""
    query = sa.select(*_COLUMNS).where(
        job.c.account_id == account_id,
        job.c.kind != UNDO,
        job.c.state.not_in(UNDER_WAY),
        ~job.c.undone,
        job.c.created_at > now - KEPT,
    )
    return [_job(row) for row in await tx.execute(query.order_by(job.c.id.desc()))]


async def over(tx: AsyncConnection, now: datetime) -> list[Job]:
    """Return the ended jobs that are too old to be undone."""
    query = sa.select(*_COLUMNS).where(job.c.state.not_in(UNDER_WAY), job.c.created_at <= now - KEPT)
    return [_job(row) for row in await tx.execute(query.order_by(job.c.id))]


async def waiting_for_google(tx: AsyncConnection, account_id: int) -> Job | None:
    """Return the reset whose "only new" still waits for a look at Google."""
    query = sa.select(*_COLUMNS).where(job.c.account_id == account_id, job.c.google_pending)
    rows = [_job(row) for row in await tx.execute(query.where(job.c.state == DONE).order_by(job.c.id))]
    return rows[-1] if rows else None


async def settle_google(tx: AsyncConnection, account_id: int) -> None:
    """Note that no reset of an account waits for Google any more."""
    await tx.execute(sa.update(job).where(job.c.account_id == account_id).values(google_pending=False))


async def delete(tx: AsyncConnection, job_id: int) -> None:
    """Forget a job and all that it took away; what it left alone stays so."""
    await tx.execute(sa.delete(job).where(job.c.id == job_id))
