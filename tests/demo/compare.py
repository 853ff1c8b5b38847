"""Lining up two calendars, so that what belongs together stands side by side."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from sync.model import Event


@dataclass(frozen=True)
class Row:
    """An event of each side, by id; `same` says that they are equal."""

    google: str | None
    odoo: int | None
    same: bool = False


_LIKENESS: tuple[Callable[[Event], Hashable], ...] = (
    lambda event: event,
    lambda event: (event.title, event.span),
    lambda event: event.title,
    lambda event: event.span,
)
"""In how far two events are taken for the same one, the surest first."""


def line_up(google: Mapping[str, Event], odoo: Mapping[int, Event]) -> list[Row]:
    """Pair the events of both sides; who finds no partner stands alone."""
    alone_google, alone_odoo = dict(google), dict(odoo)
    rows: list[Row] = []
    for likeness in _LIKENESS:
        for google_id, event in list(alone_google.items()):
            twins = (key for key, other in alone_odoo.items() if likeness(other) == likeness(event))
            odoo_id = next(twins, None)
            if odoo_id is not None:
                rows.append(Row(google_id, odoo_id, same=event == alone_odoo[odoo_id]))
                del alone_google[google_id], alone_odoo[odoo_id]
    return [*rows, *(Row(key, None) for key in alone_google), *(Row(None, key) for key in alone_odoo)]
