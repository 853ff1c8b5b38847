"""The process dies at any call while a series is made or changed: the next run ends what was begun."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import Any

import pytest

from sync.model import CANCELLED, Event, Guest, Override, Response, Span, Start
from sync.plan import Link
from sync.recurrence import read
from sync.seen import Seen, State
from tests.odoo.looks import assert_settled, seen_of
from tests.odoo.stage import WINDOW, ZONE, Stage, at, linked, repeated, tokens

pytestmark = pytest.mark.on_real_odoo

WEEKLY = repeated(at(3, 2), "FREQ=WEEKLY;BYDAY=TU;COUNT=6")


class Killed(Exception):
    """The process died."""


class Death:
    """The process dies at one call of those made `with` it, if they are so many; then it `came`."""

    def __init__(self, at_call: int, *, after: bool) -> None:
        self.mark, self.came = f"t{at_call}", False
        self._left, self._after = at_call, after
        self._near = False

    def __enter__(self) -> None:
        self._near = True

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        self._near, self.came = False, kind is Killed
        return self.came

    async def pass_on(self, send: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        """Let a call through, or die before or after it had its effect."""
        if self._near:
            self._left -= 1
            if self._left < 0:
                if self._after:
                    await send(*args)
                raise Killed
        return await send(*args)


def deaths(stage: Stage, monkeypatch: pytest.MonkeyPatch, *, after: bool, more_than: int) -> Iterator[Death]:
    """Let the process die at the first call, the second and so on, and at last at none, after `more_than`."""
    send, at_call = stage.client._send, 0
    while True:
        death = Death(at_call, after=after)
        monkeypatch.setattr(stage.client, "_send", partial(death.pass_on, send))
        yield death
        at_call += 1
        if not death.came:
            break
    assert at_call > more_than


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


def differing(seen: Seen, base: Link) -> set[str]:
    """Return what a merge would take for edits that people made in Odoo."""
    return {name for name, value in seen.hashes.items() if base.odoo_base.get(name) != value}


@pytest.mark.parametrize("after", [False, True])
async def test_a_move_in_google_is_carried_out_in_the_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    wanted = series(stage, 13)
    for death in deaths(stage, monkeypatch, after=after, more_than=8):
        link = await stage.create(series(stage), mark=death.mark)
        seen = await seen_of(stage, link)
        begun = dataclasses.replace(link, series=dataclasses.replace(_series(seen), complete=False))
        with death:
            done = await stage.update(link, seen, wanted, "span", mark=death.mark)
        if death.came:
            seen = await seen_of(stage, begun)
            assert differing(seen, link) == set()
            assert seen.rebuild
            done = await stage.update(begun, seen, wanted, "span", rows=True, mark=death.mark)
        await assert_settled(stage, done, wanted)
        await stage.side.archive(done.odoo_id, done.series)


@pytest.mark.parametrize("after", [False, True])
async def test_a_new_rule_is_carried_out_in_the_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    rule = read(["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR;COUNT=9"], ZONE, WEEKLY.span)[0]
    kept: dict[Start, Override] = {at(3, 16): {"title": "Retro"}, at(3, 19): {"title": "New"}}
    wanted = dataclasses.replace(series(stage), recurrence=rule, overrides=kept)
    for death in deaths(stage, monkeypatch, after=after, more_than=8):
        link = await stage.create(series(stage), mark=death.mark)
        seen = await seen_of(stage, link)
        begun = dataclasses.replace(link, series=dataclasses.replace(_series(seen), complete=False))
        starts: dict[Start, frozenset[str]] = {
            at(3, 19): frozenset({"title"}),
            at(3, 9): frozenset({CANCELLED}),
        }
        with death:
            done = await stage.update(link, seen, wanted, "recurrence", starts=starts, mark=death.mark)
        if death.came:
            seen = await seen_of(stage, begun)
            assert differing(seen, link) <= {"overrides"}
            assert seen.event
            # The renamed one is never lost, nor one left out that was not.
            assert seen.event.overrides[at(3, 16)] == {"title": "Retro"}
            assert [one for one, it in seen.event.overrides.items() if CANCELLED in it] == [at(3, 9)]
            done = await stage.update(
                begun, seen, wanted, "recurrence", starts=starts, rows=True, mark=death.mark
            )
        await assert_settled(stage, done, wanted)
        await stage.side.archive(done.odoo_id, done.series)


@pytest.mark.parametrize("after", [False, True])
async def test_a_series_becomes_single_in_the_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    wanted = dataclasses.replace(series(stage), recurrence=None, overrides={}, title="Once")
    for death in deaths(stage, monkeypatch, after=after, more_than=6):
        link = await stage.create(series(stage), mark=death.mark)
        seen = await seen_of(stage, link)
        begun = dataclasses.replace(link, series=dataclasses.replace(_series(seen), complete=False))
        with death:
            done = await stage.update(link, seen, wanted, "recurrence", "title")
        if death.came:
            view = await stage.look(begun)
            key = view.moved.get(begun.id, begun.odoo_id)
            begun = dataclasses.replace(begun, odoo_id=key)
            done = await stage.update(begun, view.seen[key], wanted, "recurrence", "title")
        seen = await seen_of(stage, done)
        assert seen.event == (await stage.projection(wanted))(wanted)
        assert [row["id"] for row in stage.odoo.events("alice", "name")] == [done.odoo_id]
        await stage.side.archive(done.odoo_id, None)


@pytest.mark.parametrize("after", [False, True])
async def test_a_single_event_becomes_a_series_in_the_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    wanted = series(stage)
    plain = dataclasses.replace(wanted, recurrence=None, overrides={})
    starts = {start: frozenset(one) for start, one in wanted.overrides.items()}
    for death in deaths(stage, monkeypatch, after=after, more_than=8):
        link = await stage.create(plain, mark=death.mark)
        seen = await seen_of(stage, link)
        with death:
            done = await stage.update(link, seen, wanted, "recurrence", starts=starts, mark=death.mark)
        if death.came:
            view = await stage.look(link)
            key = view.moved.get(link.id, link.odoo_id)
            begun = dataclasses.replace(link, odoo_id=key)
            if key < 0:
                assert view.seen[key].rebuild or view.seen[key].event == (await shown(stage, wanted))
            done = await stage.update(
                begun, view.seen[key], wanted, "recurrence", starts=starts, rows=True, mark=death.mark
            )
        await assert_settled(stage, done, wanted)
        await stage.side.archive(done.odoo_id, done.series)


async def shown(stage: Stage, event: Event) -> Event:
    projected: Event = (await stage.projection(event))(event)
    return projected


@pytest.mark.parametrize("after", [False, True])
async def test_a_series_is_made_once_and_whole(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    wanted = series(stage)
    for death in deaths(stage, monkeypatch, after=after, more_than=4):
        with death:
            done = await stage.create(wanted, mark=death.mark)
        if death.came:
            found = await stage.side.find(stage.owner(), _tokens(wanted, death.mark), [])
            if found.seen:
                [(key, seen)] = found.seen.items()
                assert seen.state is State.PRESENT
                done = await stage.update(_begun(key, seen, wanted), seen, wanted, rows=True, mark=death.mark)
            else:
                done = await stage.create(wanted, mark=death.mark)
        await assert_settled(stage, done, wanted)
        await stage.side.archive(done.odoo_id, done.series)


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
