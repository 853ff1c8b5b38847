"""What a link's event looks like when tests look again."""

from __future__ import annotations

from sync.model import Event
from sync.plan import Link
from sync.seen import Seen
from tests.odoo.stage import Stage, linked


async def moved_to(stage: Stage, link: Link) -> tuple[int, Seen]:
    """Return where a link's event is now, which is somewhere else than before."""
    view = await stage.look(link)
    key = view.moved[link.id]
    assert key != link.odoo_id
    assert link.odoo_id not in view.seen
    return key, view.seen[key]


async def assert_quiet(stage: Stage, link: Link) -> None:
    """Assert that a link remembers exactly what stands in Odoo."""
    view = await stage.look(link)
    seen = view.seen[link.odoo_id]
    assert (seen.hashes, seen.series, seen.rebuild) == (link.odoo_base, link.series, False)


async def rebuilt(stage: Stage, key: int, seen: Seen) -> Link:
    """Let the core complete the rows of a series, and return the link to it."""
    assert seen.event
    link = await stage.update(linked(key, seen), seen, seen.event, rows=True)
    await assert_quiet(stage, link)
    return link


async def seen_of(stage: Stage, link: Link) -> Seen:
    """Return how a link's event reads now, which is still under its key."""
    view = await stage.look(link)
    assert view.moved == {}
    return view.seen[link.odoo_id]


async def assert_settled(stage: Stage, link: Link, event: Event) -> None:
    """Assert that Odoo holds an event as it would hold it, and that a second look finds nothing new."""
    seen = await seen_of(stage, link)
    assert seen.event == (await stage.projection(event))(event)
    assert (seen.hashes, seen.series, seen.rebuild) == (link.odoo_base, link.series, False)
