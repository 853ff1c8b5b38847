"""Whether this is still the database that the links belong to, and no older copy of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.clock import Clock
from sync.errors import NeedsHuman, Rejected
from sync.odoo.client import OdooClient
from sync.odoo.codec import parse_datetime
from sync.odoo.evidence import FIELDS, KEPT, find_evidence, newest, remembered
from sync.odoo.existing import read_existing
from sync.odoo.users import confirm_user, halted, read_users
from sync.store import Store, accounts, identity
from sync.store.accounts import Account
from sync.store.identity import Known, Remembered

log = structlog.get_logger()

EVENT = "calendar.event"
ANY_STATE = ("active", "in", [True, False])
WENT_BACK, OTHER = "odoo_went_back", "odoo_other_database"
UUID_EVERY = timedelta(minutes=5)

Rows = Sequence[Mapping[str, Any]]


class Identity:
    """Knows the database; once it has doubts, everything stands still until an administrator confirms."""

    def __init__(self, client: OdooClient, store: Store, clock: Clock) -> None:
        self._client, self._store, self._clock = client, store, clock
        self._ask_uuid_at: datetime | None = clock.now()

    async def require(self, account: Account) -> None:
        """Let an account run, unless the database or the account's user is in doubt; asks Odoo nothing.

        Raises:
            NeedsHuman: one of them is.
        """
        async with self._store.read() as tx:
            code = halt_of(await identity.known(tx), self._client.source)
        if code:
            raise NeedsHuman(code)
        if account.halt:
            raise NeedsHuman(account.halt)

    async def confirm(self, account: Account, *, deleting: bool) -> None:
        """Make sure of the database before a run writes what it concluded from it; one small call or two.

        Raises:
            NeedsHuman: the database was set back, or replaced by another, since the last poll; or the run
                would delete in the name of a user who is gone.
        """
        await self.check()
        if deleting:
            await confirm_user(self._client, account)

    async def check(self, changed: Rows = ()) -> None:
        """Look for signs that the database went back in time or is another one.

        `changed` are rows just read, with `evidence.FIELDS`. One call reads the dates of the remembered rows;
        every five minutes another asks for the database's uuid, if our login may read that.

        Raises:
            NeedsHuman: it is in doubt, now or since earlier.
        """
        known, memory = await self._recall()
        if known.accepted:
            await self._begin_anew()
            known, memory = await self._recall()
        if code := halt_of(known, self._client.source):
            raise NeedsHuman(code)
        known = await self._with_uuid(known)
        await self._compare(known, memory, changed)
        if not memory:
            await self._remember_first()

    async def learn(self, tx: AsyncConnection, changed: Rows) -> None:
        """Remember the newest rows, in the transaction that follows up what changed."""
        known, memory = await identity.known(tx), await identity.memory(tx)
        if known is None or halt_of(known, self._client.source):
            return
        if fresh := remembered(changed):
            await identity.remember(tx, newest([*fresh, *memory]))
        made = [(row["id"], row["create_date"]) for row in changed if row["create_date"]]
        if made and (largest := max(made))[0] > known.newest_id:
            created = parse_datetime(largest[1])
            newer = dataclasses.replace(known, newest_id=largest[0], newest_created=created)
            await identity.keep(tx, newer)

    async def _recall(self) -> tuple[Known, list[Remembered]]:
        async with self._store.read() as tx:
            known, memory = await identity.known(tx), await identity.memory(tx)
        if known is None:
            known = Known(self._client.source)
            await self._keep(known)
        return known, memory

    async def _compare(self, known: Known, memory: list[Remembered], changed: Rows) -> None:
        ids = [one.odoo_id for one in memory]
        domain = [("id", "in", ids), ANY_STATE]
        rows = await self._client.search_read(EVENT, domain, FIELDS) if ids else []
        found = {row["id"]: row for row in rows}
        evidence = find_evidence(known, memory, found, changed)
        if evidence and evidence.vanished:
            # Rows that we may not see any more are still there.
            about = await read_existing(self._client, EVENT, evidence.vanished, FIELDS)
            evidence = find_evidence(known, memory, found, changed, about.forbidden)
        if evidence:
            await self._halt(known, WENT_BACK, evidence.why)
        if len(found) < len(ids):
            async with self._store.write() as tx:
                await identity.forget(tx, set(ids) - found.keys())

    async def _remember_first(self) -> None:
        newest_first = "write_date desc, id desc"
        rows = await self._client.search_read(EVENT, [ANY_STATE], FIELDS, order=newest_first, limit=KEPT)
        async with self._store.write() as tx:
            await self.learn(tx, rows)

    async def _begin_anew(self) -> None:
        """Carry out an administrator's word: from now on this is the database that the links belong to."""
        async with self._store.read() as tx:
            everybody = await accounts.everybody(tx)
        rows = await read_users(self._client, [one.odoo_uid for one in everybody])
        async with self._store.write() as tx:
            known = await identity.known(tx)
            if known is None or not known.accepted:
                return  # another run was quicker
            await identity.forget_all(tx, self._clock.now())
            for account in everybody:
                await accounts.update(tx, account.id, halt=halted(account, rows, strictly=True))
            await identity.keep(tx, Known(self._client.source))
        log.warning("odoo_database_accepted", doubt=known.halt, source=self._client.source)
        self._ask_uuid_at = self._clock.now()

    async def _with_uuid(self, known: Known) -> Known:
        """Ask for the database's uuid when it is time; no answer proves nothing."""
        if self._ask_uuid_at is None or self._clock.now() < self._ask_uuid_at:
            return known
        try:
            uuid = await self._client.call("ir.config_parameter", "get_param", key="database.uuid")
        except Rejected:  # only administrators may read it
            self._ask_uuid_at = None
            return known
        if uuid and known.uuid and uuid != known.uuid:
            await self._halt(known, OTHER, "another uuid")
        self._ask_uuid_at = self._clock.now() + UUID_EVERY
        if uuid and not known.uuid:
            known = dataclasses.replace(known, uuid=str(uuid))
            await self._keep(known)
        return known

    async def _keep(self, known: Known) -> None:
        async with self._store.write() as tx:
            await identity.keep(tx, known)

    async def _halt(self, known: Known, code: str, why: str) -> None:
        log.error("odoo_database_in_doubt", code=code, why=why)
        await self._keep(dataclasses.replace(known, halt=code))
        raise NeedsHuman(code, why)


def halt_of(known: Known | None, source: str) -> str | None:
    """Return the code of what stops every run; `source` names the database that the settings name."""
    if known is None:
        return None
    return known.halt or (OTHER if known.source != source else None)


async def accept(store: Store, source: str) -> bool:
    """Record an administrator's word that the database is to be used as it is; false if nothing asks for it.

    The next poll carries it out: what was seen before is forgotten, so that all calendars are compared as if
    for the first time; nothing is deleted for it, and no old value overwrites a newer one. An account whose
    user is not there, or is somebody else there, stays stopped.
    """
    async with store.write() as tx:
        known = await identity.known(tx)
        if known is None or known.accepted or halt_of(known, source) is None:
            return False
        await identity.keep(tx, dataclasses.replace(known, accepted=True))
    return True
