"""Meetings of several connected people: whoever syncs first makes the event in Odoo, the others find it."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence

from sync.keys import tokens_of_seen
from sync.ledger import Ledger
from sync.odoo.side import OdooSide
from sync.plan import Case, Create
from sync.roles import Role
from sync.seen import State
from sync.sharing import find_shared
from sync.store import intents, links


class Meetings:
    """Keeps two runs from making the same meeting at the same time."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()

    @staticmethod
    def concerns(create: Create) -> bool:
        """Say whether a colleague's calendar may hold the same event."""
        return bool(create.event.organizer or create.event.guests)

    async def already_made(
        self, creates: Sequence[Create], odoo: OdooSide, ledger: Ledger
    ) -> dict[str, Case | None]:
        """Return those whose event a colleague's run has made in Odoo since we looked, by Google id.

        None stands for one that this colleague's run has yet to bring the person into. A meeting from outside
        that is to be put back may stand there again.
        """
        new = [one for one in creates if one.case.link is None or one.case.role is Role.OUTSIDE]
        by_uid = {one.case.google.uid: one for one in new}
        async with ledger.store.read() as tx:
            shared = await links.sharers(tx, ledger.account.id, uids=by_uid.keys() - {""})
            begun = await intents.begun(tx, by_uid.keys() - {""})
        tokens = {
            token: one
            for one in new
            for token in tokens_of_seen(ledger, one.case.google, one.case.window, begun)
        }
        view, shared = await find_shared(odoo, ledger, shared, [])
        if tokens:
            view = view.joined(await odoo.find(ledger.owner, tokens, []))
        if again := {one.odoo_id for one in shared if by_uid[one.uid].case.link}:
            view = view.joined(await odoo.fetch(ledger.owner, again, [], joining=True))
        keys = {one.odoo_id: by_uid[one.uid] for one in shared}
        keys |= {key: tokens[seen.key] for key, seen in view.seen.items() if seen.key in tokens}
        named = {one.odoo_id for one in shared}
        made: dict[str, Case | None] = {}
        for key, create in keys.items():
            if key in view.seen and view.seen[key].state is State.PRESENT:
                case = dataclasses.replace(create.case, odoo_id=key, odoo=view.seen[key], link=None)
                made[case.google_id] = case
            elif key in named and _waits(create.case):
                made.setdefault(create.case.google_id, None)
        return made


def _waits(case: Case) -> bool:
    """Say whether a meeting that is not there for the person is a colleague's to bring or to delete."""
    return case.link is None and (case.role is Role.GUEST or (case.role is Role.OUTSIDE and case.awaited))
