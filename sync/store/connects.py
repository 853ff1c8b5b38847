"""Connect links: who asked for one, how far it got, when it ends. Ids and cookies are kept as hashes."""

from __future__ import annotations

import dataclasses
import enum
import hashlib
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store.tables import connect


class ConnectState(enum.StrEnum):
    """How far a link got; the last three are ends."""

    ISSUED = "issued"
    OPENED = "opened"
    CONNECTED = "connected"
    REFUSED = "refused"
    CANCELLED = "cancelled"


OPEN = (ConnectState.ISSUED, ConnectState.OPENED)


@dataclasses.dataclass(frozen=True)
class Connect:
    """One connect link; `profile` holds what was known of the person when it was issued."""

    id_hash: str
    team_id: str
    slack_user_id: str
    profile: dict[str, Any]
    state: ConnectState
    cookie_hash: str | None
    state_hash: str | None
    code_verifier: str | None
    expires_at: datetime


def digest(secret: str) -> str:
    """Return the form in which a random secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _connect(row: sa.Row[Any] | None) -> Connect | None:
    return Connect(**{**row._mapping, "state": ConnectState(row.state)}) if row else None


async def issue(
    tx: AsyncConnection,
    link_id: str,
    team_id: str,
    user_id: str,
    profile: dict[str, Any],
    expires_at: datetime,
) -> None:
    """Keep a fresh link; the person's open ones are cancelled and ended ones forgotten."""
    of_person = {"team_id": team_id, "slack_user_id": user_id}
    await tx.execute(sa.delete(connect).filter_by(**of_person).where(connect.c.state.not_in(OPEN)))
    await tx.execute(sa.update(connect).filter_by(**of_person).values(state=ConnectState.CANCELLED))
    values = {"id_hash": digest(link_id), "profile": profile, "state": ConnectState.ISSUED}
    await tx.execute(sa.insert(connect).values(**values, **of_person, expires_at=expires_at))


async def cancel(tx: AsyncConnection, team_id: str, user_id: str) -> None:
    """Cancel a person's open links: a page that is open somewhere must not connect again."""
    of_person = {"team_id": team_id, "slack_user_id": user_id}
    still_open = sa.update(connect).filter_by(**of_person).where(connect.c.state.in_(OPEN))
    await tx.execute(still_open.values(state=ConnectState.CANCELLED, state_hash=None))


async def by_id(tx: AsyncConnection, link_id: str) -> Connect | None:
    """Return a link by the id in its address."""
    return _connect((await tx.execute(sa.select(connect).filter_by(id_hash=digest(link_id)))).one_or_none())


async def by_state(tx: AsyncConnection, oauth_state: str) -> Connect | None:
    """Return the link whose consent was asked with this OAuth state."""
    query = sa.select(connect).filter_by(state_hash=digest(oauth_state))
    return _connect((await tx.execute(query)).one_or_none())


async def update(tx: AsyncConnection, id_hash: str, **values: Any) -> None:
    """Change the named columns of a link."""
    await tx.execute(sa.update(connect).filter_by(id_hash=id_hash).values(**values))


async def take(tx: AsyncConnection, id_hash: str, *, into: ConnectState) -> bool:
    """Move a link from OPENED to `into`; false when somebody else was first."""
    change = sa.update(connect).filter_by(id_hash=id_hash, state=ConnectState.OPENED)
    return (await tx.execute(change.values(state=into, state_hash=None))).rowcount == 1
