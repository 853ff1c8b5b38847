"""The matrix as a table in docs/reliability.md: drawn from a run, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.fire.act import Act
from tests.fire.matrix import ACTS, COLUMNS, ROWS, cells

DOCUMENT = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- fire: written by `make fire` -->", "<!-- fire: end -->"
SENSELESS, FAILED = "–", "✗"

Results = Mapping[str, Mapping[str, int]]
"""In how many games each trouble was met, by column and row; a cell that failed is not there."""


def draw(results: Results) -> str:
    """Return the table: a row for each trouble, a column for each act, its two sides in one cell."""
    head = ["", *(act.name for act in ACTS)]
    lines = [_line(head), _line(["---"] * len(head))]
    lines += [_line([row, *(_cell(results, row, act) for act in ACTS)]) for row in ROWS]
    played = [one for column in results.values() for one in column.values()]
    lines += ["", f"{len(played)} cells, {sum(played)} games; {_failed(results)} cells failed."]
    return "\n".join(lines)


def _line(texts: list[str]) -> str:
    return f"| {' | '.join(texts)} |"


def _cell(results: Results, row: str, act: type[Act]) -> str:
    """Say what came of the act in Google and of the act in Odoo."""
    columns = [name for name, made in COLUMNS.items() if isinstance(made(), act)]
    sense = cells(row)
    return " · ".join(
        str(results.get(name, {}).get(row, FAILED)) if name in sense else SENSELESS for name in columns
    )


def _failed(results: Results) -> int:
    return sum(row not in results.get(name, {}) for row in ROWS for name in cells(row))


def written() -> str:
    """Return the table that stands in the document."""
    return DOCUMENT.read_text("utf-8").partition(BEGIN)[2].partition(END)[0].strip()


def write(table: str) -> None:
    """Put a table in the place of the one in the document."""
    before, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", "utf-8")
