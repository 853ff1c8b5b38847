"""Exceptions whose series this calendar lacks: events of their own, or a series' by id and start."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import AsyncMock

import pytest

from sync.google import reading
from sync.google.client import GoogleClient, Listing
from sync.google.series import Found, fold
from sync.model import CANCELLED
from sync.seen import State
from tests.unit.google_stage import ALICE, BOB, Stage, at, hour, instance, make_stage, series

LEFT_OUT: dict[str, Any] = {CANCELLED: True}


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with make_stage() as made:
        yield made


async def test_who_is_invited_to_a_head_and_once_to_its_tail_has_a_series_and_a_single_event(
    stage: Stage,
) -> None:
    """The occurrence bears the id of the head, which has none at its start any more."""
    bob = [{"email": stage.bob.email}]
    series(stage.alice, attendees=bob)
    tail = stage.alice.split("series", "2026-03-04T08:00:00Z", attendees=[])
    stage.alice.patch(instance(5), attendees=bob)
    for pull in (await stage.pull(account=BOB), await stage.pull(account=BOB)):
        assert set(pull.seen) == {"series", instance(5)}
        assert {one.state for one in pull.seen.values()} == {State.PRESENT}
        head, alone = pull.seen["series"].event, pull.seen[instance(5)].event
        assert head is not None
        assert head.overrides == {}
        assert alone is not None
        assert alone.span == hour(5)
    assert tail["id"] not in {one["id"] for one in stage.bob.events()}


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("cancelled", [True, False])
async def test_an_exception_that_names_a_series_of_nowhere_belongs_where_its_id_does(
    stage: Stage, *, cancelled: bool, full: bool
) -> None:
    series(stage.alice)
    stage.alice.patch(instance(4), location="Room 1")
    if cancelled:
        stage.alice.delete(instance(4))
    stray = stage.alice.event(instance(4)) | {"recurringEventId": "elsewhere"}
    items = [stage.alice.event("series"), stray]
    client = AsyncMock(spec=GoogleClient)
    client.get.return_value = None
    client.series.return_value = items
    read = await reading.complete(client, ALICE, Listing(items, "", [], full))
    assert set(read) == {"series"}
    found = read["series"]
    assert isinstance(found, Found)
    expected = LEFT_OUT if cancelled else {"location": "Room 1"}
    assert fold(found).event.overrides == {at(4): expected}
