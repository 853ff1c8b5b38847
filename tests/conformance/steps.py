"""Steps and assertions that the suite is made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sync import recurrence
from sync.errors import Stale
from sync.model import CANCELLED, OVERRIDABLE, Event, Override, Span, Start, moment
from sync.seen import Seen, State
from sync.text import visible_text
from tests.conformance.calendar import WINDOW, ZONE, Calendar, Item, Shown, Write

TURNED = frozenset({CANCELLED, *OVERRIDABLE})
"""What the core names of an occurrence that is left out, or comes back."""
TRIES = 4


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of 2027 in UTC."""
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


def day(month: int, number: int) -> date:
    """Return a day of 2027."""
    return date(2027, month, number)


def meeting(start: Start, minutes: int = 60, **more: Any) -> Event:
    """Return an event of so many minutes, or of one day."""
    length = timedelta(minutes=minutes) if isinstance(start, datetime) else timedelta(days=1)
    return Event(**{"title": "Standup", "span": Span(start, start + length), **more})


def repeated(start: Start, *lines: str, zone: str = ZONE, **more: Any) -> Event:
    """Return a series by its content lines, what EXDATE leaves out included."""
    event = meeting(start, **more)
    rule, left_out = recurrence.read(list(lines), zone, event.span)
    overrides = {one: {CANCELLED: True} for one in left_out} | dict(event.overrides)
    return dataclasses.replace(event, recurrence=rule, overrides=overrides)


def starts(event: Event) -> list[Start]:
    """Return the occurrences of a series inside the window, those left out as well."""
    assert event.recurrence
    found = recurrence.occurrences(event.recurrence, event.span, *WINDOW)
    return [one for one in found if WINDOW[0] <= moment(one) < WINDOW[1]]


def expected(event: Event) -> list[Shown]:
    """Return what people have to see of an event."""
    ones = [event]
    if event.recurrence:
        ones = [one for start in starts(event) if (one := event.occurrence(start))]
    return sorted(
        ((one.span.start, one.span.end, one.title) for one in ones), key=lambda one: (moment(one[0]), one[2])
    )


def write_of(
    seen: Seen,
    overrides: Mapping[Start, Override] | None = None,
    named: Mapping[Start, Iterable[str]] | None = None,
    **values: Any,
) -> Write:
    """Return a write of new values of a whole event, and of what single occurrences are then.

    Each occurrence stands for all fields that it has or had, unless `named` says which.
    """
    assert seen.event
    before, given = seen.event.overrides, dict(overrides or {})
    names = {start: frozenset(some) for start, some in (named or {}).items()}
    for start, one in given.items():
        was = before.get(start, {})
        turned = (CANCELLED in was) is not (CANCELLED in one)
        names.setdefault(start, TURNED if turned else frozenset({*was, *one}))
    kept = {start: one for start, one in {**before, **given}.items() if one}
    event = dataclasses.replace(seen.event, overrides=kept, **values)
    fields = frozenset(values) | ({"overrides"} if names else frozenset())
    return Write(event, fields, names)


async def change(
    calendar: Calendar, item: Item, overrides: Mapping[Start, Override] | None = None, **values: Any
) -> Write:
    """Look, write, and look again where somebody was faster, as the core does; return what was written."""
    return await insist(calendar, item, lambda seen: write_of(seen, overrides, **values))


async def insist(
    calendar: Calendar, item: Item, make: Callable[[Seen], Write], seen: Seen | None = None
) -> Write:
    """Write what follows from a look, perhaps an older one, and look again as long as it is stale."""
    for _ in range(TRIES):
        seen = seen or await calendar.look(item)
        write = make(seen)
        try:
            await calendar.write(item, seen, write)
        except Stale:
            seen = None
        else:
            return write
    raise AssertionError("stale again and again")


async def present(calendar: Calendar, item: Item) -> Seen:
    """Return how an event looks that is there, and stays quiet: a second look shows the same."""
    seen = await calendar.look(item)
    assert seen.state is State.PRESENT, seen
    again = await calendar.look(item)
    assert (again.hashes, again.version, again.series) == (seen.hashes, seen.version, seen.series)
    assert not again.rebuild
    return seen


async def holds(calendar: Calendar, item: Item, event: Event) -> Seen:
    """Assert that a calendar holds an event as it can hold it, and that people see it so."""
    seen = await present(calendar, item)
    assert seen.event
    wanted = await calendar.projection(event)
    assert comparable(seen.event) == comparable(wanted)
    assert seen.event.organizer == event.organizer
    assert calendar.shown(item) == expected(wanted)
    return seen


def comparable(event: Event) -> Event:
    """Return an event with its texts as people read them, since sides add markup of their own."""
    overrides = {
        start: {name: visible_text(value) if name == "description" else value for name, value in one.items()}
        for start, one in event.overrides.items()
    }
    return dataclasses.replace(event, description=visible_text(event.description), overrides=overrides)
