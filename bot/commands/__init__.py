"""The subcommands of /calsync, one module each, and the buttons that do the same."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Awaitable, Callable
from typing import Any, cast

import structlog
from slack_bolt.app.async_app import AsyncApp

from bot.commands import (
    admin,
    alerts,
    connect,
    database,
    debug,
    disconnect,
    first_sync,
    held,
    history,
    home,
    key,
    pause,
    questions,
    reset,
    resync,
    settings,
    status,
    undo,
)
from bot.commands import help as help_command
from bot.commands.answering import direct, of_home, responder
from bot.commands.call import Call, make_call
from bot.services import Services
from bot.slack import STALE, Tell, listener
from bot.texts import Texts, unescape
from bot.views.actions import ActionId
from bot.views.changes import trouble
from bot.views.help import note, way_on
from bot.views.status import not_connected_message

Command = Callable[[Call], Awaitable[None]]

log = structlog.get_logger()

COMMANDS: dict[str, Command] = {
    "connect": connect.run,
    "status": status.run,
    "resync": resync.run,
    "history": history.run,
    "settings": settings.run,
    "key": key.run,
    "pause": pause.pause,
    "resume": pause.resume,
    "reset": reset.run,
    "undo": undo.run,
    "disconnect": disconnect.run,
    "debug": debug.run,
    "admin": admin.run,
}
WITHOUT_ACCOUNT = frozenset({"connect", "debug"})
"""Commands that work before somebody has connected; the others lead there first."""
GO_ON = frozenset({"status", "resync", "history", "settings"})
"""Commands that are carried out once the connection stands that they need: those that nobody could regret."""
FOR_ADMINS = frozenset({"admin"})
"""Commands that only administrators are told of."""
BUTTONS: dict[ActionId, Command] = {
    ActionId.CONNECT: connect.run,
    ActionId.STATUS: status.run,
    ActionId.RESYNC: resync.run,
    ActionId.DELETE_HELD: held.delete,
    ActionId.RESTORE_HELD: held.bring_back,
    ActionId.RESTORE_VALUE: history.restore,
    ActionId.SET_MEET: settings.set_meet,
    ActionId.SET_DIRECTION: settings.set_direction,
    ActionId.SET_KINDS: settings.set_kinds,
    ActionId.SET_PAST: settings.set_past,
    ActionId.SET_FUTURE: settings.set_future,
    ActionId.SET_QUIET_FROM: settings.set_quiet_from,
    ActionId.SET_QUIET_UNTIL: settings.set_quiet_until,
    ActionId.SET_LANGUAGE: settings.set_language,
    ActionId.USE_DATABASE: database.use,
    ActionId.START: first_sync.start,
    ActionId.CANCEL: first_sync.cancel,
    ActionId.LOOK: first_sync.look,
    ActionId.KEY: key.run,
    ActionId.REMOVE_KEY: key.remove,
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
    ActionId.RETRY_ALERT: alerts.retry,
    ActionId.MUTE_ALERT: alerts.mute,
    ActionId.UNMUTE_ALERT: alerts.unmute,
    ActionId.RUNBOOK: alerts.runbook,
}


async def carry_out(call: Call, line: str) -> None:
    """Carry out a command line, as it is typed after /calsync."""
    word, _, rest = line.strip().partition(" ")
    name = word.lower()
    call = dataclasses.replace(call, argument=rest.strip())
    command = COMMANDS.get(name)
    connected = await call.account() is not None
    if command is None:
        unknown = "" if name in ("", "help") else word
        is_admin = await call.services.admins.includes(call.person)
        now, known = (offered(connected=one, is_admin=is_admin) for one in (connected, True))
        await help_command.run(call, now, known, unknown, connected=connected)
    elif connected or name in WITHOUT_ACCOUNT | FOR_ADMINS:
        await command(call)
    elif name in GO_ON:
        await connect.give_link(call, then=f"{name} {call.argument}".strip())
    else:
        await call.answer(not_connected_message(call.t))


def offered(*, connected: bool, is_admin: bool) -> list[str]:
    """Return the commands that a person may use now."""
    usable = [name for name in COMMANDS if connected or name in WITHOUT_ACCOUNT | FOR_ADMINS]
    return [*(name for name in usable if is_admin or name not in FOR_ADMINS), "help"]


async def go_on(services: Services, team_id: str, user_id: str, line: str) -> None:
    """Carry out the command that made somebody connect, and answer in the direct messages."""
    respond = functools.partial(direct, services, user_id)

    async def act(_body: dict[str, Any], _respond: Any) -> None:
        await carry_out(await make_call(services, team_id, user_id, respond, from_button=False), line)

    async def ack() -> None:
        """There is nothing to acknowledge: nobody has pressed anything."""

    await listener(teller(services), services.errands)(act)(ack, {"user": {"id": user_id}}, respond)


def teller(services: Services) -> Tell:
    """Return what tells the person of a payload that something broke."""

    async def tell(body: dict[str, Any], reference: str, respond: Any) -> None:
        # Slack may be what failed: the reader's language is not asked for once more.
        t = Texts()
        text = t("error.unexpected", admins=services.admins.named(t), reference=reference)
        if services.store.trouble:
            text = trouble(services.store.trouble.code, t)
        await responder(body, respond, services)(**way_on(t, text).arguments, replace_original=False)

    return tell


def register(bolt: AsyncApp, services: Services) -> None:
    """Register every listener on Bolt."""
    app = cast(Any, bolt)  # its decorators are not typed
    listen = listener(teller(services), services.errands)

    @listen
    async def command(body: dict[str, Any], respond: Any) -> None:
        channel = body.get("channel_id", "")
        call = await make_call(
            services, body["team_id"], body["user_id"], respond, from_button=False, channel=channel
        )
        if await _admitted(call, "command"):
            await carry_out(call, unescape(body.get("text", "")))

    app.command("/calsync")(command)

    async def pressed(body: dict[str, Any], respond: Any) -> Call:
        user, [what, *_] = body["user"], body["actions"]
        return await make_call(
            services,
            user["team_id"],
            user["id"],
            responder(body, respond, services),
            from_button=True,
            argument=_chosen(what),
            channel=body.get("channel", {}).get("id", ""),
            at_home=of_home(body),
        )

    def on_button(action: ActionId, act: Command) -> None:
        @listen
        async def on(body: dict[str, Any], respond: Any) -> None:
            call = await pressed(body, respond)
            if await _admitted(call, action):
                await act(call)

        app.action(action)(on)

    for action, act in BUTTONS.items():
        on_button(action, act)

    @listen
    async def suggested(body: dict[str, Any], respond: Any) -> None:
        call = await pressed(body, respond)
        await carry_out(call, call.argument)

    app.action(ActionId.RUN)(suggested)

    @listen
    async def address_opened(body: dict[str, Any], respond: Any) -> None:
        """A button that only opens an address is told to us, too, and wants its ack."""

    app.action(ActionId.OPEN_LINK)(address_opened)
    app.action(ActionId.OPEN_EVENT)(address_opened)

    @listen
    async def home_opened(body: dict[str, Any], respond: Any) -> None:
        if body["event"].get("tab") == "home":
            await home.opened(services, body["team_id"], body["event"]["user"])

    app.event("app_home_opened")(home_opened)

    @listen
    async def stale(body: dict[str, Any], respond: Any) -> None:
        call = await pressed(body, respond)
        await call.answer(way_on(call.t, call.t("error.stale_button")))

    app.action(STALE)(stale)


def _chosen(action: dict[str, Any]) -> str:
    """Return the value of a button, or of what was chosen in a menu or among boxes."""
    options = [*(action.get("selected_options") or ()), action.get("selected_option")]
    return action.get("value") or ",".join(str(one["value"]) for one in options if one)


async def _admitted(call: Call, what: str) -> bool:
    """Turn guests, bots and deactivated people away, whatever they ask for."""
    if call.person.is_member:
        return True
    log.warning("refused", reason="not_a_member", what=what, by=call.person.user_id)
    await call.answer(note(call.t("connect.guest", admins=call.admins)))
    return False
