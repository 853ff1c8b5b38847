"""What the bot does about people's own keys for Odoo: takes them, forgets them, and tells when they end."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.notify import Notifier
from bot.services import Services
from bot.texts import Texts
from bot.views.key import KeyData, ends_message, entered_message, stopped_message
from bot.views.kit import Message
from sync.clock import Clock
from sync.odoo.own import OwnSides
from sync.store import Store, accounts, cursors, own_keys
from sync.store.accounts import Account
from sync.store.own_keys import KeyLink, OwnKey

REMIND = timedelta(days=7)
"""How long before its end the person is reminded of it."""

log = structlog.get_logger()


async def key_data(store: Store, account: Account) -> KeyData | None:
    """Return how an account's key stands, None without one."""
    async with store.read() as tx:
        held = await own_keys.get(tx, account.id)
    return _data(held) if held else None


def _data(held: OwnKey) -> KeyData:
    return KeyData(held.ends_at, stopped=held.secret is None)


async def take_key(services: Services, account: Account, link: KeyLink, key: str) -> KeyData | None:
    """Check a key with Odoo and keep it; the link is used up. None when the link was used meanwhile.

    Private events are compared by the next run, which follows at once.

    Raises:
        SyncError: Odoo does not take the key for this account's user, or cannot be asked.
    """
    ends_at, now = await services.sides.check(account, key), services.clock.now()
    async with services.store.write() as tx:
        if not await own_keys.use(tx, link):
            return None
        await own_keys.put(tx, account.id, services.sides.seal(account, key), now, ends_at)
    data = KeyData(ends_at)
    log.info("own_key_entered", account=account.id)
    services.errands.start(_go_on(services, account))
    await services.notifier.warn(account.id, partial(entered_message, data=data))
    return data


async def remove_key(services: Services, account: Account) -> bool:
    """Forget a key at once; false when there is none."""
    async with services.store.write() as tx:
        removed = await own_keys.drop(tx, account.id)
        await own_keys.cancel(tx, account.id)
    if removed:
        log.info("own_key_removed", account=account.id)
        services.errands.start(_go_on(services, account))
    return removed


async def _go_on(services: Services, account: Account) -> None:
    """Let the next run compare everything: other events can be seen now than before."""
    async with services.runner.alone(account.id), services.store.write() as tx:
        await cursors.set_google(tx, account.id, None)
    services.timer.call(account.id)
    await services.refresh_home(account)


@dataclasses.dataclass(frozen=True)
class KeyCare:
    """Tells people of their keys: once a week before one ends, once when it has stopped working."""

    store: Store
    sides: OwnSides
    notifier: Notifier
    clock: Clock

    async def daily(self) -> None:
        """Look after all keys: whose end comes near, which have ended without anybody's using them."""
        now = self.clock.now()
        for account, held in await self._keys(_near_its_end(now)):
            if held.ends_at is None or held.ends_at <= now:
                await self.sides.look_after(account)
            else:
                await self._tell(account, held, "reminded_at", partial(ends_message, ends_at=held.ends_at))
        await self.tell_stopped()

    async def tell_stopped(self) -> None:
        """Tell those whose key Odoo refuses."""
        for account, held in await self._keys(_is_untold):
            await self._tell(account, held, "told_at", stopped_message)

    async def _keys(self, concerned: Callable[[OwnKey], bool]) -> list[tuple[Account, OwnKey]]:
        async with self.store.read() as tx:
            held = [one for one in await own_keys.everyone(tx) if concerned(one)]
            found = [(await accounts.get(tx, one.account_id), one) for one in held]
        return [(account, one) for account, one in found if account]

    async def _tell(
        self, account: Account, held: OwnKey, noted: str, draw: Callable[[Texts], Message]
    ) -> None:
        """Tell a person and note it; what Slack does not take is told another time."""
        if await self.notifier.warn(account.id, draw):
            async with self.store.write() as tx:
                await own_keys.note(tx, held, **{noted: self.clock.now()})


def _is_untold(held: OwnKey) -> bool:
    return held.stopped_at is not None and held.told_at is None


def _near_its_end(now: datetime) -> Callable[[OwnKey], bool]:
    def concerned(held: OwnKey) -> bool:
        if held.secret is None or held.ends_at is None:
            return False
        return held.ends_at <= now or (held.ends_at - now <= REMIND and held.reminded_at is None)

    return concerned
