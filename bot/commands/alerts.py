"""The buttons of alerts: for administrators alone, whoever sees them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.alerts.kinds import DISK, RUNS, SLACK, account_of, kind_of
from bot.commands.call import Call
from bot.views.alerts import runbook_message
from bot.views.help import note
from sync.store import accounts, parked
from sync.store.alerts import Alert


def _guarded(act: Callable[[Call], Awaitable[None]]) -> Callable[[Call], Awaitable[None]]:
    async def guarded(call: Call) -> None:
        if await call.is_admin(act.__name__):
            await act(call)
        else:
            await call.answer(note(call.t("admin.not_yours", admins=call.admins)))

    return guarded


@_guarded
async def retry(call: Call) -> None:
    """Try again at once what the problem is about; the alert itself tells what came of it."""
    known, t = await call.services.alerts.find(call.argument), call.t
    if known is None:
        await call.answer(note(t("alert.is_over")))
        return
    await _try_again(call, known)
    left = await call.services.alerts.find(call.argument)
    await call.answer(note(t("alert.tried") if left else t("alert.is_over")))


async def _try_again(call: Call, known: Alert) -> None:
    services, kind, now = call.services, kind_of(known.code), call.services.clock.now()
    if (account_id := account_of(known.source)) is not None:
        async with services.store.write() as tx:
            await accounts.update(tx, account_id, next_run_at=now)
            await parked.make_due(tx, account_id, now)
        await services.timer.run_now(account_id)
    elif kind.source == RUNS:
        async with services.store.write() as tx:
            await accounts.make_due(tx, kind.codes, now)
        services.timer.wake()
    elif kind.source == SLACK and services.line:
        await services.line.renew()
    elif kind.source == DISK:
        await services.disk.look()
    else:
        await services.timer.poll()


@_guarded
async def mute(call: Call) -> None:
    """Say nothing more of a problem for a day."""
    if not await call.services.alerts.mute(call.argument, call.person.user_id):
        await call.answer(note(call.t("alert.is_over")))


@_guarded
async def unmute(call: Call) -> None:
    """Tell of a problem again."""
    if not await call.services.alerts.unmute(call.argument):
        await call.answer(note(call.t("alert.is_over")))


async def runbook(call: Call) -> None:
    """Say what to do, where the button does not open a page that says it."""
    if not call.services.settings.runbook_url:
        await call.answer(runbook_message(call.t, call.argument))
