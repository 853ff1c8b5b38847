"""`/calsync admin resync @who`: syncs somebody's account at once; that person is told by whom."""

from __future__ import annotations

from bot.commands import whom
from bot.commands.call import Call
from bot.texts import Mrkdwn
from bot.views.admin import resynced_message
from bot.views.help import note
from sync.store import parked
from sync.store.accounts import Account


async def run(call: Call) -> None:
    """Sync now, set-aside events too, and answer with what came of it."""
    services, t = call.services, call.t
    account = await whom.find(call)
    if not isinstance(account, Account):
        await call.answer(note(account))
        return
    update = await call.in_place(note(t("admin.resyncing", who=_mention(account.slack_user_id))))
    async with services.store.write() as tx:
        await parked.make_due(tx, account.id, services.clock.now())
    await services.timer.poll()
    outcome = await services.timer.run_now(account.id)
    await update(resynced_message(t, account.slack_user_id, outcome.code, outcome.counts))
    if account.slack_user_id != call.person.user_id:
        await services.notifier.tell(account, "admin.resynced_you", who=_mention(call.person.user_id))


def _mention(user_id: str) -> Mrkdwn:
    return Mrkdwn(f"<@{user_id}>")
