"""The book-keeping of one account's run: intents, links and parked items, each written at once."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence

from sync.clock import Clock
from sync.errors import RetryLater
from sync.match import google_id, token_message
from sync.model import Side
from sync.odoo.side import Owner
from sync.plan import Case, Link
from sync.store import Store, links, parked
from sync.store.accounts import Account
from sync.store.links import Intent

TOKEN_PURPOSE = "odoo access token"  # noqa: S105 (names a key, is none)
STRIKES = 3

OF_THE_ITEM = frozenset({"google_trouble", "google_unreadable", "odoo_trouble", "odoo_unreadable"})
"""Failures that one odd item can cause by itself; after several of them the whole run gives way too."""


@dataclasses.dataclass
class Ledger:
    """What this run did so far.

    `source` names the Odoo database, `counts` says how often each reason was acted on, `parked` which items
    were set aside in this run.
    """

    store: Store
    clock: Clock
    account: Account
    source: str
    counts: Counter[str] = dataclasses.field(default_factory=Counter)
    strikes: int = 0
    parked: set[tuple[Side, str]] = dataclasses.field(default_factory=set)

    @property
    def owner(self) -> Owner:
        """Return the person in Odoo's terms."""
        return Owner(self.account.odoo_uid, self.account.odoo_partner_id)

    def strike(self, error: RetryLater) -> None:
        """Count a failure of one item.

        Raises:
            RetryLater: the same, when it is no fault of an item, or when there are too many.
        """
        self.strikes += 1
        if error.code not in OF_THE_ITEM or self.strikes >= STRIKES:
            raise error

    def google_id(self, odoo_id: int, generation: int) -> str:
        """Return the id under which an Odoo event of this account is made in Google."""
        return google_id(self.source, self.account.odoo_uid, odoo_id, generation)

    def access_tokens(self, google_key: str, generation: int) -> list[str]:
        """Return the access tokens an Odoo event made from a Google event may carry, one a vault key."""
        message = token_message(self.source, google_key, generation)
        return self.store.vault.derived_tokens(TOKEN_PURPOSE, message)

    async def intend(self, planned: Sequence[Intent]) -> list[Intent]:
        """Record what is about to be sent."""
        async with self.store.write() as tx:
            return await links.intend(tx, self.account.id, self.clock.now(), planned)

    async def settle(self, results: Iterable[tuple[Intent, Link | None]]) -> None:
        """Strike out intents, with the links that came of them."""
        async with self.store.write() as tx:
            for intent, link in results:
                if link:
                    await links.put(tx, self.account.id, link)
                await links.settle(tx, intent.id)

    async def put(self, link: Link) -> Link:
        """Store a link and return it with its id."""
        async with self.store.write() as tx:
            await links.put(tx, self.account.id, link)
            if link.id:
                return link
            return (await links.of_account(tx, self.account.id, google_ids=[link.google_id]))[0]

    async def stands_for_another(self, google_key: str, odoo_id: int) -> bool:
        """Say whether a link joins the Google event with another row than this one."""
        async with self.store.read() as tx:
            held = await links.of_account(tx, self.account.id, google_ids=[google_key])
        return any(link.odoo_id != odoo_id for link in held)

    async def end(self, link: Link | None, intent: Intent | None = None) -> None:
        """End a link, if there is one, together with the intent that did it."""
        async with self.store.write() as tx:
            if link:
                await links.end(tx, link.id)
            if intent:
                await links.settle(tx, intent.id)

    async def park(self, case: Case, side: Side, reason: str) -> None:
        """Set an item aside, named for its owner; a side that has no record yet is named by the other's."""
        if not (case.google_id if side is Side.GOOGLE else case.odoo_id):
            side = side.other
        item = case.google_id if side is Side.GOOGLE else str(case.odoo_id)
        here, there = (case.google, case.odoo) if side is Side.GOOGLE else (case.odoo, case.google)
        label = self.store.vault.encrypt(self.account.owner, "parked", here.label or there.label)
        async with self.store.write() as tx:
            await parked.put(tx, self.account.id, side, item, reason, label, self.clock.now())
        self.parked.add((side, item))
        self.counts["parked"] += 1
