"""Giving grants back to Google: owed from the moment nobody uses them, tried until Google has taken them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.clock import Clock
from sync.errors import SyncError
from sync.google import waiting
from sync.google.grant import PURPOSE as STORED
from sync.google.grant import Grants
from sync.store import Store, accounts, connects, revocations
from sync.store.revocations import Owed
from sync.store.sealed import OURS
from sync.vault import VaultError

PURPOSE = "revocation"
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
UNUSED = timedelta(days=183)
"""After six months without use Google ends a refresh token by itself (its OAuth 2.0 guide, "Refresh token
expiration")."""

log = structlog.get_logger()


@dataclasses.dataclass(frozen=True)
class Revocations:
    """What is owed to Google, kept encrypted and without a name until Google has taken it.

    It is written down in the transaction that lets go of the token: a crash or a Google that is down leaves
    no grant behind that nobody remembers.
    """

    store: Store
    grants: Grants
    clock: Clock

    async def owe(self, tx: AsyncConnection, token: str, sub: str = "") -> int:
        """Note that a grant is to be given back, and return the id for `settle`.

        `sub` is whose Google account it is of, "" if unknown. Revoking a token ends every grant of that
        account to us, so it is not done once somebody is connected with the account again.
        """
        kept = self.store.vault.encrypt(OURS, PURPOSE, json.dumps({"token": token, "sub": sub}))
        return await revocations.add(tx, kept, self.clock.now())

    async def owe_stored(self, tx: AsyncConnection, owner: str, stored: str | None, sub: str) -> list[int]:
        """Note that a refresh token as it is stored for `owner` is to be given back; [] if there is none.

        One whose vault key is lost nobody can use, and neither can we give it back.
        """
        if stored is None:
            return []
        try:
            token = self.store.vault.decrypt(owner, STORED, stored)
        except VaultError:
            log.warning("revoke_impossible")
            return []
        return [await self.owe(tx, token, sub)]

    async def give_back(self, token: str, sub: str = "") -> bool:
        """Give a grant back now, or as soon as Google can take it; false when that is later."""
        async with self.store.write() as tx:
            owed_id = await self.owe(tx, token, sub)
        return await self.settle([owed_id])

    async def settle(self, ids: Collection[int]) -> bool:
        """Try to give these back, and return whether nothing of them is owed any more.

        The first that Google does not take ends the round: it cannot be reached, most likely.
        """
        for owed_id in ids:
            async with self.store.read() as tx:
                found = await revocations.get(tx, [owed_id])
            if found and not await self._settle(found[0]):
                return False
        return True

    async def catch_up(self) -> None:
        """Try again what is due."""
        async with self.store.read() as tx:
            ids = await revocations.due(tx, self.clock.now())
        await self.settle(ids)

    async def of_google(self, sub: str) -> list[int]:
        """Return the ids of what is owed for a Google account."""
        async with self.store.read() as tx:
            owed = await revocations.everything(tx)
        return [one.id for one in owed if (kept := self._kept(one)) and kept["sub"] == sub]

    async def _settle(self, owed: Owed) -> bool:
        kept = self._kept(owed)
        if kept is None or self.clock.now() - owed.owed_since > UNUSED:
            log.warning("revoke_given_up", readable=kept is not None)
            return await self._end(owed)
        async with self.store.read() as tx:
            holder = await accounts.of_google(tx, kept["sub"]) if kept["sub"] else None
            asked = await self._is_asked_about(tx, kept["sub"])
        if holder and holder.state in accounts.GRANTED:
            return await self._end(owed)
        if asked:
            return await self._postpone(owed)
        try:
            await self.grants.revoke(kept["token"])
        except SyncError as error:
            log.warning("revoke_failed", code=error.code, attempts=owed.attempts + 1)
            return await self._postpone(owed)
        return await self._end(owed)

    async def _is_asked_about(self, tx: AsyncConnection, sub: str) -> bool:
        """Say whether a fresh consent of the Google account waits for its code: it would die with the old."""
        for link in await connects.consented(tx):
            try:
                consent, _ = waiting.unseal(self.store.vault, link.owner, link.consent or "")
            except VaultError:
                continue
            if consent.sub == sub:
                return True
        return False

    async def _postpone(self, owed: Owed) -> bool:
        pause = min(FIRST_PAUSE * 2 ** min(owed.attempts, 16), LONGEST_PAUSE)
        async with self.store.write() as tx:
            await revocations.postpone(tx, owed.id, owed.attempts + 1, self.clock.now() + pause)
        return False

    async def _end(self, owed: Owed) -> bool:
        async with self.store.write() as tx:
            await revocations.drop(tx, owed.id)
        return True

    def _kept(self, owed: Owed) -> dict[str, str] | None:
        """Return what was sealed; None when its key is not there any more."""
        try:
            kept: dict[str, str] = json.loads(self.store.vault.decrypt(OURS, PURPOSE, owed.token))
        except VaultError:
            return None
        return kept
