"""Who was a guest in Google of the person's own meetings, by what colleagues' runs noted of their copies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sync.base import FieldHashes
from sync.ledger import Ledger
from sync.sight import Sight
from sync.store import intents, links
from sync.store.roster import Roster


async def told(ledger: Ledger, sight: Sight, roster: Roster) -> Mapping[str, frozenset[str]]:
    """Return, by iCalUID, who was a guest of the person's own meetings that no link names yet.

    A colleague's run may have made such a meeting in Odoo, or have begun to. A guest is named by his address
    or by its hash (`Hasher.element`): of a colleague's own copy the base names all but the colleague.
    """
    uids = {sight.google[key].uid for key, event in sight.unlinked_google().items() if not event.organizer}
    shared = [one for one in sight.sharers if one.uid and one.uid in uids]
    addresses = {one.id: one.google_email.lower() for one in roster.members}
    found: defaultdict[str, set[str]] = defaultdict(set)

    def note(uid: str, account_id: int, base: FieldHashes) -> None:
        found[uid] |= {addresses.get(account_id, ""), *base.get("guests", {})}

    async with ledger.store.read() as tx:
        for one in shared:
            for link in await links.of_account(tx, one.account_id, google_ids=[one.google_id]):
                note(one.uid, one.account_id, link.google_base)
        for account_id, begun in await intents.begun_by(tx, uids - {""}):
            note(begun.uid, account_id, begun.google_base)
    return {uid: frozenset(names - {""}) for uid, names in found.items()}
