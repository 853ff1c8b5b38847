"""Our own keys of events, and the links that begin anew because one that was deleted came back as another."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from sync.ledger import Ledger
from sync.match import GENERATIONS, NO_GENERATION, pair_by_keys
from sync.merge import Seen, State
from sync.plan import Link


class Keys:
    """The keys of ours by which the events of a run are proven to belong together."""

    def __init__(self, ledger: Ledger, google: Mapping[str, Seen], odoo: Mapping[int, Seen]) -> None:
        self._ledger, self._odoo = ledger, odoo
        self._made_from: defaultdict[int, list[str]] = defaultdict(list)
        for key, seen in google.items():
            self._made_from[source(ledger, key, seen)].append(key)

    def derived_ids(self, odoo_id: int) -> list[str]:
        """Return the ids that an Odoo event has in Google or would have got there."""
        tried = (self._ledger.google_id(odoo_id, generation) for generation in range(GENERATIONS))
        return [*self._made_from.get(odoo_id, ()), *tried]

    def derived_tokens(self, google_id: str) -> list[str]:
        """Return the access tokens that an event from Google would have got in Odoo, one a vault key."""
        numbers = range(GENERATIONS)
        return [token for number in numbers for token in self._ledger.access_tokens(google_id, number)]

    def new_tokens(self, google_id: str) -> list[str]:
        """Return the access tokens that a row would get now, one a generation."""
        return [self._ledger.access_tokens(google_id, generation)[0] for generation in range(GENERATIONS)]

    def tokens(self, odoo_ids: Iterable[int]) -> dict[str, int]:
        """Return the access tokens that Odoo events carry, with their ids."""
        return {self._odoo[key].key: key for key in odoo_ids if self._odoo[key].key}

    def generation(self, google_id: str, odoo_id: int) -> int:
        """Return which generation of access token a pair's row carries."""
        tokens, key = self.new_tokens(google_id), self._odoo[odoo_id].key
        return tokens.index(key) if key in tokens else NO_GENERATION


def source(ledger: Ledger, google_id: str, seen: Seen) -> int:
    """Return the row from which we made a Google event, or 0.

    The mark alone proves nothing, since Google copies it with the event: the id must derive from the row.
    """
    row, _, generation = seen.key.partition(".")
    if not (seen.key.isascii() and row.isdecimal() and generation.isdecimal()):
        return 0
    return int(row) if ledger.google_id(int(row), int(generation)) == google_id else 0


def rejoined(
    links: Iterable[Link],
    google: Mapping[str, Seen],
    odoo: Mapping[int, Seen],
    keys: Keys,
    free_google: Collection[str],
    free_odoo: Collection[int],
) -> Iterator[Link]:
    """Yield links for events whose counterpart is gone, with another that was theirs and came back.

    A person deletes one copy and takes an older one out of the bin. Taken one by one, the deletion and the
    return would make the event anew on the other side, and an edit there would keep both.
    """
    left_google, left_odoo = dict[str, Link](), dict[int, Link]()
    for link in links:
        there = google[link.google_id].state if link.google_id in google else State.UNCHANGED
        here = odoo[link.odoo_id].state if link.odoo_id in odoo else State.UNCHANGED
        if here is State.GONE and there in (State.PRESENT, State.UNCHANGED):
            left_google[link.google_id] = link
        elif there is State.GONE and here is State.PRESENT:
            left_odoo[link.odoo_id] = link
    # Never both of what is left: then two events were deleted, one on each side.
    for google_ids, odoo_ids in ((free_google, left_odoo), (left_google, free_odoo)):
        if not google_ids or not odoo_ids:
            continue
        tokens = keys.tokens(odoo_ids)
        for google_id, odoo_id in pair_by_keys(
            google_ids, odoo_ids, keys.derived_ids, tokens, keys.derived_tokens
        ):
            link = left_google.get(google_id) or left_odoo[odoo_id]
            generation = keys.generation(google_id, odoo_id)
            yield dataclasses.replace(link, id=0, odoo_id=odoo_id, google_id=google_id, generation=generation)
