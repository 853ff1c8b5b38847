"""calsync's own database and its disk, and the keys that its secrets are encrypted with."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Mapping

import sqlalchemy as sa

from bot import disk
from bot.doctor.finding import Finding, bad, ok, warn
from bot.doctor.ground import Check, Ground
from sync.errors import DatabaseTrouble, Misconfigured
from sync.store import Store, sealed


class _Undone(Exception):
    """Rolls a transaction back."""


async def is_newest(store: Store) -> bool:
    """Say whether the database is in the form that this calsync reads."""
    try:
        at, newest = await store.version()
    except Misconfigured:
        return False
    return at == newest


async def database(ground: Ground) -> Finding:
    """Whether it opens, can be written, and is migrated; nothing is changed."""
    name, store = "database", ground.store
    at, newest = await store.version()
    folder = disk.folder_of(ground.settings.database_url)
    if folder and not store.files:
        if not os.access(folder, os.W_OK):
            return bad(
                name, f"no file can be made in {folder}", "Let the user that calsync runs as write there"
            )
        return ok(name, f"`calsync run` makes it in {folder}")
    try:
        async with store.write() as tx:
            await tx.execute(sa.text("CREATE TABLE calsync_doctor (n INTEGER)"))
            raise _Undone
    except _Undone:
        pass
    except (DatabaseTrouble, sa.exc.DBAPIError) as error:
        return bad(
            name,
            f"the database cannot be written: {error}",
            "Give the user that calsync runs as the right to write it, for SQLite to its folder, too",
            "If it is locked, look which other program holds it",
        )
    if at is None:
        return ok(name, "writable, and still empty: `calsync run` makes its tables")
    if at != newest:
        return warn(
            name,
            f"writable, of version {at}; this calsync has {newest}",
            "`calsync run` brings it to the newest form when it starts, `calsync migrate` does it now. An "
            "older calsync cannot use it then: keep a copy",
        )
    return ok(name, "writable and in its newest form")


async def free(ground: Ground) -> Finding:
    """Whether there is room for it."""
    name, folder = "disk", disk.folder_of(ground.settings.database_url)
    if folder is None or not folder.exists():
        return ok(name, "its server watches its own disk" if folder is None else "not known yet")
    usage = await asyncio.to_thread(shutil.disk_usage, folder)
    if disk.is_short(usage.free, usage.total):
        return warn(name, f"{usage.free >> 20} MB are left at {folder}", "Make room there")
    return ok(name, f"{usage.free >> 20} MB are free")


async def vault(ground: Ground) -> Finding:
    """Whether the keys open what is stored, and which of them are still needed."""
    name, store = "vault", ground.store
    older = len(ground.settings.vault_key_bytes) - 1
    if not await is_newest(store):
        return ok(name, "the keys are well-formed; what they open is known once the database is migrated")
    async with store.read() as tx:
        used = await sealed.keys_in_use(tx)
    unknown = {key: number for key, number in used.items() if not store.vault.knows(key)}
    if unknown:
        named = ", ".join(f"{number} under {key}" for key, number in unknown.items())
        return bad(
            name,
            f"CALSYNC_VAULT_KEYS lacks keys that secrets are encrypted with ({named})",
            "Put the key that is missing behind the newest one, separated by a comma",
            "If it is lost for good, those people have to connect again",
        )
    if left := sum(used.values()) - used[store.vault.newest]:
        return warn(
            name,
            f"{left} secrets are still encrypted under older keys",
            "Stop `calsync run`, run `calsync vault rotate`, start it again",
        )
    if older:
        return ok(
            name, "the newest key opens everything; the older ones only recognise events made under them"
        )
    return ok(name, "the key opens everything that is stored")


CHECKS: Mapping[str, Check] = {
    "database": database,
    "disk": free,
    "vault": vault,
}
