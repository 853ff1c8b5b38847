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
    """How far a link got; it only ever moves on, and the last three are ends."""

    ISSUED = "issued"
    """Handed over in Slack; a look at its page changes nothing."""
    OPENED = "opened"
    """Somebody went on to Google from it, in the browser whose cookie is kept."""
    CONSENTED = "consented"
    """Google's consent came back; it waits for the word of the person who asked for the link."""
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


OPEN = (ConnectState.ISSUED, ConnectState.OPENED)
UNFINISHED = (*OPEN, ConnectState.CONSENTED)


@dataclasses.dataclass(frozen=True)
class Connect:
    """One connect link; `profile` holds what was known of the person when it was issued.

    `code_verifier` and `consent` are encrypted for `owner`; the latter is what came of Google's consent while
    it waits. `tries` counts wrong codes. A confirmed link's `expires_at` is until when the first sync is
    asked about.
    """

    id_hash: str
    team_id: str
    slack_user_id: str
    profile: dict[str, Any]
    state: ConnectState
    cookie_hash: str | None
    state_hash: str | None
    code_verifier: str | None
    consent: str | None
    tries: int
    expires_at: datetime

    @property
    def owner(self) -> str:
        """Return whom secrets of this link are bound to."""
        return f"{self.team_id}/{self.slack_user_id}"


def digest(secret: str) -> str:
    """Return the form in which a random secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _connect(row: sa.Row[Any]) -> Connect:
    return Connect(**{**row._mapping, "state": ConnectState(row.state)})


async def _one(tx: AsyncConnection, query: sa.Select[Any]) -> Connect | None:
    row = (await tx.execute(query)).one_or_none()
    return _connect(row) if row else None


async def issue(
    tx: AsyncConnection,
    link_id: str,
    team_id: str,
    user_id: str,
    profile: dict[str, Any],
    expires_at: datetime,
) -> list[Connect]:
    """Keep a fresh link and return those it cancels, see `cancel`; the person's ended ones are forgotten."""
    of_person = {"team_id": team_id, "slack_user_id": user_id}
    ended = sa.delete(connect).filter_by(**of_person).where(connect.c.state.not_in(UNFINISHED))
    await tx.execute(ended)
    cancelled = await cancel(tx, team_id, user_id)
    values = {"id_hash": digest(link_id), "profile": profile, "state": ConnectState.ISSUED}
    await tx.execute(sa.insert(connect).values(**values, **of_person, expires_at=expires_at))
    return cancelled


async def cancel(tx: AsyncConnection, team_id: str, user_id: str) -> list[Connect]:
    """Cancel a person's unfinished links: a page that is open somewhere must not connect any more.

    Returns:
        The links as they were. A grant whose `consent` waited with one has to be given back by the caller.
    """
    theirs = sa.select(connect).filter_by(team_id=team_id, slack_user_id=user_id)
    found = [_connect(row) for row in await tx.execute(theirs.where(connect.c.state.in_(UNFINISHED)))]
    return [one for one in found if await move(tx, one, ConnectState.CANCELLED)]


async def by_id(tx: AsyncConnection, link_id: str) -> Connect | None:
    """Return a link by the id in its address."""
    return await by_hash(tx, digest(link_id))


async def by_hash(tx: AsyncConnection, id_hash: str) -> Connect | None:
    """Return a link by the hash of its id, which is no secret: buttons carry it."""
    return await _one(tx, sa.select(connect).filter_by(id_hash=id_hash))


async def by_state(tx: AsyncConnection, oauth_state: str) -> Connect | None:
    """Return the link whose consent, or sign-in, was asked with this OAuth state."""
    return await _one(tx, sa.select(connect).filter_by(state_hash=digest(oauth_state)))


async def waiting(tx: AsyncConnection, team_id: str, user_id: str) -> Connect | None:
    """Return the person's link with a consent that waits for a code."""
    of_person = {"team_id": team_id, "slack_user_id": user_id, "state": ConnectState.CONSENTED}
    return await _one(tx, sa.select(connect).filter_by(**of_person).where(connect.c.consent.is_not(None)))


async def consented(tx: AsyncConnection) -> list[Connect]:
    """Return all links with a consent that waits for its person's word."""
    query = sa.select(connect).filter_by(state=ConnectState.CONSENTED).where(connect.c.consent.is_not(None))
    return [_connect(row) for row in await tx.execute(query)]


async def confirmed(tx: AsyncConnection, team_id: str, user_id: str) -> Connect | None:
    """Return the person's link that led to the account as it is connected now."""
    of_person = {"team_id": team_id, "slack_user_id": user_id, "state": ConnectState.CONFIRMED}
    newest = sa.select(connect).filter_by(**of_person).order_by(connect.c.expires_at.desc()).limit(1)
    return await _one(tx, newest)


async def overdue(tx: AsyncConnection, now: datetime) -> list[Connect]:
    """Return the links whose time is over and that do not say so yet."""
    live = connect.c.state.in_([*UNFINISHED, ConnectState.CONFIRMED])
    query = sa.select(connect).where(live, connect.c.expires_at <= now)
    return [_connect(row) for row in await tx.execute(query)]


async def move(tx: AsyncConnection, link: Connect, into: ConnectState, **values: Any) -> bool:
    """Move a link on from the state it was read in, with the named columns; false when it has moved already.

    An end takes the secrets away. So each step is taken once, in whichever tab or browser it is first.
    """
    if into not in UNFINISHED:
        values = {"state_hash": None, "code_verifier": None, "consent": None, **values}
    change = sa.update(connect).filter_by(id_hash=link.id_hash, state=link.state)
    return (await tx.execute(change.values(state=into, **values))).rowcount == 1


async def keep(tx: AsyncConnection, link: Connect, **values: Any) -> bool:
    """Change columns of a link that has not moved since it was read; false when it has."""
    change = sa.update(connect).filter_by(id_hash=link.id_hash, state=link.state)
    return (await tx.execute(change.values(**values))).rowcount == 1


async def count_try(tx: AsyncConnection, link: Connect, most: int) -> bool:
    """Count a try at the link's code before it is compared; false when there were `most` already."""
    change = sa.update(connect).filter_by(id_hash=link.id_hash, state=link.state)
    left = change.where(connect.c.tries < most).values(tries=connect.c.tries + 1)
    return (await tx.execute(left)).rowcount == 1
