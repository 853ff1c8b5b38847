"""Series in Odoo and their rows, made by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sync.base import Hasher
from sync.model import Event, Guest, Recurrence, Response, Span, Start
from sync.odoo.rules import OdooRule, signature
from sync.odoo.series import Memory
from sync.odoo.standing import Standing
from sync.recurrence import read
from sync.series import Series

ZONE = "Europe/Brussels"
HASHER = Hasher(b"key")
TUESDAYS = OdooRule("weekly", count=6, days=frozenset({1}), event_tz=ZONE)
BOB = Guest("bob@example.com", Response.ACCEPTED)


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2027, month, day, hour, tzinfo=UTC)


STARTS = [at(3, 2), at(3, 9), at(3, 16), at(3, 23), at(3, 30, 8), at(4, 6, 8)]
ROWS = dict(zip(range(1, 7), STARTS, strict=True))
HOUR = timedelta(hours=1)


def rule(text: str) -> Recurrence:
    return read([text], ZONE, Span(STARTS[0], STARTS[0] + HOUR))[0]


def event(start: Start, **more: Any) -> Event:
    return Event(**{"title": "Standup", "span": Span(start, start + HOUR), **more})


SERIES = event(STARTS[0], recurrence=rule("FREQ=WEEKLY;BYDAY=TU;COUNT=6"))


def standing(rows: Mapping[int, Event], fields: OdooRule = TUESDAYS, key: int = 7, **more: Any) -> Standing:
    return Standing(key, fields, "", rows, **more)


def remembered(series: Event = SERIES, fields: OdooRule = TUESDAYS, **more: Any) -> Memory:
    assert series.recurrence
    known = Series(series.recurrence, series.span, signature(fields), at(1, 1), at(7, 1), ROWS, complete=True)
    return Memory(dataclasses.replace(known, **more), HASHER.event(series))


def rows(**changed: Event | None) -> dict[int, Event]:
    """Return the rows as they were made, but for those named by letters a to f, None being gone."""
    found: dict[int, Event | None] = {key: event(start) for key, start in ROWS.items()}
    found |= {"abcdef".index(name) + 1: one for name, one in changed.items()}
    return {key: one for key, one in found.items() if one is not None}
