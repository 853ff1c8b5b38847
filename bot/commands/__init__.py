"""The subcommands of /calsync, one module each, and the buttons that do the same."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Awaitable, Callable
from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp

from bot.commands import (
    admin,
    connect,
    database,
    disconnect,
    held,
    history,
    pause,
    questions,
    reset,
    resync,
    settings,
    status,
    undo,
)
from bot.commands.call import Call
from bot.services import Services
from bot.slack import STALE, listener
from bot.texts import Mrkdwn, Texts
from bot.views.actions import ActionId
from bot.views.help import help_message, note

Command = Callable[[Call], Awaitable[None]]

COMMANDS: dict[str, Command] = {
    "connect": connect.run,
    "status": status.run,
    "resync": resync.run,
    "history": history.run,
    "settings": settings.run,
    "pause": pause.pause,
    "resume": pause.resume,
    "reset": reset.run,
    "undo": undo.run,
    "disconnect": disconnect.run,
    "admin": admin.run,
}
BUTTONS: dict[ActionId, Command] = {
    ActionId.CONNECT: connect.run,
    ActionId.STATUS: status.run,
    ActionId.RESYNC: resync.run,
    ActionId.DELETE_HELD: held.delete,
    ActionId.RESTORE_HELD: held.bring_back,
    ActionId.RESTORE_VALUE: history.restore,
    ActionId.SET_MEET: settings.set_meet,
    ActionId.USE_DATABASE: database.use,
    ActionId.PAUSE: pause.pause,
    ActionId.RESUME: pause.resume,
    ActionId.CONFIRM_DISCONNECT: disconnect.confirm,
    ActionId.CANCEL_PROMPT: questions.cancel,
    ActionId.RESET_LEAVE: reset.choose,
    ActionId.RESET_GOOGLE: reset.choose,
    ActionId.RESET_ODOO: reset.choose,
    ActionId.RESET_BOTH: reset.choose,
    ActionId.RESET_NEW: reset.choose,
    ActionId.RESET_ALL: reset.choose,
    ActionId.PREVIEW_RESET: reset.preview,
    ActionId.CHOOSE_RESET: reset.choose_again,
    ActionId.CONFIRM_RESET: reset.confirm,
    ActionId.CANCEL_JOB: reset.cancel_job,
    ActionId.UNDO: undo.ask,
    ActionId.CONFIRM_UNDO: undo.confirm,
}


def register(bolt: AsyncApp, services: Services) -> None:
    """Register every listener on Bolt."""
    app = cast(Any, bolt)  # its decorators are not typed

    async def tell(body: dict[str, Any], reference: str, respond: Any) -> None:
        # Slack may be what failed: the reader's language is not asked for once more.
        text = Texts()("error.unexpected", admins=admins(services), reference=reference)
        await respond(**note(text).arguments, replace_original=False)

    listen = listener(tell)

    @listen
    async def command(body: dict[str, Any], respond: Any) -> None:
        word, _, rest = body.get("text", "").strip().partition(" ")
        call = await _call(body["team_id"], body["user_id"], respond, services, from_button=False)
        call = dataclasses.replace(call, argument=rest.strip(), channel=body.get("channel_id", ""))
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
            value, channel = pressed_one.get("value") or "", body.get("channel", {}).get("id", "")
            await act(dataclasses.replace(call, argument=value, channel=channel))

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
    return Call(person, Texts(person.locale), respond, services, admins(services), from_button)


def admins(services: Services) -> Mrkdwn:
    """Name the administrators as Slack shows people."""
    named = [f"<@{one}>" for one in services.settings.admin_ids]
    return Mrkdwn(", ".join(named)) if named else Texts()("admins.somebody")


async def _help(call: Call, word: str) -> None:
    unknown = "" if word.lower() in ("", "help") else word
    guess = difflib.get_close_matches(word.lower(), [*COMMANDS, "help"], n=1)
    shown = [*COMMANDS, "help"]
    if not await call.is_admin():
        shown.remove("admin")
    await call.answer(help_message(call.t, shown, unknown=unknown, guess=guess[0] if guess else ""))
