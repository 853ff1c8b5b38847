"""How an account ends: disconnected at once, erased when its time is over or when the person wants it."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.clock import Clock
from sync.google import waiting
from sync.google.grant import Grants
from sync.revoking import Revocations
from sync.run import Runner
from sync.store import Store, accounts, connects, erasing, own_keys
from sync.store.accounts import Account, AccountState
from sync.store.connects import Connect

KEPT = timedelta(days=30)
"""How long the links of a disconnected account wait, so that connecting again goes on where it stood."""

log = structlog.get_logger()


@dataclasses.dataclass(frozen=True)
class Erased:
    """How many rows of each table went, and in which tables or files something of the person is left.

    `owed`: Google could not take the grant back yet, so its token is kept, encrypted and without a name.
    """

    rows: Mapping[str, int]
    left: Mapping[str, int]
    owed: bool


@dataclasses.dataclass(frozen=True)
class Leaving:
    """Ends accounts; both calendars stay as they are."""

    store: Store
    grants: Grants
    runner: Runner
    revocations: Revocations
    clock: Clock

    async def disconnect(self, account_id: int) -> bool:
        """Stop an account and forget its token and its own key at once, then give the grant back to Google.

        A run under way ends with its next call of Google. Links, marks and cursors stay.

        Returns:
            Whether Google took the grant back: false when it could not be reached. Then it is tried again
            until it has, and the person's Google account goes on listing it until then.
        """
        async with self.grants.unused(account_id), self.store.write() as tx:
            account = await accounts.get(tx, account_id)
            if account is None:
                return True
            stored = await accounts.take_refresh_token(tx, account_id)
            cancelled = await connects.cancel(tx, account.team_id, account.slack_user_id)
            await own_keys.drop(tx, account_id)
            await own_keys.cancel(tx, account_id)
            ended = {"disconnected_at": self.clock.now(), "next_run_at": None, "trouble": None, "failures": 0}
            unpaused = {"paused_at": None, "paused_by": None}
            state = AccountState.DISCONNECTED
            if account.state is not state:
                await accounts.update(tx, account_id, state=state, **ended, **unpaused)
            owed = await self.revocations.owe_stored(tx, account.owner, stored, account.google_sub or "")
            readable = stored is None or bool(owed)
            owed += [await self._owe_waiting(tx, link) for link in cancelled if link.consent]
        return await self.revocations.settle(owed) and readable

    async def _owe_waiting(self, tx: AsyncConnection, link: Connect) -> int:
        consent, _ = waiting.unseal(self.store.vault, link.owner, link.consent or "")
        return await self.revocations.owe(tx, consent.refresh_token, consent.sub)

    async def gave_back(self, account_id: int) -> bool:
        """Try once more to give back what is owed of an account's grants; say whether nothing is now."""
        async with self.store.read() as tx:
            account = await accounts.get(tx, account_id)
        sub = account.google_sub if account else None
        return await self.revocations.settle(await self.revocations.of_google(sub)) if sub else True

    async def forget(self, account_id: int) -> Mapping[str, int]:
        """Disconnect an account and erase every row about its person; return the rows of each table.

        A grant that Google has not taken back stays, encrypted and without a name, until it has.
        """
        await self.disconnect(account_id)
        return await self._erase(account_id)

    async def _erase(self, account_id: int) -> Mapping[str, int]:
        async with self.runner.alone(account_id), self.store.write() as tx:
            account = await accounts.get(tx, account_id)
            return await erasing.erase(tx, account) if account else {}

    async def forget_and_prove(self, account: Account) -> Erased:
        """Erase a person, then look for what is left of them in every table, and in the file of SQLite."""
        async with self.store.read() as tx:
            wanted = await erasing.traces(tx, account)
        owed = not await self.disconnect(account.id) or not await self.gave_back(account.id)
        rows = await self._erase(account.id)
        await self.store.scrub()
        async with self.store.read() as tx:
            left = await erasing.found_in(tx, wanted)
            inside_others = await erasing.still_part_of_others(tx, wanted)
        files = await asyncio.to_thread(_found_in_files, self.store.files, wanted - inside_others)
        return Erased(rows, {**left, **files}, owed)

    async def sweep(self) -> None:
        """Erase the accounts that were disconnected long ago."""
        async with self.store.read() as tx:
            over = await accounts.left_before(tx, self.clock.now() - KEPT)
        for account in over:
            await self.forget(account.id)
            log.info("forgotten", account=account.id)


def _found_in_files(files: Collection[Path], wanted: Collection[str]) -> dict[str, int]:
    """Return in which files any of these texts stands, and how many of them: freed pages can hold them."""
    found: dict[str, int] = {}
    for path in files:
        content = path.read_bytes()
        if number := sum(one.encode() in content for one in wanted):
            found[path.name] = number
    return found
