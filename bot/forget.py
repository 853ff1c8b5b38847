"""`calsync forget`: erases everything about a person, and looks whether anything is left."""

from __future__ import annotations

from bot.core import Core
from bot.once import FAILED, UNUSABLE, NotPossible, Result, find_account, instead_of_run
from bot.settings import Settings
from bot.texts import Texts
from sync.clock import Clock


async def forget(settings: Settings, who: str, clock: Clock | None = None) -> Result:
    """Disconnect a person and erase all that is kept about them; both calendars stay as they are.

    `who` is a Slack user id, an Odoo login or a Google address. `calsync run` must not be up: it would go on
    writing about them.

    Returns:
        With code 0 when nothing is left, 1 when something is, 2 when nothing was done.

    Raises:
        Misconfigured: calsync cannot start as it is set up.
    """
    t = Texts()
    try:
        async with Core(settings, clock) as core, instead_of_run(settings):
            account = await find_account(core, who)
            erased = await core.leaving.forget_and_prove(account)
    except NotPossible as error:
        return Result(UNUSABLE, problems=[str(error)])
    lines: list[str] = [t.plural("forget.rows", number, table=table) for table, number in erased.rows.items()]
    if erased.owed:
        lines.append(t.plain("forget.owed"))
    if erased.left:
        left = [t.plural("forget.left", number, place=place) for place, number in erased.left.items()]
        return Result(FAILED, lines, left)
    return Result(0, [*lines, t.plain("forget.nothing_left", who=who)])
