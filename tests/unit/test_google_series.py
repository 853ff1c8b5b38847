"""Series as the Google side sees them: whole, whatever a listing names, placed by their original starts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from sync.google.side import MARGIN
from sync.model import CANCELLED, Recurrence, Response
from sync.seen import Seen, State
from tests.unit.google_stage import (
    ALICE,
    BOB,
    ZONE,
    Stage,
    at,
    google_times,
    hour,
    instance,
    make_stage,
    series,
)

LEFT_OUT: dict[str, Any] = {CANCELLED: True}
FIVE_DAYS = Recurrence(("RRULE:FREQ=DAILY;COUNT=5",), ZONE)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with make_stage() as made:
        yield made


def event_of(seen: Seen) -> Any:
    """Return what a sighting shows, which must be there."""
    assert seen.state is State.PRESENT
    return seen.event


async def test_a_full_listing_brings_a_series_as_one_event(stage: Stage) -> None:
    series(stage.alice)
    stage.alice.patch(instance(3), summary="Long stand-up", **google_times(3, 10, length=2))
    stage.alice.delete(instance(5))
    pull = await stage.pull()
    assert set(pull.seen) == {"series"}
    seen = pull.seen["series"]
    event = event_of(seen)
    assert (event.title, event.span, event.recurrence) == ("Stand-up", hour(2), FIVE_DAYS)
    assert event.overrides == {
        at(3): {"title": "Long stand-up", "span": hour(3, 10, length=2)},
        at(5): LEFT_OUT,
    }
    assert seen.exceptions == {at(3): instance(3), at(5): instance(5)}
    assert (seen.uid, seen.version) == ("series@google.com", stage.alice.event("series")["etag"])
    assert seen == await stage.side.fetch(ALICE, "series")


async def test_what_changed_in_a_series_brings_all_of_it(stage: Stage) -> None:
    series(stage.alice)
    stage.alice.patch(instance(3), summary="Before")
    token = (await stage.pull()).token
    stage.alice.patch(instance(4), summary="After")
    only_the_exception = await stage.pull(token)
    stage.alice.patch("series", location="Room 1")
    the_master_too = await stage.pull(only_the_exception.token)
    for pull in (only_the_exception, the_master_too):
        assert set(pull.seen) == {"series"}
        assert event_of(pull.seen["series"]).overrides == {
            at(3): {"title": "Before"}, at(4): {"title": "After"},
        }  # fmt: skip
    assert event_of(the_master_too.seen["series"]).location == "Room 1"


async def test_a_cancelled_occurrence_alone_brings_its_series(stage: Stage) -> None:
    stage.google.settings.bare_tombstones = True
    series(stage.alice)
    token = (await stage.pull()).token
    stage.alice.delete(instance(4))
    pull = await stage.pull(token)
    assert event_of(pull.seen["series"]).overrides == {at(4): LEFT_OUT}


async def test_many_changed_series_are_read_side_by_side(stage: Stage) -> None:
    ids = [series(stage.alice, id=f"series{number:02}") for number in range(20)]
    token = (await stage.pull()).token
    for event_id in ids:
        stage.alice.patch(event_id, location="Room 1")
    stage.google.log.clear()
    pull = await stage.pull(token)
    assert {event_of(seen).location for seen in pull.seen.values()} == {"Room 1"}
    assert stage.google.log.counts() == {"calendar.events.list": 21}


async def test_an_exdate_is_a_cancelled_occurrence(stage: Stage) -> None:
    series(stage.alice, "RRULE:FREQ=DAILY;COUNT=5", f"EXDATE;TZID={ZONE}:20260304T090000")
    seen = (await stage.pull()).seen["series"]
    assert event_of(seen).overrides == {at(4): LEFT_OUT}
    assert event_of(seen).recurrence == FIVE_DAYS
    assert seen.exceptions == {}


async def test_a_deleted_series_is_gone_with_all_of_it(stage: Stage) -> None:
    series(stage.alice)
    stage.alice.patch(instance(3), summary="Changed")
    token = (await stage.pull()).token
    stage.alice.delete("series")
    pull = await stage.pull(token)
    assert pull.seen == {"series": Seen(State.GONE)}
    assert await stage.side.fetch(ALICE, "series") == Seen(State.GONE)


async def test_a_split_series_is_two_though_its_occurrences_look_like_the_firsts(stage: Stage) -> None:
    series(stage.alice)
    token = (await stage.pull()).token
    tail = stage.alice.split("series", "2026-03-04T08:00:00Z", summary="Late", **google_times(4, 15))
    moved = "series_20260305T140000Z"
    stage.alice.patch(moved, summary="Changed")
    stage.alice.delete("series_20260306T140000Z")
    for pull in (await stage.pull(token), await stage.pull()):
        assert set(pull.seen) == {"series", tail["id"]}
        assert event_of(pull.seen["series"]).overrides == {}
        late = pull.seen[tail["id"]]
        assert event_of(late).overrides == {at(5, 15): {"title": "Changed"}, at(6, 15): LEFT_OUT}
        assert late.exceptions[at(5, 15)] == moved
        assert late.uid != pull.seen["series"].uid


async def test_a_split_series_of_whole_days(stage: Stage) -> None:
    days = {"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}}
    series(stage.alice, **days)
    tail = stage.alice.split("series", "2026-03-04", summary="Late")
    assert tail["id"] == "series_R20260304"
    stage.alice.delete("series_20260305")
    pull = await stage.pull()
    late = event_of(pull.seen[tail["id"]])
    assert late.overrides == {date(2026, 3, 5): LEFT_OUT}
    assert late.recurrence is not None
    assert late.recurrence.zone == ""


async def test_who_is_invited_to_one_occurrence_has_a_single_event(stage: Stage) -> None:
    series(stage.alice)
    stage.alice.patch(instance(4), attendees=[{"email": stage.bob.email}])
    token = None
    for _ in range(2):
        pull = await stage.pull(token, BOB)
        seen = pull.seen[instance(4)]
        assert set(pull.seen) == {instance(4)}
        assert seen.uid == "series@google.com#2026-03-04T08:00:00+00:00"
        event = event_of(seen)
        assert (event.span, event.recurrence, event.organizer) == (hour(4), None, stage.alice.email)
        assert event.response is Response.NEEDS_ACTION
        assert seen == await stage.side.fetch(BOB, instance(4))
        stage.alice.patch(instance(4), location="Room 1")
        token = pull.token
    stage.alice.patch(instance(4), attendees=[])
    assert (await stage.pull(token, BOB)).seen == {instance(4): Seen(State.GONE)}


async def test_who_is_invited_to_the_rest_as_well_has_the_series_instead(stage: Stage) -> None:
    series(stage.alice)
    bob = [{"email": stage.bob.email}]
    stage.alice.patch(instance(4), summary="With bob", attendees=bob)
    token = (await stage.pull(account=BOB)).token
    stage.alice.patch("series", attendees=bob)
    pull = await stage.pull(token, BOB)
    assert set(pull.seen) == {"series"}
    assert event_of(pull.seen["series"]).overrides[at(4)]["title"] == "With bob"
    assert await stage.side.fetch(BOB, instance(4)) == Seen(State.GONE)


async def test_a_series_may_become_a_single_event_and_back(stage: Stage) -> None:
    series(stage.alice)
    stage.alice.patch(instance(3), summary="Changed")
    token = (await stage.pull()).token
    stage.alice.patch("series", recurrence=None)
    pull = await stage.pull(token)
    single = pull.seen["series"]
    assert (event_of(single).recurrence, event_of(single).overrides) == (None, {})
    stage.alice.patch("series", recurrence=["RRULE:FREQ=DAILY;COUNT=5"])
    assert event_of((await stage.pull(pull.token)).seen["series"]).recurrence == FIVE_DAYS


async def test_an_exception_that_has_left_the_window_is_still_seen(stage: Stage) -> None:
    """A series whose occurrence was moved from inside the window to before it."""
    start = stage.side.window()[0] + timedelta(days=1)
    rules = ["RRULE:FREQ=DAILY;COUNT=3"]
    stage.alice.create("Old", id="oldone", recurrence=rules, **utc(start))
    first = stage.alice.instances("oldone")[0]
    earlier = start - timedelta(days=7)
    stage.alice.patch(first["id"], **utc(earlier))
    seen = (await stage.pull()).seen["oldone"]
    assert event_of(seen).overrides[start]["span"].start == earlier
    assert timedelta(days=7) < MARGIN


def utc(start: datetime) -> dict[str, Any]:
    """Return an hour from a moment on, as Google's pages send it."""
    times = {"start": start, "end": start + timedelta(hours=1)}
    return {name: {"dateTime": time.isoformat(), "timeZone": "UTC"} for name, time in times.items()}


async def test_who_was_declined_once_differs_once(stage: Stage) -> None:
    series(stage.alice, attendees=[{"email": stage.bob.email}])
    stage.bob.respond(instance(3), "declined")
    stage.bob.respond("series", "accepted")
    event = event_of((await stage.pull(account=BOB)).seen["series"])
    assert event.response is Response.ACCEPTED
    assert event.overrides == {at(3): {"response": Response.DECLINED}}
