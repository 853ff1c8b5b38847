"""`/calsync disconnect`: ends the connection, with `--forget` also everything that is kept of the person."""

from __future__ import annotations

from bot.commands import questions
from bot.commands.call import Call
from bot.prompts import Kind, Verdict
from bot.texts import Texts
from bot.views.disconnect import ask_message, disconnected_message, ended_message
from bot.views.help import note
from bot.views.job import busy_message
from bot.views.kit import Message
from bot.views.status import not_connected_message
from sync.leaving import KEPT
from sync.store.accounts import Account, AccountState
from sync.store.prompts import Prompt, PromptState

FORGET = "forget"


async def run(call: Call) -> None:
    """Say what stays and what goes, and ask."""
    word = call.argument.lower().lstrip("-")
    if word not in ("", FORGET):
        meant = {"word": f"disconnect {call.argument[:50]}", "guess": f"disconnect --{FORGET}"}
        await call.answer(note(call.t("help.did_you_mean", **meant)))
        return
    account = await call.account()
    if account is None:
        await call.answer(not_connected_message(call.t))
        return
    forget = word == FORGET
    if account.state is AccountState.DISCONNECTED and not forget:
        await call.answer(state_message(call.t, account))
        return
    email = account.google_email or "" if account.state is not AccountState.DISCONNECTED else ""

    def draw(asked: Prompt) -> Message:
        return ask_message(call.t, asked.id, email=email, forget=forget, expires=asked.expires_at)

    await questions.ask(call, account.id, Kind.DISCONNECT, {FORGET: forget}, draw)


async def confirm(call: Call) -> None:
    """Disconnect, and forget if that was asked."""
    if (found := await questions.answered(call, Kind.DISCONNECT)) is None:
        return
    asked, _ = found
    services, account_id = call.services, asked.account_id
    if await call.services.resets.is_busy(account_id):
        await call.answer(busy_message(call.t))
        return
    if not await services.prompts.settle(asked, PromptState.DONE):
        await questions.refuse(call, Verdict.SETTLED)
        return
    forget = bool(asked.content[FORGET])
    told_google = await services.leaving.disconnect(account_id)
    if forget:
        await services.leaving.forget(account_id)
    await services.prompts.show(asked, ended_message(call.t, told_google=told_google, forgotten=forget))


def state_message(t: Texts, account: Account) -> Message:
    """Say until when a disconnected account can be connected again as it was."""
    since = account.disconnected_at or account.created_at
    return disconnected_message(t, since + KEPT)
