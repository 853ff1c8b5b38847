"""Finding events that are the same on both sides though no link says so, so that nothing is made twice."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from sync.model import Event, Span
from sync.text import visible_text

NO_GENERATION = -1
"""Of a link whose row carries no access token of ours: another row with such a token is no double entry."""
GENERATIONS = 5  # how many beginnings of a link are tried when looking for events of ours


def google_id(source: str, odoo_uid: int, odoo_id: int, generation: int) -> str:
    """Return the id under which an Odoo event is created in Google.

    `source` names the Odoo database. The same input gives the same id, so a repeated insert is refused with
    409 instead of making a second event. Characters are base32hex in lower case (API reference, Event.id).
    """
    digest = hashlib.sha256(f"{source}|{odoo_uid}|{odoo_id}|{generation}".encode()).digest()
    return "cs" + base64.b32hexencode(digest).decode().rstrip("=").lower()[:40]


def token_message(source: str, uid: str, generation: int, start: str = "") -> str:
    """Return what the `access_token` of an Odoo event made from a Google event is derived from.

    The same for all guests of a meeting, since `uid` (RFC 5545 UID) is; `start` names a row of a series.
    """
    return f"{source}|{uid}|{generation}|{start}"


def pair_by_keys(
    google: Iterable[str],
    odoo: Iterable[int],
    known: Mapping[str, int],
    derived_ids: Callable[[int], list[str]],
    tokens: Mapping[str, int],
    derived_tokens: Callable[[str], list[str]],
) -> Iterator[tuple[str, int]]:
    """Yield the pairs that are known, or that our own keys prove; see `pair`."""
    free_google, free_odoo = dict.fromkeys(google), dict.fromkeys(odoo)

    def take(google_key: str, odoo_key: int) -> tuple[str, int]:
        del free_google[google_key], free_odoo[odoo_key]
        return google_key, odoo_key

    for google_key, odoo_key in known.items():
        if google_key in free_google and odoo_key in free_odoo:
            yield take(google_key, odoo_key)
    for odoo_key in list(free_odoo):
        for candidate in derived_ids(odoo_key):
            if candidate in free_google:
                yield take(candidate, odoo_key)
                break
    if tokens:
        for google_key in list(free_google):
            for token in derived_tokens(google_key):
                if tokens.get(token) in free_odoo:
                    yield take(google_key, tokens[token])
                    break


def pair(
    google: Mapping[str, Event],
    odoo: Mapping[int, Event],
    known: Mapping[str, int],
    derived_ids: Callable[[int], list[str]],
    tokens: Mapping[str, int],
    derived_tokens: Callable[[str], list[str]],
) -> Iterator[tuple[str, int]]:
    """Yield the pairs among unlinked events: the known, those our own keys prove, then equal ones.

    `known` names the Odoo events that colleagues' links give to Google's events; `derived_ids` gives the ids
    an Odoo event would have got in Google; `tokens` the access tokens found in Odoo with their events;
    `derived_tokens` those an event from Google would have got in Odoo.
    """
    free_google, free_odoo = dict(google), dict(odoo)
    for google_key, odoo_key in pair_by_keys(google, odoo, known, derived_ids, tokens, derived_tokens):
        del free_google[google_key], free_odoo[odoo_key]
        yield google_key, odoo_key
    taken_up = {_time(event) for event in free_google.values()}
    waiting: defaultdict[tuple[str, _Time], list[int]] = defaultdict(list)
    for odoo_key in sorted(free_odoo, reverse=True):
        if _time(free_odoo[odoo_key]) in taken_up:  # to read a title takes long
            waiting[_likeness(free_odoo[odoo_key])].append(odoo_key)
    times = {time for _, time in waiting}
    for google_key in sorted(free_google):
        if _time(free_google[google_key]) not in times:
            continue
        if equals := waiting[_likeness(free_google[google_key])]:
            yield google_key, equals.pop()


_Time = tuple[Span, bool]


def _time(event: Event) -> _Time:
    return event.span, event.recurrence is not None


def _likeness(event: Event) -> tuple[str, _Time]:
    return visible_text(event.title).casefold(), _time(event)
