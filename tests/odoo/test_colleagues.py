"""One series in Odoo and the links of several accounts to it: what one run writes, the others' runs see."""

from __future__ import annotations

import dataclasses

import pytest

from sync.model import CANCELLED, Event, Guest, Override, Response, Span, Start
from sync.plan import Link
from sync.recurrence import equal, read
from sync.roles import Role
from sync.seen import Seen, State
from tests.odoo.stage import WINDOW, ZONE, Stage, at, linked, repeated

pytestmark = pytest.mark.on_real_odoo

WEEKLY = repeated(at(3, 2), "FREQ=WEEKLY;BYDAY=TU;COUNT=6")
ROLES = (Role.GUEST, Role.MIRROR, Role.OUTSIDE)


async def shared(stage: Stage, role: Role, event: Event = WEEKLY) -> tuple[Link, Link]:
    """Return alice's link to a series in which bob takes part, and bob's."""
    bob = Guest(stage.email("bob"), Response.ACCEPTED)
    hers = await stage.create(dataclasses.replace(event, guests=frozenset({bob})))
    his = (await stage.side.pull(stage.owner("bob"), WINDOW, [])).seen[hers.odoo_id]
    return hers, linked(hers.odoo_id, his, role, 2)


async def as_bob(stage: Stage, link: Link) -> Seen:
    view = await stage.look(link, login="bob")
    assert view.moved == {}
    assert view.seen.keys() == {link.odoo_id}
    return view.seen[link.odoo_id]


async def rewritten(stage: Stage, link: Link, event: Event, *names: str, **more: object) -> None:
    """Let alice's run write what changed in her Google calendar."""
    seen = (await stage.look(link)).seen[link.odoo_id]
    assert seen.event
    wanted = dataclasses.replace(event, guests=seen.event.guests)
    await stage.update(link, seen, wanted, *names, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ROLES)
async def test_a_series_moved_by_the_run_of_another(stage: Stage, role: Role) -> None:
    hers, his = await shared(stage, role)
    await rewritten(stage, hers, repeated(at(3, 2, 13), "FREQ=WEEKLY;BYDAY=TU;COUNT=6"), "span")
    seen = await as_bob(stage, his)
    assert seen.event
    assert seen.event.span == Span(at(3, 2, 13), at(3, 2, 14))
    assert seen.event.recurrence == WEEKLY.recurrence
    assert (seen.event.overrides, seen.rebuild) == ({}, False)
    assert seen.event.response is Response.ACCEPTED


@pytest.mark.parametrize("role", ROLES)
async def test_a_rule_changed_by_the_run_of_another(stage: Stage, role: Role) -> None:
    hers, his = await shared(stage, role)
    rule = read(["FREQ=WEEKLY;BYDAY=TU,FR;COUNT=9"], ZONE, WEEKLY.span)[0]
    await rewritten(stage, hers, dataclasses.replace(WEEKLY, recurrence=rule), "recurrence")
    seen = await as_bob(stage, his)
    assert seen.event
    assert seen.event.recurrence
    assert equal(seen.event.recurrence, rule, WEEKLY.span)
    assert seen.event.overrides == {}
    assert not seen.rebuild


async def test_occurrences_taken_out_and_moved_by_the_run_of_another(stage: Stage) -> None:
    hers, his = await shared(stage, Role.GUEST)
    overrides: dict[Start, Override] = {
        at(3, 9): {CANCELLED: True},
        at(3, 16): {"span": Span(at(3, 17), at(3, 17, 10))},
    }
    starts: dict[Start, frozenset[str]] = {at(3, 9): frozenset({CANCELLED}), at(3, 16): frozenset({"span"})}
    await rewritten(stage, hers, dataclasses.replace(WEEKLY, overrides=overrides), starts=starts)
    seen = await as_bob(stage, his)
    assert seen.event
    assert seen.event.overrides == overrides


async def test_rows_added_by_the_run_of_another(stage: Stage) -> None:
    endless = repeated(at(3, 2), "FREQ=WEEKLY;BYDAY=TU")
    hers, his = await shared(stage, Role.GUEST, endless)
    assert hers.series
    assert his.series
    late = {key for key, start in hers.series.rows.items() if start >= at(4, 1)}
    stage.delete(sorted(late))
    links = []
    for link in (hers, his):
        assert link.series
        rows = {key: start for key, start in link.series.rows.items() if key not in late}
        series = dataclasses.replace(link.series, covered_until=at(4, 1), rows=rows)
        links.append(dataclasses.replace(link, series=series))
    await rewritten(stage, links[0], endless, rows=True)
    seen = await as_bob(stage, links[1])
    assert seen.event
    assert seen.event.recurrence == endless.recurrence
    assert seen.event.overrides == {}
    assert seen.series
    assert len(seen.series.rows) == len(hers.series.rows)


async def test_a_series_remade_in_odoo_is_found_by_everybody(stage: Stage) -> None:
    hers, his = await shared(stage, Role.MIRROR)
    stage.edit(
        stage.row_at(hers.odoo_id, "2027-03-02"),
        start="2027-03-02 14:00:00",
        stop="2027-03-02 15:00:00",
        recurrence_update="all_events",
    )
    view = await stage.look(hers)
    key = view.moved[hers.id]
    seen = view.seen[key]
    assert seen.event
    after = await stage.update(dataclasses.replace(linked(key, seen)), seen, seen.event, rows=True)
    found = await stage.look(his, login="bob")
    assert found.moved == {2: key}
    mine = found.seen[key]
    assert mine.event
    assert mine.event.span == Span(at(3, 2, 14), at(3, 2, 15))
    assert mine.event.overrides == {}
    assert not mine.rebuild
    assert mine.event.response is Response.ACCEPTED
    assert after.series


async def test_a_series_taken_away_from_somebody(stage: Stage) -> None:
    hers, his = await shared(stage, Role.GUEST)
    await rewritten(stage, hers, WEEKLY, "title")
    seen = (await stage.look(hers)).seen[hers.odoo_id]
    await stage.update(hers, seen, WEEKLY, "guests")
    assert (await as_bob(stage, his)).state is State.GONE
