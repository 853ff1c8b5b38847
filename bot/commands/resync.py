"""`/calsync resync`: syncs the person's account at once, or only tells what that would do."""

from __future__ import annotations

from datetime import timedelta

from bot.commands.call import Call
from bot.commands.disconnect import state_message
from bot.commands.status import status_data
from bot.views.changes import trouble
from bot.views.help import guess_message, note, way_on
from bot.views.plan import plan_message, steps
from bot.views.resync import result_message, running_message, too_soon_message
from bot.views.status import not_connected_message, status_message
from sync.errors import SyncError
from sync.store import accounts, parked
from sync.store.accounts import AccountState

PAUSE = timedelta(minutes=1)
DRY_RUN = "dry-run"


async def run(call: Call) -> None:
    """Sync now, or with "dry-run" only tell what a sync would do; another word does nothing."""
    word = call.argument.lower().lstrip("-").replace(" ", "-")
    if word == DRY_RUN:
        await dry_run(call)
    elif word and not call.from_button:
        await call.answer(guess_message(call.t, f"resync {call.argument}", f"resync {DRY_RUN}"))
    else:
        await sync(call)


async def sync(call: Call) -> None:
    """Sync now, at most once a minute a person; the first answer turns into the result."""
    account, services, t = await call.account(), call.services, call.t
    if account is None:
        await call.answer(not_connected_message(t))
        return
    if account.state is AccountState.DISCONNECTED:
        await call.answer(state_message(t, account))
        return
    if account.state in (AccountState.RECONNECT, AccountState.PREVIEW) or account.paused_at:
        await call.answer(status_message(t, await status_data(services, account)))
        return
    now = services.clock.now()
    if account.resync_at and now - account.resync_at < PAUSE:
        await call.answer(too_soon_message(t, account.resync_at + PAUSE))
        return
    async with services.store.write() as tx:
        await accounts.update(tx, account.id, resync_at=now)
        await parked.make_due(tx, account.id, now)
    update = await call.in_place(running_message(t))
    await services.timer.poll()
    outcome = await services.timer.run_now(account.id)
    await update(result_message(t, outcome.code, outcome.counts))


async def dry_run(call: Call) -> None:
    """Tell what a sync would do now; nothing is written."""
    account, services, t = await call.account(), call.services, call.t
    if account is None:
        await call.answer(not_connected_message(t))
        return
    update = await call.in_place(note(t("plan.looking")))
    await services.timer.poll()
    try:
        planned = steps(await services.runner.preview(account.id))
    except SyncError as error:
        await update(way_on(t, t("plan.failed", trouble=trouble(error.code, t))))
    else:
        await update(plan_message(t, planned))
