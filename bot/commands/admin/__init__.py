"""`/calsync admin`: what administrators do for others, one module each."""

from __future__ import annotations

import dataclasses

from bot.commands.admin import reset
from bot.commands.call import Call
from bot.views.help import note


async def run(call: Call) -> None:
    """Do what an administrator asks, and nothing for anybody else."""
    if not await call.is_admin():
        await call.answer(note(call.t("admin.only", admins=call.admins)))
        return
    word, _, rest = call.argument.partition(" ")
    if word.lower() == "reset":
        await reset.run(dataclasses.replace(call, argument=rest.strip()))
    else:
        await call.answer(note(call.t("admin.usage")))
