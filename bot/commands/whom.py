"""The account that an administrator names, or the sentence that says why there is none."""

from __future__ import annotations

import re

from bot.commands.call import Call
from bot.texts import Mrkdwn
from sync.store import accounts
from sync.store.accounts import Account

MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
"""How Slack writes @somebody in a command's text (`should_escape` in the manifest)."""


async def find(call: Call) -> Account | Mrkdwn:
    """Find the account of @somebody, of a Slack user id, an Odoo login or a Google address."""
    t, word = call.t, call.argument.strip()
    if not word:
        return t("admin.whom")
    mentioned = MENTION.fullmatch(word)
    async with call.services.store.read() as tx:
        if mentioned:
            one = await accounts.of_person(tx, call.person.team_id, mentioned[1])
            found = [one] if one else []
        else:
            found = await accounts.called(tx, word)
    if not found:
        named = Mrkdwn(f"<@{mentioned[1]}>") if mentioned else word[:100]
        return t("admin.nobody", who=named)
    if len(found) > 1:
        several = Mrkdwn(", ".join(f"<@{one.slack_user_id}>" for one in found[:10]))
        return t("admin.several", who=word[:100], named=several)
    return found[0]
