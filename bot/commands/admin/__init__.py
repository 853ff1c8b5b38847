"""`/calsync admin …`: one module a subcommand, found by its name; each is for administrators alone.

A module `reset.py` with `async def run(call: Call) -> None` is `/calsync admin reset`, if the catalogue has
its line `help.admin.reset`. What follows the subcommand is the call's argument.
"""

from __future__ import annotations

import dataclasses
import difflib
import importlib
import pkgutil
from collections.abc import Awaitable, Callable

from bot.commands.call import Call
from bot.views.admin import admin_help_message
from bot.views.help import note

SUBCOMMANDS: dict[str, Callable[[Call], Awaitable[None]]] = {
    found.name: importlib.import_module(f"{__name__}.{found.name}").run
    for found in pkgutil.iter_modules(__path__)
}


async def run(call: Call) -> None:
    """Carry a subcommand out for an administrator; anybody else gets a polite no."""
    word, _, rest = call.argument.partition(" ")
    if not await call.is_admin(f"admin {word}"):
        await call.answer(note(call.t("admin.not_yours", admins=call.admins)))
        return
    if known := SUBCOMMANDS.get(word.lower()):
        await known(dataclasses.replace(call, argument=rest.strip()))
        return
    unknown = "" if word.lower() in ("", "help") else word
    [guess] = difflib.get_close_matches(word.lower(), SUBCOMMANDS, n=1) or [""]
    await call.answer(admin_help_message(call.t, sorted(SUBCOMMANDS), unknown=unknown, guess=guess))
