"""Series made and read."""

from __future__ import annotations

import pytest

from sync.model import CANCELLED
from sync.seen import State
from tests.odoo.stage import Stage, at, repeated

pytestmark = pytest.mark.on_real_odoo


async def test_a_series_is_made_and_reads_as_it_was(stage: Stage) -> None:
    event = repeated(at(3, 1), "FREQ=WEEKLY;BYDAY=MO;COUNT=5", overrides={at(3, 8): {CANCELLED: True}})
    link = await stage.create(event)
    view = await stage.look(link)
    assert view.moved == {}
    seen = view.seen[link.odoo_id]
    assert seen.state is State.PRESENT
    assert seen.event == (await stage.projection(event))(event)
    assert seen.hashes == link.odoo_base
    assert seen.series == link.series
