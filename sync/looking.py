"""How one run looks: at what a listing names, and at everything that has to be compared with it."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Collection, Iterable, Mapping

from sync.base import changed
from sync.borrowed import borrowed
from sync.google.side import GooglePull, GoogleSide
from sync.keys import source_of, tokens_of_seen
from sync.ledger import Ledger
from sync.model import NOBODY, Response, Side
from sync.odoo.side import OdooSide, OdooView
from sync.plan import Link
from sync.roles import Role
from sync.seen import Seen, State
from sync.series import is_series
from sync.sharing import as_colleagues_left_it, find_shared
from sync.sight import Sight, addresses_in
from sync.slices import in_slices
from sync.store import history, intents, links
from sync.store.accounts import Account
from sync.store.parked import Parked
from sync.store.roster import Roster
from sync.told import told
from sync.wishes import wishes_of

LOOKS_IN_FLIGHT = 8
ONE_WAY_FIELDS = frozenset({"title", "span", "description", "location", "busy", "privacy", "reminders"})
"""Fields that can be written to Google without a look at what is there, since the etag guards the write."""


def colleagues_of(roster: Roster, own: Account) -> tuple[frozenset[str], frozenset[str], frozenset[int]]:
    """Return the addresses of the others, of those whose accounts run, and the ids of those that do not."""
    address = {(own.google_email or "").lower()}
    return roster.addresses - address, roster.running - address, roster.idle - {own.id}


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
        roster = (await ledger.store.roster.read(tx)).including(ledger.account)
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
    touched = await as_colleagues_left_it(ledger, touched, seen_google)
    await odoo.know(roster, addresses_in(seen_google.values()))
    view = await odoo.pull(owner, window, touched) if pull.full else OdooView()
    odoo_ids |= {link.odoo_id for link in current}
    odoo_ids |= {link.odoo_id for link in touched if link.google_id in seen_google}
    view = view.joined(await odoo.fetch(owner, odoo_ids - view.seen.keys(), touched))
    # A row that is new in a series leads to the series, but not to the link of it, which may know it by
    # another key and by other rows.
    known, named = {link.id for link in touched}, {link.odoo_id for link in touched}
    met = {key for key in view.seen if is_series(key)} - named - {*view.moved.values()}
    met |= {row for row, key in view.rows.items() if key in met}
    async with ledger.store.read() as tx:
        held = await links.of_account(tx, account_id, odoo_ids=met) if met else []
    held = [link for link in held if link.id not in known]
    if held:
        touched = [*touched, *held]
        view = view.joined(await odoo.fetch(owner, odoo_ids | {one.odoo_id for one in held}, touched))
    sight = Sight(seen_google, view.seen, touched, view.moved, window, *colleagues_of(roster, ledger.account))
    choosy = wishes_of(ledger.account, window[0], window).chooses
    # What set an item aside may have been Google's news, and those are told once.
    again = {int(one.item) for one in due if one.side is Side.ODOO}

    def lacks_google(link: Link) -> bool:
        if link.google_id not in sight.google and not again.isdisjoint((link.odoo_id, sight.odoo_key(link))):
            return True
        return _needs_google(link, sight, choosy=choosy)

    needs = await in_slices(lacks_google, touched)
    lacking = {link.google_id for link, needed in zip(touched, needs, strict=True) if needed}
    if lacking:
        more = await _fetch(google, account_id, lacking)
        await odoo.know(roster, addresses_in(more.values()))
        sight = dataclasses.replace(sight, google={**seen_google, **more})
    if not pull.full:
        sight = await _with_copies(google, ledger, sight)
    sight = await _with_joinable(odoo, ledger, await _with_strangers(odoo, ledger, sight))
    outside = {
        key
        for key, seen in sight.odoo.items()
        if seen.event and seen.event.organizer == NOBODY and ledger.is_from_google(seen.key)
    }
    asked = frozenset((one.side, one.item) for one in due)
    said_no = {
        key for key, seen in sight.odoo.items() if seen.event and seen.event.response is Response.DECLINED
    }
    async with ledger.store.read() as tx:
        declined = await history.declined_for(tx, account_id, said_no)
    return dataclasses.replace(
        sight,
        from_outside=frozenset(outside),
        due=asked,
        declined=declined,
        told=await told(ledger, sight, roster),
    )


async def _with_copies(google: GoogleSide, ledger: Ledger, sight: Sight) -> Sight:
    """Add Google's own copies of meetings that a colleague's run has brought the person into in Odoo.

    Google told of such a copy before Odoo knew that the person is invited.
    """
    linked = {sight.odoo_key(link) for link in sight.links}
    loose = [key for key, seen in sight.odoo.items() if seen.event and key not in linked]
    async with ledger.store.read() as tx:
        shared = await links.sharers(tx, ledger.account.id, odoo_ids=loose)
    known = {seen.uid for seen in sight.google.values()} | {link.uid for link in sight.links}
    found: dict[str, Seen] = {}
    for uid in sorted({one.uid for one in shared} - known - {""}):
        found |= await google.find(ledger.account.id, uid)
    return dataclasses.replace(sight, google={**found, **sight.google})


def _needs_google(link: Link, sight: Sight, *, choosy: bool) -> bool:
    """Say whether what changed in Odoo cannot be merged without Google's own values.

    To a `choosy` person, only what is left of a deleted event tells whether it takes part in the sync.
    """
    seen = sight.odoo.get(sight.odoo_key(link))
    if link.google_id in sight.google or seen is None:
        return False
    if choosy and seen.state is State.GONE:
        return True
    if seen.event is None:
        return link.role is Role.OUTSIDE and seen.state is State.GONE  # perhaps it has to be put back
    differing = changed(link.odoo_base, seen.hashes)
    if (link.role is Role.HOME) is not (seen.event.organizer == ""):
        return True  # somebody else may have become the organizer
    if link.role is not Role.GUEST and seen.lacks_rows(sight.window[1]):
        return True  # single occurrences that get a row may differ there
    plain = link.role is Role.HOME and link.series is None and not is_series(sight.odoo_key(link))
    return bool(differing) and not (plain and differing <= ONE_WAY_FIELDS)


async def _with_strangers(odoo: OdooSide, ledger: Ledger, sight: Sight) -> Sight:
    """Add Odoo's counterparts of events that no link of this account names.

    Colleagues' links tell them, or our own access tokens, should our database have been set back. Archived
    rows are found as well: they show which tokens are taken. Rows that we made events from are looked at when
    such an event comes back: that the row came back too may not have been told yet.
    """
    unlinked = sight.unlinked_google()
    uids = {sight.google[key].uid for key in unlinked} | {link.uid for link in sight.lost_from_outside()}
    uids -= {""}
    async with ledger.store.read() as tx:
        shared = await links.sharers(tx, ledger.account.id, odoo_ids=sight.odoo.keys(), uids=uids)
        begun = await intents.begun(tx, uids)
    strange = [one for one in shared if one.uid in uids and one.odoo_id not in sight.odoo]
    made_from = {source_of(ledger, key, sight.google[key]) for key in unlinked} - {0} - sight.odoo.keys()
    found, strange_now = await find_shared(odoo, ledger, strange, sight.links, made_from)
    shared = [one for one in shared if one not in strange] + strange_now
    loose = [sight.google[key] for key in unlinked]
    derived = await in_slices(lambda one: tokens_of_seen(ledger, one, sight.window, begun), loose)
    if tokens := [token for some in derived for token in some]:
        found = found.joined(await odoo.find(ledger.owner, tokens, sight.links))
    async with ledger.store.read() as tx:
        held = await links.of_account(tx, ledger.account.id, odoo_ids=found.seen.keys() - sight.odoo.keys())
    known_links = {link.id for link in sight.links}
    own = [*sight.links, *(link for link in held if link.id not in known_links)]
    theirs = await borrowed(ledger, shared, own)
    again = await odoo.fetch(ledger.owner, theirs, [*own, *theirs.values()])
    return dataclasses.replace(
        sight,
        odoo={
            **found.seen,
            **sight.odoo,
            **_recognised(sight, found),
            **{key: again.seen[key] for key in theirs if key in again.seen},
        },
        moved={**found.moved, **sight.moved},
        links=own,
        sharers=shared,
        begun=begun,
        borrowed=theirs,
    )


def _recognised(sight: Sight, found: OdooView) -> dict[int, Seen]:
    """Return masked events that were found by our access tokens, which they do not show."""
    masked = {key for key, seen in sight.odoo.items() if seen.state is State.MASKED}
    return {key: seen for key, seen in found.seen.items() if key in masked and seen.key}


async def _with_joinable(odoo: OdooSide, ledger: Ledger, sight: Sight) -> Sight:
    """Add colleagues' meetings in Odoo in which the person takes no part yet, if nobody's run sees to that.

    That is so where the account of whoever would do it does not run, and where a meeting from outside was
    taken out of Odoo, and put back from a copy that may not name all who are in it.
    """
    lost = sight.lost_from_outside()
    uids = {link.uid for link in lost} | {
        sight.google[key].uid
        for key, event in sight.unlinked_google().items()
        if event.organizer and not sight.is_awaited(event, sight.google[key].uid)
    }
    wanted = {one.odoo_id for one in sight.sharers if one.uid and one.uid in uids}
    wanted = {key for key in wanted if key not in sight.odoo or sight.odoo[key].state is State.GONE}
    there = [sight.google[link.google_id] for link in lost if link.google_id in sight.google]
    view = await odoo.fetch(ledger.owner, wanted, sight.links, joining=True) if wanted else OdooView()
    if tokens := [
        token for seen in there for token in tokens_of_seen(ledger, seen, sight.window, sight.begun)
    ]:
        view = view.joined(await odoo.find(ledger.owner, tokens, sight.links, joining=True))

    fresh = {key: seen for key, seen in view.seen.items() if key in wanted or key not in sight.odoo}
    return dataclasses.replace(sight, odoo={**sight.odoo, **fresh})


async def _fetch(google: GoogleSide, account_id: int, ids: Iterable[str]) -> dict[str, Seen]:
    gate = asyncio.Semaphore(LOOKS_IN_FLIGHT)

    async def one(event_id: str) -> tuple[str, Seen]:
        async with gate:
            return event_id, await google.fetch(account_id, event_id)

    return dict(await asyncio.gather(*map(one, ids)))
