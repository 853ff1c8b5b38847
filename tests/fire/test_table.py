"""The table in docs/reliability.md is the one of this matrix: its rows, its columns, and no cell left out."""

from __future__ import annotations

from tests.fire import table
from tests.fire.matrix import ACTS, COLUMNS, ROWS, cells


def rows() -> list[list[str]]:
    """Return the cells of the table as it is written."""
    lines = [line for line in table.written().splitlines() if line.startswith("|")]
    return [[one.strip() for one in line.strip("|").split("|")] for line in lines]


def test_the_table_has_the_rows_and_columns_of_the_matrix() -> None:
    head, _, *body = rows()
    assert head == ["", *(act.name for act in ACTS)]
    assert [row for row, *_ in body] == list(ROWS)


def test_every_cell_that_makes_sense_was_played_and_went_well() -> None:
    _, _, *body = rows()
    for row, *told in body:
        played = [number != table.SENSELESS for cell in told for number in cell.split(" · ")]
        assert played == [name in cells(row) for name in COLUMNS], row
        numbers = [number for cell in told for number in cell.split(" · ") if number != table.SENSELESS]
        assert all(number.isdecimal() and int(number) > 0 for number in numbers), row


def test_a_table_tells_what_failed() -> None:
    drawn = table.draw({"edit in Google": {"Odoo: down": 9}})
    [line] = [one for one in drawn.splitlines() if one.startswith("| Odoo: down |")]
    assert line.split("|")[3].strip() == "9 · ✗"
    others = sum(len(cells(row)) for row in ROWS) - 1
    assert drawn.endswith(f"1 cells, 9 games; {others} cells failed.")
