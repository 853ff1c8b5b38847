"""Where the vault's secrets lie, and moving them all under its newest key."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store import Store
from sync.store.alert_tables import postponed
from sync.store.job_tables import job, removal
from sync.store.own_key_tables import own_key
from sync.store.tables import (
    AT_ONCE,
    account,
    connect,
    grant,
    history,
    intent,
    metadata,
    parked,
    revocation,
    secret,
)
from sync.vault import KEY_ID

CIPHERTEXT = re.compile(rf"({KEY_ID})\.[A-Za-z0-9_-]{{36,}}=*")
"""What `Vault.encrypt` returns; the group is the id of the key."""


@dataclasses.dataclass(frozen=True)
class Sealed:
    """A column of secrets, and what they are bound to: `purpose`, and the owner of the row.

    The owner is the person that the row names, or whose account it belongs to; calsync itself where it knows
    no person.
    """

    column: sa.Column[Any]
    purpose: str


SEALED = (
    Sealed(grant.c.refresh_token, "refresh_token"),
    Sealed(revocation.c.token, "revocation"),
    Sealed(own_key.c.secret, "own_key"),
    Sealed(connect.c.code_verifier, "code_verifier"),
    Sealed(connect.c.consent, "consent"),
    Sealed(intent.c.kept, "kept"),
    Sealed(parked.c.label, "parked"),
    Sealed(postponed.c.message, "postponed"),
    Sealed(history.c.label, "history"),
    Sealed(history.c.overruled, "overruled"),
    Sealed(removal.c.label, "removed event"),
    Sealed(removal.c.snapshot, "removed event"),
    Sealed(secret.c.value, "hash_key"),
)
"""Every column that holds ciphertext; a test compares it with what the code encrypts."""

OURS = "calsync"
"""The owner of secrets that are nobody's."""


class StillUnderOldKeys(Exception):
    """Some secrets lie where `SEALED` does not know of them; nothing was changed. `where` counts them."""

    def __init__(self, where: Mapping[str, int]) -> None:
        super().__init__(", ".join(f"{name}: {number}" for name, number in where.items()))
        self.where = where


async def rotate(store: Store) -> Mapping[str, int]:
    """Encrypt every secret anew that is not under the newest key, all or none.

    Returns:
        How many of each column were.

    Raises:
        VaultError: a secret cannot be opened with the configured keys. StillUnderOldKeys: see there.
    """
    moved: dict[str, int] = {}
    async with store.write() as tx:
        for one in SEALED:
            moved[_name(one.column)] = await _rotate(store, tx, one)
        if left := await under_old_keys(store, tx):
            raise StillUnderOldKeys(left)
    return moved


async def under_old_keys(store: Store, tx: AsyncConnection) -> dict[str, int]:
    """Count the ciphertexts, in all columns there are, that the vault's newest key does not open."""
    left = Counter([name async for name, key in _ciphertexts(tx) if key != store.vault.newest])
    return dict(left)


async def keys_in_use(tx: AsyncConnection) -> Counter[str]:
    """Count the ciphertexts, in all columns there are, by the id of the key that opens them."""
    return Counter([key async for _, key in _ciphertexts(tx)])


async def _ciphertexts(tx: AsyncConnection) -> AsyncIterator[tuple[str, str]]:
    """Yield the column and the key's id of each ciphertext."""
    for table in metadata.sorted_tables:
        async for row in _rows(tx, sa.select(table), table):
            for column in table.c:
                for text in _texts(getattr(row, column.name)):
                    if found := CIPHERTEXT.fullmatch(text):
                        yield _name(column), found[1]


async def _rotate(store: Store, tx: AsyncConnection, one: Sealed) -> int:
    table, column = one.column.table, one.column
    keys = list(table.primary_key)
    query = sa.select(*keys, column.label("sealed"), *_owner(table)).where(column.is_not(None))
    old = query.where(~column.startswith(f"{store.vault.newest}."))
    if "job_id" in table.c:
        old = old.join(job, job.c.id == table.c.job_id).join(account, account.c.id == job.c.account_id)
    elif "account_id" in table.c:
        old = old.join(account, account.c.id == table.c.account_id)
    moved = 0
    async for row in _rows(tx, old, table):
        owner = f"{row.owner_team}/{row.owner_user}" if hasattr(row, "owner_team") else OURS
        fresh = store.vault.encrypt(owner, one.purpose, store.vault.decrypt(owner, one.purpose, row.sealed))
        here = [key == getattr(row, key.name) for key in keys]
        await tx.execute(sa.update(table).where(*here).values({column: fresh}))
        moved += 1
    return moved


def _owner(table: sa.Table) -> list[sa.Label[Any]]:
    owned = "account_id" in table.c or "job_id" in table.c
    named = account if owned else table if "slack_user_id" in table.c else None
    if named is None:
        return []
    return [named.c.team_id.label("owner_team"), named.c.slack_user_id.label("owner_user")]


async def _rows(tx: AsyncConnection, query: sa.Select[Any], table: sa.Table) -> AsyncIterator[sa.Row[Any]]:
    """Yield the rows a lot at a time, by their keys: a history may be long, and is changed meanwhile."""
    keys = list(table.primary_key)
    after: tuple[Any, ...] | None = None
    while True:
        lot = query.order_by(*keys).limit(AT_ONCE)
        if after is not None:
            lot = lot.where(sa.tuple_(*keys) > sa.tuple_(*map(sa.literal, after)))
        rows = (await tx.execute(lot)).all()
        for row in rows:
            yield row
        if len(rows) < AT_ONCE:
            return
        after = tuple(getattr(rows[-1], key.name) for key in keys)


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts in a value, those inside JSON too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _name(column: sa.Column[Any]) -> str:
    return f"{column.table.name}.{column.name}"
