"""Bringing sightings together into cases: by link, by colleagues' links, by our own keys, by being equal."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping

from sync.casting import cast
from sync.ledger import Ledger
from sync.match import GENERATIONS, pair
from sync.plan import Case, Link
from sync.roles import Role
from sync.seen import Seen, State
from sync.series import is_series
from sync.sight import Sight, source_of, takes_place, tokens_of
from sync.store import links

UNCHANGED, NEVER = Seen(State.UNCHANGED), Seen(State.NEVER)

OUT_OF_SCOPE = frozenset({"special_event"})
"""Why an event that was never linked is left alone without a word; a linked one is parked."""


async def build_cases(sight: Sight, ledger: Ledger) -> list[Case]:
    """Return a case for every link touched, every pair found, and every event that stands alone."""
    google, odoo = sight.google, sight.odoo
    cases = [_case(sight, link.google_id, sight.odoo_key(link), link=link) for link in sight.links]
    linked_odoo = {sight.odoo_key(link): link for link in sight.links}
    loose_odoo = {key: seen for key, seen in odoo.items() if key not in linked_odoo}
    duplicates = await _own_duplicates(loose_odoo, ledger)
    cases += [Case("", key, NEVER, odoo[key], own_duplicate=True) for key in duplicates]
    free_google = sight.unlinked_google()
    free_odoo = {
        key: seen.event
        for key, seen in loose_odoo.items()
        if key not in duplicates and seen.event and takes_place(seen.event, sight.window)
    }
    by_uid = {one.uid: one.odoo_id for one in sight.sharers if one.uid}
    known = {key: by_uid[google[key].uid] for key in free_google if google[key].uid in by_uid}
    # A colleague connected: Google's own copy takes the place of the mirror that stood for it.
    takeovers = _takeovers(sight, known, linked_odoo)
    replaced = {case.odoo_id for case in takeovers}
    cases = [dataclasses.replace(case, superseded=case.odoo_id in replaced) for case in cases] + takeovers
    for case in cases:
        free_google.pop(case.google_id, None)
    made_from: defaultdict[int, list[str]] = defaultdict(list)
    for google_id in free_google:
        made_from[source_of(ledger, google_id, google[google_id])].append(google_id)
    tokens = {seen.key: key for key, seen in odoo.items() if seen.key and key in free_odoo}
    for google_id, odoo_key in pair(
        free_google,
        free_odoo,
        known=known,
        derived_ids=lambda key: [
            *made_from[key],
            *(ledger.google_id(key, generation) for generation in range(GENERATIONS)),
        ],
        tokens=tokens,
        derived_tokens=lambda key: tokens_of(ledger, google[key], sight.window),
    ):
        generation = _generation(ledger, google[google_id], odoo[odoo_key])
        cases.append(_case(sight, google_id, odoo_key, generation=generation))
        del free_google[google_id], free_odoo[odoo_key]
    linked_google = {link.google_id for link in sight.links}
    odd_google = [key for key, seen in google.items() if key not in linked_google and _is_odd(seen)]
    odd_odoo = [key for key, seen in loose_odoo.items() if _is_odd(seen)]
    taken = {seen.key for seen in odoo.values() if seen.key}
    for key in [*free_google, *odd_google]:
        cases.append(_case(sight, key, 0, generation=_unused(ledger, google[key], taken)))
    cases += [_case(sight, "", key) for key in [*free_odoo, *odd_odoo]]
    return cases


def _case(
    sight: Sight, google_id: str, odoo_key: int, *, link: Link | None = None, generation: int = 0
) -> Case:
    google = sight.google.get(google_id, UNCHANGED if link else NEVER)
    odoo = sight.odoo.get(odoo_key, UNCHANGED if link else NEVER)
    shared = [one for one in sight.sharers if odoo_key and one.odoo_id == odoo_key]
    organizer = odoo.event.organizer if odoo.event else ""
    return Case(
        google_id,
        odoo_key,
        google,
        odoo,
        link,
        generation=generation,
        role=cast(link, google.event, odoo.event, sight.colleagues, {one.role for one in shared}),
        sharers=tuple((one.google_id, one.role) for one in shared),
        organizer_connected=organizer in sight.colleagues,
        window=sight.window,
    ).trimmed()


def _takeovers(sight: Sight, known: Mapping[str, int], linked: Mapping[int, Link]) -> list[Case]:
    cases = []
    for google_id, odoo_key in known.items():
        link = linked.get(odoo_key)
        if link and link.role is Role.MIRROR and odoo_key in sight.odoo:
            cases.append(_case(sight, google_id, odoo_key))
    return cases


def _newest_tokens(ledger: Ledger, seen: Seen) -> list[str]:
    """Return the access tokens that a row would get now, one a generation."""
    return [ledger.access_tokens(seen.uid, generation)[0] for generation in range(GENERATIONS)]


def _generation(ledger: Ledger, google: Seen, odoo: Seen) -> int:
    newest = _newest_tokens(ledger, google)
    return newest.index(odoo.key) if odoo.key in newest else 0


def _unused(ledger: Ledger, google: Seen, taken: set[str]) -> int:
    tokens = enumerate(_newest_tokens(ledger, google))
    return next((generation for generation, token in tokens if token not in taken), GENERATIONS)


def _is_odd(seen: Seen) -> bool:
    return seen.state is State.REJECTED and seen.reason not in OUT_OF_SCOPE


async def _own_duplicates(loose: Mapping[int, Seen], ledger: Ledger) -> set[int]:
    """Find rows that a create of ours made a second time, because its first answer came too late."""
    keyed = {
        key: seen.key
        for key, seen in loose.items()
        if seen.key and seen.state is State.PRESENT and not is_series(key)
    }
    if not keyed:
        return set()
    async with ledger.store.read() as tx:
        linked = await links.of_account(tx, ledger.account.id)
    taken = {
        token
        for link in linked
        for token in ledger.access_tokens(link.uid, link.generation)
        if link.uid and link.series is None
    }
    return {key for key, token in keyed.items() if token in taken}
