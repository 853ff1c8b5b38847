"""Series in Google whose rules or times change: what differs goes along, and a crash changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any, Literal

import pytest

from sync.model import CANCELLED, Recurrence, Span
from tests.unit.google_stage import (
    ALICE,
    ZONE,
    Stage,
    assert_settled,
    at,
    google_times,
    hour,
    instance,
    make_stage,
    merge_of,
    series,
    shown,
)

LEFT_OUT: dict[str, Any] = {CANCELLED: True}
DAILY = Recurrence(("RRULE:FREQ=DAILY;COUNT=5",), ZONE)
OnMove = Literal["rekey", "drop"]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with make_stage() as made:
        yield made


async def test_an_occurrence_that_the_rules_no_longer_name_is_passed_over(stage: Stage) -> None:
    series(stage.alice)
    seen = await stage.side.fetch(ALICE, "series")
    two_days = Recurrence(("RRULE:FREQ=DAILY;COUNT=2",), ZONE)
    merge = merge_of(seen, overrides={at(4): {"title": "Nowhere"}, at(5): LEFT_OUT}, recurrence=two_days)
    after = await stage.update("series", merge, seen)
    assert shown(stage.alice) == [("02 08", "Stand-up"), ("03 08", "Stand-up")]
    assert after.event is not None
    assert after.event.overrides == {}


async def test_new_rules_keep_what_is_left_out_and_what_differs(stage: Stage) -> None:
    series(stage.alice)
    stage.alice.delete(instance(3))
    stage.alice.patch(instance(4), summary="Changed")
    seen = await stage.side.fetch(ALICE, "series")
    longer = Recurrence(("RRULE:FREQ=DAILY;COUNT=6",), ZONE)
    after = await stage.update("series", merge_of(seen, recurrence=longer), seen)
    assert shown(stage.alice) == [
        ("02 08", "Stand-up"), ("04 08", "Changed"), ("05 08", "Stand-up"), ("06 08", "Stand-up"),
        ("07 08", "Stand-up"),
    ]  # fmt: skip
    assert after.event is not None
    assert after.event.overrides == {at(3): LEFT_OUT, at(4): {"title": "Changed"}}
    assert after.event.recurrence == longer


@pytest.mark.parametrize("on_move", ["rekey", "drop"])
async def test_a_series_that_is_moved_takes_along_what_differs(stage: Stage, on_move: OnMove) -> None:
    """Odoo names those that it knows; the others, outside its window say, must not be lost either."""
    stage.google.settings.exceptions_on_move = on_move
    series(stage.alice, "RRULE:FREQ=DAILY;COUNT=6", "EXDATE:20260307T080000Z")
    stage.alice.patch(instance(3), summary="Unnamed")
    stage.alice.delete(instance(4))
    stage.alice.patch(instance(5), summary="Named")
    seen = await stage.side.fetch(ALICE, "series")
    overrides = {at(5): {}, at(5, 11): {"title": "Named anew"}}
    merge = merge_of(seen, overrides=overrides, span=hour(2, 11))
    after = await stage.update("series", merge, seen)
    assert shown(stage.alice) == [
        ("02 10", "Stand-up"), ("03 10", "Unnamed"), ("05 10", "Named anew"), ("06 10", "Stand-up"),
    ]  # fmt: skip
    assert after.event is not None
    assert after.event.overrides == {
        at(3, 11): {"title": "Unnamed"},
        at(4, 11): LEFT_OUT,
        at(5, 11): {"title": "Named anew"},
        at(7, 11): LEFT_OUT,
    }


@pytest.mark.parametrize("on_move", ["rekey", "drop"])
async def test_what_follows_its_moved_series_again_follows_it(stage: Stage, on_move: OnMove) -> None:
    stage.google.settings.exceptions_on_move = on_move
    series(stage.alice)
    stage.alice.patch(instance(3), summary="Plain again")
    stage.alice.delete(instance(4))
    seen = await stage.side.fetch(ALICE, "series")
    after = await stage.update(
        "series", merge_of(seen, overrides={at(3): {}, at(4): {}}, span=hour(2, 11)), seen
    )
    assert shown(stage.alice) == [(f"0{day} 10", "Stand-up") for day in (2, 3, 4, 5, 6)]
    assert after.event is not None
    assert after.event.overrides == {}


@pytest.mark.parametrize("on_move", ["rekey", "drop"])
async def test_an_occurrence_that_is_left_out_after_a_move_leaves_nothing_beside_it(
    stage: Stage, on_move: OnMove
) -> None:
    """Google moved the exception on by a day: its own day was an EXDATE by then."""
    stage.google.settings.exceptions_on_move = on_move
    series(stage.alice)
    stage.alice.patch(instance(3), summary="Special")
    seen = await stage.side.fetch(ALICE, "series")
    three = Recurrence(("RRULE:FREQ=DAILY;COUNT=3",), ZONE)
    merge = merge_of(seen, overrides={at(3): LEFT_OUT}, span=hour(3), recurrence=three)
    await stage.update("series", merge, seen)
    assert shown(stage.alice) == [("04 08", "Stand-up"), ("05 08", "Stand-up")]


async def test_a_series_may_become_one_of_whole_days_and_back(stage: Stage) -> None:
    series(stage.alice)
    stage.alice.patch(instance(3), summary="Changed")
    stage.alice.delete(instance(4))
    seen = await stage.side.fetch(ALICE, "series")
    days = Span(date(2026, 3, 2), date(2026, 3, 3))
    whole = Recurrence(DAILY.lines, "")
    after = await stage.update("series", merge_of(seen, span=days, recurrence=whole), seen)
    assert after.event is not None
    assert after.event.overrides == {date(2026, 3, 3): {"title": "Changed"}, date(2026, 3, 4): LEFT_OUT}
    back = await stage.update("series", merge_of(after, span=hour(2, 14), recurrence=DAILY), after)
    assert back.event is not None
    assert back.event.overrides == {at(3, 14): {"title": "Changed"}, at(4, 14): LEFT_OUT}


async def test_a_single_event_becomes_a_series_with_occurrences_of_its_own(stage: Stage) -> None:
    stage.alice.create("Stand-up", id="series", **google_times(2))
    seen = await stage.side.fetch(ALICE, "series")
    overrides = {at(3): LEFT_OUT, at(4): {"title": "Changed"}}
    merge = merge_of(seen, overrides=overrides, recurrence=DAILY)
    after = await stage.update("series", merge, seen)
    assert after.event == merge.event
    assert stage.alice.event("series")["start"]["timeZone"] == ZONE
    await assert_settled(stage, merge, after)


async def test_a_series_becomes_a_single_event(stage: Stage) -> None:
    series(stage.alice)
    stage.alice.patch(instance(4), summary="Changed")
    seen = await stage.side.fetch(ALICE, "series")
    after = await stage.update("series", merge_of(seen, recurrence=None), seen)
    assert after.event is not None
    assert (after.event.recurrence, after.event.overrides) == (None, {})
    assert len(stage.alice.events()) == 1


async def test_a_write_that_breaks_off_anywhere_is_completed_by_the_next(stage: Stage) -> None:
    """Every single request fails once, before it has its effect or after; then the write is done again."""
    overrides: dict[Any, dict[str, Any]] = {
        at(3): {}, at(3, 11): {"title": "Back"}, at(4, 11): {"span": hour(4, 15)}, at(5): {},
        at(5, 11): LEFT_OUT, at(6): {}, at(6, 11): {},
    }  # fmt: skip
    broken, finished = 0, False
    while not finished:
        event_id = f"series{broken:02}"
        series(stage.alice, "RRULE:FREQ=DAILY;COUNT=5", "EXDATE:20260303T080000Z", id=event_id)
        stage.alice.patch(f"{event_id}_20260305T080000Z", location="x")
        stage.alice.patch(f"{event_id}_20260306T080000Z", summary="Changed")
        seen = await stage.side.fetch(ALICE, event_id)
        merge = merge_of(seen, overrides=overrides, span=hour(2, 11), title="Moved")
        connection = Cut(stage, broken)
        try:
            await stage.side.update(ALICE, event_id, merge, seen, seen.version, ZONE)
            finished = True
        except Cut.Off:
            connection.mend()
            seen = await stage.side.fetch(ALICE, event_id)
            merge = merge_of(seen, overrides=overrides, span=hour(2, 11), title="Moved")
            await stage.update(event_id, merge, seen)
        connection.mend()
        assert shown(stage.alice, event_id) == [
            ("02 10", "Moved"), ("03 10", "Back"), ("04 14", "Moved"), ("06 10", "Moved"),
        ]  # fmt: skip
        broken += 1
    assert broken > 10


class Cut:
    """Lets the client fail at one of its requests, after every second of them had its effect."""

    class Off(Exception):
        """The process died."""

    def __init__(self, stage: Stage, number: int) -> None:
        self.passed = 0
        self._transport = stage.client._transport
        self._whole = self._transport.execute
        before, at_request = number % 2 == 0, number // 2

        async def execute(account_id: int, request: Any) -> dict[str, Any]:
            if self.passed == at_request and before:
                raise Cut.Off
            answer = await self._whole(account_id, request)
            self.passed += 1
            if self.passed == at_request + 1 and not before:
                raise Cut.Off
            return answer

        self._transport.execute = execute  # type: ignore[method-assign] # a test's own

    def mend(self) -> None:
        """Let everything through again."""
        self._transport.execute = self._whole  # type: ignore[method-assign] # a test's own


async def test_what_googles_own_change_of_a_series_did_to_others_is_undone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Google may drop what differs when the series changes, whatever its change is."""
    series(stage.alice)
    stage.alice.patch(instance(4), summary="Changed", location="Room 1")
    seen = await stage.side.fetch(ALICE, "series")
    patch = stage.client.patch

    async def dropping(account_id: int, event_id: str, body: Any, version: str, **more: Any) -> Any:
        answer = await patch(account_id, event_id, body, version, **more)
        if event_id == "series":
            stage.alice.patch(instance(4), summary=body["summary"], location=None)
        return answer

    monkeypatch.setattr(stage.client, "patch", dropping)
    after = await stage.update("series", merge_of(seen, title="Renamed"), seen)
    assert after.event is not None
    assert after.event.overrides == {at(4): {"title": "Changed", "location": "Room 1"}}


async def test_a_change_of_the_zone_alone_keeps_the_moment_of_the_first(stage: Stage) -> None:
    series(stage.alice, "RRULE:FREQ=WEEKLY;COUNT=3")
    seen = await stage.side.fetch(ALICE, "series")
    there = Recurrence(("RRULE:FREQ=WEEKLY;COUNT=3",), "America/New_York")
    after = await stage.update("series", merge_of(seen, recurrence=there), seen)
    assert after.event is not None
    assert (after.event.recurrence, after.event.span) == (there, hour(2))
    # New York changes its clocks three weeks before Brussels does.
    assert shown(stage.alice)[1] == ("09 07", "Stand-up")
