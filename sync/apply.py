"""Carries out a plan: every create and delete under an intent, every success recorded at once."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence

from sync.base import FieldHashes
from sync.creates import create_in_google, create_in_odoo
from sync.errors import Gone, Rejected, RetryLater, Stale
from sync.google.side import GoogleSide
from sync.ledger import Ledger
from sync.merge import Rules
from sync.model import Side
from sync.odoo.side import OdooSide
from sync.plan import Action, Align, Case, Create, Delete, Forget, Link, Park, decide
from sync.store import links
from sync.store.links import Intent

IN_FLIGHT = 8
ODOO_BATCH = 200
TRIES = 4


@dataclasses.dataclass
class Applier:
    """Carries out actions for one account in one run."""

    google: GoogleSide
    odoo: OdooSide
    rules: Rules
    ledger: Ledger
    _stop: RetryLater | None = None

    async def apply(self, actions: Sequence[Action]) -> None:
        """Carry out all actions; an item that fails is parked and the others go on.

        Raises:
            RetryLater: a side stopped answering or limits us; what was done is recorded, the rest is not.
            NeedsReconnect, Misconfigured: likewise.
        """
        in_odoo = [one for one in actions if isinstance(one, Create) and one.side is Side.ODOO]
        for start in range(0, len(in_odoo), ODOO_BATCH):
            await create_in_odoo(in_odoo[start : start + ODOO_BATCH], self.odoo, self.rules, self.ledger)
        gate = asyncio.Semaphore(IN_FLIGHT)

        async def one_by_one(action: Action) -> None:
            async with gate:
                if self._stop is None:
                    await self._guarded(action)

        rest = [one for one in actions if not (isinstance(one, Create) and one.side is Side.ODOO)]
        # Never cancelled half-way: a cancelled call's thread would write all the same, unrecorded.
        results = await asyncio.gather(*map(one_by_one, rest), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        if self._stop:
            raise self._stop

    async def _guarded(self, action: Action) -> None:
        try:
            await self._carry_out(action)
        except Rejected as error:
            await self.ledger.park(action.case, _side_of(action), error.code)
        except RetryLater as error:
            try:
                self.ledger.strike(error)
            except RetryLater as limit:
                self._stop = limit
            else:
                await self.ledger.park(action.case, _side_of(action), error.code)

    async def _carry_out(self, action: Action | None, tries: int = TRIES) -> None:
        """Carry out one action; when somebody was faster, look again and decide again."""
        try:
            match action:
                case Align():
                    await self._align(action)
                case Create(side=Side.GOOGLE):
                    found = await create_in_google(action, self.google, self.rules, self.ledger)
                    if found:
                        await self._carry_out(decide(found, self.rules), tries - 1)
                case Create():
                    await create_in_odoo([action], self.odoo, self.rules, self.ledger)
                case Delete():
                    await self._delete(action)
                case Forget():
                    await self.ledger.end(action.case.link)
                    self.ledger.counts[action.reason] += 1
                case Park():
                    await self.ledger.park(action.case, action.side, action.reason)
        except (Stale, Gone) as error:
            if action is None or tries <= 1:
                raise RetryLater("google_trouble", "changed again and again") from error
            await self._carry_out(decide(await self._look_again(action.case), self.rules), tries - 1)

    async def _look_again(self, case: Case) -> Case:
        account_id = self.ledger.account.id
        google = await self.google.fetch(account_id, case.google_id) if case.google_id else case.google
        read = await self.odoo.fetch(self.ledger.owner, [case.odoo_id]) if case.odoo_id else {}
        async with self.ledger.store.read() as tx:
            known = await links.of_account(tx, account_id, google_ids=[case.google_id])
        odoo = read.get(case.odoo_id, case.odoo)
        return dataclasses.replace(case, google=google, odoo=odoo, link=known[0] if known else None)

    async def _align(self, action: Align) -> None:
        case, merged = action.case, action.merged
        link = case.link or Link(0, case.odoo_id, case.google_id, case.generation, {}, {})
        odoo_now = case.odoo.hashes
        if merged.to_odoo:
            wanted = self.rules.odoo(merged.event)
            after = await self.odoo.update(self.ledger.owner, case.odoo_id, wanted, merged.to_odoo)
            # Only the written fields: what a person changed in between must still show as an edit.
            odoo_now = odoo_now | {name: after.hashes.get(name, "") for name in merged.to_odoo}
        link = dataclasses.replace(
            link.as_seen(case.google),
            google_base=_moved(link.google_base, case.google.hashes, merged.to_google),
            odoo_base=_moved(link.odoo_base, odoo_now, merged.to_google),
        )
        link = await self.ledger.put(link)
        if merged.to_google:
            google = await self.google.update(
                self.ledger.account.id,
                case.google_id,
                merged.event,
                merged.to_google,
                link.google_version,
                link.google_zone or self.ledger.account.time_zone,
            )
            await self.ledger.put(
                dataclasses.replace(
                    link.as_seen(google),
                    google_base=link.google_base | google.hashes,
                    odoo_base=link.odoo_base | odoo_now,
                )
            )
        self.ledger.counts[action.reason] += 1

    async def _delete(self, action: Delete) -> None:
        case, link = action.case, action.case.link
        planned = Intent(0, action.side, "delete", case.google_id, case.odoo_id, 0, {}, {})
        [intent] = await self.ledger.intend([planned])
        if action.side is Side.ODOO:
            await self.odoo.archive(case.odoo_id)
        else:
            version = case.google.version or (link.google_version if link else "*")
            await self.google.delete(self.ledger.account.id, case.google_id, version)
        await self.ledger.end(link, intent)
        self.ledger.counts[action.reason] += 1


def _side_of(action: Action) -> Side:
    """Name the side that an action writes to, or whose item it sets aside."""
    if isinstance(action, Align):
        return Side.GOOGLE if action.merged.to_google else Side.ODOO
    return Side.ODOO if isinstance(action, Forget) else action.side


def _moved(base: FieldHashes, now: FieldHashes, waiting: frozenset[str]) -> FieldHashes:
    """Move the base of all fields to what the side shows now, but for those that still wait for Google."""
    return base | {name: value for name, value in now.items() if name not in waiting}
