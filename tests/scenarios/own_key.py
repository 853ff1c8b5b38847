"""What scenarios of people's own keys share."""

from __future__ import annotations

from datetime import datetime

from sync.store import cursors, own_keys
from tests.world import World


async def give_key(world: World, name: str, expires: datetime | None = None) -> str:
    """Let a person have a key in Odoo, and calsync know it, as if it had been entered on the page."""
    key = world.odoo.add_key(name, expires=expires)
    account, calsync = await world.account(name), world.running
    async with calsync.store.write() as tx:
        sealed = calsync.core.sides.seal(account, key)
        await own_keys.put(tx, account.id, sealed, calsync.clock.now(), expires)
        await cursors.set_google(tx, account.id, None)
    return key


def take_keys(world: World, name: str) -> None:
    """Let a person remove all keys in Odoo."""
    actor = world.odoo.as_user(name)
    actor.unlink("res.users.apikeys", actor.search("res.users.apikeys"))
