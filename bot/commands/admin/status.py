"""`/calsync admin status`: how all accounts are doing, what is used up, what is wrong."""

from __future__ import annotations

from bot.commands.call import Call
from bot.services import Services
from bot.views.admin import AdminStatus, LineState, admin_status_message
from sync.store import switches
from sync.store.overview import overview


async def run(call: Call) -> None:
    """Answer with the state of the whole installation."""
    await call.answer(admin_status_message(call.t, await collect(call.services)))


async def collect(services: Services) -> AdminStatus:
    """Collect what administrators are told."""
    async with services.store.read() as tx:
        seen = await overview(tx)
        paused = await switches.get(tx, switches.PAUSED)
    line, odoo = services.line, services.timer.odoo_trouble
    return AdminStatus(
        states=seen.states,
        oldest=seen.oldest,
        troubles=seen.troubles,
        quota=services.limits.used(),
        problems=len(await services.alerts.open_ones()),
        paused=(paused.since, paused.by) if paused else None,
        odoo_trouble=odoo.code if odoo else None,
        line=LineState(line.ready(), line.heard_at, line.renewals) if line else None,
        now=services.clock.now(),
    )
