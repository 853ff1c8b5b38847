"""People's own ways into Odoo: with an API key, what is private to its person is seen and written."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import structlog

from sync.clock import Clock
from sync.errors import Misconfigured, NeedsHuman, Rejected, SyncError
from sync.odoo.client import OdooClient
from sync.odoo.side import OdooSide
from sync.odoo.users import USER_GONE, halted, read_users
from sync.store import Store, own_keys
from sync.store.accounts import Account
from sync.store.own_keys import OwnKey

PURPOSE = "own_key"
KEY_FORM = re.compile("[0-9a-f]{40}")
"""What Odoo makes (`API_KEY_SIZE` in res_users.py, 17 to 19): a password is hardly ever like that."""
LONGEST = timedelta(days=90)
"""How long keys of ordinary users last at the most, from Odoo 18 on."""
REFUSALS = frozenset({"odoo_login_refused", "odoo_key_expired", "odoo_key_of_other"})

log = structlog.get_logger()


@dataclasses.dataclass(frozen=True)
class _Opened:
    """A side with the sealed key that it was opened with."""

    sealed: str
    side: OdooSide


class OwnSides:
    """Finds the side of Odoo that an account's runs work with, and keeps the keys.

    That is the person's own side where Odoo takes a key of that person, else the `shared` one, the service
    account's, to which private events are masked. A key that Odoo refuses is forgotten at once.
    """

    def __init__(self, store: Store, shared: OdooSide, clock: Clock) -> None:
        self.shared = shared
        self._store, self._clock = store, clock
        self._opened: dict[int, _Opened] = {}
        self._locks: dict[int, asyncio.Lock] = {}

    async def close(self) -> None:
        """Give back all connections."""
        for account_id in list(self._opened):
            await self._shut(account_id)

    async def of(self, account: Account) -> OdooSide:
        """Return the side to read and write an account's events with.

        Raises:
            RetryLater: Odoo does not answer. NeedsHuman: the account's user is gone.
        """
        async with self._store.read() as tx:
            held = await own_keys.get(tx, account.id)
        if held is None and account.id not in self._opened:
            return self.shared
        async with self._locks.setdefault(account.id, asyncio.Lock()):
            return await self._of(account, held)

    async def _of(self, account: Account, held: OwnKey | None) -> OdooSide:
        if held is None or held.secret is None:
            await self._shut(account.id)
            return self.shared
        opened, over = self._opened.get(account.id), _is_over(held, self._now())
        if opened and opened.sealed == held.secret and not over:
            return opened.side
        await self._shut(account.id)
        key = self._store.vault.decrypt(account.owner, PURPOSE, held.secret)
        try:
            client = await self._enter(account, key)
        except Misconfigured as error:
            if error.code not in REFUSALS:
                raise
            await self._stop(held)
            return self.shared
        if over:  # of several keys, another one was taken for it
            async with self._store.write() as tx:
                await own_keys.note(tx, held, ends_at=await self._end(client))
        self._opened[account.id] = _Opened(held.secret, self.shared.through(client))
        return self._opened[account.id].side

    async def is_lost(self, account: Account) -> bool:
        """Say whether Odoo takes an account's key no more, after a call with it was refused.

        Raises:
            RetryLater, NeedsHuman: as for `of`.
        """
        await self._shut(account.id)
        return not (await self.of(account)).own

    async def check(self, account: Account, key: str) -> datetime | None:
        """Return when a key ends (aware UTC; None for never), having logged in as the account's user with it.

        Odoo does not tell which of several keys is which, so it is the end of the newest; people enter
        a key that they have just made.

        Raises:
            Misconfigured: Odoo does not take it for this user. RetryLater: Odoo does not answer.
            NeedsHuman: the account's user is gone.
        """
        client = await self._enter(account, key)
        try:
            return await self._end(client)
        finally:
            await client.close()

    def seal(self, account: Account, key: str) -> str:
        """Encrypt a key as it is kept."""
        return self._store.vault.encrypt(account.owner, PURPOSE, key)

    async def unmasked(self, account: Account, model: str, ids: list[int], fields: tuple[str, ...]) -> Rows:
        """Return records as the person sees them, by id; nothing where the person has no key that works.

        Raises:
            SyncError: they cannot be read now.
        """
        side = await self.of(account)
        return {row["id"]: row for row in await side.client.read(model, ids, fields)} if side.own else {}

    async def look_after(self, account: Account) -> None:
        """Find out in time that a key has ended, also where nothing else uses it."""
        try:
            await self.of(account)
        except SyncError as error:
            log.warning("own_key_unchecked", account=account.id, code=error.code)

    # --- how

    async def _enter(self, account: Account, key: str) -> OdooClient:
        """Log in as the account's user and nobody else."""
        rows = await read_users(self.shared.client, [account.odoo_uid])
        if halted(account, rows):
            raise NeedsHuman(USER_GONE)
        # The login may be another by now than when the account was connected.
        client = await self.shared.client.for_login(rows[account.odoo_uid]["login"], key)
        try:
            uid, _ = await client.session()
            if uid != account.odoo_uid:
                raise Misconfigured("odoo_key_of_other")
        except SyncError:
            await client.close()
            raise
        return client

    async def _end(self, client: OdooClient) -> datetime | None:
        uid, major = await client.session()
        if major < 18:
            return None
        mine = [("user_id", "=", uid), ("scope", "in", [False, "rpc"])]
        try:
            rows = await client.search_read("res.users.apikeys", mine, ("expiration_date",), order="id desc")
        except Rejected:
            return self._now() + LONGEST
        ends = [_moment(row["expiration_date"]) for row in rows]
        return next((one for one in ends if one is None or one > self._now()), None)

    async def _stop(self, held: OwnKey) -> None:
        log.warning("own_key_refused", account=held.account_id)
        async with self._store.write() as tx:
            await own_keys.note(tx, held, secret=None, stopped_at=self._clock.now())

    async def _shut(self, account_id: int) -> None:
        if opened := self._opened.pop(account_id, None):
            await opened.side.client.close()

    def _now(self) -> datetime:
        return self._clock.now() + self.shared.client.skew


Rows = Mapping[int, Mapping[str, object]]


def _is_over(held: OwnKey, now: datetime) -> bool:
    return held.ends_at is not None and held.ends_at <= now


def _moment(text: str | bool) -> datetime | None:
    return datetime.fromisoformat(str(text)).replace(tzinfo=UTC) if text else None
