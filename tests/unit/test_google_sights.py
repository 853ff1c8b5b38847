"""What a sighting in Google tells: odd occurrences, the last edit, the reason for what cannot be synced."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sync.model import Span
from sync.seen import Seen, State
from tests.unit.google_stage import ALICE, NOON, Stage, at, instance, make_stage, series


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with make_stage() as made:
        yield made


def event_of(seen: Seen) -> Any:
    """Return what a sighting shows, which must be there."""
    assert seen.state is State.PRESENT
    return seen.event


async def test_a_series_over_a_change_of_the_clock_keeps_its_hour(stage: Stage) -> None:
    series(stage.alice, "RRULE:FREQ=WEEKLY;COUNT=6")
    summer = "series_20260330T070000Z"
    stage.alice.patch(summer, summary="In summer")
    event = event_of((await stage.pull()).seen["series"])
    assert event.overrides == {datetime(2026, 3, 30, 7, tzinfo=UTC): {"title": "In summer"}}


async def test_an_occurrence_may_be_a_whole_day(stage: Stage) -> None:
    series(stage.alice)
    stage.alice.patch(instance(4), start=date(2026, 3, 4), end=date(2026, 3, 5))
    override = event_of((await stage.pull()).seen["series"]).overrides[at(4)]
    assert override["span"] == Span(date(2026, 3, 4), date(2026, 3, 5))


async def test_the_last_edit_of_any_part_is_the_edit_of_the_series(stage: Stage) -> None:
    series(stage.alice)
    stage.google.clock.advance(minutes=10)
    stage.alice.patch(instance(3), summary="Changed")
    seen = (await stage.pull()).seen["series"]
    assert seen.edited_at is not None
    assert seen.edited_at >= NOON
    assert (seen.edited_at + stage.client.skew) == NOON + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"eventType": "focusTime"}, "special_event"),
        ({"recurrence": ["RRULE:FREQ=NEVER"]}, "unreadable_rule"),
        ({"start": None}, "no_start_or_end"),
    ],
)
async def test_what_cannot_be_synced_is_seen_with_its_reason(
    stage: Stage, fields: dict[str, Any], reason: str
) -> None:
    series(stage.alice)
    seen = stage.side.sight(ALICE, stage.alice.event("series") | fields)
    assert (seen.state, seen.reason) == (State.REJECTED, reason)
    assert seen.label.startswith("Stand-up\t")
    assert seen.version == stage.alice.event("series")["etag"]


async def test_an_exception_that_cannot_be_read_sets_its_series_aside(stage: Stage) -> None:
    series(stage.alice)
    odd = {"id": "x", "recurringEventId": "series", "status": "cancelled"}
    seen = stage.side.sight(ALICE, stage.alice.event("series"), [odd])
    assert (seen.state, seen.reason) == (State.REJECTED, "unreadable_time")


async def test_a_series_that_google_refuses_to_show_is_set_aside_alone(stage: Stage) -> None:
    series(stage.alice)
    token = (await stage.pull()).token
    stage.alice.patch("series", location="Room 1")
    stage.alice.create("Lunch", id="lunch", start=at(3), end=at(3, 10))
    # The listing itself comes through.
    stage.google.faults.add(operation="calendar.events.list", status=400, reason="invalid", skip=1)
    pull = await stage.pull(token)
    assert (pull.seen["series"].state, pull.seen["series"].reason) == (State.REJECTED, "google_refuses")
    assert event_of(pull.seen["lunch"]).title == "Lunch"
