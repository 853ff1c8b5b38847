"""Events are made in Odoo in batches, two at a time, and a failure leaves nothing half recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest

from sync import apply
from sync.apply import ODOO_BATCH, Applier
from sync.errors import RetryLater
from sync.meetings import Meetings
from sync.plan import Create

NOTHING = cast(Any, None)


class Maker:
    """Stands for the creates of batches: each takes a while, and the one after `fails_after` is refused."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fails_after: int | None = None) -> None:
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.at_once = 0
        self._fails_after = fails_after
        monkeypatch.setattr(apply, "create_in_odoo", self._create)
        monkeypatch.setattr(Meetings, "concerns", staticmethod(lambda _: False))

    async def _create(self, batch: Sequence[Create], *_: object) -> None:
        self.begun.append(len(batch))
        self.at_once = max(self.at_once, len(self.begun) - len(self.ended))
        if len(self.begun) == self._fails_after:
            raise RetryLater("odoo_trouble")
        for _turn in range(3):
            await asyncio.sleep(0)
        self.ended.append(len(batch))


async def create(number: int) -> list[Any]:
    """Let an applier create so many events."""
    applier = Applier(NOTHING, NOTHING, NOTHING, NOTHING, Meetings())
    return await applier._create_in_odoo(cast(Sequence[Create], [NOTHING] * number))


@pytest.mark.parametrize("number", [0, 1, ODOO_BATCH // 2, ODOO_BATCH, 1000])
async def test_every_event_is_in_one_batch(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    maker = Maker(monkeypatch)
    await create(number)
    assert sum(maker.ended) == number
    assert 0 not in maker.begun
    assert max(maker.begun, default=0) <= ODOO_BATCH
    assert maker.at_once <= 2


async def test_two_batches_are_under_way_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: Odoo stood still while a batch was worked out, and we while Odoo made it."""
    maker = Maker(monkeypatch)
    await create(1000)
    assert maker.at_once == 2


async def test_after_a_failure_none_begins_and_the_other_one_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    maker = Maker(monkeypatch, fails_after=2)
    with pytest.raises(RetryLater):
        await create(1000)
    assert len(maker.begun) == 2
    assert maker.ended == maker.begun[:1]
