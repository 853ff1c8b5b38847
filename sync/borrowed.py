"""What colleagues' links know of a series in Odoo, for one whose own account has not met it yet."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from sync.base import FieldHashes
from sync.ledger import Ledger
from sync.plan import Link
from sync.roles import Role
from sync.series import is_series
from sync.store import links
from sync.store.intents import Intent
from sync.store.links import Sharer

SHARED = ("title", "span", "recurrence", "location", "description", "meeting_link")
"""Fields that are everybody's, and that read alike in all copies of a meeting."""


async def borrowed(ledger: Ledger, sharers: Collection[Sharer], own: Collection[Link]) -> dict[int, Link]:
    """Return a colleague's link to each series that no `own` link names, by key.

    The rows alone do not tell which occurrence each of them is, when some were moved or deleted. Of the base
    there is what everybody shares. Their ids are negative, since they are not this account's.
    """
    known = {link.odoo_id for link in own}
    wanted = {one.odoo_id: one for one in sharers if is_series(one.odoo_id) and one.odoo_id not in known}
    found: dict[int, Link] = {}
    async with ledger.store.read() as tx:
        for number, (key, sharer) in enumerate(wanted.items(), 1):
            for link in await links.of_account(tx, sharer.account_id, google_ids=[sharer.google_id]):
                if link.series is not None and link.odoo_id == key:
                    found[key] = dataclasses.replace(began(link, link), id=-number, role=Role.GUEST)
    return found


def began(link: Link, before: Link | Intent) -> Link:
    """Return a link that begins with what both sides agreed on before, of what everybody shares."""
    google, odoo = _shared(before.google_base), _shared(before.odoo_base)
    return dataclasses.replace(link, google_base=google, odoo_base=odoo)


def _shared(base: FieldHashes) -> FieldHashes:
    return {name: base[name] for name in SHARED if name in base}
