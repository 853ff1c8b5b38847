"""Whatever is made and changed on a side, it holds then what the side in memory holds."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import pytest
import stamina
from hypothesis import given, note, settings
from hypothesis import strategies as st

from sync import recurrence
from sync.errors import Rejected
from sync.model import CANCELLED, FIELDS, OVERRIDABLE, Event, Guest, Override, Reminder, Response, Span, Start
from sync.recurrence import read
from tests.conformance.calendar import Calendar, Item, Write
from tests.conformance.google import google_calendar
from tests.conformance.memory import MemorySide, merged
from tests.conformance.odoo import odoo_calendar
from tests.conformance.steps import TURNED, at, day, holds, meeting, starts

HOUR = timedelta(hours=1)
RULES = (
    "RRULE:FREQ=WEEKLY;COUNT=5", "RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=7",
    "RRULE:FREQ=DAILY;INTERVAL=2;COUNT=6", "RRULE:FREQ=MONTHLY;BYMONTHDAY=2;COUNT=4",
    "RRULE:FREQ=MONTHLY;BYDAY=1TU;COUNT=4",
)  # fmt: skip
NAMES = ("bob", "carol")

texts = st.sampled_from(["", "Lunch", "Tea", "<b>x</b> & y", "  z "])
fields: dict[str, st.SearchStrategy[Any]] = {
    "title": texts,
    "location": texts,
    "busy": st.booleans(),
    "reminders": st.frozensets(
        st.builds(Reminder, st.sampled_from(["popup", "email"]), st.sampled_from([5, 60])), max_size=2
    ),
    "guests": st.dictionaries(st.sampled_from(NAMES), st.sampled_from(Response), max_size=2),
    "response": st.sampled_from(Response),
}
some_fields = st.fixed_dictionaries({}, optional=fields)
spans = st.one_of(
    st.builds(
        lambda hours, length: Span(at(3, 2) + hours * HOUR, at(3, 2) + (hours + length) * HOUR),
        st.integers(-30, 50),
        st.integers(0, 3),
    ),
    st.integers(1, 2).map(lambda days: Span(day(3, 2), day(3, 2 + days))),
)


@dataclasses.dataclass(frozen=True)
class Whole:
    """New values of the whole event; `rule` is a number in `RULES`, or None for a single event."""

    values: dict[str, Any]
    move: timedelta | None = None
    rule: int | None = -1


@dataclasses.dataclass(frozen=True)
class One:
    """What an occurrence is from now on, counted from the first; None: left out."""

    number: int
    values: dict[str, Any] | None
    move: timedelta | None = None


moves = st.one_of(st.none(), st.integers(-40, 40).map(lambda hours: hours * HOUR))
wholes = st.builds(Whole, some_fields, moves, st.sampled_from([-1, -1, None, *range(len(RULES))]))
ones = st.builds(One, st.integers(0, 6), st.one_of(st.none(), some_fields), moves)


class Play:
    """One calendar beside the reference; each game has an event of its own."""

    def __init__(self, opened: AbstractAsyncContextManager[Calendar]) -> None:
        self._loop, self._opened = asyncio.Runner(), opened
        self.calendar = self._loop.run(opened.__aenter__())
        self._games = 0

    def close(self) -> None:
        """Take the calendar down."""
        self._loop.run(self._opened.__aexit__(None, None, None))
        self._loop.close()

    def play(self, first: Event, acts: list[Whole | One]) -> None:
        """Make an event and change it, one act after the other."""
        self._games += 1
        self._loop.run(self._play(first, acts, f"game{self._games}"))

    async def _play(self, event: Event, acts: list[Whole | One], key: str) -> None:
        item = await self.calendar.make(event, key)
        await holds(self.calendar, item, event)
        for act in acts:
            after = self._after(event, act)
            if after is not None:
                note(f"{act}\n  makes {after}")
                await self._give(item, after)
                event = after
                await holds(self.calendar, item, event)

    async def _give(self, item: Item, after: Event) -> None:
        """Write what the side lacks, named as the core names it."""
        seen = await self.calendar.look(item)
        assert seen.event
        held, wanted = seen.event, await self.calendar.projection(after)
        plain = (name for name in FIELDS if name != "overrides")
        names = {name for name in plain if getattr(held, name) != getattr(wanted, name)}
        named: dict[Start, frozenset[str]] = {}
        for start in held.overrides.keys() | wanted.overrides.keys() if wanted.recurrence else ():
            was, will = held.overrides.get(start, {}), wanted.overrides.get(start, {})
            if (CANCELLED in was) is not (CANCELLED in will):
                named[start] = TURNED
            elif lacking := _lacking(held, wanted, start, was, will):
                named[start] = lacking
        if names or named:
            write = Write(after, frozenset(names | ({"overrides"} if named else set())), named)
            await self.calendar.write(item, seen, write)

    def _after(self, event: Event, act: Whole | One) -> Event | None:
        """Return what an event is after an act, None if the act does not fit."""
        if isinstance(act, One):
            return self._with_one(event, act)
        values = self._named(act.values)
        write = Write(dataclasses.replace(event, **values), frozenset(values))
        if act.move is not None and not event.span.all_day:
            span = Span(event.span.start + act.move, event.span.end + act.move)
            values |= {"span": span}
            if event.recurrence:
                try:
                    rule = recurrence.moved(event.recurrence, event.span, span, event.recurrence.zone)
                except Rejected:
                    return None
                values |= {"recurrence": rule}
        span = values.get("span", event.span)
        if act.rule is None:
            values |= {"recurrence": None}
        elif act.rule >= 0:
            values |= {"recurrence": read([RULES[act.rule]], "Europe/Brussels", span)[0]}
        write = Write(dataclasses.replace(event, **values), frozenset(values))
        return MemorySide.project(merged(event, write))

    def _with_one(self, event: Event, act: One) -> Event | None:
        if event.recurrence is None:
            return None
        listed = starts(event)
        start = listed[act.number % len(listed)]
        override: Override = {CANCELLED: True}
        if act.values is not None:
            usual = event.span_at(start)
            moved = {} if act.move is None or event.span.all_day else {
                "span": Span(usual.start + act.move, usual.end + act.move)
            }  # fmt: skip
            override = {**self._named(act.values), **moved}
        changed = dataclasses.replace(event, overrides={**event.overrides, start: override})
        # Odoo has no series without any row.
        return MemorySide.project(changed) if any(map(changed.occurrence, listed)) else None

    def _named(self, values: dict[str, Any]) -> dict[str, Any]:
        if "guests" not in values:
            return dict(values)
        guests = {Guest(self.calendar.address(name), answer) for name, answer in values["guests"].items()}
        return values | {"guests": frozenset(guests)}


def _lacking(held: Event, wanted: Event, start: Start, was: Override, will: Override) -> frozenset[str]:
    if CANCELLED in was:
        return frozenset()
    one = dataclasses.replace(held, overrides={start: was}).occurrence(start)
    other = dataclasses.replace(wanted, overrides={start: will}).occurrence(start)
    return frozenset(
        name for name in OVERRIDABLE if name in {*was, *will} and getattr(one, name) != getattr(other, name)
    )


SIDES: dict[str, Callable[[], AbstractAsyncContextManager[Calendar]]] = {
    "google": google_calendar,
    "odoo-17": lambda: odoo_calendar(17),
    "odoo-18": lambda: odoo_calendar(18),
    "odoo-19": lambda: odoo_calendar(19, "json2"),
}


@pytest.fixture(scope="module", params=SIDES)
def play(request: pytest.FixtureRequest) -> Iterator[Play]:
    """A side to play on."""
    stamina.set_testing(True, attempts=3, cap=True)
    made = Play(SIDES[request.param]())
    yield made
    made.close()
    stamina.set_testing(False)


@given(spans, st.sampled_from([None, *RULES]), st.lists(st.one_of(wholes, ones), max_size=5))
@settings(max_examples=300, derandomize=False)
def test_a_side_holds_what_the_side_in_memory_holds(
    play: Play, span: Span, rule: str | None, acts: list[Whole | One]
) -> None:
    event = meeting(span.start, span=span)
    if rule:
        event = dataclasses.replace(event, recurrence=read([rule], "Europe/Brussels", span)[0])
    play.play(event, acts)
