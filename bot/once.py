"""`calsync sync`: one account once, without Slack, and the dry run of it."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.core import Core
from bot.people import zone_of
from bot.settings import Settings
from bot.texts import Texts
from bot.views.changes import trouble
from bot.views.plan import plan_lines, steps, totals
from sync.clock import Clock
from sync.errors import Misconfigured, SyncError
from sync.holding import HELD_BACK
from sync.store import accounts
from sync.store.accounts import Account
from sync.store.sole import sole

FAILED, UNUSABLE = 1, 2
"""Exit codes: it was stopped or something is left; nothing was done, since it cannot work as things are."""


@dataclasses.dataclass(frozen=True)
class Result:
    """What came of it: an exit code, what to print, and what to complain about."""

    code: int
    lines: Sequence[str] = ()
    problems: Sequence[str] = ()


class NotPossible(Exception):
    """Nothing was done; the message says why and what to do."""


async def sync(settings: Settings, who: str, *, dry_run: bool, clock: Clock | None = None) -> Result:
    """Sync an account once, or tell what that would do.

    `who` is a Slack user id, an Odoo login or a Google address. A dry run writes to neither calendar, and may
    go on beside `calsync run`; a real one may not, since the two could make the same event at a time.

    Returns:
        With code 0 when it went well, 1 when a sync was stopped by something, 2 when nothing was done.

    Raises:
        Misconfigured: nobody can be synced as calsync is set up.
    """
    try:
        async with Core(settings, clock) as core:
            account = await find_account(core, who)
            if dry_run:
                return await _preview(core, account)
            async with instead_of_run(settings):
                return await _run(core, account)
    except NotPossible as error:
        return Result(UNUSABLE, problems=[str(error)])


async def _preview(core: Core, account: Account) -> Result:
    t, zone = Texts(), zone_of(account.time_zone)
    try:
        await core.feed.poll()
        planned = steps(await core.runner.preview(account.id))
    except Misconfigured:
        raise
    except SyncError as error:
        problem = t.plain("once.no_preview", trouble=trouble(error.code, t))
        return Result(FAILED, problems=[problem])
    head = t.plain("once.dry_run", login=account.odoo_login, zone=str(zone))
    return Result(0, [head, *plan_lines(t, planned, zone)])


async def _run(core: Core, account: Account) -> Result:
    t, problems = Texts(), list[str]()
    try:
        await core.feed.poll()
    except Misconfigured:
        raise
    except SyncError as error:  # the run goes as far as it can, and says itself what stops it
        problems.append(trouble(error.code, t))
    outcome = await core.runner.run(account.id)
    counts = Counter(outcome.counts)
    counts["parked"] -= counts[HELD_BACK]  # a run counts a deletion that waits as both
    lines = [totals(t, counts)]
    if outcome.code == "ok":
        return Result(0, lines, problems)
    return Result(FAILED, lines, [t.plain("once.stopped", trouble=trouble(outcome.code, t))])


async def find_account(core: Core, who: str) -> Account:
    """Return the account that goes by a name.

    Raises:
        NotPossible: nobody does, or several.
    """
    async with core.store.read() as tx:
        found = await accounts.called(tx, who)
    t = Texts()
    if not found:
        raise NotPossible(t.plain("once.nobody", who=who))
    if len(found) > 1:
        named = ", ".join(f"{one.slack_user_id} ({one.odoo_login})" for one in found)
        raise NotPossible(t.plain("once.several", who=who, named=named))
    return found[0]


@asynccontextmanager
async def instead_of_run(settings: Settings) -> AsyncIterator[None]:
    """Hold the address and the database of `calsync run`, so that the two never work at the same time.

    Raises:
        NotPossible: it is up.
        Misconfigured: one with another address works with the same database.
    """
    host, port = settings.listen_address
    try:
        server = await asyncio.start_server(lambda _, writer: writer.close(), host, port)
    except OSError as error:
        raise NotPossible(Texts().plain("once.running", listen=settings.listen)) from error
    async with server:
        with sole(settings.database_url):
            yield
