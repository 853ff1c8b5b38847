"""`/calsync undo`: what can be brought back, and bringing it back after another look."""

from __future__ import annotations

from bot.commands import questions
from bot.commands.call import Call
from bot.prompts import Kind, Verdict
from bot.views.changes import trouble
from bot.views.help import note
from bot.views.job import busy_message
from bot.views.kit import Message
from bot.views.status import not_connected_message
from bot.views.undo import ask_message, list_message
from sync.errors import Rejected, SyncError
from sync.store.prompts import Prompt, PromptState


async def run(call: Call) -> None:
    """List what can be undone, each with its button."""
    account = await call.account()
    if account is None:
        await call.answer(not_connected_message(call.t))
        return
    entries = await call.services.resets.undoable(account.id)
    await call.answer(list_message(call.t, entries, call.person.user_id))


async def ask(call: Call) -> None:
    """Show what an undo would bring back, and ask."""
    account, t = await call.account(), call.t
    if account is None:
        await call.answer(not_connected_message(t))
        return
    resets = call.services.resets
    if await call.services.resets.is_busy(account.id):
        await call.answer(busy_message(t))
        return
    undo_id = int(call.argument) if call.argument.isdecimal() else 0
    try:
        seen = await resets.undo_preview(account.id, undo_id)
    except Rejected:
        await call.answer(note(t("undo.too_late")))
        return
    except SyncError as error:
        await call.answer(note(t("undo.no_preview", trouble=trouble(error.code, t))))
        return

    def draw(asked: Prompt) -> Message:
        return ask_message(t, asked.id, seen, reader=call.person.user_id, expires=asked.expires_at)

    await questions.ask(call, account.id, Kind.UNDO, {"undo": undo_id}, draw)


async def confirm(call: Call) -> None:
    """Begin the undo, once."""
    if (found := await questions.answered(call, Kind.UNDO)) is None:
        return
    asked, _ = found
    if not await call.services.prompts.settle(asked, PromptState.WORKING):
        await questions.refuse(call, Verdict.SETTLED)
        return
    resets, undo_id = call.services.resets, int(asked.content["undo"])
    call.services.jobs.begin(asked, lambda: resets.undo(asked.account_id, undo_id, by=asked.slack_user_id))
