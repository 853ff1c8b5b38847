"""Giving back what a conflict overruled, as if the person edited it anew."""

from __future__ import annotations

import dataclasses
import functools
import json
from typing import Any

from sync import values
from sync.base import read_start
from sync.clock import Clock
from sync.errors import Rejected
from sync.google.side import GoogleSide
from sync.ledger import Ledger
from sync.measures import Measures
from sync.merge import Merge
from sync.model import Event, Side, Start
from sync.odoo.own import OwnSides
from sync.plan import Link
from sync.store import Store, accounts, history, intents, links
from sync.store.history import Entry


@dataclasses.dataclass(frozen=True)
class History:
    """What was written for an account in the last two weeks, and the way back for overruled values."""

    store: Store
    google: GoogleSide
    sides: OwnSides
    clock: Clock
    measures: Measures = dataclasses.field(default_factory=Measures)

    async def restore(self, account_id: int, entry_id: int) -> None:
        """Write the overruled values of an entry to the side that had held them.

        The base is left as it is, so that the next run takes them for that person's new edit and carries them
        over to the other side.

        Raises:
            Rejected: there is nothing to restore any more, or the event is gone (`nothing_to_restore`).
            Stale: somebody is editing it just now.
        """
        async with self.store.read() as tx:
            account = await accounts.get(tx, account_id)
            entry = await history.get(tx, account_id, entry_id)
            known = await links.of_account(tx, account_id, google_ids=[entry.google_id]) if entry else []
        if account is None or entry is None or entry.overruled is None or not known:
            raise Rejected("nothing_to_restore")
        opened = self.store.vault.decrypt(account.owner, "overruled", entry.overruled)
        ledger = Ledger(self.store, self.clock, account, self.sides.shared.source)
        await self._write(ledger, entry, known[0], json.loads(opened))
        self.measures.writes[entry.side, "restore", "overruled"] += 1
        async with self.store.write() as tx:
            await intents.settle_kept(tx, account.id, entry.google_id)
            await history.settle(tx, entry.id)

    async def _write(self, ledger: Ledger, entry: Entry, link: Link, lost: list[dict[str, Any]]) -> None:
        account_id = ledger.account.id
        if entry.side is Side.GOOGLE:
            seen = await self.google.fetch(account_id, link.google_id)
            if seen.event is None:
                raise Rejected("nothing_to_restore")
            event, fields, starts = _with_lost(seen.event, lost)
            merged = Merge(event, fields, frozenset(), google_starts=starts)
            await self.google.update(
                account_id,
                link.google_id,
                merged,
                seen,
                seen.version,
                link.google_zone,
                keep=functools.partial(ledger.keep, link.google_id),
            )
            return
        odoo = await self.sides.of(ledger.account)
        view = await odoo.fetch(ledger.owner, [link.odoo_id], [link])
        key = view.moved.get(link.id, link.odoo_id)
        if key not in view.seen or view.seen[key].event is None:
            raise Rejected("nothing_to_restore")
        here = view.seen[key]
        assert here.event is not None  # noqa: S101 (looked at above)
        event, fields, starts = _with_lost(here.event, lost)
        merged = Merge(event, frozenset(), fields, odoo_starts=starts)
        await odoo.update(
            ledger.owner,
            key,
            merged,
            here,
            token=lambda start: ledger.access_tokens(link.uid, link.generation, start)[0],
            window=self.google.window(),
            organizer=False,
            rows=False,
        )


def _with_lost(
    event: Event, lost: list[dict[str, Any]]
) -> tuple[Event, frozenset[str], dict[Start, frozenset[str]]]:
    """Return the event with the values that lost, the fields of it, and of its single occurrences."""
    whole = {one["name"]: values.load(one["name"], one["value"]) for one in lost if one["start"] is None}
    overrides = {start: dict(override) for start, override in event.overrides.items()}
    starts: dict[Start, frozenset[str]] = {}
    for one in lost:
        if one["start"] is not None:
            start = read_start(one["start"])
            overrides.setdefault(start, {})[one["name"]] = values.load(one["name"], one["value"])
            starts[start] = starts.get(start, frozenset()) | {one["name"]}
    changed = dataclasses.replace(event, **{**whole, "overrides": overrides})
    return changed, frozenset(whole) | ({"overrides"} if starts else set()), starts
