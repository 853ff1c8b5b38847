"""What the buttons of every question have in common: whose it is, whether it is open, and Cancel."""

from __future__ import annotations

from typing import Any

from bot.commands.call import Call
from bot.prompts import Draw, Kind, Verdict
from bot.views.prompt import cancelled_message, elsewhere_message, verdict_message
from sync.store.prompts import Prompt, PromptState


async def ask(call: Call, account_id: int, kind: Kind, content: dict[str, Any], draw: Draw) -> None:
    """Ask in the direct messages, and say so to somebody who is elsewhere."""
    asked = await call.services.prompts.ask(call.who, account_id, kind, content, draw)
    if call.at_home or call.channel not in ("", asked.channel):
        await call.answer(elsewhere_message(call.t))


async def answered(call: Call, *kinds: Kind) -> tuple[Prompt, str] | None:
    """Return the open question of the button and what else the button says; None after telling why not."""
    key, _, rest = call.argument.partition(" ")
    found = await call.services.prompts.find(key, call.who, *kinds)
    if isinstance(found, Prompt):
        return found, rest
    await refuse(call, found)
    return None


async def refuse(call: Call, why: Verdict) -> None:
    """Say why a click does nothing."""
    await call.answer(verdict_message(call.t, why))


async def cancel(call: Call) -> None:
    """Answer a question with no."""
    if (found := await answered(call, *Kind)) is None:
        return
    asked, _ = found
    if await call.services.prompts.settle(asked, PromptState.CANCELLED):
        await call.services.prompts.show(asked, cancelled_message(call.t))
    else:
        await refuse(call, Verdict.SETTLED)
