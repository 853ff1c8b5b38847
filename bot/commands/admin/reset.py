"""`/calsync admin reset WHO REASON`: the same reset for somebody else, who is told by whom and why."""

from __future__ import annotations

import dataclasses

from bot.commands import whom
from bot.commands.call import Call
from bot.commands.reset import open_chooser
from bot.prompts import Kind
from bot.views.help import note
from sync.store.accounts import Account, AccountState

REASON = 200
"""How many characters of a reason are kept."""


async def run(call: Call) -> None:
    """Show the choice to the administrator; the call's argument names whom, and says why."""
    who, _, reason = call.argument.partition(" ")
    if not who:
        await call.answer(note(call.t("help.admin.reset")))
        return
    found = await whom.find(dataclasses.replace(call, argument=who))
    if not isinstance(found, Account):
        await call.answer(note(found))
    elif found.state in (AccountState.DISCONNECTED, AccountState.PREVIEW):
        await call.answer(note(call.t("admin.nobody", who=found.odoo_login)))
    elif not reason.strip():
        await call.answer(note(call.t("admin.reason_missing", who=found.odoo_login)))
    else:
        await open_chooser(call, found, Kind.ADMIN_RESET, {"reason": reason.strip()[:REASON]})
