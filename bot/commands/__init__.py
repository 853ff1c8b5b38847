"""The subcommands of /calsync, one module each, and the buttons that do the same."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Awaitable, Callable
from typing import Any, cast

import structlog
from slack_bolt.app.async_app import AsyncApp

from bot.commands import admin, alerts, connect, database, held, history, resync, settings, status
from bot.commands.call import Call
from bot.services import Services
from bot.slack import STALE, listener
from bot.texts import Texts, unescape
from bot.views.actions import ActionId
from bot.views.help import help_message, note

Command = Callable[[Call], Awaitable[None]]

log = structlog.get_logger()

COMMANDS: dict[str, Command] = {
    "connect": connect.run,
    "status": status.run,
    "resync": resync.run,
    "history": history.run,
    "settings": settings.run,
    "admin": admin.run,
}
HIDDEN = {"admin"}
"""Commands that help tells administrators alone."""

BUTTONS: dict[ActionId, Command] = {
    ActionId.CONNECT: connect.run,
    ActionId.STATUS: status.run,
    ActionId.RESYNC: resync.run,
    ActionId.DELETE_HELD: held.delete,
    ActionId.RESTORE_HELD: held.bring_back,
    ActionId.RESTORE_VALUE: history.restore,
    ActionId.SET_MEET: settings.set_meet,
    ActionId.USE_DATABASE: database.use,
    ActionId.RETRY_ALERT: alerts.retry,
    ActionId.MUTE_ALERT: alerts.mute,
    ActionId.UNMUTE_ALERT: alerts.unmute,
    ActionId.RUNBOOK: alerts.runbook,
}


def register(bolt: AsyncApp, services: Services) -> None:
    """Register every listener on Bolt."""
    app = cast(Any, bolt)  # its decorators are not typed

    async def tell(body: dict[str, Any], reference: str, respond: Any) -> None:
        # Slack may be what failed: the reader's language is not asked for once more.
        text = Texts()("error.unexpected", admins=services.admins.named, reference=reference)
        await respond(**note(text).arguments, replace_original=False)

    listen = listener(tell)

    @listen
    async def command(body: dict[str, Any], respond: Any) -> None:
        word, _, rest = unescape(body.get("text", "")).strip().partition(" ")
        call = await _call(body["team_id"], body["user_id"], respond, services, from_button=False)
        call = dataclasses.replace(call, argument=rest.strip())
        if not await _admitted(call, word):
            return
        if known := COMMANDS.get(word.lower()):
            await known(call)
        else:
            await _help(call, word)

    app.command("/calsync")(command)

    def on_button(action: ActionId, act: Command) -> None:
        @listen
        async def pressed(body: dict[str, Any], respond: Any) -> None:
            user, [pressed_one, *_] = body["user"], body["actions"]
            call = await _call(user["team_id"], user["id"], respond, services, from_button=True)
            if not await _admitted(call, action):
                return
            await act(dataclasses.replace(call, argument=pressed_one.get("value") or ""))

        app.action(action)(pressed)

    for action, act in BUTTONS.items():
        on_button(action, act)

    @listen
    async def link_opened(body: dict[str, Any], respond: Any) -> None:
        """A button that only opens an address is told to us, too, and wants its ack."""

    app.action(ActionId.OPEN_LINK)(link_opened)

    @listen
    async def stale(body: dict[str, Any], respond: Any) -> None:
        user = body["user"]
        call = await _call(user["team_id"], user["id"], respond, services, from_button=True)
        await call.answer(note(call.t("error.stale_button")))

    app.action(STALE)(stale)


async def _call(team_id: str, user_id: str, respond: Any, services: Services, *, from_button: bool) -> Call:
    person = await services.people.get(team_id, user_id)
    return Call(person, Texts(person.locale), respond, services, services.admins.named, from_button)


async def _admitted(call: Call, what: str) -> bool:
    """Turn guests, bots and deactivated people away, whatever they ask for."""
    if call.person.is_member:
        return True
    log.warning("refused", reason="not_a_member", what=what[:50], by=call.person.user_id)
    await call.answer(note(call.t("connect.guest", admins=call.admins)))
    return False


async def _help(call: Call, word: str) -> None:
    unknown = "" if word.lower() in ("", "help") else word
    shown = [one for one in COMMANDS if one not in HIDDEN] + ["help"]
    if await call.services.admins.includes(call.person):
        shown.append("admin")
    guess = difflib.get_close_matches(word.lower(), shown, n=1)
    await call.answer(help_message(call.t, shown, unknown=unknown, guess=guess[0] if guess else ""))
