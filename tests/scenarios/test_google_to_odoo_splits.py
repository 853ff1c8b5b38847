"""Scenarios of series that Google has split: G2O-25, 43."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.scenarios.calendars import BRUSSELS, HOUR, settle
from tests.scenarios.stage import (
    Odd,
    addresses,
    bring_over,
    brussels,
    days,
    names,
    on_day,
    rows,
    starts,
    weekly,
)
from tests.world import World

LAST_WEEKS = "FREQ=WEEKLY;WKST=MO;UNTIL=20240620T215959Z;BYDAY=FR"


@pytest.mark.parametrize("order", [("bob", "alice"), ("alice", "bob"), ("bob",)])
async def test_g2o_25_a_series_shortened_and_split_again(world: World, order: tuple[str, ...]) -> None:
    """Whether the attendee syncs first, last, or alone, since the organizer has not connected."""
    async with on_day(world, brussels(2024, 6, 7, 8), *order):
        google = world.in_google("alice")
        start = datetime(2024, 6, 7, 8, tzinfo=UTC).astimezone(BRUSSELS)
        both = addresses(alice="accepted", bob="accepted")
        series = weekly(world, start, LAST_WEEKS, attendees=both)
        google.patch(series["id"], end=start + 2 * HOUR)
        for instance in google.instances(series["id"]):  # each an exception, as in Google's own answer
            google.patch(instance["id"], colorId="5")
        await bring_over(world, *order)
        assert starts(rows(world, of="bob")) == ["2024-06-07 08:00:00", "2024-06-14 08:00:00"]
        world.advance(days=3)
        second = google.instances(series["id"])[1]["originalStartTime"]["dateTime"]
        later = datetime.fromisoformat(second) + HOUR
        tail = google.split(series["id"], second, start=_moment(later), end=_moment(later + 2 * HOUR))
        back = datetime.fromisoformat(second)
        google.patch(tail["id"], start=_moment(back), end=_moment(back + 2 * HOUR))
        assert tail["id"] == f"{series['id']}_R20240614T080000"
        [instance] = google.instances(tail["id"])
        google.patch(instance["id"], colorId="7")
        assert google.event(series["id"])["recurrence"] == [
            "RRULE:FREQ=WEEKLY;WKST=MO;BYDAY=FR;UNTIL=20240613T215959Z"
        ]
        await bring_over(world, *order)
        for name in order:
            found = rows(world, of=name)
            assert starts(found) == ["2024-06-07 08:00:00", "2024-06-14 08:00:00"]
            assert names(found) == ["coucou", "coucou"]
        await settle(world, *order)


def _moment(moment: datetime) -> dict[str, Any]:
    local = moment.astimezone(BRUSSELS)
    return {"dateTime": local.isoformat(), "timeZone": "Europe/Brussels", "date": None}


@pytest.mark.parametrize("seen_before", [False, True])
async def test_g2o_43_an_instance_of_a_split_series_that_names_the_old_one(
    world: World, odd: Odd, *, seen_before: bool
) -> None:
    async with on_day(world, brussels(2025, 5, 1)):
        google = world.in_google("alice")
        other = google.create("Other", start=brussels(2025, 5, 26, 9), end=brussels(2025, 5, 26, 10))
        series = weekly(world, brussels(2025, 5, 5, 9), "FREQ=WEEKLY;COUNT=5;BYDAY=MO")
        third = google.instances(series["id"])[2]["originalStartTime"]["dateTime"]
        if seen_before:
            await bring_over(world)
        tail = google.split(series["id"], third, summary="tail")
        instance = google.instances(tail["id"])[1]["id"]
        assert instance == f"{series['id']}_20250526T070000Z"
        google.patch(instance, colorId="7")
        odd[instance] = {"recurringEventId": series["id"]}
        for _ in range(2):
            await bring_over(world)
            found = rows(world)
            assert days(found) == [
                "2025-05-05", "2025-05-12", "2025-05-19", "2025-05-26", "2025-05-26", "2025-06-02",
            ]  # fmt: skip
            assert sorted(names(found)) == ["Other", "coucou", "coucou", "tail", "tail", "tail"]
        odd.clear()
        google.patch(other["id"], summary="Another")
        await settle(world)
