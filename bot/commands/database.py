"""An administrator's word that Odoo's database is to be used as it is."""

from __future__ import annotations

from bot.commands.call import Call
from bot.views.help import note
from sync.odoo import identity


async def use(call: Call) -> None:
    """Accept the database, for administrators only; the next poll, which follows at once, carries it out."""
    services, t = call.services, call.t
    if not await call.is_admin("use_database"):
        await call.answer(note(t("database.not_yours", admins=call.admins)))
        return
    if not await identity.accept(services.store, services.odoo.source):
        await call.answer(note(t("database.settled")))
        return
    await services.timer.poll()
    trouble = services.timer.odoo_trouble
    await call.answer(note(t("database.later") if trouble else t("database.done")))
