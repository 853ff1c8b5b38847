"""`/calsync admin resume`: all syncs go on after a pause, beginning with who was waited for."""

from __future__ import annotations

from bot.alerts.kinds import SWITCH
from bot.commands.call import Call
from bot.views.help import note
from sync.store import switches


async def run(call: Call) -> None:
    """Let all syncs go on."""
    services, t = call.services, call.t
    async with services.store.write() as tx:
        was_on = await switches.turn_off(tx, switches.PAUSED)
    if was_on:
        services.timer.wake()
        await services.alerts.over(SWITCH)
    await call.answer(note(t("admin.resumed") if was_on else t("admin.not_paused")))
