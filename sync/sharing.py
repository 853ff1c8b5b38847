"""Finding in Odoo the meetings that colleagues' links name, wherever they stand by now."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from sync.ledger import Ledger
from sync.model import Event
from sync.odoo.side import OdooSide, OdooView
from sync.plan import Link
from sync.roles import Role
from sync.seen import Seen, State
from sync.series import Series
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
        return OdooView(), [*sharers]
    view = await odoo.fetch(ledger.owner, ids, own)
    lost = [one for one in sharers if is_gone(view, one.odoo_id)]
    if not lost:
        return view, [*sharers]
    now: dict[int, int] = {}
    for link in await links_of(ledger, lost):
        # One by one: of several links to one series only the first would be followed.
        followed = await odoo.fetch(ledger.owner, [link.odoo_id], [link])
        now[link.odoo_id] = followed.moved.get(link.id, link.odoo_id)
    if moved := {*now.values()} - ids:
        view = view.joined(await odoo.fetch(ledger.owner, moved, own))
    return view, [dataclasses.replace(one, odoo_id=now.get(one.odoo_id, one.odoo_id)) for one in sharers]


async def links_of(ledger: Ledger, sharers: Iterable[Sharer]) -> list[Link]:
    """Return colleagues' links whole, by one question for each of their accounts."""
    by_account: defaultdict[int, set[str]] = defaultdict(set)
    for one in sharers:
        by_account[one.account_id].add(one.google_id)
    theirs: list[Link] = []
    async with ledger.store.read() as tx:
        for account_id, google_ids in by_account.items():
            theirs += await links.of_account(tx, account_id, google_ids=google_ids)
    return theirs


def is_gone(view: OdooView, key: int) -> bool:
    """Say whether an event is not there, or not for the owner."""
    return key not in view.seen or view.seen[key].state is State.GONE


async def as_colleagues_left_it(
    ledger: Ledger, own: Sequence[Link], google: Mapping[str, Seen]
) -> list[Link]:
    """Return the account's links; of a series from outside that a colleague's run has changed in Odoo, with
    the rule and the rows as that run left them.

    By its own memory the account would take the colleague's new rows for an edit made in Odoo, put others in
    their places, and the colleague's run these again.
    """
    stale = {
        link.odoo_id: event
        for link in own
        if link.role is Role.OUTSIDE and link.series and link.google_id in google
        if (event := google[link.google_id].event) and not _is_of(link.series, event)
    }
    if not stale:
        return [*own]
    async with ledger.store.read() as tx:
        shared = await links.sharers(tx, ledger.account.id, odoo_ids=stale)
    theirs: dict[int, Series] = {}
    for link in await links_of(ledger, shared):
        event = stale.get(link.odoo_id)
        if event and link.series and link.series.complete and _is_of(link.series, event):
            theirs[link.odoo_id] = link.series
    return [dataclasses.replace(link, series=theirs.get(link.odoo_id, link.series)) for link in own]


def _is_of(series: Series, event: Event) -> bool:
    return series.recurrence == event.recurrence and series.span == event.span
