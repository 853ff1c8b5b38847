"""Accounts: a Slack person with an Odoo user and, when connected, a Google account."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.slices import in_slices
from sync.store.job_tables import job
from sync.store.jobs import UNDER_WAY
from sync.store.tables import account, chunks, grant


class AccountState(enum.StrEnum):
    """Whether an account syncs."""

    CONNECTED = "connected"
    RECONNECT = "reconnect"
    """The grant is dead; the person has to connect again. Links and cursors are kept."""
    PREVIEW = "preview"
    """Connected, but nothing is synced before the person has seen what would be, and said so."""
    DISCONNECTED = "disconnected"
    """The person ended it: no grant is there any more. Links are kept for a while, then all of it goes."""


GRANTED = frozenset({AccountState.CONNECTED, AccountState.PREVIEW})
"""The states in which an account has a grant of Google's that works, as far as we know."""


@dataclasses.dataclass(frozen=True)
class Account:
    """One row of `account`; times are aware UTC, `time_zone` is the person's IANA name.

    `trouble` is the code of what the last run met, `halt` of what stops the account until it is over.
    `paused_by` is the Slack user id of who paused it, the person or an administrator.
    `direction`, the two windows (days, None for the installation's) and `left_out` are read by `sync.wishes`;
    the quiet hours are whole hours in the person's zone, None for none; `language` is "" for Slack's.
    """

    id: int
    team_id: str
    slack_user_id: str
    odoo_uid: int
    odoo_partner_id: int
    odoo_login: str
    time_zone: str
    google_sub: str | None
    google_email: str | None
    state: AccountState
    trouble: str | None
    halt: str | None
    failures: int
    deletions: str
    makes_meet: bool
    direction: str
    window_past: int | None
    window_future: int | None
    left_out: str
    quiet_from: int | None
    quiet_until: int | None
    language: str
    created_at: datetime
    synced_at: datetime | None
    next_run_at: datetime | None
    resync_at: datetime | None
    paused_at: datetime | None
    paused_by: str | None
    disconnected_at: datetime | None

    @property
    def runs(self) -> bool:
        """Whether its runs can come to anything: it is connected and not paused, and nothing stops it."""
        return self.state is AccountState.CONNECTED and self.paused_at is None and self.halt is None

    @property
    def owner(self) -> str:
        """Return whom secrets of this account are bound to."""
        return f"{self.team_id}/{self.slack_user_id}"

    @property
    def pauser(self) -> str:
        """Return who else paused it, an administrator's Slack user id; "" if the person did, or nobody."""
        return "" if self.paused_by in (None, self.slack_user_id) else str(self.paused_by)


def _account(row: sa.Row[Any]) -> Account:
    return Account(**{**row._mapping, "state": AccountState(row.state)})


async def get(tx: AsyncConnection, account_id: int) -> Account | None:
    """Return an account by its id."""
    row = (await tx.execute(sa.select(account).filter_by(id=account_id))).one_or_none()
    return _account(row) if row else None


async def of_person(tx: AsyncConnection, team_id: str, slack_user_id: str) -> Account | None:
    """Return the account of a Slack person."""
    query = sa.select(account).filter_by(team_id=team_id, slack_user_id=slack_user_id)
    row = (await tx.execute(query)).one_or_none()
    return _account(row) if row else None


async def of_google(tx: AsyncConnection, google_sub: str) -> Account | None:
    """Return the account that a Google account is connected to."""
    row = (await tx.execute(sa.select(account).filter_by(google_sub=google_sub))).one_or_none()
    return _account(row) if row else None


async def called(tx: AsyncConnection, word: str) -> list[Account]:
    """Return the accounts that go by a Slack user id, an Odoo login or a Google address, in any case."""
    names = (account.c.slack_user_id, account.c.odoo_login, account.c.google_email)
    same = [sa.func.lower(name) == sa.func.lower(word) for name in names]
    query = sa.select(account).where(sa.or_(*same))
    return [_account(row) for row in await tx.execute(query)]


async def of_odoo(tx: AsyncConnection, odoo_uid: int) -> Account | None:
    """Return the account that an Odoo user belongs to."""
    row = (await tx.execute(sa.select(account).filter_by(odoo_uid=odoo_uid))).one_or_none()
    return _account(row) if row else None


async def in_odoo(
    tx: AsyncConnection, odoo_uids: Collection[int], partner_ids: Collection[int]
) -> tuple[dict[int, int], dict[int, int]]:
    """Return the ids of the accounts of these users, by user, and of these partners, by partner."""
    found: list[dict[int, int]] = []
    for column, ids in ((account.c.odoo_uid, odoo_uids), (account.c.odoo_partner_id, partner_ids)):
        of_column: dict[int, int] = {}
        for some in chunks(ids):
            query = sa.select(column, account.c.id).where(column.in_(some))
            of_column |= {row[0]: row[1] for row in await tx.execute(query)}
        found.append(of_column)
    return found[0], found[1]


async def everybody(tx: AsyncConnection) -> list[Account]:
    """Return all accounts, those that wait for their person too."""
    return await in_slices(_account, await tx.execute(sa.select(account)))


async def count(tx: AsyncConnection) -> int:
    """Count all accounts, those that wait for their person too."""
    return (await tx.execute(sa.select(sa.func.count()).select_from(account))).scalar_one()


async def resting(tx: AsyncConnection) -> Sequence[int]:
    """Return the ids of the accounts that no news brings to run: failed last, paused, or disconnected."""
    rests = sa.or_(
        account.c.failures > 0,
        account.c.paused_at.is_not(None),
        account.c.state == AccountState.DISCONNECTED,
    )
    return (await tx.execute(sa.select(account.c.id).where(rests))).scalars().all()


async def due(tx: AsyncConnection, now: datetime) -> Sequence[int]:
    """Return the ids of the accounts whose next run is due, longest waiting first.

    One that is being reset is not: its runs wait for the end of the job.
    """
    busy = sa.exists().where(job.c.account_id == account.c.id, job.c.state.in_(UNDER_WAY))
    query = (
        sa.select(account.c.id)
        .where(
            account.c.state == AccountState.CONNECTED,
            account.c.paused_at.is_(None),
            account.c.next_run_at <= now,
            ~busy,
        )
        .order_by(account.c.next_run_at)
    )
    return (await tx.execute(query)).scalars().all()


async def save(tx: AsyncConnection, team_id: str, slack_user_id: str, **values: Any) -> int:
    """Create or change a person's account and return its id."""
    existing = await of_person(tx, team_id, slack_user_id)
    if existing:
        await update(tx, existing.id, **values)
        return existing.id
    values |= {"team_id": team_id, "slack_user_id": slack_user_id}
    created = await tx.execute(sa.insert(account).values(**values).returning(account.c.id))
    return int(created.scalar_one())


async def update(tx: AsyncConnection, account_id: int, **values: Any) -> None:
    """Change the named columns of an account."""
    await tx.execute(sa.update(account).filter_by(id=account_id).values(**values))


async def record(tx: AsyncConnection, account_id: int, **values: Any) -> None:
    """Change what a run found out; nothing of an account that its person has disconnected meanwhile."""
    change = sa.update(account).filter_by(id=account_id).where(account.c.state != AccountState.DISCONNECTED)
    await tx.execute(change.values(**values))


async def pause(tx: AsyncConnection, account_id: int, by: str, at: datetime) -> bool:
    """Let no run begin from now on; false when it is paused already."""
    change = sa.update(account).filter_by(id=account_id).where(account.c.paused_at.is_(None))
    return (await tx.execute(change.values(paused_at=at, paused_by=by))).rowcount == 1


async def resume(tx: AsyncConnection, account_id: int, now: datetime) -> bool:
    """Let runs begin again, the next one at once; false when it is not paused."""
    paused = account.c.id == account_id, account.c.paused_at.is_not(None)
    ended = await tx.execute(sa.update(account).where(*paused).values(paused_at=None, paused_by=None))
    if ended.rowcount:
        due = sa.update(account).filter_by(id=account_id, state=AccountState.CONNECTED)
        await tx.execute(due.values(next_run_at=now, failures=0))
    return ended.rowcount == 1


async def left_before(tx: AsyncConnection, moment: datetime) -> list[Account]:
    """Return the accounts that were disconnected before a moment and not connected since."""
    query = sa.select(account).filter_by(state=AccountState.DISCONNECTED)
    return [_account(row) for row in await tx.execute(query.where(account.c.disconnected_at < moment))]


async def answer_deletions(tx: AsyncConnection, account_id: int, answer: str) -> bool:
    """Keep the answer to held-back deletions; false when there is one already that is being carried out."""
    change = sa.update(account).filter_by(id=account_id, deletions="ask").values(deletions=answer)
    return (await tx.execute(change)).rowcount == 1


async def move(tx: AsyncConnection, account_id: int, before: AccountState, **values: Any) -> bool:
    """Change the named columns of an account that is in a state; false when it is in another."""
    change = sa.update(account).filter_by(id=account_id, state=before)
    return (await tx.execute(change.values(**values))).rowcount == 1


async def remove(tx: AsyncConnection, account_id: int) -> None:
    """Delete an account and everything that is kept of it."""
    await tx.execute(sa.delete(account).filter_by(id=account_id))


async def set_refresh_token(
    tx: AsyncConnection, account_id: int, encrypted: str, at: datetime, ends_at: datetime | None = None
) -> None:
    """Keep the (encrypted) refresh token of an account, replacing the one before.

    `ends_at` is when Google will end it, if Google said so.
    """
    await tx.execute(sa.delete(grant).filter_by(account_id=account_id))
    values = {"account_id": account_id, "refresh_token": encrypted, "granted_at": at, "ends_at": ends_at}
    await tx.execute(sa.insert(grant).values(**values))


async def take_refresh_token(tx: AsyncConnection, account_id: int) -> str | None:
    """Forget the (encrypted) refresh token of an account and return it, to be revoked."""
    taken = sa.delete(grant).filter_by(account_id=account_id).returning(grant.c.refresh_token)
    return (await tx.execute(taken)).scalar()


async def drop_refresh_token(tx: AsyncConnection, account_id: int) -> None:
    """Forget the refresh token of an account: it was revoked."""
    await tx.execute(sa.delete(grant).filter_by(account_id=account_id))


async def make_due(tx: AsyncConnection, codes: Collection[str], now: datetime) -> list[int]:
    """Let the accounts run at once whose last run met one of these troubles, and return their ids."""
    met = account.c.trouble.in_(list(codes)), account.c.state == AccountState.CONNECTED
    due = sa.update(account).where(*met).values(next_run_at=now).returning(account.c.id)
    return list((await tx.execute(due)).scalars())


async def refresh_token(tx: AsyncConnection, account_id: int) -> str | None:
    """Return the (encrypted) refresh token of an account."""
    return (await tx.execute(sa.select(grant.c.refresh_token).filter_by(account_id=account_id))).scalar()


async def granted(tx: AsyncConnection, account_id: int) -> tuple[datetime, datetime | None] | None:
    """Return when the person gave the grant, and when Google ends it if Google said so; None without one."""
    row = (
        await tx.execute(sa.select(grant.c.granted_at, grant.c.ends_at).filter_by(account_id=account_id))
    ).first()
    return (row.granted_at, row.ends_at) if row else None
