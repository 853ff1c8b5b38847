"""`/calsync admin reset WHO REASON`: the same reset for somebody else, who is told by whom and why."""

from __future__ import annotations

import re

from bot.commands.call import Call
from bot.commands.reset import open_chooser
from bot.prompts import Kind
from bot.texts import Mrkdwn
from bot.views.help import note
from sync.store import accounts
from sync.store.accounts import Account, AccountState

MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
REASON = 200
"""How many characters of a reason are kept."""


async def run(call: Call) -> None:
    """Show the choice to the administrator; the call's argument names whom, and says why."""
    who, _, reason = call.argument.partition(" ")
    if not who:
        await call.answer(note(call.t("admin.usage")))
        return
    found = await _account(call, who)
    if not isinstance(found, Account):
        await call.answer(note(found))
    elif not reason.strip():
        await call.answer(note(call.t("admin.reason_missing", who=who)))
    else:
        await open_chooser(call, found, Kind.ADMIN_RESET, {"reason": reason.strip()[:REASON]})


async def _account(call: Call, who: str) -> Account | Mrkdwn:
    """Return the account that a mention, a Slack user id, an Odoo login or a Google address names."""
    mentioned = MENTION.fullmatch(who)
    word = mentioned[1] if mentioned else who.lstrip("@")
    async with call.services.store.read() as tx:
        found = await accounts.called(tx, word)
    found = [one for one in found if one.state is not AccountState.DISCONNECTED]
    if not found:
        return call.t("admin.nobody", who=who)
    return found[0] if len(found) == 1 else call.t("admin.several", who=who)
