"""`/calsync reset`: choose, look at what would happen, confirm; the job then shows itself."""

from __future__ import annotations

from typing import Any

from bot.commands import questions
from bot.commands.call import Call
from bot.prompts import Kind, Verdict
from bot.views.first_sync import waiting_message
from bot.views.help import note
from bot.views.job import busy_message, stopping_message
from bot.views.kit import Message
from bot.views.reset import chooser_message, looking_message, preview_message
from bot.views.status import not_connected_message
from sync.errors import SyncError
from sync.reset import Choice, Existing, Next
from sync.store import accounts
from sync.store.accounts import Account, AccountState
from sync.store.prompts import Prompt, PromptState

KINDS = (Kind.RESET, Kind.ADMIN_RESET)
FIRST = {"existing": Existing.LEAVE, "next": Next.NEW, "shown": False}


async def run(call: Call) -> None:
    """Show the choice; nothing is done yet."""
    account = await call.account()
    if account is None or account.state is AccountState.DISCONNECTED:
        await call.answer(not_connected_message(call.t))
        return
    if account.state is AccountState.PREVIEW:
        await call.answer(waiting_message(call.t))
        return
    await open_chooser(call, account, Kind.RESET, {})


async def open_chooser(call: Call, account: Account, kind: Kind, more: dict[str, Any]) -> None:
    """Ask what is to be reset of an account, unless a job of it is under way."""
    if await call.services.resets.is_busy(account.id):
        await call.answer(busy_message(call.t))
        return
    await questions.ask(
        call, account.id, kind, {**FIRST, **more}, lambda asked: _chooser(call, asked, account)
    )


async def choose(call: Call) -> None:
    """Mark what was pressed."""
    if (found := await _answered(call)) is None:
        return
    asked, word, account = found
    column = "existing" if word in [*Existing] else "next"
    await _choose(call, asked, account, {column: word} if word in [*Existing, *Next] else {})


async def choose_again(call: Call) -> None:
    """Go back from what would happen to the choice."""
    if (found := await _answered(call)) is not None:
        asked, _, account = found
        await _choose(call, asked, account, {})


async def preview(call: Call) -> None:
    """Show what would happen now; nothing is written."""
    if (found := await _answered(call)) is None:
        return
    asked, _, account = found
    prompts = call.services.prompts
    await prompts.show(asked, looking_message(call.t))
    try:
        seen = await call.services.resets.preview(account.id, _choice(asked))
    except SyncError as error:
        await _choose(call, asked, account, {}, problem=error.code)
        return
    if (asked_now := await prompts.step(asked, shown=True)) is None:
        return  # it ended while we looked, and its message says so
    whose = _whose(asked, account)
    shown = preview_message(call.t, asked.id, seen, whose=whose, expires=asked_now.expires_at)
    await prompts.show(asked, shown)


async def confirm(call: Call) -> None:
    """Begin the reset that was looked at last, once."""
    if (found := await _answered(call)) is None:
        return
    asked, words, account = found
    choice = _choice(asked)
    if not asked.content["shown"] or words != f"{choice.existing} {choice.next}":
        await questions.refuse(call, Verdict.CHANGED)
        return
    if not await call.services.prompts.settle(asked, PromptState.WORKING):
        await questions.refuse(call, Verdict.SETTLED)
        return
    by, reason = asked.slack_user_id, str(asked.content.get("reason", ""))
    resets = call.services.resets
    call.services.jobs.begin(asked, lambda: resets.start(account.id, choice, by=by, reason=reason))


async def cancel_job(call: Call) -> None:
    """Stop a reset or an undo after the event that it is at."""
    key, _, _ = call.argument.partition(" ")
    found = await call.services.prompts.find_working(key, call.who)
    if not isinstance(found, Prompt):
        await questions.refuse(call, found)
    elif await call.services.jobs.cancel(found):
        await call.answer(stopping_message(call.t))
    else:
        await questions.refuse(call, Verdict.SETTLED)


async def _choose(
    call: Call, asked: Prompt, account: Account, words: dict[str, str], *, problem: str = ""
) -> None:
    later = await call.services.prompts.step(asked, **words, shown=False)
    if later is None:
        await questions.refuse(call, Verdict.SETTLED)
    else:
        await call.services.prompts.show(later, _chooser(call, later, account, problem))


async def _answered(call: Call) -> tuple[Prompt, str, Account] | None:
    """Return the open question of the button, what else the button says, and whom it is about."""
    if (found := await questions.answered(call, *KINDS)) is None:
        return None
    asked, rest = found
    if asked.kind == Kind.ADMIN_RESET and not await call.is_admin("admin reset"):
        await call.answer(note(call.t("admin.not_yours", admins=call.admins)))
        return None
    async with call.services.store.read() as tx:
        account = await accounts.get(tx, asked.account_id)
    if account is None or account.state in (AccountState.DISCONNECTED, AccountState.PREVIEW):
        await questions.refuse(call, Verdict.UNKNOWN)
        return None
    return asked, rest, account


def _choice(asked: Prompt) -> Choice:
    return Choice(Existing(asked.content["existing"]), Next(asked.content["next"]))


def _whose(asked: Prompt, account: Account) -> str:
    return account.odoo_login if asked.kind == Kind.ADMIN_RESET else ""


def _chooser(call: Call, asked: Prompt, account: Account, problem: str = "") -> Message:
    dead = account.state is AccountState.RECONNECT
    return chooser_message(
        call.t,
        asked.id,
        _choice(asked),
        whose=_whose(asked, account),
        google_trouble=account.trouble or "grant_dead" if dead else "",
        problem=problem,
        expires=asked.expires_at,
    )
