"""Bringing sightings together into cases: by link, by colleagues' links, by our own keys, by being equal."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from sync.borrowed import began, half_made
from sync.casting import cast
from sync.keys import Keys
from sync.ledger import Ledger
from sync.match import pair
from sync.model import Event, Response
from sync.plan import Case, Link
from sync.rejoin import put_back_by_others, rejoined
from sync.roles import Role
from sync.seen import Seen, State
from sync.series import is_series
from sync.sight import Sight
from sync.slices import in_slices, through
from sync.store import links
from sync.window import takes_place

K = TypeVar("K")

UNCHANGED, NEVER = Seen(State.UNCHANGED), Seen(State.NEVER)

OUT_OF_SCOPE = frozenset({"special_event", "part_of_another"})
"""Why an event that was never linked is left alone without a word; a linked one is parked."""


async def build_cases(sight: Sight, ledger: Ledger) -> list[Case]:
    """Return a case for every link touched, every pair found, and every event that stands alone."""
    google, odoo = sight.google, sight.odoo
    keys = Keys(ledger, google, odoo, sight.links, sight.window, sight.begun)
    put_back = dict(put_back_by_others(sight, keys))
    linked_odoo = {sight.odoo_key(link): link for link in sight.links}
    linked_google = {link.google_id for link in sight.links}
    loose_odoo = {
        key: seen for key, seen in odoo.items() if key not in linked_odoo and key not in put_back.values()
    }
    duplicates = await _own_duplicates(loose_odoo, ledger)
    cases = [Case("", key, NEVER, odoo[key], own_duplicate=True) for key in duplicates]
    free_google = sight.unlinked_google()
    free_odoo = {
        key: seen.event
        for key, seen in loose_odoo.items()
        if key not in duplicates and seen.event and takes_place(seen.event, sight.window)
    }
    by_uid = {one.uid: one.odoo_id for one in sight.sharers if one.uid}
    known = {key: by_uid[google[key].uid] for key in free_google if google[key].uid in by_uid}
    links_now = [one for one in _joined(sight, keys, free_google, free_odoo) if one.google_id not in put_back]
    # Google's own copy takes the place of a mirror that stood for it, or of an older copy.
    takeovers = _takeovers(sight, known, linked_odoo)
    replaced = {case.odoo_id for case in takeovers}
    standing = [
        link for link in links_now if link.role is Role.MIRROR or sight.odoo_key(link) not in replaced
    ]
    linked = await in_slices(
        lambda link: _case(sight, link.google_id, sight.odoo_key(link), link=link), standing
    )
    linked += [
        _case(sight, google_id, key, generation=keys.generation(google_id, key))
        for google_id, key in put_back.items()
    ]
    cases += [
        dataclasses.replace(case, superseded=True) if case.odoo_id in replaced else case for case in linked
    ]
    cases += takeovers
    for case in takeovers:
        del free_google[case.google_id]
    tokens = keys.tokens(free_odoo)
    derived_ids = await _derived(keys.derived_ids, free_odoo if free_google else ())
    derived_tokens = await _derived(keys.derived_tokens, free_google if tokens else ())
    for google_id, odoo_key in await through(
        pair(
            free_google,
            free_odoo,
            known=known,
            derived_ids=lambda key: derived_ids.get(key, []),
            tokens=tokens,
            derived_tokens=lambda key: derived_tokens.get(key, []),
        )
    ):
        case = _case(sight, google_id, odoo_key, generation=keys.generation(google_id, odoo_key))
        cases.append(_invited_again(_with_beginning(case, sight), sight))
        del free_google[google_id], free_odoo[odoo_key]
    odd_google = [key for key, seen in google.items() if key not in linked_google and _is_odd(seen)]
    odd_odoo = [key for key, seen in loose_odoo.items() if _is_odd(seen) or seen.state is State.MASKED]
    cases += _met_again(sight, keys, free_google, odd_odoo)
    taken = {seen.key for seen in odoo.values() if seen.key}
    cases += await in_slices(
        lambda key: _case(sight, key, 0, generation=keys.unused(key, taken)), [*free_google, *odd_google]
    )
    return cases + await in_slices(lambda key: _case(sight, "", key), [*free_odoo, *odd_odoo])


async def _derived(derive: Callable[[K], list[str]], keys: Iterable[K]) -> dict[K, list[str]]:
    wanted = [*keys]
    return dict(zip(wanted, await in_slices(derive, wanted), strict=True))


def _met_again(sight: Sight, keys: Keys, free_google: dict[str, Event], odd_odoo: list[int]) -> list[Case]:
    """Return cases of events whose counterpart is known by keys of ours, but cannot be read.

    They are free no longer: made anew, they would be there twice.
    """
    tokens = keys.tokens(odd_odoo)
    met = {one: key for key in odd_odoo for one in keys.made_from(key) if one in free_google}
    met |= {
        google_id: tokens[token]
        for google_id in (free_google.keys() - met.keys() if tokens else ())
        for token in keys.derived_tokens(google_id)
        if token in tokens and tokens[token] not in met.values()
    }
    for google_id, odoo_key in met.items():
        del free_google[google_id]
        if odoo_key in odd_odoo:
            odd_odoo.remove(odoo_key)
    return [_case(sight, google_id, odoo_key) for google_id, odoo_key in met.items()]


def _joined(
    sight: Sight, keys: Keys, free_google: dict[str, Event], free_odoo: dict[int, Event]
) -> list[Link]:
    """Return the links, those that begin anew in the place of those they end, and take what they hold."""
    again = list(rejoined(sight, keys, free_google, free_odoo))
    for link in again:
        free_google.pop(link.google_id, None)
        free_odoo.pop(link.odoo_id, None)
    google_ids, odoo_keys = {link.google_id for link in again}, {link.odoo_id for link in again}
    return again + [
        one for one in sight.links if one.google_id not in google_ids and sight.odoo_key(one) not in odoo_keys
    ]


def _case(
    sight: Sight, google_id: str, odoo_key: int, *, link: Link | None = None, generation: int = 0
) -> Case:
    google = sight.google.get(google_id, UNCHANGED if link else NEVER)
    odoo = sight.odoo.get(odoo_key, UNCHANGED if link else NEVER)
    shared = sight.shared(odoo_key, google.uid)
    organizer = odoo.event.organizer if odoo.event else ""
    shared_as = {one.role for one in shared}
    if odoo_key in sight.from_outside:
        shared_as.add(Role.OUTSIDE)
    return Case(
        google_id,
        odoo_key,
        google,
        odoo,
        link,
        generation=generation,
        role=cast(link, google.event, odoo.event, sight.colleagues, shared_as, sight.running),
        sharers=tuple((one.google_id, one.role) for one in shared),
        awaited=any(one.account_id not in sight.idle for one in shared),
        organizer_connected=organizer in sight.colleagues,
        organizer_runs=organizer in sight.running,
        colleagues=sight.colleagues,
        told=sight.told.get(google.uid, frozenset()) if link is None else frozenset(),
        window=sight.window,
    ).trimmed()


def _with_beginning(case: Case, sight: Sight) -> Case:
    """Return a pair with what its series in Odoo was made of as its base, if a run has begun to make it, or
    if a colleague's has made it of the person's own.

    Google's event may be another by now, and what is half made, or made for its owner, is nobody's edit.
    """
    series, under_way = case.odoo.series, sight.begun.get(case.google.uid)
    if series is None:
        return case
    link = Link(0, case.odoo_id, case.google_id, case.generation, {}, case.odoo.hashes, role=case.role)
    if not series.complete or under_way:
        link = began(link, under_way[0] if under_way else link)
        return dataclasses.replace(case, link=half_made(link, case.odoo.hashes))
    theirs = sight.borrowed.get(case.odoo_id)
    google, odoo = case.google.event, case.odoo.event
    own = google is not None and odoo is not None and google.organizer == odoo.organizer == ""
    if theirs and own and theirs.uid == case.google.uid:
        return dataclasses.replace(case, link=began(link, theirs))
    return case


def _invited_again(case: Case, sight: Sight) -> Case:
    """Return a pair with the answer in Odoo as its base, if a run gave it there when the copy in Google went.

    The person has not said it, least of all to the invitation that has come since.
    """
    event = case.odoo.event
    own = case.odoo_id not in sight.declined or event is None or event.response is not Response.DECLINED
    if own or case.link:
        return case
    given = {"response": case.odoo.hashes["response"]}
    link = Link(0, case.odoo_id, case.google_id, case.generation, {}, given, role=case.role)
    return dataclasses.replace(case, link=link)


def _takeovers(sight: Sight, known: Mapping[str, int], linked: Mapping[int, Link]) -> list[Case]:
    """Return cases of copies that come in the place of what the account is linked to in the same meeting.

    That is a mirror, when the organizer has connected, or a copy that is gone, when the organizer's meeting
    was made anew in Google.
    """
    cases = []
    for google_id, odoo_key in known.items():
        link = linked.get(odoo_key)
        if link is None or odoo_key not in sight.odoo:
            continue
        there = sight.google.get(link.google_id, UNCHANGED).state
        if link.role is Role.MIRROR or (link.role is Role.GUEST and there is State.GONE):
            cases.append(_case(sight, google_id, odoo_key))
    return cases


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
