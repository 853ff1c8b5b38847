"""Deletions in suspicious numbers: held back until the person has answered, then carried out or turned."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence

from sync.clock import Clock
from sync.decide import restore
from sync.google.side import GoogleSide
from sync.guard import OUR_OWN, held_back
from sync.ledger import Ledger
from sync.model import Side
from sync.plan import Action, Case, Removal
from sync.seen import State
from sync.store.accounts import Account
from sync.store.parked import Parked
from sync.store.restored import DOUBT

HELD_BACK = "held_back"
ASK, DELETE, RESTORE = "ask", "delete", "restore"
"""What to do with deletions in suspicious numbers: the person's answer, back to "ask" once carried out."""


def is_due(one: Parked, account: Account, clock: Clock) -> bool:
    """Say whether a parked item is to be tried again: a held one when the person has answered."""
    if one.reason == HELD_BACK:
        return account.deletions != ASK
    return one.retry_at <= clock.now()


async def divided(
    actions: Sequence[Action],
    cases: Sequence[Case],
    waiting: Collection[Parked],
    linked: int,
    account: Account,
    google: GoogleSide,
) -> tuple[list[Action], list[Removal]]:
    """Return what is to be carried out now, and the deletions that wait for the person's word.

    `waiting` are the account's parked items, `linked` counts its links that are not long over.
    """
    held = _held(actions, cases, waiting, linked, account)
    waits = {id(one) for one in held}
    doable = [one for one in actions if id(one) not in waits]
    if account.deletions == RESTORE:
        doable = [await _restored(one, account, waiting, google) for one in doable]
    return doable, held


def _held(
    actions: Sequence[Action],
    cases: Sequence[Case],
    waiting: Collection[Parked],
    linked: int,
    account: Account,
) -> list[Removal]:
    if account.deletions == DOUBT:
        removals = [one for one in actions if isinstance(one, Removal)]
        return [one for one in removals if one.reason not in OUR_OWN]
    if account.deletions != ASK:
        return []
    asking = {one.side.other for one in waiting if one.reason == HELD_BACK}
    return held_back(actions, cases, linked, asking)


async def _restored(
    action: Action, account: Account, waiting: Collection[Parked], google: GoogleSide
) -> Action:
    """Turn a deletion that the person was asked about, and does not want, into its opposite."""
    asked = {(one.side, one.item) for one in waiting if one.reason == HELD_BACK}
    case = action.case
    items = {(Side.GOOGLE, case.google_id), (Side.ODOO, str(case.odoo_id))}
    if not isinstance(action, Removal) or not items & asked:
        return action
    if action.side is Side.GOOGLE and case.google.state is State.UNCHANGED:
        seen = await google.fetch(account.id, case.google_id)
        action = dataclasses.replace(action, case=dataclasses.replace(case, google=seen))
    return restore(action)


async def hold(held: Sequence[Removal], waiting: Collection[Parked], ledger: Ledger) -> None:
    """Park deletions until the person has answered; nobody is asked about the same one twice."""
    asked = {(one.side, one.item) for one in waiting if one.reason == HELD_BACK}
    for deletion in held:
        item = deletion.remains_of
        if item in asked:
            ledger.parked.add(item)
        else:
            await ledger.park(deletion.case, item[0], HELD_BACK)
            ledger.counts[HELD_BACK] += 1
