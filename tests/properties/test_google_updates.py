"""Whatever a series in Google is and becomes: a write makes it so, and the same write again does nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from sync.google import codec
from sync.merge import Merge
from sync.model import (
    CANCELLED,
    OVERRIDABLE,
    Event,
    Guest,
    Override,
    Recurrence,
    Response,
    Span,
    moment,
)
from sync.recurrence import occurrences
from sync.recurrence.starts import starts
from sync.seen import State
from tests.unit.google_stage import ALICE, ZONE, Stage, at, hour, make_stage

GUESTS = frozenset({Guest("bob@example.com"), Guest("carol@elsewhere.example")})
RULES = st.sampled_from(
    [
        Recurrence((f"RRULE:FREQ={rule}",), ZONE)
        for rule in ("DAILY;COUNT=6", "DAILY;COUNT=3", "DAILY;INTERVAL=2;COUNT=4", "WEEKLY;COUNT=2", "DAILY")
    ]
)
SPANS = st.sampled_from([hour(2), hour(2, 11), hour(3), hour(2, length=3)])
TITLES = st.sampled_from(["Stand-up", "Review"])
OVERRIDES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({CANCELLED: True}),
    st.fixed_dictionaries(
        {},
        optional={
            "title": st.sampled_from(["Special", "Review"]),
            "span": st.sampled_from([hour(4, 15), hour(20)]),
            "location": st.sampled_from(["Room 1", ""]),
            "guests": st.sampled_from(
                [frozenset(), frozenset({Guest("bob@example.com", Response.ACCEPTED)})]
            ),
            "busy": st.booleans(),
        },
    ),
)


@st.composite
def some_series(draw: st.DrawFn) -> Event:
    """Return a series of March 2026, some of whose first occurrences differ."""
    rule, span = draw(RULES), draw(SPANS)
    starts = occurrences(rule, span, at(1), at(9))
    overrides = draw(st.dictionaries(st.sampled_from(starts), OVERRIDES, max_size=4))
    guests = draw(st.sampled_from([frozenset(), GUESTS]))
    event = Event(draw(TITLES), span, guests=guests, recurrence=rule, overrides=overrides)
    return codec.project(event)


def merge_to(before: Event, wanted: Event) -> Merge:
    """Return the merge with which Odoo says everything that is different about an event."""
    fields = {name for name in ("title", "span", "guests", "recurrence") if differs(before, wanted, name)}
    starts = {
        start: names
        for start in before.overrides.keys() | wanted.overrides.keys()
        if (names := named(before.overrides.get(start, {}), wanted.overrides.get(start, {})))
    }
    return Merge(
        wanted, frozenset(fields | ({"overrides"} if starts else set())), frozenset(), google_starts=starts
    )


def differs(one: Event, other: Event, name: str) -> bool:
    return bool(getattr(one, name) != getattr(other, name))


def named(before: Override, wanted: Override) -> frozenset[str]:
    if (CANCELLED in before) != (CANCELLED in wanted):
        return frozenset({CANCELLED, *OVERRIDABLE})
    return frozenset(
        name for name in before.keys() | wanted.keys() if before.get(name, ...) != wanted.get(name, ...)
    )


async def put(stage: Stage, event: Event) -> None:
    """Make a series in Google, its occurrences in a write of their own."""
    seen = await stage.create(event)
    assert seen.event is not None
    await stage.update("made1", merge_to(seen.event, event), seen)


@given(some_series(), some_series(), st.sampled_from(["rekey", "drop"]))
async def test_a_write_makes_a_series_what_it_shall_be(before: Event, wanted: Event, on_move: Any) -> None:
    assume(has_occurrences(before))
    async with make_stage() as stage:
        stage.google.settings.exceptions_on_move = on_move
        await put(stage, before)
        seen = await stage.side.fetch(ALICE, "made1")
        assert seen.event == before
        merge = merge_to(before, wanted)
        after = await stage.update("made1", merge, seen)
        if not has_occurrences(wanted):
            assert (after.state, titles(stage)) == (State.GONE, [])
            return
        assert after.event == wanted
        writes = stage.writes()
        again = await stage.update("made1", merge, after)
        assert again.event == wanted
        # Fields of the whole are patched as they are named, occurrences only if they differ.
        assert stage.writes() - writes <= 1
        assert stage.google.mails == []
        assert titles(stage) == expected(wanted)


def has_occurrences(series: Event) -> bool:
    """Say whether a series was not left out occurrence by occurrence."""
    assert series.recurrence is not None
    return any(series.occurrence(start) for start in starts(series.recurrence, series.span))


def titles(stage: Stage) -> list[tuple[str, str]]:
    """Return what people see in the first days: when, and under which title."""
    return in_march(codec.decode(item) for item in stage.alice.instances("made1", before=at(30)))


def expected(series: Event) -> list[tuple[str, str]]:
    """Return the same of what an event says."""
    assert series.recurrence is not None
    starts = occurrences(series.recurrence, series.span, at(1), at(30))
    return in_march(one for start in starts if (one := series.occurrence(start)))


def in_march(events: Iterable[Event]) -> list[tuple[str, str]]:
    return sorted((str(one.span.start), one.title) for one in events if moment(one.span.start) < at(30))


@given(some_series(), SPANS, TITLES, st.sampled_from(["rekey", "drop"]))
async def test_what_nobody_names_survives_a_move(before: Event, span: Span, title: str, on_move: Any) -> None:
    """Exceptions outside the window are in no merge, and yet they go along with their series."""
    assume(has_occurrences(before))
    async with make_stage() as stage:
        stage.google.settings.exceptions_on_move = on_move
        await put(stage, before)
        seen = await stage.side.fetch(ALICE, "made1")
        wanted = dataclasses.replace(before, span=span, title=title)
        merge = merge_to(before, dataclasses.replace(wanted, overrides={}))
        after = await stage.update("made1", dataclasses.replace(merge, google_starts={}), seen)
        assert after.event is not None
        shift = moment(span.start) - moment(before.span.start)
        if abs(shift) < timedelta(days=1):
            moved = {start + shift: one for start, one in before.overrides.items()}
            there = codec.project(dataclasses.replace(wanted, overrides=moved))
            assert after.event.overrides == there.overrides
