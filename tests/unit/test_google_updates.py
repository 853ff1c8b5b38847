"""Writing to series in Google: what is named changes, what differs stays, a repeat changes nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sync.errors import Gone, Stale
from sync.google import codec
from sync.model import CANCELLED, Event, Reminder
from sync.seen import Seen, State
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


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with make_stage() as made:
        yield made


async def test_a_single_event_is_patched_at_once(stage: Stage) -> None:
    stage.alice.create("Lunch", id="lunch", **google_times(2))
    seen = await stage.side.fetch(ALICE, "lunch")
    stage.google.log.clear()
    after = await stage.side.update(ALICE, "lunch", merge_of(seen, title="Late"), seen, seen.version, ZONE)
    assert stage.google.log.counts() == {"calendar.events.patch": 1}
    assert after.event is not None
    assert after.event.title == "Late"


async def test_an_unchanged_event_is_patched_unseen(stage: Stage) -> None:
    stage.alice.create("Lunch", id="lunch", **google_times(2))
    seen = await stage.side.fetch(ALICE, "lunch")
    unseen = Seen(State.UNCHANGED)
    await stage.update("lunch", merge_of(seen, title="Late"), unseen, version=seen.version)
    assert stage.alice.event("lunch")["summary"] == "Late"


async def test_an_unchanged_series_is_looked_at_first(stage: Stage) -> None:
    series(stage.alice)
    stage.alice.patch(instance(4), summary="Changed")
    seen = await stage.side.fetch(ALICE, "series")
    merge = merge_of(dataclasses.replace(seen, event=odoos(seen)), location="Room 1")
    after = await stage.update("series", merge, Seen(State.UNCHANGED), version=seen.version)
    assert after.event is not None
    assert (after.event.location, after.event.title) == ("Room 1", "Stand-up")
    assert after.event.overrides == {at(4): {"title": "Changed"}}


def odoos(seen: Seen) -> Event:
    """Return a series as Odoo may show it: without what differs outside of its window."""
    assert seen.event is not None
    return dataclasses.replace(seen.event, title="Another in Odoo", overrides={})


async def test_who_was_faster_is_not_overwritten(stage: Stage) -> None:
    series(stage.alice)
    seen = await stage.side.fetch(ALICE, "series")
    stage.alice.patch("series", location="Room 1")
    with pytest.raises(Stale):
        await stage.update("series", merge_of(seen, title="New"), seen)
    seen = await stage.side.fetch(ALICE, "series")
    merge = merge_of(seen, overrides={at(4): {"title": "Ours"}})
    stage.alice.patch(instance(4), summary="Theirs")
    with pytest.raises(Stale):
        await stage.update("series", merge, seen)
    assert stage.alice.event(instance(4))["summary"] == "Theirs"


async def test_another_occurrence_may_have_changed_meanwhile(stage: Stage) -> None:
    series(stage.alice)
    seen = await stage.side.fetch(ALICE, "series")
    stage.alice.patch(instance(3), summary="Theirs")
    after = await stage.update("series", merge_of(seen, overrides={at(4): {"title": "Ours"}}), seen)
    assert after.event is not None
    assert after.event.overrides == {at(3): {"title": "Theirs"}, at(4): {"title": "Ours"}}


async def test_what_is_deleted_is_gone(stage: Stage) -> None:
    series(stage.alice)
    seen = await stage.side.fetch(ALICE, "series")
    stage.alice.delete("series")
    with pytest.raises(Gone):
        await stage.update("series", merge_of(seen, title="New"), seen)


async def test_single_occurrences_are_changed_left_out_and_brought_back(stage: Stage) -> None:
    series(stage.alice)
    stage.alice.delete(instance(3))
    stage.alice.patch(instance(6), summary="Plain again")
    seen = await stage.side.fetch(ALICE, "series")
    overrides: dict[Any, dict[str, Any]] = {
        at(3): {"title": "Back"},
        at(4): {"span": hour(4, 14), "reminders": frozenset({Reminder("popup", 5)})},
        at(5): LEFT_OUT,
        at(6): {},
    }
    merge = merge_of(seen, overrides=overrides)
    after = await stage.update("series", merge, seen)
    assert shown(stage.alice) == [
        ("02 08", "Stand-up"), ("03 08", "Back"), ("04 13", "Stand-up"), ("06 08", "Stand-up"),
    ]  # fmt: skip
    assert after.event is not None
    assert after.event == merge.event
    await assert_settled(stage, merge, after)


async def test_only_what_is_named_of_an_occurrence_is_written(stage: Stage) -> None:
    series(stage.alice)
    stage.alice.patch(instance(4), location="Room 1", colorId="5")
    seen = await stage.side.fetch(ALICE, "series")
    overrides = {at(4): {"location": "Room 2", "title": "Ours"}}
    after = await stage.update("series", merge_of(seen, overrides=overrides, starts={at(4): ["title"]}), seen)
    assert after.event is not None
    assert after.event.overrides == {at(4): {"location": "Room 1", "title": "Ours"}}
    assert stage.alice.event(instance(4))["colorId"] == "5"


async def test_what_google_keeps_of_an_occurrence_follows_its_series(stage: Stage) -> None:
    """Regression: it agreed with the series when that was changed, was thought of by nobody, and stayed."""
    series(stage.alice)
    stage.alice.patch(instance(4), summary="Changed")
    stage.alice.patch("series", summary="Changed")
    seen = await stage.side.fetch(ALICE, "series")
    assert seen.event is not None
    assert seen.event.overrides == {}
    merge = merge_of(seen, title="New")
    after = await stage.update("series", merge, seen)
    assert {title for _, title in shown(stage.alice)} == {"New"}
    await assert_settled(stage, merge, after)


async def test_an_exdate_goes_when_its_occurrence_is_back(stage: Stage) -> None:
    series(stage.alice, "RRULE:FREQ=DAILY;COUNT=5", "EXDATE:20260303T080000Z,20260304T080000Z")
    seen = await stage.side.fetch(ALICE, "series")
    merge = merge_of(seen, overrides={at(4): {"title": "Back"}})
    after = await stage.update("series", merge, seen)
    assert stage.alice.event("series")["recurrence"][1:] == ["EXDATE:20260303T080000Z"]
    assert after.event is not None
    assert after.event.overrides == {at(3): LEFT_OUT, at(4): {"title": "Back"}}


async def test_rules_that_nobody_changed_stay_as_they_were_written(stage: Stage) -> None:
    lines = ["EXDATE:20260303T090000Z", "RRULE:COUNT=5;FREQ=DAILY;WKST=SU", "EXDATE:20260304T080000Z"]
    series(stage.alice, *lines)
    seen = await stage.side.fetch(ALICE, "series")
    await stage.update("series", merge_of(seen, title="New", overrides={at(5): {"title": "Newer"}}), seen)
    assert stage.alice.event("series")["recurrence"] == lines


async def test_an_occurrence_left_out_in_both_ways_comes_back(stage: Stage) -> None:
    series(stage.alice)
    stage.alice.delete(instance(4))
    stage.alice.patch("series", recurrence=["RRULE:FREQ=DAILY;COUNT=5", "EXDATE:20260304T080000Z"])
    seen = await stage.side.fetch(ALICE, "series")
    after = await stage.update("series", merge_of(seen, overrides={at(4): {}}), seen)
    assert len(shown(stage.alice)) == 5
    assert after.event is not None
    assert after.event.overrides == {}


async def test_a_split_series_is_written_by_the_ids_that_google_gave(stage: Stage) -> None:
    series(stage.alice)
    tail = stage.alice.split("series", "2026-03-04T08:00:00Z")
    seen = await stage.side.fetch(ALICE, tail["id"])
    overrides = {at(5): {"title": "Changed"}, at(6): LEFT_OUT}
    await stage.update(tail["id"], merge_of(seen, overrides=overrides), seen)
    assert shown(stage.alice, tail["id"]) == [("04 08", "Stand-up"), ("05 08", "Changed")]


async def test_long_texts_of_an_occurrence_are_cut_as_those_of_an_event_are(stage: Stage) -> None:
    series(stage.alice)
    seen = await stage.side.fetch(ALICE, "series")
    long = "long " * 400
    after = await stage.update("series", merge_of(seen, overrides={at(4): {"title": long}}), seen)
    assert after.event is not None
    cut = codec.project(Event(long, hour(4))).title
    assert after.event.overrides == {at(4): {"title": cut}}


async def test_deleting_a_series_by_its_master(stage: Stage) -> None:
    series(stage.alice)
    seen = await stage.side.fetch(ALICE, "series")
    stage.alice.patch("series", location="x")
    with pytest.raises(Stale):
        await stage.side.delete(ALICE, "series", seen.version)
    await stage.side.delete(ALICE, "series", (await stage.side.fetch(ALICE, "series")).version)
    assert stage.alice.events() == []
    await stage.side.delete(ALICE, "series", "*")
