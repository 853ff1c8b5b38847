"""`/calsync admin accounts`: who is connected with what, and how each is doing."""

from __future__ import annotations

from typing import Literal

from bot.commands.call import Call
from bot.views.admin import Row, accounts_message
from sync.store import accounts
from sync.store.accounts import Account, AccountState


async def run(call: Call) -> None:
    """List the accounts, those with trouble first; a word after it filters by login and address."""
    word = call.argument.casefold()
    async with call.services.store.read() as tx:
        everybody = await accounts.everybody(tx)
    rows = [
        Row(
            one.slack_user_id,
            one.odoo_login,
            one.google_email or "",
            one.trouble,
            one.state is AccountState.RECONNECT,
            one.synced_at,
            _rests(one),
        )
        for one in everybody
        if word in one.odoo_login.casefold() or word in (one.google_email or "").casefold()
    ]
    await call.answer(accounts_message(call.t, rows))


def _rests(one: Account) -> Literal["", "paused", "disconnected"]:
    if one.state is AccountState.DISCONNECTED:
        return "disconnected"
    return "paused" if one.paused_at else ""
