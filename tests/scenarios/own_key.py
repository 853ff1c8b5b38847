"""What scenarios of people's own keys share."""

from __future__ import annotations

from datetime import datetime

from sync.store import cursors, own_keys
from tests.scenarios.linking import browser
from tests.world import World


async def give_key(world: World, name: str, expires: datetime | None = None) -> str:
    """Let a person have a key in Odoo, and calsync know it, as if it had been entered on the page."""
    key = world.odoo.add_key(name, expires=expires) if expires else world.odoo.add_key(name)
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


async def key_link(world: World, name: str = "alice") -> str:
    """Let a person ask for a link to enter a key, and return it."""
    person = world.in_slack(name)
    person.reload()
    await person.command("/calsync key")
    await person.see("New API Key")
    url = (await person.click("Enter Key")).url
    assert url
    return url


async def enter(url: str, key: str) -> tuple[int, str]:
    """Enter a key in a fresh browser; returns the status and the text of the last page."""
    async with browser() as session:
        async with session.get(url) as shown:
            page, status = await shown.text(), shown.status
        if 'name="csrf"' not in page:
            return status, page
        csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
        async with session.post(url, data={"csrf": csrf, "key": key}) as answer:
            return answer.status, await answer.text()
