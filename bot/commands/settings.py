"""`/calsync settings`: what a person can choose, and the menus that change it, here and on the Home tab."""

from __future__ import annotations

from typing import Any

from bot.commands.call import Call
from bot.own_keys import key_data
from bot.people import texts_for
from bot.services import Services
from bot.texts import languages
from bot.views.help import way_on
from bot.views.settings import ALL, AUTOMATIC, MORNING, OFF, ON, Choices, settings_message
from bot.views.status import not_connected_message
from sync.store import accounts, cursors
from sync.store.accounts import Account
from sync.wishes import Direction, Kind, read_kinds, write_kinds

HOURS = range(24)


async def run(call: Call) -> None:
    """Show the person's settings."""
    account = await call.account()
    if account is None:
        await call.answer(not_connected_message(call.t))
    else:
        await call.answer(settings_message(call.t, await choices_of(call.services, account)))


async def choices_of(services: Services, account: Account) -> Choices:
    """Return what an account's person has chosen."""
    return Choices(
        direction=Direction(account.direction),
        left_out=read_kinds(account.left_out),
        past=account.window_past,
        future=account.window_future,
        widest_past=services.settings.window_past,
        widest_future=services.settings.window_future,
        quiet_from=account.quiet_from,
        quiet_until=account.quiet_until,
        language=account.language if account.language in languages() else "",
        makes_meet=account.makes_meet,
        key=await key_data(services.store, account),
    )


async def set_meet(call: Call) -> None:
    """Choose whether new meetings get a Meet link; it counts for those made from now on."""
    await _change(call, makes_meet=call.argument == ON)


async def set_direction(call: Call) -> None:
    """Choose which calendars are written to."""
    if call.argument in {*Direction}:
        await _change(call, anew=True, direction=call.argument)
    else:
        await _refuse(call)


async def set_kinds(call: Call) -> None:
    """Choose which kinds of events take part: those named, separated by commas."""
    await _change(call, anew=True, left_out=write_kinds({*Kind} - read_kinds(call.argument)))


async def set_past(call: Call) -> None:
    """Choose how many days of the past are synced."""
    await _set_window(call, "window_past")


async def set_future(call: Call) -> None:
    """Choose how many days of the future are synced."""
    await _set_window(call, "window_future")


async def _set_window(call: Call, name: str) -> None:
    if call.argument == ALL or call.argument.isdecimal():
        await _change(call, anew=True, **{name: None if call.argument == ALL else int(call.argument[:5])})
    else:
        await _refuse(call)


async def set_quiet_from(call: Call) -> None:
    """Choose when quiet hours begin, or that there are none."""
    hour = _hour(call.argument)
    if call.argument == OFF:
        await _change(call, quiet_from=None, quiet_until=None)
    elif hour is not None:
        account = await call.account()
        until = account.quiet_until if account else None
        await _change(call, quiet_from=hour, quiet_until=MORNING if until is None else until)
    else:
        await _refuse(call)


async def set_quiet_until(call: Call) -> None:
    """Choose when quiet hours end."""
    hour = _hour(call.argument)
    await (_refuse(call) if hour is None else _change(call, quiet_until=hour))


async def set_language(call: Call) -> None:
    """Choose the language of all that this person is told."""
    if call.argument == AUTOMATIC or call.argument in languages():
        await _change(call, language="" if call.argument == AUTOMATIC else call.argument)
    else:
        await _refuse(call)


async def _refuse(call: Call) -> None:
    """Say that a menu offers what there is no more; nothing is changed."""
    await call.answer(way_on(call.t, call.t("error.stale_button")))


def _hour(word: str) -> int | None:
    return int(word) if word.isdecimal() and len(word) < 3 and int(word) in HOURS else None


async def _change(call: Call, *, anew: bool = False, **values: Any) -> None:
    """Change an account and show the settings as they are now.

    With `anew`, all of both calendars is compared by the next run, which follows at once: what was left out
    until now may take part. A run under way goes on by the old settings, so it is waited for.
    """
    account, services = await call.account(), call.services
    if account is None:
        await call.answer(not_connected_message(call.t))
        return
    if anew:
        async with services.runner.alone(account.id), services.store.write() as tx:
            await accounts.update(tx, account.id, **values)
            await cursors.set_google(tx, account.id, None)
        services.timer.call(account.id)
    else:
        async with services.store.write() as tx:
            await accounts.update(tx, account.id, **values)
    account = await call.account()
    if account is None:
        return
    if call.at_home:
        await call.respond(blocks=())
    else:
        t = texts_for(call.person, account)
        await call.replace(settings_message(t, await choices_of(services, account)))
