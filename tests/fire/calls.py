"""What calsync asks of both sides, in the words by which troubles and acts fit together."""

from __future__ import annotations

from tests.doubles.log import Entry
from tests.world import World

CHANGES = ("calendar.events.patch", "calendar.events.update", "calendar.events.delete")


def kinds(world: World) -> set[str]:
    """Return which kinds of calls are in the doubles' logs.

    "google news" lists since a sync token; "google write" and "odoo write" are writes of all kinds, among
    them "google change", which can meet an etag that is out of date, and "odoo create".
    """
    return set().union(*map(_in_google, world.google.log.entries), *map(_in_odoo, world.odoo.log.entries))


def _in_google(entry: Entry) -> set[str]:
    if entry.operation == "calendar.events.list" and not entry.detail["full"]:
        return {"google news"}
    if entry.operation in CHANGES:
        return {"google write", "google change"}
    return {"google write"} if entry.write else set()


def _in_odoo(entry: Entry) -> set[str]:
    if entry.operation.endswith(".create"):
        return {"odoo write", "odoo create"}
    return {"odoo write"} if entry.write else set()
