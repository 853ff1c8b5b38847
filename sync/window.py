"""Which events lie inside a span of time that is synced."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sync.model import Event, Recurrence, Span, Start
from sync.recurrence import span_at
from sync.recurrence.starts import starts

Window = tuple[datetime, datetime]
"""From and until, as aware moments."""


def takes_place(event: Event, window: Window) -> bool:
    """Say whether an event, or an occurrence of a series, lies inside the window."""
    if event.recurrence is None:
        return event.span.overlaps(*window)
    return any(starts_inside(event.recurrence, event.span, window))


def starts_inside(rule: Recurrence, span: Span, window: Window) -> Iterator[Start]:
    """Yield the starts of the occurrences by the rule that lie inside the window."""
    begin = window[0] - span.length
    for start in starts(rule, span, begin, window[1]):
        if span_at(span, start).overlaps(*window):
            yield start
