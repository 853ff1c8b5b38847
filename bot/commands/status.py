"""`/calsync status`: is it working, and if not, what to do."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from bot.commands.call import Call
from bot.commands.disconnect import state_message
from bot.own_keys import key_data
from bot.services import Services
from bot.views.status import ParkedItem, StatusData, not_connected_message, status_message
from sync.holding import HELD_BACK
from sync.labels import read_label
from sync.ledger import OF_THE_ITEM
from sync.model import Side
from sync.series import is_series
from sync.store import jobs, links, parked, runs
from sync.store.accounts import Account, AccountState
from sync.store.parked import Parked
from sync.wishes import Direction, read_kinds

GOOGLE_EVENT = "https://calendar.google.com/calendar/event?eid="
BY_WAITING = OF_THE_ITEM | {HELD_BACK}
"""Reasons for which there is nothing to mend in the event: it is tried again, or has its own question."""


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
        under_way = await jobs.under_way(tx, account.id)
        keys = [int(one.item) for one in set_aside if one.side is Side.ODOO and one.reason not in BY_WAITING]
        known = await links.of_account(tx, account.id, odoo_ids=keys) if keys else []
    rows = {link.odoo_id: min(link.series.rows) for link in known if link.series and link.series.rows}
    odoo = services.timer.odoo_trouble
    items = []
    for one in set_aside:
        if one.reason != HELD_BACK:
            title, start = read_label(services.store.vault.decrypt(account.owner, "parked", one.label))
            address = _address(services, account, one, rows)
            items.append(ParkedItem(one.side, title, start, one.reason, address))
    return StatusData(
        email=account.google_email or "",
        login=account.odoo_login,
        needs_reconnect=account.state is AccountState.RECONNECT,
        trouble=account.trouble or await services.timer.stopped() or (odoo.code if odoo else None),
        synced_at=account.synced_at,
        next_run_at=account.next_run_at,
        links=linked,
        changed_at=last.ended_at if last else None,
        counts=last.counts if last else {},
        parked=items,
        held=len(set_aside) - len(items),
        now=services.clock.now(),
        is_resetting=bool(under_way),
        paused_at=account.paused_at,
        paused_by=account.pauser,
        direction=Direction(account.direction),
        left_out=read_kinds(account.left_out),
        is_narrower=(account.window_past, account.window_future) != (None, None),
        not_started=account.state is AccountState.PREVIEW,
        key=await key_data(services.store, account),
    )


def _address(services: Services, account: Account, item: Parked, rows: Mapping[int, int]) -> str:
    """Return where the person sees what is set aside, "" where there is nothing to mend there.

    Google's `eid` is base64url of the event's id and the calendar's, as its `htmlLink` has it; the old form
    of Odoo's addresses works in all versions. `rows` names a row for each key of a series.
    """
    if item.reason in BY_WAITING:
        return ""
    if item.side is Side.GOOGLE:
        name = f"{item.item} {account.google_email}".encode()
        return GOOGLE_EVENT + base64.urlsafe_b64encode(name).decode().rstrip("=")
    key = rows.get(int(item.item), int(item.item))
    if is_series(key):
        return ""
    return f"{services.settings.odoo_url.rstrip('/')}/web#id={key}&model=calendar.event&view_type=form"
