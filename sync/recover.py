"""Finding out what became of creates and deletes whose answer a crash or a lost connection took away."""

from __future__ import annotations

from sync.google.side import GoogleSide
from sync.ledger import Ledger
from sync.merge import Seen, State
from sync.model import Side
from sync.odoo.side import OdooSide
from sync.plan import Link
from sync.store import links
from sync.store.links import Intent


async def recover(google: GoogleSide, odoo: OdooSide, ledger: Ledger) -> dict[str, Seen]:
    """Settle every open intent of the account by asking the side it was meant for.

    A link that comes of it gets the base of the moment before the create was sent, so that whatever people
    changed since then still counts as their edit.

    Returns:
        The Google events of links that came of it, to be looked at in this run.
    """
    async with ledger.store.read() as tx:
        open_intents = await links.open_intents(tx, ledger.account.id)
    touched: dict[str, Seen] = {}
    for intent in open_intents:
        link = None
        if intent.action == "create":
            seen = await google.fetch(ledger.account.id, intent.google_id)
            odoo_id = await _odoo_id(intent, seen, odoo, ledger)
            if odoo_id:
                bases = intent.google_base, intent.odoo_base
                link = Link(0, odoo_id, intent.google_id, intent.generation, *bases).as_seen(seen)
                touched[intent.google_id] = seen
                ledger.counts["recovered"] += 1
        await ledger.settle([(intent, link)])
    return touched


async def _odoo_id(intent: Intent, google: Seen, odoo: OdooSide, ledger: Ledger) -> int | None:
    """Return the Odoo event of the pair that a create made, or None when it made nothing."""
    if intent.side is Side.GOOGLE:
        # Gone means never made, or a tombstone of an earlier life: the plan will see to it. One that stands
        # for another row by now was there before: the create was refused.
        taken = await ledger.stands_for_another(intent.google_id, intent.odoo_id)
        return None if taken or google.state is State.GONE else intent.odoo_id
    found = await odoo.find(ledger.owner, ledger.access_tokens(intent.google_id, intent.generation))
    # A row that is there rather than an archived one, should both carry the token.
    return min(found, key=lambda one: (found[one].state is State.GONE, one), default=None)
