"""`calsync backup`: a copy of calsync's own database, beside `calsync run` or without it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.once import FAILED, UNUSABLE, NotPossible, Result, instead_of_run
from bot.settings import Settings
from bot.texts import Texts
from sync.clock import Clock
from sync.store import Store, restored
from sync.store.backup import NotCopied, copy
from sync.store.sole import file_of
from sync.vault import Vault

_SENTENCES = {
    "no_database": "backup.no_database",
    "own": "backup.own",
    "exists": "backup.exists",
    "no_place": "backup.no_place",
    "damaged": "backup.damaged",
    "failed": "backup.failed",
}


async def backup(settings: Settings, target: Path, *, replace: bool) -> Result:
    """Copy the database to a file that must not exist, unless it is to be replaced.

    Returns:
        With code 0 when the copy is there and whole, 1 when none could be made, 2 when it is another
        program's work: that of the database's server.
    """
    t, source = Texts(), file_of(settings.database_url)
    if source is None:
        return Result(UNUSABLE, problems=[t.plain("backup.server")])
    try:
        made = await asyncio.to_thread(copy, source, target, replace=replace)
    except NotCopied as error:
        return Result(FAILED, problems=[t.plain(_SENTENCES[error.why], detail=error.detail)])
    size = f"{made.size / 2**20:.1f}"
    lines = [
        t.plain("backup.done", path=str(target), size=size, version=made.version),
        t.plain("backup.holds", accounts=made.accounts, pairs=made.links),
        t.plain("backup.keys"),
    ]
    return Result(0, lines)


async def declare_restored(settings: Settings) -> Result:
    """Say that the database was set back to an earlier state; the next start acts on it.

    Returns:
        With code 0, or 2 while `calsync run` is up, which has acted on what the database says already.

    Raises:
        Misconfigured: the database cannot be used.
    """
    t, store = Texts(), Store(settings.database_url, Vault(settings.vault_key_bytes))
    try:
        async with instead_of_run(settings):
            await store.migrate()
            await restored.declare(store, Clock().now())
    except NotPossible as error:
        return Result(UNUSABLE, problems=[str(error)])
    finally:
        await store.close()
    return Result(0, [t.plain("backup.restored")])
