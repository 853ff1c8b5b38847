"""Whether the Odoo users of accounts are still there: who was archived or deleted stops, losing nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sync.clock import Clock
from sync.errors import NeedsHuman
from sync.odoo.client import OdooClient
from sync.store import Store, accounts
from sync.store.accounts import Account

USER_GONE = "odoo_user_gone"

Rows = Mapping[int, Mapping[str, Any]]


async def read_users(client: OdooClient, uids: Sequence[int]) -> Rows:
    """Return `active` and `login` of those users that exist, by id: one call."""
    if not uids:
        return {}
    domain = [("id", "in", list(uids)), ("active", "in", [True, False])]
    rows = await client.search_read("res.users", domain, ("active", "login"))
    return {row["id"]: row for row in rows}


def halted(account: Account, rows: Rows, *, strictly: bool = False) -> str | None:
    """Return what stops an account: its user is gone, or `strictly` is not known to be the same person.

    A user can get another login. But a user who was gone, or who stands in a database that was set back, is
    the same only with the same login: ids may have been given out anew there.
    """
    row = rows.get(account.odoo_uid)
    if row is None or not row["active"]:
        return USER_GONE
    same = row["login"].casefold() == account.odoo_login.casefold()
    return USER_GONE if (strictly or account.halt) and not same else None


async def check_users(client: OdooClient, store: Store, clock: Clock) -> None:
    """Stop the accounts whose users are gone, and let those go on whose users are back."""
    async with store.read() as tx:
        everybody = await accounts.everybody(tx)
    rows = await read_users(client, [one.odoo_uid for one in everybody])
    changes: dict[int, dict[str, Any]] = {}
    for account in everybody:
        halt = halted(account, rows)
        if halt != account.halt:
            changes[account.id] = {"halt": halt, "next_run_at": clock.now(), "failures": 0}
        elif halt is None and rows[account.odoo_uid]["login"] != account.odoo_login:
            changes[account.id] = {"odoo_login": rows[account.odoo_uid]["login"]}
    if changes:
        async with store.write() as tx:
            for account_id, values in changes.items():
                await accounts.update(tx, account_id, **values)


async def confirm_user(client: OdooClient, account: Account) -> None:
    """Make sure that an account's user is there before anything is deleted in the person's name.

    Raises:
        NeedsHuman: the user is gone.
    """
    if halt := halted(account, await read_users(client, [account.odoo_uid])):
        raise NeedsHuman(halt)
