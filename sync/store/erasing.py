"""Erasing a person: every row that is about them goes, whatever table it stands in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store.accounts import Account
from sync.store.sealed import CIPHERTEXT
from sync.store.tables import connect, metadata

MENTIONS = re.compile(r"by|about|.+_by")
"""Columns in which a row that is somebody else's may name a person."""


async def traces(tx: AsyncConnection, account: Account) -> frozenset[str]:
    """Return what a person's rows hold that nobody else's does: names at all services, and ciphertexts."""
    found = {account.slack_user_id, account.odoo_login, account.google_sub or "", account.google_email or ""}
    for table in metadata.sorted_tables:
        if (theirs := _theirs(table, account)) is not None:
            for row in await tx.execute(sa.select(table).where(theirs)):
                found |= {text for text in _texts(row) if CIPHERTEXT.fullmatch(text)}
    for profile in (
        await tx.execute(sa.select(connect.c.profile).where(_of_person(connect, account)))
    ).scalars():
        found.add(str(profile.get("email", "")))
    return frozenset(found - {""})


async def erase(tx: AsyncConnection, account: Account) -> dict[str, int]:
    """Delete every row about an account and its person, and return how many of each table there were.

    Where others' rows name the person (who paused them, who muted an alert), the name goes.
    """
    gone: dict[str, int] = {}
    for table in reversed(metadata.sorted_tables):
        if (theirs := _theirs(table, account)) is not None:
            gone[table.name] = (await tx.execute(sa.delete(table).where(theirs))).rowcount
        for column in table.c:
            if MENTIONS.fullmatch(column.name) and isinstance(column.type, sa.String):
                named = column.in_([account.slack_user_id, account.odoo_login])
                await tx.execute(sa.update(table).where(named).values({column.name: ""}))
    return gone


async def found_in(tx: AsyncConnection, wanted: Collection[str]) -> dict[str, int]:
    """Return in which tables any of these texts still stands as a value of its own, and in how many rows."""
    found: dict[str, int] = {}
    for table in metadata.sorted_tables:
        async with tx.stream(sa.select(table)) as rows:
            number = 0
            async for row in rows:
                number += any(text in wanted for text in _texts(row))
        if number:
            found[table.name] = number
    return found


async def still_part_of_others(tx: AsyncConnection, wanted: Collection[str]) -> frozenset[str]:
    """Return which of these texts stand inside longer ones: "bo" would be found in "bob", rightly."""
    parts: set[str] = set()
    for table in metadata.sorted_tables:
        async with tx.stream(sa.select(table)) as rows:
            async for row in rows:
                for text in _texts(row):
                    parts |= {one for one in wanted if one in text}
    return frozenset(parts)


def _theirs(table: sa.Table, account: Account) -> sa.ColumnElement[bool] | None:
    """Return the condition for a person's rows in a table, or for what such rows own, if there are any."""
    if table.name == "account":
        return table.c.id == account.id
    conditions: list[sa.ColumnElement[bool]] = []
    if "account_id" in table.c:
        conditions.append(table.c.account_id == account.id)
    if "slack_user_id" in table.c:
        conditions.append(_of_person(table, account))
    for key in [] if conditions else table.foreign_keys:
        owner = key.column.table
        if owner is not table and (owned := _theirs(owner, account)) is not None:
            conditions.append(key.parent.in_(sa.select(key.column).where(owned)))
    return sa.or_(*conditions) if conditions else None


def _of_person(table: sa.Table, account: Account) -> sa.ColumnElement[bool]:
    mine = table.c.slack_user_id == account.slack_user_id
    return sa.and_(mine, table.c.team_id == account.team_id) if "team_id" in table.c else mine


def _texts(row: sa.Row[Any]) -> Iterator[str]:
    for value in row:
        yield from _texts_in(value)


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _texts_in(key)
            yield from _texts_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts_in(one)
