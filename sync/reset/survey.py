"""A whole look at both sides before a reset; of Odoo alone, where the person's grant at Google is dead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sync.cases import build_cases
from sync.errors import NeedsReconnect
from sync.holding import HELD_BACK
from sync.ledger import Ledger
from sync.left_alone import Item, sift
from sync.looking import colleagues_of
from sync.model import Side
from sync.plan import Case
from sync.preparing import Preparer
from sync.sight import Sight
from sync.store import cursors, left_alone, links, parked
from sync.store.accounts import AccountState
from sync.store.cursors import GoogleCursor
from sync.store.parked import Parked


@dataclass(frozen=True)
class Survey:
    """What a look has shown; `trouble` is "" or the code why Google could not be asked.

    `parked` names the items that are set aside, but for those that only wait for the person's word.
    """

    cases: list[Case]
    asleep: list[Case]
    parked: frozenset[Item]
    marks: Mapping[int, int]
    cursor: GoogleCursor | None
    trouble: str = ""


async def survey(ledger: Ledger, preparer: Preparer) -> Survey:
    """Look at all of the window on both sides; nothing is written to either.

    Raises:
        SyncError: a side cannot be asked now, or nothing may be concluded from what it says.
    """
    account = ledger.account
    if account.state is not AccountState.CONNECTED:
        return await _blind(ledger, preparer, account.trouble or "not_connected")
    try:
        found = await preparer.prepare(ledger, whole=True)
    except NeedsReconnect as error:
        return await _blind(ledger, preparer, error.code)
    return Survey(found.cases, found.asleep, _aside(found.waiting), found.marks, found.cursor)


async def _blind(ledger: Ledger, preparer: Preparer, trouble: str) -> Survey:
    account, odoo, window = ledger.account, preparer.odoo, preparer.google.window()
    await preparer.identity.require(account)
    async with ledger.store.read() as tx:
        roster = (await ledger.store.roster.read(tx)).including(account)
        linked = await links.of_account(tx, account.id)
        marks = await cursors.marks(tx, account.id)
        waiting = await parked.of_account(tx, account.id)
        sleeping = await left_alone.of_account(tx, account.id)
    await odoo.know(roster, ())
    view = await odoo.pull(ledger.owner, window, linked)
    current = {one.odoo_id for one in linked if one.ends_at is None or one.ends_at >= window[0]}
    view = view.joined(await odoo.fetch(ledger.owner, current - view.seen.keys(), linked))
    sight = Sight({}, view.seen, linked, view.moved, window, *colleagues_of(roster, account))
    sifted = sift(await build_cases(sight, ledger), sleeping)
    return Survey(sifted.awake, sifted.asleep, _aside(waiting), marks, None, trouble)


def _aside(waiting: list[Parked]) -> frozenset[Item]:
    return frozenset((Side(one.side), one.item) for one in waiting if one.reason != HELD_BACK)
