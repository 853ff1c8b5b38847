"""Every trouble against every act (make fire), and a few of them for every day."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fire.calls import kinds
from tests.fire.jobs import Job
from tests.fire.matrix import COLUMNS, ROWS, Column

OFTEN = {
    "create in Google": ["Odoo: lost answer to a create"],
    "edit in Odoo": ["Google: 503 after the write", "Google: 412"],
    "undo in Google": ["Google: connection cut after"],
}
"""What `make test` plays: where an answer is lost, or somebody else was faster."""


@pytest.mark.fire
@pytest.mark.parametrize("name", COLUMNS)
async def test_all_is_well_after_any_trouble(
    name: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    column = Column(name, tmp_path)
    record_property(name, await column.play(list(ROWS)))
    told = "\n".join(f"{row}:\n{failure}" for row, failure in column.failures.items())
    assert not column.failures, told


@pytest.mark.parametrize("name", OFTEN)
async def test_all_is_well_after_some_troubles(name: str, tmp_path: Path) -> None:
    column = Column(name, tmp_path, places=(2,))
    await column.play(OFTEN[name])
    assert not column.failures, "\n".join(column.failures.values())


@pytest.mark.fire
@pytest.mark.parametrize("name", COLUMNS)
async def test_a_cell_is_left_out_only_where_no_such_call_is_made(name: str, tmp_path: Path) -> None:
    async with Column(name, tmp_path).world() as (world, act):
        await act.ready(world)
        await act.begin(world)
        if isinstance(act, Job):
            act.over = lambda: None
        for double in (world.google, world.odoo):
            double.log.clear()
        await act.carry_out(world)
        assert kinds(world) & ABOUT == act.asks & ABOUT


ABOUT = {trouble.needs for trouble in ROWS.values()} - {""}
