"""`/calsync help`: what this person may do now; also after a word that is no command."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence

from bot.commands.call import Call
from bot.views.help import help_message


async def run(
    call: Call, offered: Sequence[str], known: Collection[str], unknown: str = "", *, connected: bool
) -> None:
    """List the commands that this person may use now; guess which `known` one an `unknown` word means."""
    guess = difflib.get_close_matches(unknown.lower(), known, n=1) if unknown else []
    message = help_message(
        call.t,
        offered,
        connected=connected,
        admins=call.admins,
        unknown=unknown,
        guess=guess[0] if guess else "",
    )
    await call.answer(message)
