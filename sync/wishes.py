"""What a person wants of the sync: which way it writes, which events take part, and from when to when."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from sync.model import Event, Side
from sync.window import Window, takes_place


class Direction(enum.StrEnum):
    """Which calendars are written to. What the other one has to tell waits until that is changed back."""

    BOTH = "both"
    TO_GOOGLE = "to_google"
    TO_ODOO = "to_odoo"


class Kind(enum.StrEnum):
    """A kind of events that can be left out; an event may be of several."""

    TIMED = "timed"
    ALL_DAY = "all_day"
    FREE = "free"
    """Shown as available: RFC 5545 TRANSP:TRANSPARENT."""


class Chosen(Protocol):
    """What of an account tells its person's wishes; windows in days, `left_out` as `write_kinds` has it."""

    @property
    def direction(self) -> str: ...

    @property
    def window_past(self) -> int | None: ...

    @property
    def window_future(self) -> int | None: ...

    @property
    def left_out(self) -> str: ...


@dataclasses.dataclass(frozen=True)
class Wishes:
    """A person's wishes; those of somebody who has chosen nothing by default.

    What is left out, or lies outside `window`, is left as it stands on both sides: neither made, changed nor
    deleted. A series counts as one event, which lies where any of its occurrences does.
    """

    direction: Direction = Direction.BOTH
    left_out: frozenset[Kind] = frozenset()
    window: Window | None = None

    def may_write(self, side: Side) -> bool:
        """Say whether anything may be written to a side."""
        way = Direction.TO_GOOGLE if side is Side.GOOGLE else Direction.TO_ODOO
        return self.direction in (Direction.BOTH, way)

    def wants(self, event: Event) -> bool:
        """Say whether an event takes part."""
        if self.left_out & kinds_of(event):
            return False
        return self.window is None or takes_place(event, self.window)

    @property
    def chooses(self) -> bool:
        """Whether one has to know an event to say whether it takes part."""
        return bool(self.left_out) or self.window is not None


EVERYTHING = Wishes()


def kinds_of(event: Event) -> frozenset[Kind]:
    """Return the kinds that an event is of."""
    length = Kind.ALL_DAY if event.span.all_day else Kind.TIMED
    return frozenset({length} if event.busy else {length, Kind.FREE})


def wishes_of(account: Chosen, now: datetime, widest: Window) -> Wishes:
    """Return the wishes of an account at a moment (aware); its window lies inside the widest there is."""
    window = None
    if account.window_past is not None or account.window_future is not None:
        past, future = account.window_past, account.window_future
        begin = widest[0] if past is None else max(widest[0], now - timedelta(days=past))
        end = widest[1] if future is None else min(widest[1], now + timedelta(days=future))
        window = begin, end
    return Wishes(Direction(account.direction), read_kinds(account.left_out), window)


def read_kinds(written: str) -> frozenset[Kind]:
    """Return kinds as they are kept; words that this version does not know are passed over."""
    return frozenset(Kind(word) for word in written.split(",") if word in {*Kind})


def write_kinds(kinds: Iterable[Kind]) -> str:
    """Return kinds as they are kept: separated by commas."""
    return ",".join(sorted(kinds))
