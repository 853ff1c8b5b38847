"""Rows of a series that people made by duplicating one of its rows: events of their own, whatever Odoo says.

A copy names the same recurrence, begins at the same time, and carries no token (seen in Odoo 17 and 18). It
is taken out of the series when it first goes to Google, lest edits of the series make another of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sync.odoo.attendance import Row


def copies(rows: Iterable[Row], known: Collection[int]) -> set[int]:
    """Return the ids of the copies among the rows of a recurrence; `known` are remembered as occurrences."""
    first: dict[object, int] = {}
    found: set[int] = set()
    for row in sorted(rows, key=lambda row: (row["id"] not in known, not row["access_token"], row["id"])):
        begin = row["start_date"] if row["allday"] else row["start"]
        original = first.setdefault(begin, row["id"])
        ours = row["id"] in known or row["access_token"]
        if not ours and original != row["id"]:
            found.add(row["id"])
    return found
