"""Links that begin anew because an event that was deleted stands there again as another."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator

from sync.keys import Keys
from sync.match import pair_by_keys
from sync.model import Response
from sync.plan import Link
from sync.roles import Role
from sync.seen import State
from sync.sight import Sight


def rejoined(
    sight: Sight, keys: Keys, free_google: Collection[str], free_odoo: Collection[int]
) -> Iterator[Link]:
    """Yield links for events whose counterpart is gone, with another that was theirs and came back.

    A person deletes one copy and takes an older one out of the bin. Taken one by one, the deletion and the
    return would make the event anew on the other side, and an edit there would keep both.
    """
    left_google, left_odoo = dict[str, Link](), dict[int, Link]()
    for link in sight.links:
        key = sight.odoo_key(link)
        there = sight.google[link.google_id].state if link.google_id in sight.google else State.UNCHANGED
        here = sight.odoo[key].state if key in sight.odoo else State.UNCHANGED
        if link.role is not Role.HOME or link.series is not None:
            continue
        if here is State.GONE and there in (State.PRESENT, State.UNCHANGED):
            left_google[link.google_id] = link
        elif there is State.GONE and here is State.PRESENT:
            left_odoo[key] = link
    # Never both of what is left: then two events were deleted, one on each side.
    for google_ids, odoo_keys in ((free_google, left_odoo), (left_google, free_odoo)):
        if not google_ids or not odoo_keys:
            continue
        tokens = keys.tokens(odoo_keys)
        for google_id, odoo_key in pair_by_keys(
            google_ids, odoo_keys, {}, keys.derived_ids, tokens, keys.derived_tokens
        ):
            link = left_google.get(google_id) or left_odoo[odoo_key]
            generation = keys.generation(google_id, odoo_key)
            yield dataclasses.replace(
                link, id=0, odoo_id=odoo_key, google_id=google_id, generation=generation
            )


def put_back_by_others(sight: Sight, keys: Keys) -> Iterator[tuple[str, int]]:
    """Yield the Google ids of meetings from outside that are gone from Odoo, with what was put back there.

    A colleague's run has put it back, perhaps one that a crash kept from linking it. Whoever took it out of
    Odoo himself declines first.
    """
    taken = {sight.odoo_key(link) for link in sight.links}
    for link in sight.lost_from_outside():
        there = sight.google.get(link.google_id)
        if there is None or there.event is None or sight.odoo[sight.odoo_key(link)].by_owner:
            continue
        tokens = keys.derived_tokens(link.google_id)
        named = {one.odoo_id for one in sight.sharers if one.uid == link.uid}
        marked = {key for key, seen in sight.odoo.items() if seen.key in tokens}
        for key in sorted((named | marked) - taken):
            here = sight.odoo.get(key)
            if here is None or here.state is not State.PRESENT:
                continue
            if not (here.uninvited and there.event.response is Response.DECLINED):
                taken.add(key)
                yield link.google_id, key
                break
