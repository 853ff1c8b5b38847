"""Reads events of Google's whole: a listing names only what changed, and a series is many resources."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from sync.errors import Rejected
from sync.google import codec
from sync.google.client import GoogleClient, Listing
from sync.google.series import Found, is_cancelled, master_id, original_start, sort_out
from sync.places import existing

Resource = Mapping[str, Any]

READS_IN_FLIGHT = 8


async def whole(client: GoogleClient, account_id: int, event_id: str, uid: str = "") -> Found | None:
    """Return an event with all its exceptions, or None when this calendar does not have it.

    With `uid` (iCalUID) a series is read in one request. An occurrence of a series that the calendar has is
    no event of its own, so it is not had either.
    """
    item: Resource | None = None
    if not uid:
        item = await client.get(account_id, event_id)
        if item is None or is_cancelled(item):
            return None if item is None else Found(item)
        if master := master_id(item):
            series = await client.get(account_id, master)
            return Found(item) if series is None or is_cancelled(series) else None
        if not item.get("recurrence"):
            return Found(item)
        uid = str(item.get("iCalUID") or "")
    listed, exceptions = sort_out(await client.series(account_id, uid) if uid else ())
    own = tuple(exceptions.get(event_id, ()))
    item = listed.get(event_id) or item
    strays = [one for key, some in exceptions.items() if key not in listed for one in some]
    own += tuple(one for one in strays if item and _bears_id_of(item, one))
    if item is None and not own:  # a listing that shows exceptions would show their master, too
        item = await client.get(account_id, event_id)
    return None if item is None else Found(item, own)


async def complete(client: GoogleClient, account_id: int, listing: Listing) -> dict[str, Found | Rejected]:
    """Return what a listing is about, each event whole, by id; a series that Google refuses to show as such.

    A full listing has all that is needed, but where an exception stands alone. An incremental one may have an
    exception without its master or a master without its exceptions, so every series in it is read.

    An exception whose series this calendar does not have (its owner was invited to that occurrence alone) is
    an event of its own, unless another series has its id and its start.
    """
    items, exceptions = sort_out(listing.items)
    result: dict[str, Found | Rejected] = {}
    unread: set[str] = set()
    for key in items.keys() | exceptions.keys():
        item = items.get(key)
        if item is not None and not _is_series(item):
            result[key] = Found(item)
        elif item is not None and listing.full:
            result[key] = Found(item, tuple(exceptions.get(key, ())))
        else:
            unread.add(key)
    gate = asyncio.Semaphore(READS_IN_FLIGHT)

    async def read(key: str) -> tuple[str, Found | Rejected | None]:
        uid = _uid(items.get(key), exceptions.get(key, ()))
        async with gate:
            try:
                return key, await whole(client, account_id, key, uid)
            except Rejected as error:
                return key, error

    read_now = await asyncio.gather(*map(read, sorted(unread)))
    result |= {key: found for key, found in read_now if found is not None}
    for key, orphans in exceptions.items():
        master = result.get(key)
        if master is None or (isinstance(master, Found) and not _is_series(master.item)):
            for item in orphans:
                bearer = item["id"].rpartition("_")[0]
                other = result.get(bearer)
                if isinstance(other, Found) and _bears_id_of(other.item, item):
                    result[bearer] = Found(other.item, (*other.exceptions, item))
                else:
                    result[item["id"]] = Found(item)
    return result


def _bears_id_of(master: Resource, exception: Resource) -> bool:
    """Say whether an exception is an occurrence of a series by its id, whichever series it names.

    The ids of a series that was split begin with the id of the series it was split from; that one has no
    occurrence at such a start any more.
    """
    if not _is_series(master) or not exception["id"].startswith(f"{master['id']}_"):
        return False
    try:
        start = original_start(exception)
        return start in existing(codec.decode(master), [start])
    except Rejected:
        return False


def _is_series(item: Resource) -> bool:
    return bool(item.get("recurrence")) and not is_cancelled(item)


def _uid(master: Resource | None, exceptions: Iterable[Resource]) -> str:
    """Return the iCalUID that all of a series share; a cancelled exception may come without it."""
    shown = [item for item in (master, *exceptions) if item is not None]
    return next((uid for item in shown if isinstance(uid := item.get("iCalUID"), str)), "")
