"""The process dies at any call while a series is made or changed: the next run ends what was begun."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from sync.model import CANCELLED, Event, Guest, Override, Response, Span, Start
from sync.plan import Link
from sync.recurrence import read
from sync.seen import Seen, State
from tests.odoo.stage import WINDOW, ZONE, Stage, at, linked, repeated, tokens

pytestmark = pytest.mark.on_real_odoo

WEEKLY = repeated(at(3, 2), "FREQ=WEEKLY;BYDAY=TU;COUNT=6")


class Killed(Exception):
    """The process died."""


class Mortal:
    """Lets calls through until the one at which the process dies, before or after it had its effect."""

    def __init__(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        self._real: Callable[..., Awaitable[Any]] = stage.client._send
        self.left: int | None = None
        self.after = False
        monkeypatch.setattr(stage.client, "_send", self)

    async def __call__(self, *args: Any) -> Any:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                if self.after:
                    await self._real(*args)
                raise Killed
        return await self._real(*args)


def series(stage: Stage, hour: int = 9, **more: Any) -> Event:
    """Return a series with exceptions of every kind."""
    shown = repeated(at(3, 2, hour), "FREQ=WEEKLY;BYDAY=TU;COUNT=6")
    return dataclasses.replace(
        shown,
        guests=frozenset({Guest(stage.email("bob"), Response.TENTATIVE)}),
        overrides={
            at(3, 9, hour): {CANCELLED: True},
            at(3, 16, hour): {"title": "Retro"},
            at(3, 23, hour): {"span": Span(at(3, 24, 7), at(3, 24, 8))},
        },
        **more,
    )


async def seen_of(stage: Stage, link: Link) -> Seen:
    view = await stage.look(link)
    assert view.moved == {}
    return view.seen[link.odoo_id]


async def assert_settled(stage: Stage, link: Link, event: Event) -> None:
    seen = await seen_of(stage, link)
    assert seen.event == (await stage.projection(event))(event)
    assert (seen.hashes, seen.series, seen.rebuild) == (link.odoo_base, link.series, False)


def differing(seen: Seen, base: Link) -> set[str]:
    """Return what a merge would take for edits that people made in Odoo."""
    return {name for name, value in seen.hashes.items() if base.odoo_base.get(name) != value}


@pytest.mark.parametrize("after", [False, True])
async def test_a_move_in_google_is_carried_out_in_the_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    mortal = Mortal(stage, monkeypatch)
    wanted, at_call, died = series(stage, 13), 0, True
    while died:
        link = await stage.create(series(stage), mark=f"t{at_call}")
        seen = await seen_of(stage, link)
        begun = dataclasses.replace(link, series=dataclasses.replace(_series(seen), complete=False))
        mortal.left, mortal.after = at_call, after
        try:
            done = await stage.update(link, seen, wanted, "span", mark=f"t{at_call}")
            died = False
        except Killed:
            mortal.left = None
            seen = await seen_of(stage, begun)
            assert differing(seen, link) == set()
            assert seen.rebuild
            done = await stage.update(begun, seen, wanted, "span", rows=True, mark=f"t{at_call}")
        mortal.left = None
        await assert_settled(stage, done, wanted)
        await stage.side.archive(done.odoo_id)
        at_call += 1
    assert at_call > 8


@pytest.mark.parametrize("after", [False, True])
async def test_a_new_rule_is_carried_out_in_the_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    mortal = Mortal(stage, monkeypatch)
    rule = read(["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR;COUNT=9"], ZONE, WEEKLY.span)[0]
    kept: dict[Start, Override] = {at(3, 16): {"title": "Retro"}, at(3, 19): {"title": "New"}}
    wanted = dataclasses.replace(series(stage), recurrence=rule, overrides=kept)
    at_call, died = 0, True
    while died:
        link = await stage.create(series(stage), mark=f"t{at_call}")
        seen = await seen_of(stage, link)
        begun = dataclasses.replace(link, series=dataclasses.replace(_series(seen), complete=False))
        mortal.left, mortal.after = at_call, after
        starts: dict[Start, frozenset[str]] = {
            at(3, 19): frozenset({"title"}),
            at(3, 9): frozenset({CANCELLED}),
        }
        try:
            done = await stage.update(link, seen, wanted, "recurrence", starts=starts, mark=f"t{at_call}")
            died = False
        except Killed:
            mortal.left = None
            seen = await seen_of(stage, begun)
            assert differing(seen, link) <= {"overrides"}
            assert seen.event
            # The renamed one is never lost, nor one left out that was not.
            assert seen.event.overrides[at(3, 16)] == {"title": "Retro"}
            assert [one for one, it in seen.event.overrides.items() if CANCELLED in it] == [at(3, 9)]
            done = await stage.update(
                begun, seen, wanted, "recurrence", starts=starts, rows=True, mark=f"t{at_call}"
            )
        mortal.left = None
        await assert_settled(stage, done, wanted)
        await stage.side.archive(done.odoo_id)
        at_call += 1
    assert at_call > 8


@pytest.mark.parametrize("after", [False, True])
async def test_a_series_becomes_single_in_the_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    mortal = Mortal(stage, monkeypatch)
    wanted = dataclasses.replace(series(stage), recurrence=None, overrides={}, title="Once")
    at_call, died = 0, True
    while died:
        link = await stage.create(series(stage), mark=f"t{at_call}")
        seen = await seen_of(stage, link)
        begun = dataclasses.replace(link, series=dataclasses.replace(_series(seen), complete=False))
        mortal.left, mortal.after = at_call, after
        try:
            done = await stage.update(link, seen, wanted, "recurrence", "title")
            died = False
        except Killed:
            mortal.left = None
            view = await stage.look(begun)
            key = view.moved.get(begun.id, begun.odoo_id)
            begun = dataclasses.replace(begun, odoo_id=key)
            done = await stage.update(begun, view.seen[key], wanted, "recurrence", "title")
        mortal.left = None
        seen = await seen_of(stage, done)
        assert seen.event == (await stage.projection(wanted))(wanted)
        assert [row["id"] for row in stage.odoo.events("alice", "name")] == [done.odoo_id]
        await stage.side.archive(done.odoo_id)
        at_call += 1
    assert at_call > 6


@pytest.mark.parametrize("after", [False, True])
async def test_a_single_event_becomes_a_series_in_the_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    mortal = Mortal(stage, monkeypatch)
    wanted = series(stage)
    plain = dataclasses.replace(wanted, recurrence=None, overrides={})
    starts = {start: frozenset(one) for start, one in wanted.overrides.items()}
    at_call, died = 0, True
    while died:
        mark = f"t{at_call}"
        link = await stage.create(plain, mark=mark)
        seen = await seen_of(stage, link)
        mortal.left, mortal.after = at_call, after
        try:
            done = await stage.update(link, seen, wanted, "recurrence", starts=starts, mark=mark)
            died = False
        except Killed:
            mortal.left = None
            view = await stage.look(link)
            key = view.moved.get(link.id, link.odoo_id)
            begun = dataclasses.replace(link, odoo_id=key)
            if key < 0:
                assert view.seen[key].rebuild or view.seen[key].event == (await shown(stage, wanted))
            done = await stage.update(
                begun, view.seen[key], wanted, "recurrence", starts=starts, rows=True, mark=mark
            )
        mortal.left = None
        await assert_settled(stage, done, wanted)
        await stage.side.archive(done.odoo_id)
        at_call += 1
    assert at_call > 8


async def shown(stage: Stage, event: Event) -> Event:
    projected: Event = (await stage.projection(event))(event)
    return projected


@pytest.mark.parametrize("after", [False, True])
async def test_a_series_is_made_once_and_whole(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    mortal = Mortal(stage, monkeypatch)
    wanted, at_call, died = series(stage), 0, True
    while died:
        mark = f"t{at_call}"
        mortal.left, mortal.after = at_call, after
        try:
            done = await stage.create(wanted, mark=mark)
            died = False
        except Killed:
            mortal.left = None
            found = await stage.side.find(stage.owner(), _tokens(wanted, mark), [])
            if found.seen:
                [(key, seen)] = found.seen.items()
                assert seen.state is State.PRESENT
                done = await stage.update(_begun(key, seen, wanted), seen, wanted, rows=True, mark=mark)
            else:
                done = await stage.create(wanted, mark=mark)
        mortal.left = None
        await assert_settled(stage, done, wanted)
        await stage.side.archive(done.odoo_id)
        at_call += 1
    assert at_call > 4


def _tokens(event: Event, mark: str) -> Sequence[str]:
    return [tokens(mark)(start) for start in (at(3, 2), at(3, 16), at(3, 23))]


def _series(seen: Seen) -> Any:
    assert seen.series
    return seen.series


def _begun(key: int, seen: Seen, wanted: Event) -> Link:
    """Return the link that the core makes of what it finds after a crash."""
    begun = dataclasses.replace(
        _series(seen),
        recurrence=wanted.recurrence,
        span=wanted.span,
        odoo_rule="",
        covered_from=WINDOW[0],
        covered_until=WINDOW[1],
        rows={},
        complete=False,
    )
    return dataclasses.replace(linked(key, seen), series=begun)
