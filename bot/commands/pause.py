"""`/calsync pause` and `/calsync resume`: nothing is written meanwhile, and nothing is lost."""

from __future__ import annotations

from bot.commands.call import Call
from bot.views.first_sync import waiting_message
from bot.views.pause import not_paused_message, paused_message
from bot.views.resync import result_message, running_message
from bot.views.status import not_connected_message
from sync.store import accounts
from sync.store.accounts import AccountState


async def pause(call: Call) -> None:
    """Let no run of the person's account begin, until it is resumed."""
    account = await call.account()
    if account is None or account.state is AccountState.DISCONNECTED:
        await call.answer(not_connected_message(call.t))
        return
    if account.state is AccountState.PREVIEW:
        await call.answer(waiting_message(call.t))
        return
    now = call.services.clock.now()
    async with call.services.store.write() as tx:
        begun = await accounts.pause(tx, account.id, call.person.user_id, now)
    since = now if begun or account.paused_at is None else account.paused_at
    running = begun and call.services.timer.is_running(account.id)
    by = "" if begun else account.pauser
    await call.answer(paused_message(call.t, since, by=by, running=running))


async def resume(call: Call) -> None:
    """End a pause and sync at once; one that an administrator made, only an administrator ends."""
    account, services, t = await call.account(), call.services, call.t
    if account is None or account.state is AccountState.DISCONNECTED:
        await call.answer(not_connected_message(t))
        return
    if account.state is AccountState.PREVIEW:
        await call.answer(waiting_message(t))
        return
    if account.paused_at and (by := account.pauser) and not await call.is_admin("resume"):
        await call.answer(paused_message(t, account.paused_at, by=by))
        return
    async with services.store.write() as tx:
        ended = await accounts.resume(tx, account.id, services.clock.now())
    if not ended:
        await call.answer(not_paused_message(t))
        return
    update = await call.in_place(running_message(t))
    await services.timer.poll()
    outcome = await services.timer.run_now(account.id)
    await update(result_message(t, outcome.code, outcome.counts))
