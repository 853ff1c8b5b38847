"""`/calsync admin pause`: nobody is synced until an administrator resumes; nothing is lost meanwhile."""

from __future__ import annotations

from bot.alerts.kinds import ALL_PAUSED
from bot.commands.call import Call
from bot.views.help import note
from sync.store import switches


async def run(call: Call) -> None:
    """Pause all syncs; the channel is reminded of it as long as it lasts."""
    services, t = call.services, call.t
    async with services.store.write() as tx:
        first = await switches.turn_on(tx, switches.PAUSED, services.clock.now(), call.person.user_id)
    if first:
        await services.alerts.report(ALL_PAUSED)
    await call.answer(note(t("admin.paused") if first else t("admin.paused_already")))
