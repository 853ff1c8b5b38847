"""Accounts for which nothing waits on our side: found together and noted together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store.accounts import AccountState
from sync.store.cursors import GoogleCursor
from sync.store.runs import KEPT
from sync.store.tables import account, chunks, google_cursor, intent, mark, odoo_database, parked, run


async def nothing_waits(
    tx: AsyncConnection, account_ids: Collection[int], now: datetime
) -> dict[int, GoogleCursor]:
    """Return those of these accounts for which only Google could have news, with where their listing stands.

    Left out is every account with a mark, an open intent, an item to try again, an answer to carry out or
    a trouble, and all of them while a doubt about Odoo's database stops every run: a run has something to do
    or to say, whatever Google tells.
    """

    def waits(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        return sa.exists().where(table.c.account_id == account.c.id, *conditions)

    found: dict[int, GoogleCursor] = {}
    for some in chunks(account_ids):
        query = (
            sa.select(
                account.c.id, google_cursor.c.token, google_cursor.c.fingerprint, google_cursor.c.listed_at
            )
            .join(google_cursor, google_cursor.c.account_id == account.c.id)
            .where(
                account.c.id.in_(some),
                account.c.state == AccountState.CONNECTED,
                account.c.failures == 0,
                account.c.trouble.is_(None),
                account.c.deletions == "ask",
                ~sa.exists().where(odoo_database.c.halt.is_not(None)),
                ~waits(mark),
                ~waits(intent),
                ~waits(parked, parked.c.retry_at <= now),
            )
        )
        for row in await tx.execute(query):
            found[row.id] = GoogleCursor(row.token, row.fingerprint, row.listed_at)
    return found


async def note(
    tx: AsyncConnection,
    before: Mapping[int, GoogleCursor],
    tokens: Mapping[int, str],
    now: datetime,
    next_run_at: datetime,
) -> None:
    """Note that these accounts (the keys of `tokens`) were looked at and had nothing new.

    A cursor moves only from where it stood `before`: the person may have connected another calendar since.
    """
    for some in chunks(tokens):
        connected = account.c.id.in_(some), account.c.state == AccountState.CONNECTED
        await tx.execute(sa.update(account).where(*connected).values(synced_at=now, next_run_at=next_run_at))
        old = run.c.account_id.in_(some), run.c.ended_at < now - KEPT
        await tx.execute(sa.delete(run).where(*old))
    for account_id, token in tokens.items():
        if token != before[account_id].token:
            stood = google_cursor.c.token == before[account_id].token
            moved = sa.update(google_cursor).where(google_cursor.c.account_id == account_id, stood)
            await tx.execute(moved.values(token=token))
