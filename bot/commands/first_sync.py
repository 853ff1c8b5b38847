"""The answers to what the first sync would do: start it, cancel the connection, or look once more."""

from __future__ import annotations

from bot import first_sync
from bot.commands.call import Call
from bot.consents import give_back_of
from bot.texts import Texts
from bot.views.first_sync import cancelled_message, started_message
from bot.views.help import note
from bot.views.kit import Message
from bot.views.status import not_connected_message
from sync.store import connects
from sync.store.accounts import Account
from sync.store.connects import ConnectState


async def start(call: Call) -> None:
    """Let the first sync begin."""
    account = await call.account()
    link = await first_sync.waiting(call.services, account, call.argument) if account else None
    if account and link:
        await first_sync.begin(call.services, account.id, first_sync.waiting_line(link))
        await call.replace(paused(call.t, account) if account.paused_at else started_message(call.t))
    else:
        await call.replace(note(call.t("first.settled")))


def paused(t: Texts, account: Account) -> Message:
    """Say that the first sync waits for the end of an administrator's pause."""
    return note(t("connect.done_paused", email=account.google_email or "", login=account.odoo_login))


async def cancel(call: Call) -> None:
    """Give the grant back: of a connection before its first sync, or of a consent that waits for its code."""
    account, services = await call.account(), call.services
    if account and await first_sync.waiting(services, account, call.argument):
        done = await first_sync.cancel(services, account)
    else:
        done = await _cancel_consent(call)
    await call.replace(cancelled_message(call.t) if done else note(call.t("first.settled")))


async def _cancel_consent(call: Call) -> bool:
    services = call.services
    async with services.store.write() as tx:
        link = await connects.waiting(tx, call.person.team_id, call.person.user_id)
        mine = link is not None and link.id_hash == call.argument
        ended = [link] if link and mine and await connects.move(tx, link, ConnectState.CANCELLED) else []
    await give_back_of(services, ended)
    return bool(ended)


async def look(call: Call) -> None:
    """Show once more what the first sync would do, as things are now."""
    account = await call.account()
    if account is None:
        await call.answer(not_connected_message(call.t))
        return
    link = await first_sync.waiting(call.services, account, "")
    if link is None:
        await call.answer(note(call.t("first.settled")))
        return
    update = await call.in_place(note(call.t("plan.looking")))
    await update(await first_sync.preview(call.services, account, link, call.t))
