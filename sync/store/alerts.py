"""Problems the administrators are told of: one row each, with the message in Slack that shows it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store.accounts import AccountState
from sync.store.alert_tables import alert
from sync.store.tables import account, parked

AGAIN = timedelta(hours=1)
"""A problem that comes back within this time goes on in its old message."""
KEPT = timedelta(days=14)


@dataclasses.dataclass(frozen=True)
class Alert:
    """One problem; times are aware UTC. `fingerprint` says where and which, `source` where alone.

    A loud one has a message of its own (`channel`, `ts`) once it was posted, others wait for the daily
    digest. `stale` says that the message does not show everything yet. `about` is an Odoo login or empty.
    """

    fingerprint: str
    source: str
    code: str
    about: str
    loud: bool
    count: int
    first_at: datetime
    last_at: datetime
    resolved_at: datetime | None = None
    channel: str | None = None
    ts: str | None = None
    stale: bool = True
    shown_at: datetime | None = None
    muted_until: datetime | None = None
    muted_by: str | None = None

    def is_muted(self, now: datetime) -> bool:
        """Say whether an administrator wants to hear nothing of it now."""
        return self.muted_until is not None and self.muted_until > now


def _alert(row: sa.Row[Any]) -> Alert:
    return Alert(**row._mapping)


async def get(tx: AsyncConnection, fingerprint: str) -> Alert | None:
    """Return a problem, open or not."""
    row = (await tx.execute(sa.select(alert).filter_by(fingerprint=fingerprint))).one_or_none()
    return _alert(row) if row else None


async def open_ones(tx: AsyncConnection) -> list[Alert]:
    """Return the problems that are not over, the oldest first."""
    query = sa.select(alert).where(alert.c.resolved_at.is_(None)).order_by(alert.c.first_at)
    return [_alert(row) for row in await tx.execute(query)]


async def unshown(tx: AsyncConnection) -> list[Alert]:
    """Return the loud problems whose message is missing or does not show everything, the oldest first."""
    query = sa.select(alert).where(alert.c.loud, alert.c.stale).order_by(alert.c.first_at)
    return [_alert(row) for row in await tx.execute(query)]


async def small_since(tx: AsyncConnection, moment: datetime) -> list[Alert]:
    """Return the problems without a message of their own that were seen since a moment, the oldest first."""
    query = sa.select(alert).where(~alert.c.loud, alert.c.last_at > moment).order_by(alert.c.first_at)
    return [_alert(row) for row in await tx.execute(query)]


async def seen(
    tx: AsyncConnection, fingerprint: str, source: str, code: str, about: str, *, loud: bool, now: datetime
) -> Alert:
    """Count a problem up, or begin it, and return it.

    One that comes back soon after it was over goes on as the same; later it begins anew. A mute outlasts
    both. Loud it stays until it is over.
    """
    known = await get(tx, fingerprint)
    ended = known.resolved_at if known else None
    if known and (ended is None or now - ended < AGAIN):
        changes: dict[str, Any] = {
            "count": known.count + 1,
            "last_at": now,
            "code": code,
            "about": about or known.about,
        }
        changes |= {"loud": loud or known.loud, "resolved_at": None, "stale": True}
        await change(tx, fingerprint, **changes)
        return dataclasses.replace(known, **changes)
    new = Alert(fingerprint, source, code, about, loud, 1, now, now)
    if known:
        new = dataclasses.replace(new, muted_until=known.muted_until, muted_by=known.muted_by)
        await tx.execute(sa.delete(alert).filter_by(fingerprint=fingerprint))
    await tx.execute(sa.insert(alert).values(**vars(new)))
    return new


async def adopt(tx: AsyncConnection, new: Alert) -> None:
    """Note a problem as it was met and shown while nothing could be noted; it takes its last one's place."""
    await tx.execute(sa.delete(alert).filter_by(fingerprint=new.fingerprint))
    await tx.execute(sa.insert(alert).values(**vars(new)))


async def change(tx: AsyncConnection, fingerprint: str, **values: Any) -> None:
    """Change the named columns of a problem."""
    await tx.execute(sa.update(alert).filter_by(fingerprint=fingerprint).values(**values))


async def resolve(tx: AsyncConnection, fingerprints: Collection[str], now: datetime) -> None:
    """Note that problems are over; those that are over already stay as they are."""
    over = alert.c.fingerprint.in_(list(fingerprints)), alert.c.resolved_at.is_(None)
    await tx.execute(sa.update(alert).where(*over).values(resolved_at=now, stale=True))


async def shown(tx: AsyncConnection, before: Alert, now: datetime, **message: str) -> None:
    """Note that the message shows a problem as it was `before`; what happened since still has to be shown."""
    same = (
        alert.c.count == before.count,
        alert.c.resolved_at.is_not_distinct_from(before.resolved_at),
        alert.c.muted_until.is_not_distinct_from(before.muted_until),
    )
    of = alert.c.fingerprint == before.fingerprint
    await tx.execute(sa.update(alert).where(of).values(shown_at=now, **message))
    await tx.execute(sa.update(alert).where(of, *same).values(stale=False))


async def purge(tx: AsyncConnection, now: datetime) -> None:
    """Delete what has been over for two weeks and is muted no longer."""
    over = alert.c.resolved_at < now - KEPT
    await tx.execute(sa.delete(alert).where(over, sa.func.coalesce(alert.c.muted_until, now) <= now))


async def concerned(tx: AsyncConnection, codes: Collection[str]) -> int:
    """Count the accounts whose last run met one of these troubles and that go on by themselves."""
    met = account.c.trouble.in_(list(codes)), account.c.state == AccountState.CONNECTED
    return (await tx.execute(sa.select(sa.func.count()).select_from(account).where(*met))).scalar_one()


async def set_aside(tx: AsyncConnection) -> list[tuple[str, int]]:
    """Return why events of everybody are set aside, with how many for each reason, the most first."""
    number = sa.func.count()
    query = sa.select(parked.c.reason, number).group_by(parked.c.reason)
    rows = await tx.execute(query.order_by(number.desc(), parked.c.reason))
    return [(row[0], row[1]) for row in rows]
