"""What one run sees: the sightings of both sides, brought together into cases."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sync.google.side import GooglePull, GoogleSide
from sync.ledger import Ledger
from sync.match import GENERATIONS, pair
from sync.merge import Seen, State
from sync.model import Event, Side
from sync.odoo.side import OdooSide
from sync.plan import Case, Link
from sync.rejoin import Keys, rejoined, source
from sync.store import links
from sync.store.parked import Parked

LOOKS_IN_FLIGHT = 8
UNCHANGED, NEVER = Seen(State.UNCHANGED), Seen(State.NEVER)

OUT_OF_SCOPE = frozenset({"series", "organized_outside", "special_event"})
"""Why an event that was never linked is left alone without a word; a linked one is parked."""


@dataclasses.dataclass(frozen=True)
class Sight:
    """All sightings of a run by id, and the links they touch."""

    google: Mapping[str, Seen]
    odoo: Mapping[int, Seen]
    links: Collection[Link]
    window: tuple[datetime, datetime]

    @property
    def looked_at(self) -> set[tuple[Side, str]]:
        """Return the items seen in this run, in the form in which items are parked."""
        return {(Side.GOOGLE, key) for key in self.google} | {(Side.ODOO, str(key)) for key in self.odoo}


async def look(
    google: GoogleSide,
    odoo: OdooSide,
    ledger: Ledger,
    pull: GooglePull,
    recovered: Mapping[str, Seen],
    marked: Iterable[int],
    due: Collection[Parked],
) -> Sight:
    """Complete a Google listing with everything that has to be compared with it.

    After a full listing both sides are read whole inside the window. A linked event that the listing lacks
    is asked for by its id, if it is not long over: missing from a list proves nothing.
    """
    account_id, owner, window = ledger.account.id, ledger.owner, google.window()
    seen_google = {**pull.seen, **recovered}
    wanted = {one.item for one in due if one.side is Side.GOOGLE}
    odoo_ids = {*marked, *(int(one.item) for one in due if one.side is Side.ODOO)}
    async with ledger.store.read() as tx:
        if pull.full:
            touched = await links.of_account(tx, account_id)
            current = [link for link in touched if link.ends_at is None or link.ends_at >= window[0]]
            wanted |= {link.google_id for link in current}
        else:
            touched = await links.of_account(
                tx, account_id, google_ids=seen_google.keys() | wanted, odoo_ids=odoo_ids
            )
            current = touched
    seen_google |= await _fetch(google, account_id, wanted - seen_google.keys())
    seen_odoo = await odoo.pull(owner, window) if pull.full else {}
    odoo_ids |= {link.odoo_id for link in current}
    odoo_ids |= {link.odoo_id for link in touched if link.google_id in seen_google}
    seen_odoo |= await odoo.fetch(owner, odoo_ids - seen_odoo.keys())
    sight = Sight(seen_google, seen_odoo, touched, window)
    if unlinked := _unlinked_google(sight):
        # Rows of ours that our own database does not know (it was set back) must be found, not made again;
        # archived ones show which access tokens are taken. So must rows that we made events from, when such
        # an event comes back: that the row came back too may not have been told yet.
        keys = Keys(ledger, {}, {})
        found = await odoo.find(owner, [token for key in unlinked for token in keys.derived_tokens(key)])
        sources = {source(ledger, key, seen_google[key]) for key in unlinked} - {0}
        found = await odoo.fetch(owner, sources - seen_odoo.keys() - found.keys()) | found
        async with ledger.store.read() as tx:
            held = await links.of_account(tx, account_id, odoo_ids=found.keys() - seen_odoo.keys())
        known = {link.id for link in touched}
        sight = dataclasses.replace(
            sight,
            odoo={**found, **seen_odoo},
            links=[*touched, *(link for link in held if link.id not in known)],
        )
    return sight


async def _fetch(google: GoogleSide, account_id: int, ids: Iterable[str]) -> dict[str, Seen]:
    gate = asyncio.Semaphore(LOOKS_IN_FLIGHT)

    async def one(event_id: str) -> tuple[str, Seen]:
        async with gate:
            return event_id, await google.fetch(account_id, event_id)

    return dict(await asyncio.gather(*map(one, ids)))


def _unlinked_google(sight: Sight) -> dict[str, Event]:
    known = {link.google_id for link in sight.links}
    return {
        key: seen.event
        for key, seen in sight.google.items()
        if key not in known and seen.event and seen.event.span.overlaps(*sight.window)
    }


async def build_cases(sight: Sight, ledger: Ledger) -> list[Case]:
    """Bring the sightings together: by link, by our own keys, by being equal; the rest stand alone."""
    google, odoo = sight.google, sight.odoo
    linked_odoo = {link.odoo_id for link in sight.links}
    linked_google = {link.google_id for link in sight.links}
    loose_odoo = {key: seen for key, seen in odoo.items() if key not in linked_odoo}
    duplicates = await _own_duplicates(loose_odoo, ledger)
    cases = [Case("", key, NEVER, odoo[key], own_duplicate=True) for key in duplicates]
    free_google = _unlinked_google(sight)
    free_odoo = {
        key: seen.event
        for key, seen in loose_odoo.items()
        if key not in duplicates and seen.event and seen.event.span.overlaps(*sight.window)
    }
    keys = Keys(ledger, google, odoo)
    joined = list(rejoined(sight.links, google, odoo, keys, free_google, free_odoo))
    for link in joined:
        free_google.pop(link.google_id, None)
        free_odoo.pop(link.odoo_id, None)
    ended = {link.google_id for link in joined}, {link.odoo_id for link in joined}
    joined += [one for one in sight.links if one.google_id not in ended[0] and one.odoo_id not in ended[1]]
    cases += [
        Case(
            link.google_id,
            link.odoo_id,
            google.get(link.google_id, UNCHANGED),
            odoo.get(link.odoo_id, UNCHANGED),
            link,
        )
        for link in joined
    ]
    for google_id, odoo_id in pair(
        free_google, free_odoo, keys.derived_ids, keys.tokens(free_odoo), keys.derived_tokens
    ):
        generation = keys.generation(google_id, odoo_id)
        cases.append(Case(google_id, odoo_id, google[google_id], odoo[odoo_id], generation=generation))
        del free_google[google_id], free_odoo[odoo_id]
    odd_google = [key for key, seen in google.items() if key not in linked_google and _is_odd(seen)]
    odd_odoo = [key for key, seen in loose_odoo.items() if _is_odd(seen)]
    taken = {seen.key for seen in odoo.values() if seen.key}
    for key in [*free_google, *odd_google]:
        tokens = enumerate(keys.new_tokens(key))
        unused = next((generation for generation, token in tokens if token not in taken), GENERATIONS)
        cases.append(Case(key, 0, google[key], NEVER, generation=unused))
    cases += [Case("", key, NEVER, odoo[key]) for key in [*free_odoo, *odd_odoo]]
    return cases


def _is_odd(seen: Seen) -> bool:
    return seen.state is State.REJECTED and seen.reason not in OUT_OF_SCOPE


async def _own_duplicates(loose: Mapping[int, Seen], ledger: Ledger) -> set[int]:
    """Find rows that a create of ours made a second time, because its first answer came too late."""
    keyed = {key: seen.key for key, seen in loose.items() if seen.key and seen.state is State.PRESENT}
    if not keyed:
        return set()
    async with ledger.store.read() as tx:
        known = await links.of_account(tx, ledger.account.id)
    taken = {token for link in known for token in ledger.access_tokens(link.google_id, link.generation)}
    return {key for key, token in keyed.items() if token in taken}
