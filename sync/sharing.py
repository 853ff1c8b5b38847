"""Finding in Odoo the meetings that colleagues' links name, wherever they stand by now."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable

from sync.ledger import Ledger
from sync.odoo.side import OdooSide, OdooView
from sync.plan import Link
from sync.seen import State
from sync.store import links
from sync.store.links import Sharer


async def find_shared(
    odoo: OdooSide,
    ledger: Ledger,
    sharers: Collection[Sharer],
    own: Collection[Link],
    more: Iterable[int] = (),
) -> tuple[OdooView, list[Sharer]]:
    """Look at the events of colleagues' links, and at `more` of them, as the owner sees them.

    A series that was made single, the other way round, or moved as a whole has another key in Odoo. A
    colleague's link tells which, even before the colleague's own run has followed it there; without that, the
    event would pass for a deleted one and be made a second time.

    Returns:
        What was found, and the sharers with the keys that are right now.
    """
    ids = {*more, *(one.odoo_id for one in sharers)}
    if not ids:
        return OdooView({}, {}), [*sharers]
    view = await odoo.fetch(ledger.owner, ids, own)
    lost = [one for one in sharers if is_gone(view, one.odoo_id)]
    if not lost:
        return view, [*sharers]
    by_account: defaultdict[int, set[str]] = defaultdict(set)
    for one in lost:
        by_account[one.account_id].add(one.google_id)
    theirs: list[Link] = []
    async with ledger.store.read() as tx:
        for account_id, google_ids in by_account.items():
            theirs += await links.of_account(tx, account_id, google_ids=google_ids)
    now: dict[int, int] = {}
    for link in theirs:
        # One by one: of several links to one series only the first would be followed.
        followed = await odoo.fetch(ledger.owner, [link.odoo_id], [link])
        now[link.odoo_id] = followed.moved.get(link.id, link.odoo_id)
    if moved := {*now.values()} - ids:
        view = view.joined(await odoo.fetch(ledger.owner, moved, own))
    return view, [dataclasses.replace(one, odoo_id=now.get(one.odoo_id, one.odoo_id)) for one in sharers]


def is_gone(view: OdooView, key: int) -> bool:
    """Say whether an event is not there, or not for the owner."""
    return key not in view.seen or view.seen[key].state is State.GONE
