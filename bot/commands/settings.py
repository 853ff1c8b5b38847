"""`/calsync settings`: what a person can choose, and the buttons that change it."""

from __future__ import annotations

from bot.commands.call import Call
from bot.views.settings import ON, settings_message
from bot.views.status import not_connected_message
from sync.store import accounts


async def run(call: Call) -> None:
    """Show the person's settings."""
    account = await call.account()
    if account is None:
        await call.answer(not_connected_message(call.t))
    else:
        await call.answer(settings_message(call.t, makes_meet=account.makes_meet))


async def set_meet(call: Call) -> None:
    """Choose whether new meetings get a Meet link; it counts for those made from now on."""
    account = await call.account()
    if account is None:
        await call.answer(not_connected_message(call.t))
        return
    wanted = call.argument == ON
    async with call.services.store.write() as tx:
        await accounts.update(tx, account.id, makes_meet=wanted)
    await call.replace(settings_message(call.t, makes_meet=wanted))
