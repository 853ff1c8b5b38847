"""The subcommands of /calsync, one module each, and the buttons that do the same."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Awaitable, Callable
from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp

from bot.commands import connect, database, first_sync, held, history, resync, settings, status
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
    ActionId.START: first_sync.start,
    ActionId.CANCEL: first_sync.cancel,
    ActionId.LOOK: first_sync.look,
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
        call = dataclasses.replace(call, argument=rest.strip())
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
    return Call(person, Texts(person.locale), respond, services, admins(services), from_button)


def admins(services: Services) -> Mrkdwn:
    """Name the administrators as Slack shows people."""
    return services.admins


async def _help(call: Call, word: str) -> None:
    unknown = "" if word.lower() in ("", "help") else word
    guess = difflib.get_close_matches(word.lower(), [*COMMANDS, "help"], n=1)
    await call.answer(
        help_message(call.t, [*COMMANDS, "help"], unknown=unknown, guess=guess[0] if guess else "")
    )
