"""Merging what consists of elements, one by one: reminders and guests."""

from __future__ import annotations

from collections.abc import Callable

from sync.base import FieldHashes, Hasher
from sync.model import Event, Guest, Reminder, Response, Side


def merge_reminders(
    google: Event,
    odoo: Event,
    google_base: FieldHashes,
    in_google: Callable[[Reminder], Reminder],
    hasher: Hasher,
) -> frozenset[Reminder]:
    """Merge reminder by reminder; `in_google` gives each of Odoo's as Google would hold it."""

    def hashed(one: Reminder) -> str:
        return hasher.element("reminders", one)

    # Odoo's set is the starting point, so what was removed there is gone already.
    there, here = google.reminders, odoo.reminders
    was_google = set(google_base.get("reminders", ()))
    removed = was_google - set(map(hashed, there))
    kept = {one for one in here if hashed(in_google(one)) not in removed}
    covered = {in_google(one) for one in here}
    added = {one for one in there if hashed(one) not in was_google and one not in covered}
    return frozenset(kept | added)


def merge_guests(
    google: Event,
    odoo: Event,
    google_base: FieldHashes,
    odoo_base: FieldHashes,
    later: Side,
    hasher: Hasher,
) -> frozenset[Guest]:
    """Merge guest by guest: who was invited or taken off on either side, and what each answered."""
    there = {one.email: one.response for one in google.guests}
    here = {one.email: one.response for one in odoo.guests}
    was_there, was_here = google_base.get("guests", {}), odoo_base.get("guests", {})
    merged: set[Guest] = set()
    for email in there.keys() | here.keys():
        key = hasher.element("guests", email)
        on_google = there.get(email) != was_there.get(key)
        on_odoo = here.get(email) != was_here.get(key)
        odoo_wins = on_odoo and (not on_google or later is Side.ODOO)
        if on_google and on_odoo and (email not in there or email not in here):
            # An answer or a new invitation beats taking somebody off, unless he does not come anyway.
            comes = Response.DECLINED not in (there.get(email), here.get(email))
            odoo_wins = (email in here) is comes
        if not on_google and not on_odoo:
            odoo_wins = email not in there
        answer = here.get(email) if odoo_wins else there.get(email)
        if answer is not None:
            merged.add(Guest(email, answer))
    return frozenset(merged)
