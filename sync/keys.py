"""Our own keys, by which events are proven to belong together though no link says so."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from sync.ledger import Ledger
from sync.match import GENERATIONS, NO_GENERATION
from sync.model import Start
from sync.plan import Link
from sync.seen import Seen, State
from sync.store.intents import Begun, Pattern
from sync.window import Window, starts_inside

TRIED_STARTS = 20


class Keys:
    """The keys of ours of all events of a run."""

    def __init__(
        self,
        ledger: Ledger,
        google: Mapping[str, Seen],
        odoo: Mapping[int, Seen],
        links: Iterable[Link],
        window: Window,
        begun: Begun,
    ) -> None:
        # What was not read in this run is known by its link.
        self._links = {link.google_id: link for link in links}
        self._ledger, self._google, self._odoo, self._window = ledger, google, odoo, window
        self._begun = begun
        self._made_from: defaultdict[int, list[str]] = defaultdict(list)
        for key, seen in google.items():
            if source := source_of(ledger, key, seen):
                self._made_from[source].append(key)

    def derived_ids(self, odoo_key: int) -> list[str]:
        """Return the ids that an Odoo event has in Google or would have got there."""
        tried = (self._ledger.google_id(odoo_key, generation) for generation in range(GENERATIONS))
        return [*self._made_from.get(odoo_key, ()), *tried]

    def made_from(self, odoo_key: int) -> list[str]:
        """Return the Google events that were made from an Odoo event, as their marks prove."""
        return self._made_from.get(odoo_key, [])

    def derived_tokens(self, google_id: str) -> list[str]:
        """Return the access tokens that an event from Google would have got in Odoo, one a vault key."""
        return tokens_of_seen(self._ledger, self._seen(google_id), self._window, self._begun)

    def new_tokens(self, google_id: str) -> list[str]:
        """Return the access tokens that a row would get now, one a generation."""
        uid = self._seen(google_id).uid
        return [self._ledger.access_tokens(uid, generation)[0] for generation in range(GENERATIONS)]

    def tokens(self, odoo_keys: Iterable[int]) -> dict[str, int]:
        """Return the access tokens that Odoo events carry, with their keys."""
        return {self._odoo[key].key: key for key in odoo_keys if self._odoo[key].key}

    def generation(self, google_id: str, odoo_key: int) -> int:
        """Return which generation of access token a pair's row carries."""
        tokens, key = self.new_tokens(google_id), self._odoo[odoo_key].key
        return tokens.index(key) if key in tokens else NO_GENERATION

    def unused(self, google_id: str, taken: set[str]) -> int:
        """Return the first generation whose access token no row carries."""
        uid = self._seen(google_id).uid
        for generation in range(GENERATIONS):
            if self._ledger.access_tokens(uid, generation)[0] not in taken:
                return generation
        return GENERATIONS

    def _seen(self, google_id: str) -> Seen:
        if google_id in self._google:
            return self._google[google_id]
        return Seen(State.UNCHANGED, uid=self._links[google_id].uid)


def source_of(ledger: Ledger, google_id: str, seen: Seen) -> int:
    """Return the key of the Odoo event from which we made a Google event, or 0.

    The mark alone proves nothing, since Google copies it with the event: the id must derive from the key.
    """
    mark = re.fullmatch(r"(-?[0-9]+)\.([0-9]+)", seen.key)
    if mark is None:
        return 0
    key, generation = int(mark[1]), int(mark[2])
    return key if ledger.google_id(key, generation) == google_id else 0


def tokens_of_seen(ledger: Ledger, seen: Seen, window: Window, begun: Begun) -> list[str]:
    """Return the access tokens that rows made from a Google event could carry, or from what it was before."""
    event = seen.event
    pattern = (event.recurrence, event.span) if event and event.recurrence else None
    tokens = tokens_of(ledger, seen.uid, pattern, window)
    for before in begun.get(seen.uid, ()):
        tokens += tokens_of(ledger, seen.uid, before.series, window, [before.generation])
    return tokens


def tokens_of(
    ledger: Ledger,
    uid: str,
    pattern: Pattern | None,
    window: Window,
    generations: Iterable[int] = range(GENERATIONS),
) -> list[str]:
    """Return the access tokens that rows made from a Google event could carry, a series by its pattern."""
    return [
        token
        for generation in generations
        for start in _starts(pattern, window)
        for token in ledger.access_tokens(uid, generation, start)
    ]


def _starts(pattern: Pattern | None, window: Window) -> Iterable[Start | None]:
    # Some rows are enough to find a series by; the first ones may have been deleted by hand.
    return itertools.islice(starts_inside(*pattern, window), TRIED_STARTS) if pattern else [None]
