"""Signs that a database went back in time, told from the newest rows seen in it before."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import takewhile
from typing import Any

from sync.odoo.codec import format_datetime, parse_datetime
from sync.store.identity import Known, Remembered

FIELDS = ("write_date", "create_date", "user_id")
"""What has to be read of a row."""

LONGEST_TRANSACTION = timedelta(minutes=5)
"""Odoo dates a row by the start of its transaction; it becomes visible at most so much later."""

KEPT = 20
KEPT_OF_ONE = 5
"""Rows of one organizer: what several people lose at the same moment, none of them deleted."""
SUSPICIOUS, FEW = 5, 3

Row = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Evidence:
    """Why a database must have gone back; `vanished` names rows that are only evidence if they are gone."""

    why: str
    vanished: frozenset[int] = frozenset()


def find_evidence(
    known: Known,
    memory: Sequence[Remembered],
    found: Mapping[int, Row],
    changed: Iterable[Row],
    spared: Collection[int] = (),
) -> Evidence | None:
    """Compare what was seen before with what is there now.

    `memory` is in order, newest first, `found` those of its rows that are there, `changed` rows just read, of
    whatever date. Rows that are `spared` do not count as gone.

    No date of a row ever goes down, and no id is given out twice. That the newest rows are gone is a sign if
    they were several people's: five in a row, or all that are remembered and at least three.
    """
    for one in memory:
        row = found.get(one.odoo_id)
        if row and row["write_date"] and parse_datetime(row["write_date"]) < one.write_date:
            return Evidence("a row has an older date than before")
    if known.newest_created:
        end = format_datetime(known.newest_created + LONGEST_TRANSACTION)
        for row in changed:
            created = row["create_date"]
            if created and row["id"] <= known.newest_id and created > end:
                return Evidence("a new row has an id that was given out before")
    gone = list(takewhile(lambda one: one.odoo_id not in found and one.odoo_id not in spared, memory))
    enough = SUSPICIOUS if len(gone) < len(memory) else FEW
    if len(gone) >= enough and len({one.user_id for one in gone}) > 1:
        return Evidence("the newest rows are gone", frozenset(one.odoo_id for one in gone))
    return None


def remembered(rows: Iterable[Row]) -> list[Remembered]:
    """Return what to remember of rows that were read; masked ones show no date."""
    return [
        Remembered(row["id"], parse_datetime(row["write_date"]), row["user_id"][0] if row["user_id"] else 0)
        for row in rows
        if row["write_date"]
    ]


def newest(rows: Iterable[Remembered]) -> list[Remembered]:
    """Return the newest rows, some of each organizer's; of two sightings of a row the newer counts."""
    kept: dict[int, Remembered] = {}
    of_one: Counter[int] = Counter()
    for one in sorted(rows, key=lambda one: (one.write_date, one.odoo_id), reverse=True):
        if one.odoo_id not in kept and of_one[one.user_id] < KEPT_OF_ONE and len(kept) < KEPT:
            kept[one.odoo_id] = one
            of_one[one.user_id] += 1
    return list(kept.values())
