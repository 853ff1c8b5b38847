"""`/calsync status`: is it working, and if not, what to do."""

from __future__ import annotations

from bot.commands.call import Call
from bot.commands.disconnect import state_message
from bot.services import Services
from bot.views.status import ParkedItem, StatusData, not_connected_message, status_message
from sync.holding import HELD_BACK
from sync.store import links, parked, runs
from sync.store.accounts import Account, AccountState


async def run(call: Call) -> None:
    """Answer with the state of the person's account."""
    account = await call.account()
    if account is None:
        await call.answer(not_connected_message(call.t))
    elif account.state is AccountState.DISCONNECTED:
        await call.answer(state_message(call.t, account))
    else:
        await call.answer(status_message(call.t, await status_data(call.services, account)))


async def status_data(services: Services, account: Account) -> StatusData:
    """Collect what status tells of an account."""
    async with services.store.read() as tx:
        set_aside = await parked.of_account(tx, account.id)
        last = await runs.last(tx, account.id)
        linked = await links.count(tx, account.id)
    odoo = services.timer.odoo_trouble
    items = []
    for one in set_aside:
        if one.reason != HELD_BACK:
            label = services.store.vault.decrypt(account.owner, "parked", one.label)
            title, _, starts = label.partition("\t")
            items.append(ParkedItem(one.side, title, starts, one.reason))
    return StatusData(
        email=account.google_email or "",
        login=account.odoo_login,
        needs_reconnect=account.state is AccountState.RECONNECT,
        trouble=account.trouble or (odoo.code if odoo else None),
        synced_at=account.synced_at,
        next_run_at=account.next_run_at,
        links=linked,
        changed_at=last.ended_at if last else None,
        counts=last.counts if last else {},
        parked=items,
        held=len(set_aside) - len(items),
        now=services.clock.now(),
        paused_at=account.paused_at,
        paused_by="" if account.paused_by == account.slack_user_id else account.paused_by or "",
    )
