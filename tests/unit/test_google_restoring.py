"""What an unfinished change of a series has cost its occurrences is written again, around people's edits."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from sync.model import CANCELLED, Override, Start
from sync.seen import State
from tests.unit.google_stage import (
    ALICE,
    ZONE,
    Stage,
    at,
    google_times,
    hour,
    instance,
    make_stage,
    merge_of,
    series,
    shown,
)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with make_stage() as made:
        yield made


class Stopped(Exception):
    """The process died after the series was changed and before its occurrences were."""


async def stopped(stage: Stage, monkeypatch: pytest.MonkeyPatch, *, drops: bool) -> Mapping[Start, Override]:
    """Let a change of a series with exceptions be broken off; return what was noted down before it."""
    stage.google.settings.exceptions_on_move = "drop_all" if drops else "rekey"
    series(stage.alice)
    stage.alice.patch(instance(3), summary="Retro", description="Cake")
    stage.alice.patch(instance(4), **google_times(4, 14))
    stage.alice.delete(instance(5))
    seen = await stage.side.fetch(ALICE, "series")
    assert seen.event
    merged = merge_of(seen, span=hour(2, length=2))
    noted: dict[Start, Override] = {}

    async def keep(kept: Mapping[Start, Override]) -> None:
        noted.update(kept)

    patch = stage.client.modify

    async def once(*args: Any, **more: Any) -> Any:
        await patch(*args, **more)
        raise Stopped

    monkeypatch.setattr(stage.client, "modify", once)
    with pytest.raises(Stopped):
        await stage.side.update(ALICE, "series", merged, seen, seen.version, ZONE, keep=keep)
    monkeypatch.undo()
    return noted


async def test_all_of_it_is_noted_and_written_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    noted = await stopped(stage, monkeypatch, drops=True)
    assert noted[at(3)]["title"] == "Retro"
    assert noted[at(4)] == {"span": hour(4, 14)}
    assert noted[at(5)] == {CANCELLED: True}
    assert [title for _, title in shown(stage.alice)] == ["Stand-up"] * 5
    seen = await stage.side.restore(ALICE, "series", noted)
    assert seen == await stage.side.fetch(ALICE, "series")
    assert seen.event
    assert seen.event.overrides == noted
    assert [day for day, _ in shown(stage.alice)] == ["02 08", "03 08", "04 13", "06 08"]
    before = stage.writes()
    assert await stage.side.restore(ALICE, "series", noted) == seen
    assert stage.writes() == before


async def test_what_people_edited_meanwhile_stays(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    noted = await stopped(stage, monkeypatch, drops=True)
    stage.alice.patch(instance(3), location="Room 1")
    stage.alice.patch(instance(5), summary="Now wanted")
    seen = await stage.side.restore(ALICE, "series", noted)
    assert seen.event
    assert seen.event.overrides[at(3)] == {**noted[at(3)], "location": "Room 1"}
    assert seen.event.overrides[at(5)] == {"title": "Now wanted"}
    assert seen.event.overrides[at(4)] == noted[at(4)]


async def test_where_nothing_was_dropped_a_difference_is_a_persons(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = await stopped(stage, monkeypatch, drops=False)
    stage.alice.patch(instance(3), summary="Stand-up")
    before = stage.writes()
    seen = await stage.side.restore(ALICE, "series", noted)
    assert seen.event
    assert seen.event.overrides[at(3)] == {"description": "Cake"}
    assert stage.writes() == before


async def test_a_series_that_is_one_no_more_has_nothing_to_be_restored(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = await stopped(stage, monkeypatch, drops=True)
    stage.alice.patch("series", recurrence=None, **google_times(2))
    seen = await stage.side.restore(ALICE, "series", noted)
    assert seen.event
    assert dataclasses.replace(seen.event, recurrence=None) == seen.event
    stage.alice.delete("series")
    assert (await stage.side.restore(ALICE, "series", noted)).state is State.GONE
