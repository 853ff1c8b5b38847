"""`/calsync history`: what was changed last, and the way back for what was overruled."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.call import Call
from bot.records import readable
from bot.texts import Mrkdwn
from bot.views.changes import phrase, trouble
from bot.views.history import Change, history_message
from bot.views.status import not_connected_message
from bot.views.words import because
from sync.errors import Gone, Rejected, Stale, SyncError
from sync.run import RESETTING
from sync.store import history
from sync.store.accounts import Account

SHOWN = 10


async def run(call: Call) -> None:
    """List the person's last changes."""
    account = await call.account()
    if account is None:
        await call.answer(not_connected_message(call.t))
    else:
        await call.answer(history_message(call.t, await _latest(call, account)))


async def restore(call: Call) -> None:
    """Give overruled values back, once, and carry them to the other calendar."""
    account = await call.account()
    if account is None:
        await call.answer(not_connected_message(call.t))
        return
    outcome = await _restored(call, account, int(call.argument) if call.argument.isdecimal() else 0)
    await call.replace(history_message(call.t, await _latest(call, account), outcome=outcome))


async def _latest(call: Call, account: Account) -> Sequence[Change]:
    async with call.services.store.read() as tx:
        entries = await history.of_account(tx, account.id, limit=SHOWN)
    return readable(call.services.store, account, entries)


async def _restored(call: Call, account: Account, entry_id: int) -> Mrkdwn:
    services, t = call.services, call.t
    if await call.services.resets.is_busy(account.id):  # it holds the account until its end
        return t("history.failed", trouble=trouble(RESETTING, t))
    async with services.runner.alone(account.id):
        async with services.store.read() as tx:
            entry = await history.get(tx, account.id, entry_id)
        if entry and entry.overruled is None:
            return t("history.settled")
        try:
            await services.history.restore(account.id, entry_id)
        except (Rejected, Gone) as error:
            code = error.code if isinstance(error, Rejected) else "nothing_to_restore"
            return t("history.not_restored", reason=because(code, t))
        except Stale:
            return t("history.busy")
        except SyncError as error:
            return t("history.failed", trouble=trouble(error.code, t))
    await services.timer.poll()
    ran = await services.timer.run_now(account.id)
    if ran.code != "ok":
        return t("history.restored", synced=trouble(ran.code, t))
    changes = phrase(ran.counts, t)
    return t("history.restored", synced=t("resync.done", changes=changes) if changes else t("resync.quiet"))
