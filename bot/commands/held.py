"""The answers to deletions that wait for the person's word."""

from __future__ import annotations

from bot.commands.call import Call
from bot.views.changes import phrase
from bot.views.help import note, way_on
from bot.views.pause import answer_waits_message
from bot.views.resync import result_message
from bot.views.status import not_connected_message
from sync.holding import DELETE, HELD_BACK, RESTORE
from sync.store import accounts, parked


async def delete(call: Call) -> None:
    """Carry the deletions out."""
    await _settle(call, DELETE)


async def bring_back(call: Call) -> None:
    """Restore what is gone from one side out of the other."""
    await _settle(call, RESTORE)


async def _settle(call: Call, answer: str) -> None:
    account, t = await call.account(), call.t
    if account is None:
        await call.answer(not_connected_message(t))
        return
    async with call.services.store.write() as tx:
        # Only the first answer finds the question open; a second click, or an old message's, does not.
        waiting = [one for one in await parked.of_account(tx, account.id) if one.reason == HELD_BACK]
        first = bool(waiting) and await accounts.answer_deletions(tx, account.id, answer)
    if not first:
        await call.replace(way_on(t, t("guard.settled")))
        return
    if account.paused_at:
        await call.replace(answer_waits_message(t))
        return
    outcome = await call.services.timer.run_now(account.id)
    changes = phrase(outcome.counts, t)
    done = note(t("guard.deleting", changes=changes)) if changes else result_message(t, outcome.code, {})
    await call.replace(done)
