"""What a link remembers of a series in Odoo: the true rule, and which row is which occurrence."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta

from sync import recurrence
from sync.model import Event, Recurrence, Span, Start, moment


@dataclasses.dataclass(frozen=True)
class Series:
    """How a series stands in Odoo, where each occurrence is a row of calendar.event.

    `recurrence` is the true rule, which Odoo may not be able to express; `odoo_rule` the signature of the one
    that Odoo holds (`sync.odoo.rules`). `span` is that of the first occurrence by the rule, whether or not it
    has a row. Between `covered_from` and `covered_until` (aware UTC) every occurrence has its row in `rows`,
    unless somebody deleted it; `complete` is false while a write that makes it so is under way.
    """

    recurrence: Recurrence
    span: Span
    odoo_rule: str
    covered_from: datetime
    covered_until: datetime
    rows: Mapping[int, Start]
    complete: bool = True

    def is_outgrown(self, until: datetime) -> bool:
        """Say whether there are occurrences before `until` (aware UTC) that have no row yet.

        The window moves on with every second; rows are added by the half-day.
        """
        if until - self.covered_until < STEP:
            return False
        last = recurrence.last_start(self.recurrence, self.span)
        return last is None or moment(last) >= self.covered_until


def ends_at(event: Event) -> datetime | None:
    """Return when an event or series is over (aware UTC), None for an endless one."""
    if event.recurrence is None:
        return event.span.end_moment
    last = recurrence.last_start(event.recurrence, event.span)
    if last is None:
        return None
    spans: list[Span] = [one["span"] for one in event.overrides.values() if "span" in one]
    return max(one.end_moment for one in [event.span_at(last), *spans])


STEP = timedelta(hours=12)


def odoo_key(recurrence_id: int) -> int:
    """Return the key of a series, where single events have their calendar.event id: a negative number.

    So a series, whose rows come and go, is one item with one key; `recurrence_id` is of calendar.recurrence.
    """
    return -recurrence_id


def is_series(key: int) -> bool:
    """Say whether an Odoo key names a series."""
    return key < 0
