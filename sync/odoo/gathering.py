"""Reading on from some rows until everything is there that the series concerned are and were."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping

from sync.model import Start
from sync.odoo.attendance import Row, reference
from sync.odoo.copies import copies
from sync.odoo.edits import ALONE
from sync.odoo.reading import Reader
from sync.plan import Link


@dataclasses.dataclass(frozen=True)
class Found:
    """Rows read so far: those that stand alone or are archived, and all active rows of each recurrence.

    `remembered` are the links to series of which something was found, `kept_back` the rows of theirs that are
    there, but that we may not see, `archived` those that were archived.
    """

    loose: dict[int, Row] = dataclasses.field(default_factory=dict)
    series: dict[int, list[Row]] = dataclasses.field(default_factory=dict)
    remembered: list[Link] = dataclasses.field(default_factory=list)
    kept_back: set[int] = dataclasses.field(default_factory=set)
    archived: dict[int, Row] = dataclasses.field(default_factory=dict)

    @property
    def ids(self) -> set[int]:
        """The ids of all rows."""
        return {*self.loose, *(row["id"] for rows in self.series.values() for row in rows)}

    @property
    def active(self) -> list[Row]:
        """All rows that are not archived."""
        rows = [row for some in self.series.values() for row in some]
        return [*rows, *(row for row in self.loose.values() if row["active"])]

    def where(self, ids: Iterable[int]) -> dict[int, int]:
        """Return in which recurrence, or that `ALONE`, each of these rows stands that does."""
        places = {row["id"]: key for key, rows in self.series.items() for row in rows}
        places |= {key: ALONE for key, row in self.loose.items() if row["active"]}
        return {key: places[key] for key in ids if key in places}


async def gather(
    reader: Reader, rows: Iterable[Row], recurrences: Iterable[int], links: Collection[Link]
) -> Found:
    """Read the rows of recurrences; of a remembered series, also what became of the rows it had."""
    found = Found()
    wanted, asked = {*recurrences}, set[int]()
    _sort(rows, found, wanted)
    while True:
        if new := wanted - found.series.keys():
            found.series.update(await reader.series(new))
        here = found.ids
        touched = [
            link
            for link in links
            if link.series and (-link.odoo_id in wanted or not here.isdisjoint(link.series.rows))
        ]
        wanted |= {-link.odoo_id for link in touched}
        lost = {row for link in touched for row in _rows(link)} - here - asked
        asked |= lost
        if lost:
            left = await reader.by_id(lost)
            found.kept_back.update(await reader.kept_back(lost - {row["id"] for row in left}))
            found.archived.update({row["id"]: row for row in left if not row["active"]})
            _sort([row for row in left if row["active"]], found, wanted)
        elif wanted <= found.series.keys():
            found.remembered.extend(touched)
            _let_out_copies(found)
            return found


def _let_out_copies(found: Found) -> None:
    """Move rows that people made by duplicating an occurrence to those that stand alone."""
    known = {row for link in found.remembered for row in _rows(link)}
    for key, rows in found.series.items():
        copied = copies(rows, known)
        found.loose.update({row["id"]: row for row in rows if row["id"] in copied})
        found.series[key] = [row for row in rows if row["id"] not in copied]


def _rows(link: Link) -> Mapping[int, Start]:
    return link.series.rows if link.series else {}


def _sort(rows: Iterable[Row], found: Found, wanted: set[int]) -> None:
    for row in rows:
        if row["active"] and row["recurrence_id"]:
            wanted.add(reference(row["recurrence_id"]))
        else:
            found.loose[row["id"]] = row
