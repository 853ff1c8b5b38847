"""What colleagues' links know of a series in Odoo, for one whose own account has not met it yet."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from sync.base import FieldHashes
from sync.ledger import Ledger
from sync.plan import Case, Link
from sync.roles import Role
from sync.series import is_series
from sync.sharing import links_of
from sync.store.intents import Intent
from sync.store.links import Sharer

SHARED = ("title", "span", "recurrence", "location", "description", "meeting_link")
"""Fields that are everybody's, and that read alike in all copies of a meeting."""


async def borrowed(ledger: Ledger, sharers: Collection[Sharer], own: Collection[Link]) -> dict[int, Link]:
    """Return a colleague's link to each series that no `own` link names, by key.

    Of several, it is the first one: a guest's that came later begins with what was perhaps edited by then.
    The rows alone do not tell which occurrence each of them is, when some were moved or deleted. Of the base
    there is what everybody shares. Their ids are negative, since they are not this account's.
    """
    known = {link.odoo_id for link in own}
    wanted = [one for one in sharers if is_series(one.odoo_id) and one.odoo_id not in known]
    stand = {(one.google_id, one.odoo_id) for one in wanted}
    found: dict[int, Link] = {}
    for link in await links_of(ledger, wanted):
        first = found.get(link.odoo_id, link)
        if link.series is not None and (link.google_id, link.odoo_id) in stand and link.id <= first.id:
            found[link.odoo_id] = link
    return {
        key: dataclasses.replace(began(link, link), id=-number, role=Role.GUEST)
        for number, (key, link) in enumerate(found.items(), 1)
    }


def began(link: Link, before: Link | Intent) -> Link:
    """Return a link that begins with what both sides agreed on before, of what everybody shares."""
    google, odoo = _shared(before.google_base), _shared(before.odoo_base)
    return dataclasses.replace(link, google_base=google, odoo_base=odoo)


def half_made(link: Link, now: FieldHashes) -> Link:
    """Return a link to a series that was being made, in whose base its occurrences are what they still show.

    If a run was stopped while it gave the rows new values, those that have the old ones differ from the
    others, as if somebody had edited them alone.
    """
    before = link.odoo_base
    held = {
        start: {name: one for name, one in fields.items() if name != "span" and before.get(name) == one}
        for start, fields in now.get("overrides", {}).items()
    }
    left = {"overrides": {start: fields for start, fields in held.items() if fields}}
    return dataclasses.replace(
        link, google_base={**link.google_base, **left}, odoo_base={**link.odoo_base, **left}
    )


def withheld(case: Case, link: Link, before: Link) -> Link:
    """Return a guest's link with what everybody shares as it was before, while the owner's run is to come.

    None of it is the guest's to carry over: in a base that stands still, edits show to the owner's run. Of a
    single event that is who was a guest.
    """
    if case.role is not Role.GUEST or any(role is Role.HOME for _, role in case.sharers):
        return link
    names = (*SHARED, "guests") if case.odoo.series else ("guests",)
    return dataclasses.replace(
        link,
        google_base={**link.google_base, **_shared(before.google_base, names)},
        odoo_base={**link.odoo_base, **_shared(before.odoo_base, names)},
    )


def _shared(base: FieldHashes, names: Collection[str] = SHARED) -> FieldHashes:
    return {name: base[name] for name in names if name in base}
