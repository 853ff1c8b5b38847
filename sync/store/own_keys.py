"""People's own API keys of Odoo, encrypted, and the one-time links by which they are entered."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store.connects import digest
from sync.store.own_key_tables import key_link, own_key
from sync.store.tables import chunks


@dataclasses.dataclass(frozen=True)
class OwnKey:
    """A key; times are aware UTC. `secret` is encrypted for the account's owner, None once Odoo refused it.

    `ends_at` is when Odoo will end it, None for never; `reminded_at` when the person was told of that,
    `stopped_at` when Odoo first refused it, `told_at` when the person was told of this.
    """

    account_id: int
    secret: str | None
    entered_at: datetime
    ends_at: datetime | None
    reminded_at: datetime | None
    stopped_at: datetime | None
    told_at: datetime | None


@dataclasses.dataclass(frozen=True)
class KeyLink:
    """A link by which a key is entered, once; `tries` counts the keys that were refused."""

    account_id: int
    id_hash: str
    tries: int
    used: bool
    expires_at: datetime


async def get(tx: AsyncConnection, account_id: int) -> OwnKey | None:
    """Return the key of an account, one that works no more too."""
    row = (await tx.execute(sa.select(own_key).filter_by(account_id=account_id))).one_or_none()
    return OwnKey(**row._mapping) if row else None


async def everyone(tx: AsyncConnection) -> list[OwnKey]:
    """Return all keys there are, those that work no more too."""
    return [OwnKey(**row._mapping) for row in await tx.execute(sa.select(own_key))]


async def holders(tx: AsyncConnection, account_ids: Collection[int]) -> set[int]:
    """Return those of the accounts that have a key which is not known to be refused."""
    found: set[int] = set()
    for some in chunks(account_ids):
        query = sa.select(own_key.c.account_id).where(own_key.c.account_id.in_(some))
        found |= set((await tx.execute(query.where(own_key.c.secret.is_not(None)))).scalars())
    return found


async def put(
    tx: AsyncConnection, account_id: int, secret: str, now: datetime, ends_at: datetime | None
) -> None:
    """Keep the (encrypted) key of an account in the place of the one before."""
    await drop(tx, account_id)
    values = {"account_id": account_id, "secret": secret, "entered_at": now, "ends_at": ends_at}
    await tx.execute(sa.insert(own_key).values(**values))


async def drop(tx: AsyncConnection, account_id: int) -> bool:
    """Forget the key of an account; false when there is none."""
    return (await tx.execute(sa.delete(own_key).filter_by(account_id=account_id))).rowcount == 1


async def note(tx: AsyncConnection, held: OwnKey, **values: Any) -> bool:
    """Change columns of a key; false when it was replaced or forgotten meanwhile."""
    same = {"account_id": held.account_id, "secret": held.secret, "entered_at": held.entered_at}
    return (await tx.execute(sa.update(own_key).filter_by(**same).values(**values))).rowcount == 1


async def forget_all(tx: AsyncConnection) -> None:
    """Forget the keys of all accounts."""
    await tx.execute(sa.delete(own_key))


# --- links


async def issue(tx: AsyncConnection, account_id: int, link_id: str, expires_at: datetime) -> None:
    """Keep a fresh link, in the place of the one before."""
    await cancel(tx, account_id)
    values = {"account_id": account_id, "id_hash": digest(link_id), "expires_at": expires_at}
    await tx.execute(sa.insert(key_link).values(**values, tries=0, used=False))


async def cancel(tx: AsyncConnection, account_id: int) -> None:
    """Forget the link of an account: a page that is open somewhere leads nowhere any more."""
    await tx.execute(sa.delete(key_link).filter_by(account_id=account_id))


async def link_by_id(tx: AsyncConnection, link_id: str) -> KeyLink | None:
    """Return a link by the id in its address."""
    row = (await tx.execute(sa.select(key_link).filter_by(id_hash=digest(link_id)))).one_or_none()
    return KeyLink(**row._mapping) if row else None


async def count_try(tx: AsyncConnection, link: KeyLink, most: int) -> bool:
    """Count a key before Odoo is asked about it; false when there were `most` already, or it is used."""
    change = sa.update(key_link).filter_by(id_hash=link.id_hash, used=False).where(key_link.c.tries < most)
    return (await tx.execute(change.values(tries=key_link.c.tries + 1))).rowcount == 1


async def use(tx: AsyncConnection, link: KeyLink) -> bool:
    """Use a link up; false when it is already, or was replaced."""
    change = sa.update(key_link).filter_by(id_hash=link.id_hash, used=False)
    return (await tx.execute(change.values(used=True))).rowcount == 1
